//! Errors in the shape that OAuth's clients know.

use serde_json::{Value, json};

/// What is wrong, by the name a client looks for.
///
/// Source: RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, RFC 8693, RFC 8707, RFC 9101,
/// RFC 9396.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// A field is missing, twice there, or not what it should be.
    InvalidRequest,
    /// The client is not who it says.
    InvalidClient,
    /// The code or token is not good, or not for this client.
    InvalidGrant,
    /// This client may not ask in this way.
    UnauthorizedClient,
    /// Nobody may ask in this way.
    UnsupportedGrantType,
    /// No such scope, or none that was granted.
    InvalidScope,
    /// The token is not for this place.
    InvalidTarget,
    /// The person said no, or may not say yes.
    AccessDenied,
    /// Only `code` is given.
    UnsupportedResponseType,
    /// What was named in detail is not what can be given.
    InvalidAuthorizationDetails,
    /// Nobody is signed in, and nobody may be asked.
    LoginRequired,
    /// The person has to be asked, and may not be.
    ConsentRequired,
    /// The request that was handed in before is unknown, over or used.
    InvalidRequestUri,
    /// Ask again later.
    TemporarilyUnavailable,
    /// An error of ours.
    ServerError,
}

impl ErrorCode {
    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// Returns the HTTP status where the answer goes to the client itself.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TemporarilyUnavailable => 503,
            Self::ServerError => 500,
            _ => 400,
        }
    }
}

/// Why a client does not get what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.name())]
pub struct OauthError {
    /// By name.
    pub code: ErrorCode,
    /// For the people who build the client.
    pub description: String,
}

impl OauthError {
    /// Returns the error with a sentence for the people who build the client.
    ///
    /// Letters that RFC 6749 does not allow in one are replaced.
    #[must_use]
    pub fn new(code: ErrorCode, description: &str) -> Self {
        let plain = |c: char| match c {
            '"' => '\'',
            ' '..='[' | ']'..='~' => c,
            _ => '?',
        };
        Self {
            code,
            description: description.chars().map(plain).collect(),
        }
    }

    pub(crate) fn request(description: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(crate) fn grant(description: &str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// Returns the body of an answer to the client itself.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({ "error": self.code.name(), "error_description": self.description })
    }
}
