//! Every route, once: the router and the OpenAPI document are made from the same list.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use crate::app::App;
use crate::fault::{Fault, problem_response};
use crate::{
    authzen, bulk, business_list, check, command, directory, explain, explanation, figure, finding,
    health, holding, import, ledger_entries, list, mandate_list, openapi, prove_removal,
    rulebook_page, session, sign_in_code, sweep, test_controls, token_list,
};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the routes of the native API, by path.
fn native() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/api/v1/whoami", get(session::whoami)),
        ("/api/v1/sessions", post(session::open)),
        ("/api/v1/sign-in-codes", post(sign_in_code::make)),
        ("/api/v1/check", post(check::check)),
        ("/api/v1/checks", post(check::checks)),
        ("/api/v1/explain", post(explain::explain)),
        ("/api/v1/explanations/{id}", get(explanation::show)),
        ("/api/v1/who-can", post(list::who)),
        ("/api/v1/what-can", post(list::what)),
        ("/api/v1/holdings", get(holding::list)),
        ("/api/v1/findings", get(finding::list)),
        (
            "/api/v1/businesses/{id}/children",
            get(business_list::children),
        ),
        (
            "/api/v1/businesses/{id}/members",
            get(business_list::members),
        ),
        (
            "/api/v1/businesses/{id}/partners",
            get(business_list::partners),
        ),
        ("/api/v1/businesses/{id}/assets", get(business_list::assets)),
        ("/api/v1/mandates", get(mandate_list::mandates)),
        ("/api/v1/proposals", get(mandate_list::proposals)),
        ("/api/v1/partners/prove-removal", post(prove_removal::prove)),
        ("/api/v1/commands", post(command::run).get(command::names)),
        ("/api/v1/bulk", post(bulk::run)),
        ("/api/v1/import", post(import::import).get(import::progress)),
        ("/api/v1/export", get(directory::export)),
        ("/api/v1/ledger/entries", get(ledger_entries::entries)),
        ("/api/v1/ledger/head", get(ledger_entries::head)),
        ("/api/v1/ledger/verify", post(ledger_entries::verify)),
        (
            "/api/v1/rulebook",
            post(rulebook_page::activate).get(rulebook_page::show),
        ),
        ("/api/v1/figures", post(figure::feed)),
        ("/api/v1/tokens", get(token_list::tokens)),
        ("/api/v1/tokens/collect", post(token_list::collect)),
        ("/api/v1/sweep", post(sweep::run)),
        ("/api/v1/openapi.json", get(openapi::page)),
    ]
}

/// Returns the paths of the native API.
#[cfg(test)]
pub(crate) fn native_paths() -> Vec<&'static str> {
    native().into_iter().map(|(path, _)| path).collect()
}

/// Returns the server's routes. Test controls are among them only with a test clock.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for (path, handler) in native() {
        router = router.route(path, handler);
    }
    router = router
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(authzen::routes())
        .merge(crate::oauth::routes())
        .merge(crate::meta::routes());
    if app.options.test_clock.is_some() {
        router = router.merge(test_controls::routes());
    }
    router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        // Bodies are read by `body`, with limits of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(app.clone(), around))
        .with_state(app)
}

async fn no_such_path(request: Request) -> Fault {
    let detail = format!(
        "there is no `{}`; see /api/v1/openapi.json",
        request.uri().path()
    );
    Fault::told(api::Problem::new(404, "NOT_FOUND", "No such path", detail))
}

async fn no_such_method(request: Request) -> Fault {
    let detail = format!(
        "`{}` cannot be done here; see /api/v1/openapi.json",
        request.method()
    );
    Fault::told(api::Problem::new(405, "METHOD", "No such method", detail))
}

/// Nobody waits for ever.
async fn in_time(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(PATIENCE, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        tracing::warn!("an answer took too long");
        let detail = "ask again; give a command again under the same id";
        let title = "The answer took too long";
        problem_response(&api::Problem::new(503, "TIMEOUT", title, detail))
    })
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    problem_response(&api::Problem::new(
        500,
        "INTERNAL",
        "An error of ours",
        "the log has the cause",
    ))
}

/// Around every request: its id goes out again and stands on every line of the log that it causes;
/// it is counted, and logged without its body or query.
async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let start = tokio::time::Instant::now();
    let given = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|id| id.len() <= 128)
        .cloned();
    let id = given.unwrap_or_else(|| {
        HeaderValue::from_str(&uuid::Uuid::now_v7().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none"))
    });
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    // Of the level of what must never be filtered away, so that no line loses its id.
    let span = tracing::error_span!("request", request_id = id.to_str().unwrap_or("unprintable"));
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let took = start.elapsed();
    app.metrics.requested(&route, status, took.as_secs_f64());
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        tracing::debug!(%method, route, status, took_us, "answered {method} {route} with {status}");
    });
    response.headers_mut().insert(REQUEST_ID, id);
    name_the_issuers(&app, &mut response);
    response
}

/// Whoever lacks a token is told where it is said who issues them (RFC 9728).
fn name_the_issuers(app: &App, response: &mut Response) {
    let headers = response.headers_mut();
    let bearer = headers
        .get(header::WWW_AUTHENTICATE)
        .is_some_and(|challenge| challenge.as_bytes().starts_with(b"Bearer"));
    let page = format!(
        "Bearer realm=\"countersign\", \
         resource_metadata=\"{}/.well-known/oauth-protected-resource/api/v1\"",
        app.options.public_url
    );
    if let Some(page) = HeaderValue::from_str(&page).ok().filter(|_| bearer) {
        headers.insert(header::WWW_AUTHENTICATE, page);
    }
}
