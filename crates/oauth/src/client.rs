//! Which app asks, and whether it is the one it says it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::AppId;
use engine::fact::Digest;

use crate::error::{ErrorCode, OauthError};
use crate::form::{Form, decoded};

/// What a request says of the app that sent it. Debug prints no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The app.
    pub app: AppId,
    secret: Option<Digest>,
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claimed")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// An app that showed what it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The app.
    pub app: AppId,
    /// Has it a secret, and showed it? Without one anybody may call himself so.
    pub confidential: bool,
}

impl Claimed {
    /// Reads who asks: HTTP Basic, or `client_id` with or without `client_secret` in the form.
    ///
    /// Errors: nobody is named, both ways are used, or two apps are named.
    /// Source: RFC 6749 section 2.3.1.
    pub fn of(authorization: Option<&str>, form: &Form) -> Result<Self, OauthError> {
        let in_form = form.get("client_id")?;
        let secret_in_form = form.get("client_secret")?;
        let Some(header) = authorization else {
            let id = in_form.ok_or_else(|| unknown("name the client"))?;
            return Self::named(id, secret_in_form);
        };
        let basic = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            .map(|(_, credentials)| credentials.trim());
        let basic =
            basic.ok_or_else(|| unknown("clients authenticate with Basic, or in the form"))?;
        if secret_in_form.is_some() {
            return Err(OauthError::request("the client authenticates in two ways"));
        }
        let pair = STANDARD.decode(basic).ok();
        let pair = pair.and_then(|pair| {
            let colon = pair.iter().position(|byte| *byte == b':')?;
            let (id, secret) = pair.split_at(colon);
            Some((decoded(id).ok()?, decoded(secret.get(1..)?).ok()?))
        });
        let (id, secret) = pair.ok_or_else(|| unknown("the credentials are not readable"))?;
        if in_form.is_some_and(|other| other != id) {
            return Err(OauthError::request("two clients are named"));
        }
        Self::named(
            &id,
            Some(&secret)
                .filter(|secret| !secret.is_empty())
                .map(String::as_str),
        )
    }

    fn named(id: &str, secret: Option<&str>) -> Result<Self, OauthError> {
        Ok(Self {
            app: id.parse().map_err(|_| unknown(WRONG))?,
            secret: secret.map(Digest::of),
        })
    }

    /// Returns the client, if it is the one it says it is.
    ///
    /// `is_there`: is there such an app? `kept`: the digest of its secret, if it has one. An app
    /// that is not there, a wrong secret and a missing one are answered alike.
    pub fn verify(self, is_there: bool, kept: Option<Digest>) -> Result<Client, OauthError> {
        // Compared also where there is nothing to compare with: the time taken tells nothing.
        let nothing = Digest::of("");
        let shown = self.secret.unwrap_or(nothing);
        let same = kept.unwrap_or(nothing).is(&shown);
        let right = match (kept, self.secret) {
            (Some(_), Some(_)) => same,
            (None, None) => true,
            _ => false,
        };
        if !is_there || !right {
            return Err(unknown(WRONG));
        }
        Ok(Client {
            app: self.app,
            confidential: kept.is_some(),
        })
    }
}

impl Client {
    /// The client has a secret, or is refused.
    pub fn must_be_confidential(&self) -> Result<(), OauthError> {
        if self.confidential {
            return Ok(());
        }
        let message = "only a client with a secret may ask this";
        Err(OauthError::new(ErrorCode::UnauthorizedClient, message))
    }
}

const WRONG: &str = "there is no such client, or its secret is wrong";

fn unknown(description: &str) -> OauthError {
    OauthError::new(ErrorCode::InvalidClient, description)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use engine::fact::Digest;

    use super::Claimed;
    use crate::form::Form;

    fn basic(pair: &str) -> String {
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        format!("Basic {encoded}")
    }

    fn told(authorization: Option<&str>, form: &str, kept: Option<&str>) -> String {
        let form = Form::parse(form.as_bytes()).unwrap();
        let claimed = Claimed::of(authorization, &form);
        match claimed.and_then(|claimed| claimed.verify(true, kept.map(Digest::of))) {
            Ok(client) if client.confidential => format!("{} with its secret", client.app),
            Ok(client) => client.app.to_string(),
            Err(error) => error.code.name().to_owned(),
        }
    }

    #[test]
    fn who_asks() {
        let by = |pair: &str, form: &str, kept| told(Some(&basic(pair)), form, kept);
        assert_eq!(by("app:s3", "", Some("s3")), "app with its secret");
        assert_eq!(
            by("app:a%2Bb", "client_id=app", Some("a+b")),
            "app with its secret"
        );
        assert_eq!(
            told(None, "client_id=app&client_secret=s3", Some("s3")),
            "app with its secret"
        );
        assert_eq!(told(None, "client_id=app", None), "app");
        assert_eq!(by("app:", "", None), "app");
    }

    #[test]
    fn who_is_not_believed() {
        let by = |pair: &str, form: &str, kept| told(Some(&basic(pair)), form, kept);
        assert_eq!(by("app:wrong", "", Some("s3")), "invalid_client");
        assert_eq!(by("app:", "", Some("s3")), "invalid_client");
        assert_eq!(by("app:s3", "", None), "invalid_client");
        assert_eq!(told(None, "client_id=app", Some("s3")), "invalid_client");
        assert_eq!(told(None, "", Some("s3")), "invalid_client");
        assert_eq!(told(Some("Bearer x"), "", Some("s3")), "invalid_client");
        assert_eq!(told(Some("Basic %%%"), "", Some("s3")), "invalid_client");
        assert_eq!(by("no colon", "", Some("s3")), "invalid_client");
        assert_eq!(
            by("app:s3", "client_secret=s3", Some("s3")),
            "invalid_request"
        );
        assert_eq!(
            by("app:s3", "client_id=other", Some("s3")),
            "invalid_request"
        );
        assert_eq!(
            told(None, "client_id=app&client_id=app", None),
            "invalid_request"
        );
    }

    #[test]
    fn an_app_that_is_not_there_is_answered_like_a_wrong_secret() {
        let claimed = || Claimed::of(Some(&basic("app:s3")), &Form::default()).unwrap();
        let absent = claimed().verify(false, None).unwrap_err();
        let wrong = claimed()
            .verify(true, Some(Digest::of("other")))
            .unwrap_err();
        assert_eq!(absent, wrong);
    }
}
