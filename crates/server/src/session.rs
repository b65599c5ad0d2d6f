//! `GET /api/v1/whoami`, `POST /api/v1/sessions`: who calls, and API tokens.

use api::{SessionAnswer, SessionBody};
use axum::Json;
use axum::extract::State;
use engine::{Credential, Holder};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

/// Who calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhoAmI {
    /// The holder.
    holder: String,
    /// The realm.
    realm: String,
    /// `first_party` for an API token, `token` for a platform token.
    credential: &'static str,
    /// May ask about others.
    may_ask: bool,
    /// The newest place in the log.
    state: String,
}

pub(crate) async fn whoami(State(app): State<App>, caller: Caller) -> Result<Json<WhoAmI>, Fault> {
    Ok(Json(WhoAmI {
        holder: caller.holder.to_string(),
        realm: caller.sight.realm.as_str().to_owned(),
        credential: match caller.credential {
            Credential::Holder(_) => "first_party",
            _ => "token",
        },
        may_ask: caller.may_ask(&app)?,
        state: caller.sight.state(),
    }))
}

pub(crate) async fn open(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<SessionBody>,
) -> Result<Json<SessionAnswer>, Fault> {
    if !matches!(caller.credential, Credential::Holder(_)) {
        return Err(Fault::forbidden("decision.ask", Vec::new()));
    }
    let holder: Holder = match &body.holder {
        None => caller.holder.clone(),
        Some(text) => text
            .parse()
            .map_err(|error: engine::IdError| Fault::invalid("holder", error.to_string()))?,
    };
    if holder != caller.holder {
        caller.must(&app, "operator.appoint")?;
    }
    let realm = &caller.sight.realm;
    let token = app
        .installation
        .open_session(realm, &holder)
        .map_err(Fault::internal)?;
    let realm = realm.as_str().to_owned();
    Ok(Json(SessionAnswer {
        token,
        holder: holder.to_string(),
        realm,
    }))
}
