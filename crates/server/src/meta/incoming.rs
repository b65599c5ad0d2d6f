//! From an HTTP request to a call.

use ::meta::{Call, GraphError, Params, parts};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};

use crate::body::{self, MOST_BYTES};
use crate::caller::authorization;

/// Reads a call: parameters of the query, and over them those of the body.
pub(super) async fn read(request: Request, prefix: &str, base: &str) -> Result<Call, GraphError> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let path = path.strip_prefix(prefix).unwrap_or(&path).to_owned();
    let query = Params::of_query(request.uri().query().unwrap_or_default());
    let bearer = bearer(request.headers());
    let is_json = body::is_of(request.headers(), &["application/json"]);
    let parts = body::is_of(request.headers(), &["multipart/form-data"]);
    let parts = parts
        .then(|| text_of(request.headers(), header::CONTENT_TYPE))
        .flatten();
    let bytes = body::read(request, MOST_BYTES)
        .await
        .map_err(|_| GraphError::invalid("The body is too large, or did not arrive"))?;
    let in_body = if let Some(kind) = parts {
        parts::read(&kind, &bytes)?
    } else if is_json || bytes.trim_ascii_start().first() == Some(&b'{') {
        Params::of_json(&bytes)?
    } else {
        Params::of_query(&String::from_utf8_lossy(&bytes))
    };
    let mut params = query.under(in_body);
    if let (None, Some(bearer)) = (params.text("access_token"), bearer) {
        params = params.with("access_token", &bearer);
    }
    Call::read(&method, &path, params, base)
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Returns the token of the header: `Bearer` or `OAuth`.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, secret) = authorization(headers).ok()??.split_once(' ')?;
    let known = ["bearer", "oauth"]
        .iter()
        .any(|one| scheme.eq_ignore_ascii_case(one));
    known.then(|| secret.trim().to_owned())
}
