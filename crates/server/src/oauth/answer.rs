//! Answers to machines.

use ::oauth::{ErrorCode, Form, OauthError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::body;
use crate::fault::Fault;

/// The largest form, in bytes.
const MOST_BYTES: usize = 128 << 10;

/// Why a machine is not answered what it asked.
#[derive(Debug)]
pub(super) enum Refused {
    /// In OAuth's words.
    Told(OauthError),
    /// Only the log is told.
    Internal(Box<dyn std::error::Error + Send + Sync>),
    /// The form did not come, or is too large.
    Body(u16, &'static str),
}

impl From<OauthError> for Refused {
    fn from(error: OauthError) -> Self {
        Self::Told(error)
    }
}

impl Refused {
    pub(super) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    pub(super) fn of(code: ErrorCode, description: &str) -> Self {
        Self::Told(OauthError::new(code, description))
    }

    /// Returns it in OAuth's words; what only the log is told is logged here.
    pub(super) fn told(self) -> (u16, OauthError) {
        match self {
            Self::Told(error) => (error.code.status(), error),
            Self::Internal(error) => {
                tracing::error!(error = %crate::fault::chain(&*error), "an OAuth request failed");
                let description = "the log has the cause";
                (500, OauthError::new(ErrorCode::ServerError, description))
            }
            Self::Body(status, description) => {
                let code = ErrorCode::InvalidRequest;
                (status, OauthError::new(code, description))
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = self.told();
        let mut response = json(status, &error.body());
        if error.code == ErrorCode::InvalidClient {
            let challenge = HeaderValue::from_static("Basic realm=\"countersign\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Returns an answer that nobody keeps.
pub(super) fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, body.to_string()).into_response()
}

/// Reads the form of a request.
pub(super) async fn form(request: axum::extract::Request) -> Result<Form, Refused> {
    const KIND: &str = "application/x-www-form-urlencoded";
    if !body::is_of(request.headers(), &[KIND]) {
        return Err(Refused::Body(
            400,
            "send a form: application/x-www-form-urlencoded",
        ));
    }
    // What is in the query would be in logs.
    if request.uri().query().is_some() {
        return Err(Refused::Body(
            400,
            "send everything in the form, nothing in the query",
        ));
    }
    let bytes = body::read(request, MOST_BYTES).await;
    let bytes = bytes.map_err(|fault| match fault {
        Fault::Told(problem) if problem.status == 413 => {
            Refused::Body(413, "the form is too large")
        }
        Fault::Told(problem) if problem.status == 408 => {
            Refused::Body(408, "the form did not arrive")
        }
        _ => Refused::Body(400, "the form could not be read"),
    })?;
    Ok(Form::parse(&bytes)?)
}

pub(super) async fn no_such_method() -> Response {
    let error = OauthError::new(ErrorCode::InvalidRequest, "this method is not taken here");
    json(405, &error.body())
}
