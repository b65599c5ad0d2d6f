//! Marks of answers: whoever has the same answer already is not sent it again.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Returns the marks of the answers that a caller has.
pub(super) fn known(headers: &HeaderMap) -> Option<String> {
    let known = headers.get(header::IF_NONE_MATCH)?;
    known.to_str().ok().map(str::to_owned)
}

/// Puts the mark of its body onto an answer, and takes the body away from one that the caller has.
pub(super) fn marked(mut response: Response, body: &Value, known: Option<&str>) -> Response {
    let (mark, has) = of(body, known);
    if let Ok(mark) = HeaderValue::from_str(&mark) {
        response.headers_mut().insert(header::ETAG, mark);
    }
    if has {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

/// Returns the mark of an answer, and whether it is among those that a caller has.
pub(super) fn of(body: &Value, known: Option<&str>) -> (String, bool) {
    let mark = mark(&body.to_string());
    let has = known.is_some_and(|known| known.split(',').any(|one| is(one, &mark)));
    (mark, has)
}

/// Compared weakly, as RFC 9110 says of this header.
fn is(known: &str, mark: &str) -> bool {
    let known = known.trim();
    let known = known.strip_prefix("W/").unwrap_or(known);
    known == "*" || known == mark
}

fn mark(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let short = digest.iter().take(20);
    let short: String = short.map(|byte| format!("{byte:02x}")).collect();
    format!("\"{short}\"")
}
