//! Graph errors: the shape that SDKs parse, and the texts people search for.
//!
//! Source: platform docs, error handling; messages and statuses as they were measured or documented
//! are in the tests of this crate. A body never holds a null: the SDK for Python would fail on it.

use engine::{Evidence, Request};
use rulebook::ReasonSet;
use serde_json::{Value, json};

/// An error as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// The status.
    pub status: u16,
    /// The code.
    pub code: u32,
    /// The subcode.
    pub subcode: Option<u32>,
    /// The class that SDKs show.
    pub kind: &'static str,
    /// The message.
    pub message: Box<str>,
    /// A title and a message for the person at the screen.
    pub user: Option<Box<(String, String)>>,
    /// Is it worth trying again?
    pub transient: bool,
    /// The parameter that is to blame.
    pub blame: Option<Box<str>>,
    /// What stands behind it: never sent, kept so that it can be explained.
    pub behind: Option<Behind>,
}

/// What stands behind an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// The engine said no.
    Denied(Box<Denial>),
    /// The engine was not even asked: there is no such thing.
    Nothing,
    /// A command was refused that might have been given; why, as a stable code.
    Refused(&'static str),
}

impl Behind {
    /// Returns that the engine said no.
    #[must_use]
    pub fn denied(request: Request, evidence: &Evidence, reasons: ReasonSet) -> Self {
        Self::Denied(Box::new(Denial {
            request,
            evidence: evidence.clone(),
            reasons,
            hidden: false,
        }))
    }
}

/// A denial, as it was before anything of it was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// What was asked.
    pub request: Request,
    /// What the shell measured.
    pub evidence: Evidence,
    /// Everything that spoke against it.
    pub reasons: ReasonSet,
    /// The thing is one that the asker may not know of.
    pub hidden: bool,
}

const OAUTH: &str = "OAuthException";
const GRAPH_METHOD: &str = "GraphMethodException";
const SEE: &str =
    "Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api";

