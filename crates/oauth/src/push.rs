//! A client hands in its request itself, and sends the person with a reference to it.
//!
//! What is asked for is then neither in the browser's history nor in anybody's log, and nobody on
//! the way can change it. The reference is good once and for a minute: opening it leaves another,
//! which only this browser holds, is good for as long as it takes to sign in and answer, and is used
//! up by the answer. Source: RFC 9126.

use engine::AppId;
use engine::fact::Digest;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, OauthError};
use crate::form::{Form, encoded};

/// How long a client has until the person comes with the reference.
pub const LIFE: SignedDuration = SignedDuration::from_secs(60);
/// How long the person has until the answer.
pub const OPEN_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// Before every reference. Source: RFC 9126 section 2.2.
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A request that was handed in, as a row keeps it under the digest of its reference. Debug prints
/// names of fields only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pushed {
    /// Whose it is.
    pub app: AppId,
    /// What is asked, as the query it stands for.
    request: Request,
    /// From when on it is good for nothing.
    pub expires: Timestamp,
    /// Did the person come with it?
    pub open: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Request(String);

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Request(..)")
    }
}

/// Which request somebody comes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The client that is named beside it.
    pub app: AppId,
    /// The digest of its secret part.
    pub digest: Digest,
}

impl Reference {
    /// Reads which request a query or form refers to; nothing if it refers to none.
    ///
    /// Errors: the reference is not one of ours, or no client is named.
    pub fn of(form: &Form) -> Result<Option<Self>, OauthError> {
        let Some(uri) = form.get("request_uri")? else {
            return Ok(None);
        };
        let secret = uri.strip_prefix(PREFIX).ok_or_else(no_such_request)?;
        let app = form.need("client_id")?.parse();
        Ok(Some(Self {
            app: app.map_err(|_| no_such_request())?,
            digest: Digest::of(secret),
        }))
    }
}

impl Pushed {
    /// Returns what is kept of a form that `app` handed in, its credentials left out.
    ///
    /// Errors: the form itself refers to a request.
    pub fn new(form: &Form, app: AppId, now: Timestamp) -> Result<Self, OauthError> {
        if form.get("request_uri")?.is_some() {
            let message = "a request that is handed in does not refer to another";
            return Err(OauthError::request(message));
        }
        let told = |name: &str| !matches!(name, "client_id" | "client_secret");
        let rest = form.fields().filter(|(name, _)| told(name));
        let fields = [("client_id", app.as_str())].into_iter().chain(rest);
        Ok(Self {
            request: Request(encoded(fields)),
            expires: now.checked_add(LIFE).unwrap_or(Timestamp::MAX),
            open: false,
            app,
        })
    }

    /// Returns the request, if it is this client's and not over.
    pub fn form(&self, app: &AppId, now: Timestamp) -> Result<Form, OauthError> {
        if self.app != *app || self.expires <= now {
            return Err(no_such_request());
        }
        Form::parse(self.request.0.as_bytes())
    }

    /// Returns what is kept once the person came with it.
    #[must_use]
    pub fn opened(&self, now: Timestamp) -> Self {
        Self {
            expires: now.checked_add(OPEN_LIFE).unwrap_or(Timestamp::MAX),
            open: true,
            ..self.clone()
        }
    }
}

/// Returns the reference that stands for a secret.
#[must_use]
pub fn uri(secret: &str) -> String {
    format!("{PREFIX}{secret}")
}

/// The answer for a reference that is unknown, over, used, or another client's.
#[must_use]
pub fn no_such_request() -> OauthError {
    let message = "the request is unknown, over, answered, or another client's";
    OauthError::new(ErrorCode::InvalidRequestUri, message)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{OPEN_LIFE, Pushed, Reference, uri};
    use crate::form::Form;

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_kept_has_no_credentials_and_its_own_client() {
        let handed = form("scope=a+b&client_secret=s3&state=%26x");
        let app = "reports".parse().unwrap();
        let pushed = Pushed::new(&handed, app, Timestamp::UNIX_EPOCH).unwrap();
        let kept = pushed.form(&pushed.app, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(kept.encoded(), "client_id=reports&scope=a%20b&state=%26x");
        assert!(!format!("{pushed:?}").contains("scope"));
    }

    #[test]
    fn it_is_one_clients_and_ends() {
        let app = "reports".parse().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let pushed = Pushed::new(&form("scope=a"), app, at(0)).unwrap();
        assert!(pushed.form(&pushed.app, at(59)).is_ok());
        assert!(pushed.form(&pushed.app, at(60)).is_err());
        assert!(pushed.form(&"other".parse().unwrap(), at(0)).is_err());
        let opened = pushed.opened(at(59));
        assert!(opened.form(&opened.app, at(60)).is_ok());
        assert!(
            opened
                .form(&opened.app, at(59 + OPEN_LIFE.as_secs()))
                .is_err()
        );
    }

    #[test]
    fn a_reference_is_ours_and_names_a_client() {
        let of = |uri: &str| Reference::of(&form(&format!("client_id=a&request_uri={uri}")));
        assert!(of(&uri("csr_1")).unwrap().is_some());
        assert!(of("https://evil.example/request").is_err());
        assert_eq!(of("").unwrap(), None);
        let twice = format!("client_id=a&request_uri={0}&request_uri={0}", uri("csr_1"));
        assert!(Reference::of(&form(&twice)).is_err());
        assert!(Reference::of(&form(&format!("request_uri={}", uri("csr_1")))).is_err());
    }
}
