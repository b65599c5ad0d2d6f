//! `POST /oauth/{realm}/introspect`.

use ::oauth::introspect::{Asker, told};
use ::oauth::{ErrorCode, Form};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use engine::fact::Digest;
use serde_json::Value;

use super::answer::{self, Refused};
use super::client;
use super::place::{Place, waiting};
use crate::app::App;
use crate::caller::Caller;

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let answered = async {
        let authorization = client::authorization(request.headers())?;
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        if let Some(secret) = bearer(authorization.as_deref()) {
            return by_caller(&app, &place, secret, &form);
        }
        waiting(move || by_client(&place, authorization.as_deref(), &form)).await
    };
    match answered.await {
        Ok(body) => answer::json(200, &body),
        Err(refused) => refused.into_response(),
    }
}

fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, secret) = authorization?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// An app asks about its own tokens.
fn by_client(place: &Place, authorization: Option<&str>, form: &Form) -> Result<Value, Refused> {
    let client = client::verified(place, authorization, form)?;
    client.must_be_confidential()?;
    let digest = Digest::of(form.need("token")?);
    let asker = Asker::App(&client.app);
    Ok(told(
        place.directory()?,
        &digest,
        asker,
        &place.issuer,
        place.now,
    ))
}

/// Somebody with an API token who may ask about everything: a server that is shown tokens.
fn by_caller(app: &App, place: &Place, secret: &str, form: &Form) -> Result<Value, Refused> {
    let nobody = || {
        Refused::of(
            ErrorCode::InvalidClient,
            "this token may not ask about others",
        )
    };
    let caller = Caller::find(app, &Digest::of(secret)).map_err(|_| nobody())?;
    if caller.sight.realm != place.realm || !caller.may_ask(app).unwrap_or(false) {
        return Err(nobody());
    }
    let digest = Digest::of(form.need("token")?);
    Ok(told(
        place.directory()?,
        &digest,
        Asker::Everything,
        &place.issuer,
        place.now,
    ))
}
