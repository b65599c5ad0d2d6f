//! Which app asks.

use ::oauth::client::{Claimed, Client};
use ::oauth::{ErrorCode, Form};
use axum::http::HeaderMap;
use engine::fact::{EndReason, Key};
use engine::{AppId, Assumed, Context, Credential, Evidence, Holder, Request, Thing};
use rulebook::Layer;

use super::answer::Refused;
use super::place::Place;

/// Returns the header that says who asks.
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let only = crate::caller::authorization(headers);
    let only = only.map_err(|wrong| Refused::Body(400, wrong))?;
    Ok(only.map(str::to_owned))
}

/// Returns the app that asks, if it is the one it says it is.
pub(super) fn verified(
    place: &Place,
    authorization: Option<&str>,
    form: &Form,
) -> Result<Client, Refused> {
    let claimed = Claimed::of(authorization, form)?;
    let app = claimed.app.clone();
    let is_there = place.directory()?.fact(&Key::App(app.clone())).is_some();
    let kept = place.secret_of(&app)?;
    Ok(claimed.verify(is_there, kept)?)
}

/// May an app have tokens of a holder at all? The engine is asked as it would be with one in hand,
/// and of its answer only what it says of the app counts here: suspended, in development, gated.
pub(super) fn may_act(
    place: &Place,
    app: &AppId,
    holder: &Holder,
    operation: &str,
    scopes: &[String],
) -> Result<(), Refused> {
    let directory = place.directory()?;
    let request = Request {
        credential: Credential::Assumed(Assumed {
            holder: holder.clone(),
            app: app.clone(),
            scopes: scopes.to_vec(),
            kind: String::new(),
        }),
        operation: operation.to_owned(),
        resource: holder.into(),
        with: vec![("app".to_owned(), Thing::App(app.clone()))],
        context: Context::default(),
    };
    let decision = engine::decide(directory, &request, &Evidence::default(), place.now);
    let against: Vec<&str> = decision
        .reasons
        .iter()
        .filter(|reason| reason.layer() == Layer::App)
        .map(rulebook::Reason::code)
        .collect();
    if against.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the app may not act for this holder: {}",
        against.join(", ")
    );
    Err(Refused::of(ErrorCode::AccessDenied, &message))
}

/// Why everything of a grant ends when a code or refresh token comes twice.
pub(super) const REUSED: EndReason = EndReason::Reused;
