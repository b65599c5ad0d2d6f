//! `GET /api/v1/export`: the realm as a directory file.

use std::cell::RefCell;

use api::At;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use commands::document::DirectoryDocument;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::params::Params;

/// Carries the consistency token where the body has no place for it.
const STATE: HeaderName = HeaderName::from_static("x-countersign-state");

/// What is exported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Export {
    /// As it was then.
    at: Option<At>,
}

pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Params(wanted): Params<Export>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    caller.must(&app, "directory.export")?;
    let moment = Moment::of(&app, &caller, wanted.at).await?;
    let state = HeaderValue::from_str(&moment.state()).map_err(Fault::internal)?;
    let json = wants_json(&headers);
    let written = tokio::task::spawn_blocking(move || write(&app, &moment, json));
    let mut response = written.await.map_err(Fault::internal)??;
    response.headers_mut().insert(STATE, state);
    Ok(response)
}

fn write(app: &App, moment: &Moment, json: bool) -> Result<Response, Fault> {
    let unread = RefCell::new(None);
    let text = |digest: &_| {
        app.installation.text(digest).unwrap_or_else(|error| {
            unread.replace(Some(error));
            None
        })
    };
    let document = DirectoryDocument::from_facts(&moment.directory()?.facts(), &text);
    // A text that could not be read must not look like one that was erased.
    if let Some(error) = unread.into_inner() {
        return Err(Fault::internal(error));
    }
    if json {
        return Ok(Json(document).into_response());
    }
    let yaml = document.to_yaml().map_err(Fault::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response())
}

/// YAML, unless JSON alone is asked for.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| {
        let mut kinds = accept
            .split(',')
            .map(|kind| kind.split(';').next().unwrap_or("").trim());
        kinds.any(|kind| kind.eq_ignore_ascii_case("application/json")) && !accept.contains("yaml")
    })
}
