//! Parameters, from query, form and JSON body alike, read as leniently as the platform reads them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::GraphError;

/// The most parameters a call has.
const MOST: usize = 2_000;

/// The parameters of a call: those of the body stand over those of the query.
#[derive(Clone, Default, PartialEq)]
pub struct Params {
    values: BTreeMap<String, Value>,
}

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values are secrets now and then.
        f.debug_list().entries(self.values.keys()).finish()
    }
}

impl Params {
    /// Reads a query or form. What is no text is read with replacement characters, as servers do.
    #[must_use]
    pub fn of_query(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).take(MOST);
        Self {
            values: pairs
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect(),
        }
    }

    /// Reads a JSON body: an object; an empty body is an object without fields.
    ///
    /// Errors: it is no JSON, or no object.
    pub fn of_json(body: &[u8]) -> Result<Self, GraphError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self {
                values: values.into_iter().take(MOST).collect(),
            }),
            Ok(_) => Err(GraphError::invalid("The body must be a JSON object")),
            Err(_) => Err(GraphError::invalid("The body is not valid JSON")),
        }
    }

    /// Puts other parameters over these.
    #[must_use]
    pub fn under(mut self, other: Self) -> Self {
        self.values.extend(other.values);
        self
    }

    /// Sets a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let value = Value::String(value.to_owned());
        self.values.insert(name.to_owned(), value);
        self
    }

    /// Takes a parameter away and returns it as text.
    pub fn take_text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).and_then(|value| text_of(&value))
    }

    /// Returns a parameter as text; nothing if it is absent or empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).and_then(text_of)
    }

    /// Returns a parameter that must be there.
    pub fn need(&self, name: &str) -> Result<String, GraphError> {
        self.text(name).ok_or_else(|| GraphError::missing(name))
    }

    /// Returns a parameter as JSON: text that reads as JSON is what it reads as.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<Value> {
        match self.values.get(name)? {
            Value::String(text) => {
                Some(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())))
            }
            other => Some(other.clone()),
        }
    }

    /// Returns whether a switch is on: `true`, `1` or `"true"`.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        matches!(self.text(name).as_deref(), Some("true" | "1"))
    }

    /// Returns a whole number.
    ///
    /// Errors: it is there and no whole number of at least 0.
    pub fn number(&self, name: &str) -> Result<Option<u64>, GraphError> {
        let text = self.text(name);
        let parsed = text.map(|text| text.parse::<u64>()).transpose();
        parsed.map_err(|_| {
            let message = format!("Param {name} must be an integer");
            GraphError::invalid(&message).blaming(name)
        })
    }

    /// Returns a list, however it is written: a JSON list, `a,b`, one value, `['A', 'B']`, or
    /// `["A,B"]`. Empty if it is absent.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let Some(value) = self.values.get(name) else {
            return Vec::new();
        };
        let items = match value {
            Value::String(text) if text.trim_start().starts_with('[') => listed(text),
            other => other.clone(),
        };
        let texts = match items {
            Value::Array(items) => items.iter().filter_map(text_of).collect(),
            other => text_of(&other).into_iter().collect::<Vec<_>>(),
        };
        texts
            .iter()
            .flat_map(|text| text.split(','))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// Returns the parameters as a query, without the named ones.
    #[must_use]
    pub fn query_without(&self, names: &[&str]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.values {
            if names.contains(&name.as_str()) {
                continue;
            }
            if let Some(text) = text_of(value) {
                query.append_pair(name, &text);
            }
        }
        query.finish()
    }
}

/// A list in a text: JSON, or the same with single quotes.
fn listed(text: &str) -> Value {
    let read = serde_json::from_str(text);
    let read = read.or_else(|_| serde_json::from_str(&text.replace('\'', "\"")));
    read.unwrap_or_else(|_| {
        let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
        Value::String(inner.to_owned())
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn a_list_is_a_list_however_it_is_written() {
        for written in [
            r#"["MANAGE","ADVERTISE"]"#,
            "MANAGE,ADVERTISE",
            "['MANAGE', 'ADVERTISE']",
            r#"["MANAGE,ADVERTISE"]"#,
            "[MANAGE,ADVERTISE]",
        ] {
            let params = Params::default().with("tasks", written);
            assert_eq!(params.list("tasks"), ["MANAGE", "ADVERTISE"], "{written}");
        }
        let native = Params::of_json(br#"{"tasks":["MANAGE","ADVERTISE"],"user":9}"#).unwrap();
        assert_eq!(native.list("tasks"), ["MANAGE", "ADVERTISE"]);
        assert_eq!(native.text("user").as_deref(), Some("9"));
        assert!(native.list("others").is_empty());
    }

    #[test]
    fn a_stray_empty_body_says_nothing() {
        for body in ["", " \n", "{}"] {
            assert_eq!(Params::of_json(body.as_bytes()).unwrap(), Params::default());
        }
        for body in ["[]", "7", "{", "\u{0}"] {
            let error = Params::of_json(body.as_bytes()).unwrap_err();
            assert_eq!(error.code, 100, "{body:?}");
        }
    }

    #[test]
    fn the_body_stands_over_the_query_and_the_query_can_be_written_again() {
        let body = Params::of_json(br#"{"limit":2}"#).unwrap();
        let params = Params::of_query("limit=1&fields=id%2Cname&access_token=cs_x").under(body);
        assert_eq!(params.number("limit").unwrap(), Some(2));
        let query = params.query_without(&["access_token"]);
        assert_eq!(query, "fields=id%2Cname&limit=2");
    }
}
