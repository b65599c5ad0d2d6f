//! `GET /.well-known/authzen-configuration`. URLs come from the configured address, never from the
//! request's Host.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;

pub(crate) async fn page(State(app): State<App>) -> Response {
    let base = &app.options.public_url;
    let page = Json(json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
        "search_subject_endpoint": format!("{base}/access/v1/search/subject"),
        "search_resource_endpoint": format!("{base}/access/v1/search/resource"),
        "search_action_endpoint": format!("{base}/access/v1/search/action"),
    }));
    ([(header::CACHE_CONTROL, "public, max-age=300")], page).into_response()
}
