//! The AuthZEN Authorization API 1.0: evaluation, evaluations, three searches, metadata.
//!
//! Its own rules: unknown fields are ignored, an unknown id or type is `false` or an empty list and
//! never an error, a missing required field is 400 with a message. Nothing is decided here.

mod evaluation;
mod metadata;
mod request;
mod search;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/access/v1/evaluation", post(evaluation::one))
        .route("/access/v1/evaluations", post(evaluation::many))
        .route("/access/v1/search/subject", post(search::subjects))
        .route("/access/v1/search/resource", post(search::resources))
        .route("/access/v1/search/action", post(search::actions))
        .route("/.well-known/authzen-configuration", get(metadata::page))
}