impl GraphError {
    /// Returns an error with a code and a message, as it stands.
    #[must_use]
    pub fn new(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            code,
            subcode: None,
            kind: OAUTH,
            message: message.into(),
            user: None,
            transient: false,
            blame: None,
            behind: None,
        }
    }

    /// The same with the code before the message: `(#200) …`.
    #[must_use]
    pub fn coded(status: u16, code: u32, message: &str) -> Self {
        Self::new(status, code, &format!("(#{code}) {message}"))
    }

    /// With a subcode.
    #[must_use]
    pub const fn sub(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// With the parameter that is to blame.
    #[must_use]
    pub fn blaming(mut self, name: &str) -> Self {
        self.blame = Some(name.into());
        self
    }

    /// With what stands behind it.
    #[must_use]
    pub fn because(mut self, behind: Behind) -> Self {
        self.behind = Some(behind);
        self
    }

    /// With words for the person at the screen.
    #[must_use]
    pub fn saying(mut self, title: &str, message: &str) -> Self {
        self.user = Some(Box::new((title.to_owned(), message.to_owned())));
        self
    }

    /// The same as an error of the method.
    #[must_use]
    pub(crate) const fn of_method(self) -> Self {
        self.of_kind(GRAPH_METHOD)
    }

    const fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// A parameter is wrong.
    #[must_use]
    pub fn invalid(message: &str) -> Self {
        Self::coded(400, 100, message)
    }

    /// A parameter is missing.
    #[must_use]
    pub fn missing(name: &str) -> Self {
        Self::invalid(&format!("The parameter {name} is required")).blaming(name)
    }

    /// A parameter is none of the values there are.
    #[must_use]
    pub fn not_one_of(name: &str, values: &[&str], got: &str) -> Self {
        let (values, got) = (values.join(", "), shortened(got));
        let message = format!("Param {name} must be one of {{{values}}} - got \"{got}\".");
        Self::invalid(&message).blaming(name)
    }

    /// There is no such thing, or it is not for this asker: the words are the same.
    #[must_use]
    pub fn no_object(method: &str, id: &str) -> Self {
        let id = shortened(id);
        let message = format!(
            "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. {SEE}"
        );
        Self::new(400, 100, &message).sub(33).of_kind(GRAPH_METHOD)
    }

    /// The path cannot be used so.
    #[must_use]
    pub fn unsupported_method(method: &str) -> Self {
        let method = shortened(&method.to_ascii_lowercase());
        let message = format!("Unsupported request - method type: {method}");
        Self::new(400, 100, &message).of_kind(GRAPH_METHOD)
    }

    /// The path goes on where nothing is.
    #[must_use]
    pub fn no_path(rest: &str) -> Self {
        let rest = shortened(rest);
        Self::new(400, 2500, &format!("Unknown path components: /{rest}"))
    }

    /// A field that this kind of node does not have.
    #[must_use]
    pub fn no_field(name: &str, node: &str) -> Self {
        let name = shortened(name);
        Self::invalid(&format!(
            "Tried accessing nonexisting field ({name}) on node type ({node})"
        ))
    }

    /// `fields` is not written as it must be.
    #[must_use]
    pub fn syntax(what: &str, at: usize) -> Self {
        Self::new(
            400,
            2500,
            &format!("Syntax error \"{what}\" at character {at}: fields"),
        )
    }

    /// The version is too old.
    #[must_use]
    pub fn deprecated() -> Self {
        let message = "You are calling a deprecated version of the Ads API. Please update to the latest version.";
        Self::coded(400, 2635, message)
    }

    /// No token came.
    #[must_use]
    pub fn no_token(about_me: bool) -> Self {
        if about_me {
            let message =
                "An active access token must be used to query information about the current user.";
            return Self::new(400, 2500, message);
        }
        Self::new(
            400,
            104,
            "An access token is required to request this resource.",
        )
    }

    /// The token is none that is known.
    #[must_use]
    pub fn unknown_token() -> Self {
        Self::new(401, 190, "Invalid OAuth access token.")
    }

    /// The token is over; `message` follows the usual beginning.
    #[must_use]
    pub fn dead_token(subcode: u32, message: &str) -> Self {
        let message = format!("Error validating access token: {message}");
        Self::new(400, 190, &message).sub(subcode)
    }

    /// The proof made with the app's secret is missing or wrong.
    #[must_use]
    pub fn proof(missing: bool) -> Self {
        let message = if missing {
            "API calls from the server require an appsecret_proof argument"
        } else {
            "Invalid appsecret_proof provided in the API argument"
        };
        Self::new(400, 100, message).of_kind(GRAPH_METHOD)
    }

    /// More is asked for than one call may have.
    #[must_use]
    pub fn too_much() -> Self {
        let message = "Please reduce the amount of data you're asking for, then retry your request";
        Self::new(400, 1, message)
    }

    /// Something of ours went wrong.
    #[must_use]
    pub fn internal() -> Self {
        let mut error = Self::new(500, 1, "An unknown error occurred");
        error.transient = true;
        error
    }

    /// Not now: ask again.
    #[must_use]
    pub fn busy() -> Self {
        let mut error = Self::new(500, 2, "Service temporarily unavailable");
        error.transient = true;
        error
    }

    /// Returns the body. `trace` is the id under which the refusal can be looked up.
    #[must_use]
    pub fn body(&self, trace: &str) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "is_transient": self.transient,
            "fbtrace_id": trace,
        });
        if let Some(fields) = error.as_object_mut() {
            if let Some(subcode) = self.subcode {
                fields.insert("error_subcode".into(), subcode.into());
            }
            if let Some((title, message)) = self.user.as_deref() {
                fields.insert("error_user_title".into(), title.as_str().into());
                fields.insert("error_user_msg".into(), message.as_str().into());
            }
            if let Some(blame) = &self.blame {
                let blame = json!({ "blame_field_specs": [[blame]] });
                fields.insert("error_data".into(), blame);
            }
        }
        json!({ "error": error })
    }
}

/// What came in goes out again only in part, and without what a terminal would obey.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

impl From<market::ShelfError> for GraphError {
    fn from(error: market::ShelfError) -> Self {
        match error {
            market::ShelfError::TooMany(_) => Self::too_much(),
            market::ShelfError::Read(_) => Self::busy(),
            market::ShelfError::Unreadable(..) => Self::internal(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GraphError;

    #[test]
    fn no_body_holds_a_null() {
        for error in [
            GraphError::internal(),
            GraphError::missing("user"),
            GraphError::no_object("get", "5"),
            GraphError::coded(403, 200, "Permissions error").saying("No", "Ask an admin"),
        ] {
            let body = error.body("Atrace").to_string();
            assert!(!body.contains("null"), "{body}");
            assert!(body.contains("\"fbtrace_id\":\"Atrace\""), "{body}");
        }
    }

    #[test]
    fn what_came_in_goes_out_short_and_plain() {
        let error = GraphError::no_object("get", &format!("\u{1b}[31m{}", "x".repeat(500)));
        assert!(!error.message.contains('\u{1b}'));
        assert!(error.message.len() < 400, "{}", error.message);
    }
}
