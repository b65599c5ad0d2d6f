//! What is said of issuers and of the API their tokens are for. URLs come from the configured
//! address, never from the request's Host.

use ::oauth::Issuer;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::place::Place;
use crate::app::App;

const KEPT: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

pub(super) async fn of_issuer(State(app): State<App>, Path(realm): Path<String>) -> Response {
    let place = match Place::find(&app, &realm) {
        Ok(place) => place,
        Err(refused) => return refused.into_response(),
    };
    match place.directory() {
        Ok(directory) => {
            let rules = directory.rulebook().rules(0);
            ([KEPT], Json(place.issuer.metadata(rules))).into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

pub(super) async fn of_resource(State(app): State<App>) -> Response {
    let view = app.installation.view();
    let base = &app.options.public_url;
    let realms = view.state.iter();
    let issuers: Vec<Issuer> = realms
        .map(|(realm, _)| Issuer::new(base, realm.as_str()))
        .collect();
    ([KEPT], Json(Issuer::of_resource(base, &issuers))).into_response()
}
