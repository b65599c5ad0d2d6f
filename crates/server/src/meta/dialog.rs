//! `/dialog/oauth`: the login dialog, which leads to the pages on which people sign in and consent.

use ::meta::{Call, GraphError};
use ::oauth::dialog::FIELD;
use ::oauth::form::encoded;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::fact::{Fact, Key};

use crate::app::App;

/// What of a request goes on to the pages; everything else is for screens that are not here.
const FIELDS: [&str; 6] = [
    "client_id",
    "redirect_uri",
    "state",
    "response_type",
    "scope",
    "auth_type",
];

/// Is it a call of the dialog?
pub(super) fn is_asked_for(call: &Call) -> bool {
    call.path.iter().map(String::as_str).eq(["dialog", "oauth"])
}

/// Leads on to the realm that knows the app.
///
/// Errors: no app is named, or none that is known.
pub(super) fn lead_on(app: &App, call: &Call) -> Result<Response, GraphError> {
    let client = call.params.text("client_id");
    let client = client.ok_or_else(|| GraphError::new(400, 101, "Missing client_id parameter."))?;
    let back = call.params.text("redirect_uri").unwrap_or_default();
    let realm = realm_of(app, &client, &back).ok_or_else(no_app)?;
    let given = FIELDS.map(|name| (name, call.params.text(name)));
    let given = given
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    let query = encoded(given.chain([(FIELD, "1")]));
    let to = format!("/oauth/{realm}/authorize?{query}");
    let to = HeaderValue::from_str(&to).map_err(|_| GraphError::internal())?;
    let headers = [
        (header::LOCATION, to),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// There is no such app.
pub(super) fn no_app() -> GraphError {
    let message =
        "Error validating application. Cannot get application info due to a system error.";
    GraphError::new(400, 101, message)
}

/// Is there such an app in any realm?
pub(super) fn is_known(app: &App, client: &str) -> bool {
    !realms_of(app, client).is_empty()
}

/// Returns the realms that know an app, each with the addresses it may send people back to.
pub(super) fn realms_of(app: &App, client: &str) -> Vec<(String, Vec<String>)> {
    let Ok(id) = client.parse::<engine::AppId>() else {
        return Vec::new();
    };
    let view = app.installation.view();
    let ours = view
        .state
        .iter()
        .filter(|(_, directory)| directory.rulebook().name == super::RULEBOOK);
    let known = ours.filter_map(
        |(realm, directory)| match directory.fact(&Key::App(id.clone())) {
            Some(Fact::App(app)) => Some((realm.as_str().to_owned(), app.redirect_uris)),
            _ => None,
        },
    );
    known.collect()
}

/// Of several realms with one app's id, the one where it may send people to this address.
fn realm_of(app: &App, client: &str, back: &str) -> Option<String> {
    let realms = realms_of(app, client);
    let fits = |uris: &[String]| ::oauth::redirect::is_registered(uris, back);
    let fitting = realms.iter().find(|(_, uris)| fits(uris));
    fitting.or(realms.first()).map(|(realm, _)| realm.clone())
}
