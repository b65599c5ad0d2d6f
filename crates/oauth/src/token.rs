//! What a client asks at the token endpoint, and what it is answered.

use engine::SystemUserId;
use engine::fact::{Digest, Grant, Token};
use rulebook::Rules;
use serde_json::{Value, json};

use crate::details::{self, Detail};
use crate::error::{ErrorCode, OauthError};
use crate::form::Form;
use crate::issuer::Issuer;
use crate::scope;

/// What a client asks for. Debug prints no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// Tokens for a code.
    Code(Redemption),
    /// New tokens for a refresh token.
    Refresh {
        /// Its digest.
        token: Digest,
        /// The scopes of the new access token; all, if left out.
        scopes: Option<Vec<String>>,
    },
    /// A token for the app itself, or for a system user it is installed on.
    OwnCredentials {
        /// For which system user; for the app itself, if left out.
        system_user: Option<SystemUserId>,
        /// The scopes.
        scopes: Option<Vec<String>>,
    },
    /// A narrower token for a token.
    Exchange(Exchange),
}

/// A code and what must come with it. Debug prints neither code nor verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct Redemption {
    /// The digest of the code.
    pub code: Digest,
    /// Where the person was sent back to with it.
    pub redirect_uri: String,
    /// The secret behind the challenge; none for a code of the login dialog.
    pub verifier: Option<String>,
}

impl std::fmt::Debug for Redemption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redemption")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// A token to be exchanged, and what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The digest of the token.
    pub subject: Digest,
    /// The scopes wanted; all, if left out.
    pub scopes: Option<Vec<String>>,
    /// The only assets wanted, each for its own scopes; all, if left out.
    pub details: Option<Vec<Detail>>,
    /// How long it shall live at most, in seconds.
    pub life_s: Option<u32>,
}

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The grant types that are known, as metadata lists them.
pub const GRANT_TYPES: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    EXCHANGE,
];

impl TokenRequest {
    /// Reads what is asked.
    ///
    /// Source: RFC 6749 sections 4.1.3, 4.4 and 6; RFC 8693 section 2.1; RFC 8707.
    pub fn read(form: &Form, rules: &Rules, issuer: &Issuer) -> Result<Self, OauthError> {
        let grant_type = form.need("grant_type")?;
        issuer.check_resources(form)?;
        let scopes = form.get("scope")?;
        let scopes = scopes.map(|text| scope::parse(text, rules)).transpose()?;
        match grant_type {
            "authorization_code" => Ok(Self::Code(Redemption {
                code: Digest::of(form.need("code")?),
                redirect_uri: form.need("redirect_uri")?.to_owned(),
                verifier: Some(form.need("code_verifier")?.to_owned()),
            })),
            "refresh_token" => Ok(Self::Refresh {
                token: Digest::of(form.need("refresh_token")?),
                scopes,
            }),
            "client_credentials" => {
                let system_user = form.get("system_user")?;
                let parsed = system_user.map(str::parse::<SystemUserId>).transpose();
                let wrong = |_| OauthError::request("`system_user` is no id");
                Ok(Self::OwnCredentials {
                    system_user: parsed.map_err(wrong)?,
                    scopes,
                })
            }
            EXCHANGE => exchange(form, rules, scopes).map(Self::Exchange),
            other => {
                let other: String = other.chars().take(64).collect();
                let message = format!("`{other}` is none of {}", GRANT_TYPES.join(", "));
                Err(OauthError::new(ErrorCode::UnsupportedGrantType, &message))
            }
        }
    }
}

fn exchange(
    form: &Form,
    rules: &Rules,
    scopes: Option<Vec<String>>,
) -> Result<Exchange, OauthError> {
    if form.need("subject_token_type")? != ACCESS_TOKEN {
        return Err(OauthError::request("only an access token can be exchanged"));
    }
    let wanted = form.get("requested_token_type")?;
    if wanted.is_some_and(|wanted| wanted != ACCESS_TOKEN) {
        return Err(OauthError::request(
            "only an access token is given in exchange",
        ));
    }
    if form.get("actor_token")?.is_some() || form.get("actor_token_type")?.is_some() {
        return Err(OauthError::request(
            "`actor_token` is not taken: the client is the actor",
        ));
    }
    if form.get("audience")?.is_some() {
        let message = "name the place with `resource`";
        return Err(OauthError::new(ErrorCode::InvalidTarget, message));
    }
    let life_s = form.get("expires_in")?.map(str::parse::<u32>).transpose();
    let details = match form.get("authorization_details")? {
        None => None,
        Some(text) => Some(details::parse(text, rules)?),
    };
    Ok(Exchange {
        subject: Digest::of(form.need("subject_token")?),
        scopes,
        details,
        life_s: life_s.map_err(|_| OauthError::request("`expires_in` is a number of seconds"))?,
    })
}

/// The tokens that go out. Debug prints none.
pub struct Issued<'a> {
    /// The access token's secret.
    pub secret: &'a str,
    /// The refresh token's, if there is one.
    pub refresh: Option<&'a str>,
    /// The access token.
    pub token: &'a Token,
    /// What it may do.
    pub grant: &'a Grant,
    /// Was it given in exchange?
    pub exchanged: bool,
}

impl std::fmt::Debug for Issued<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued")
            .field("token", &self.token.id)
            .finish_non_exhaustive()
    }
}

impl Issued<'_> {
    /// Returns the body of the answer. Source: RFC 6749 section 5.1, RFC 8693 section 2.2.
    #[must_use]
    pub fn body(&self) -> Value {
        let life = |end: jiff::Timestamp| end.duration_since(self.token.issued).as_secs().max(0);
        let targets = &self.grant.targets;
        crate::without_nulls(json!({
            "access_token": self.secret,
            "token_type": "Bearer",
            "scope": scope::text(&self.grant.scopes),
            "expires_in": self.token.expires.map(life),
            "refresh_token": self.refresh,
            "issued_token_type": self.exchanged.then_some(ACCESS_TOKEN),
            "authorization_details": (!targets.is_empty()).then(|| details::of_targets(targets)),
        }))
    }
}
