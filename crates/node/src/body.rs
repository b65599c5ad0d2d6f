//! The body of an entry: which command it was, and every change.

use engine::DelegateId;
use engine::fact::Change;
use ledger::store::Source;
use serde::{Deserialize, Serialize};

/// What an entry holds, as JSON. Fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The command's name.
    pub operation: String,
    /// The changes, consequences written out.
    pub changes: Vec<Change>,
    /// The id of what was made, for the answer to a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// The employee, known elsewhere, for whom a system user did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<DelegateId>,
}

impl Body {
    /// Returns the body of an operation that made nothing with an id of its own.
    #[must_use]
    pub fn of(operation: &str, changes: Vec<Change>) -> Self {
        Self {
            operation: operation.to_owned(),
            changes,
            made: None,
            delegate: None,
        }
    }

    /// Returns the body as an entry keeps it.
    ///
    /// Errors: never for what commands make; a value that is no JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Returns the body of an entry's text.
    ///
    /// Errors: the text is not of this form, or has fields this version does not know.
    pub fn parse(text: &str) -> Result<Self, Source> {
        serde_json::from_str(text).map_err(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::Body;

    #[test]
    fn an_entry_of_old_is_written_as_it_was() {
        let old = [
            r#"{"operation":"member.remove","changes":[]}"#,
            r#"{"operation":"group.create","changes":[],"made":"g-1"}"#,
        ];
        for text in old {
            let body = Body::parse(text).unwrap();
            assert_eq!(body.delegate, None);
            assert_eq!(body.to_json().unwrap(), text);
        }
        let now = r#"{"operation":"ad.edit","changes":[],"delegate":"emp-1"}"#;
        assert_eq!(Body::parse(now).unwrap().to_json().unwrap(), now);
    }
}
