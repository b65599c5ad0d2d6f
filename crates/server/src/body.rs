//! Reading bodies: never more than a route takes, and what is wrong is said with field, line and fix.

use std::pin::Pin;
use std::time::Duration;

use api::Problem;
use axum::body::{Body as Stream, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::fault::Fault;

/// The largest body, in bytes.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// The largest body of an import, in bytes.
const MOST_IMPORT_BYTES: usize = 64 << 20;
/// How much of a body that is too large is still taken in, so that its sender hears the answer.
const MOST_IGNORED: usize = 64 << 20;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A body that is a JSON object.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

/// A body that is a JSON list.
#[derive(Debug)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let bytes = json(request).await?;
        // A list would be taken for the fields in order, which nobody means.
        if starts_with(&bytes, b'[') {
            return Err(Fault::invalid("", "the body is an object, not a list"));
        }
        from_json(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for List<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let bytes = json(request).await?;
        if starts_with(&bytes, b'{') {
            return Err(Fault::invalid("", "the body is a list, not an object"));
        }
        from_json(&bytes).map(Self)
    }
}

async fn json(request: Request) -> Result<Vec<u8>, Fault> {
    if !is_of(request.headers(), &["application/json"]) {
        let detail = "send `Content-Type: application/json`";
        let title = "The body is not JSON";
        return Err(Fault::told(Problem::new(415, "MEDIA_TYPE", title, detail)));
    }
    read(request, MOST_BYTES).await
}

fn starts_with(bytes: &[u8], first: u8) -> bool {
    bytes.trim_ascii_start().first() == Some(&first)
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| wrong_json("", &error))?;
    let end = reader.end();
    end.map_err(|error| malformed(&error)).map(|()| value)
}

/// Reads a value that stands in the field `field` of a body.
pub(crate) fn from_value<T: DeserializeOwned>(field: &str, value: Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value).map_err(|error| wrong_json(field, &error))
}

/// Returns the text of a file: YAML, or JSON, which is YAML too.
pub(crate) async fn file_text(request: Request) -> Result<String, Fault> {
    const KINDS: [&str; 4] = [
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "application/json",
    ];
    if !is_of(request.headers(), &KINDS) {
        let detail = "send `Content-Type: application/yaml` or `application/json`";
        let title = "The body is no directory file";
        return Err(Fault::told(Problem::new(415, "MEDIA_TYPE", title, detail)));
    }
    let bytes = read(request, MOST_IMPORT_BYTES).await?;
    String::from_utf8(bytes).map_err(|error| {
        let title = "The body is not UTF-8";
        Fault::told(Problem::new(400, "MALFORMED", title, error.to_string()))
    })
}

/// Says a request that its body is of one of these kinds?
pub(crate) fn is_of(headers: &HeaderMap, kinds: &[&str]) -> bool {
    let said = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let said = said.map_or("", |said| said.split(';').next().unwrap_or("").trim());
    kinds.iter().any(|kind| kind.eq_ignore_ascii_case(said))
}

/// Reads a body up to the most the route takes.
pub(crate) async fn read(request: Request, most: usize) -> Result<Vec<u8>, Fault> {
    let headers = request.headers();
    let said = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // Who asks before sending is told before sending.
    if headers.contains_key(header::EXPECT) && said.is_some_and(|said| said > most) {
        return Err(too_large(most));
    }
    let read = tokio::time::timeout(PATIENCE, collect(request.into_body(), most)).await;
    read.unwrap_or_else(|_| {
        let detail = format!("a body has {} seconds to arrive", PATIENCE.as_secs());
        let title = "The body did not arrive";
        Err(Fault::told(Problem::new(408, "TIMEOUT", title, detail)))
    })
}

async fn collect(mut body: Stream, most: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| {
            let title = "The body could not be read";
            Fault::told(Problem::new(400, "BODY", title, "send it again"))
        })?;
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        seen += piece.len();
        if seen <= most {
            bytes.extend_from_slice(&piece);
        } else if seen > MOST_IGNORED.max(most) {
            break;
        }
    }
    if seen > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}

fn too_large(most: usize) -> Fault {
    let detail = format!("at most {most} bytes are taken here");
    let title = "The body is too large";
    Fault::told(Problem::new(413, "TOO_LARGE", title, detail))
}

fn malformed(error: &serde_json::Error) -> Fault {
    let title = "The body is not well-formed JSON";
    Fault::told(Problem::new(400, "MALFORMED", title, error.to_string()))
}

fn wrong_json(within: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let cause = error.inner();
    if !matches!(cause.classify(), Category::Data) {
        return malformed(cause);
    }
    let text = cause.to_string();
    let mut path = match error.path().to_string() {
        path if path == "." => String::new(),
        path => path,
    };
    // What is missing or too much is named in backticks, and the path ends where it belongs.
    let names_field = ["missing field", "unknown field"]
        .iter()
        .any(|start| text.starts_with(start));
    if names_field
        && let Some(name) = text.split('`').nth(1)
        && path.rsplit('.').next() != Some(name)
    {
        path = joined(&path, name);
    }
    Fault::invalid(&joined(within, &path), in_words(&text))
}

fn joined(path: &str, name: &str) -> String {
    match (path, name) {
        ("", only) | (only, "") => only.to_owned(),
        (path, name) if name.starts_with('[') => format!("{path}{name}"),
        (path, name) => format!("{path}.{name}"),
    }
}

/// Says what JSON should have been in place of what Rust would call it.
fn in_words(text: &str) -> String {
    let text = match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(text),
        None => text,
    };
    let Some((wrong, expected)) = text.rsplit_once(", expected ") else {
        return text.to_owned();
    };
    let expected = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative",
        "a sequence" => "a list",
        "a map" | "map" => "an object",
        name if name.starts_with("struct ") => "an object",
        other => other,
    };
    let wrong = wrong.replace("sequence", "list").replace("map", "object");
    format!("{wrong}, expected {expected}")
}
