//! Reading JSON bodies of the native API: what is wrong is said with field, line and fix.

use api::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The largest body of the native API, in bytes.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// The largest body of an import, in bytes.
pub(crate) const MOST_IMPORT_BYTES: usize = 64 << 20;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let bytes = json_bytes(request, state).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| wrong_json(&error))
    }
}

/// Returns the bytes of a body that says it is JSON.
pub(crate) async fn json_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, Fault> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let json = kind.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("application/json")
    });
    if !json {
        let detail = "send `Content-Type: application/json`";
        return Err(Fault::told(Problem::new(
            415,
            "MEDIA_TYPE",
            "The body is not JSON",
            detail,
        )));
    }
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                let detail =
                    format!("a body has at most {MOST_BYTES} bytes; an import {MOST_IMPORT_BYTES}");
                return Fault::told(Problem::new(
                    413,
                    "TOO_LARGE",
                    "The body is too large",
                    detail,
                ));
            }
            Fault::told(Problem::new(
                400,
                "BODY",
                "The body could not be read",
                "send it again",
            ))
        })
}

fn wrong_json(error: &serde_json::Error) -> Fault {
    let field = error.to_string();
    // serde writes names in backticks: the first is the field or variant at fault.
    let field = field.split('`').nth(1).map(str::to_owned);
    let problem = match error.classify() {
        serde_json::error::Category::Data => Problem::new(
            400,
            "INVALID",
            "A field is not what it should be",
            error.to_string(),
        ),
        _ => Problem::new(
            400,
            "MALFORMED",
            "The body is not well-formed JSON",
            error.to_string(),
        ),
    };
    Fault::told(match field {
        Some(field) => problem.field(field),
        None => problem,
    })
}
