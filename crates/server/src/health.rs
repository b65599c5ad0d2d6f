//! `/health/live`, `/health/ready`, `/metrics`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// The process runs.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Every realm can be asked.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let view = app.installation.view();
    let loading = view.state.iter().find(|(_, directory)| {
        directory
            .settings()
            .is_some_and(|settings| settings.loading)
    });
    match loading {
        None => "ready\n".into_response(),
        Some((realm, _)) => {
            let text = format!("realm {} is being loaded\n", realm.as_str());
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// Counts, in the text form of Prometheus. No ids in labels.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    app.metrics
        .log_position(app.installation.view().head.position.get());
    match app.metrics.text() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
