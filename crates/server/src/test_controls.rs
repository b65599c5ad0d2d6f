//! `/test-controls/…`: for tests of those who integrate, and ours. They exist only when the server
//! was started with `--test-controls`, and need no sign-in.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use engine::fact::Change;
use jiff::{SignedDuration, Timestamp};
use ledger::Realm;
use node::installation::NewRealm;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::Body;
use crate::fault::Fault;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/test-controls/clock", get(clock).post(advance))
        .route("/test-controls/realms", post(load))
        .route("/test-controls/sessions", post(session))
        .route("/test-controls/figures/reset", post(forget))
}

#[derive(Debug, Serialize)]
struct Clock {
    now: Timestamp,
}

async fn clock(State(app): State<App>) -> Json<Clock> {
    Json(Clock {
        now: app.installation.now(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// How many seconds.
    seconds: u32,
}

async fn advance(State(app): State<App>, Body(body): Body<Advance>) -> Json<Clock> {
    if let Some(clock) = &app.options.test_clock {
        clock.advance(SignedDuration::from_secs(i64::from(body.seconds)));
    }
    Json(Clock {
        now: app.installation.now(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    /// A new realm: loading under a new name is how a test starts afresh.
    realm: String,
    /// Its rulebook's text.
    rulebook: String,
    /// Its switches.
    #[serde(default)]
    switches: std::collections::BTreeMap<String, String>,
    /// Its facts, as an export has them.
    facts: Vec<engine::fact::Fact>,
}

async fn load(State(app): State<App>, Body(body): Body<Load>) -> Result<Json<Clock>, Fault> {
    let realm =
        Realm::parse(&body.realm).map_err(|error| Fault::invalid("realm", error.to_string()))?;
    let new = NewRealm {
        realm,
        rulebook: body.rulebook,
        switches: body.switches,
        operator: None,
        changes: body.facts.into_iter().map(Change::Set).collect(),
        texts: Vec::new(),
    };
    let installation = std::sync::Arc::clone(&app.installation);
    let made = tokio::task::spawn_blocking(move || installation.create_realm(&new, &mut |_, _| {}));
    made.await
        .map_err(Fault::internal)?
        .map_err(|error| match error {
            node::installation::RunError::Refused(refusal) => Fault::from(refusal),
            other => Fault::internal(other),
        })?;
    Ok(Json(Clock {
        now: app.installation.now(),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    realm: String,
    holder: String,
}

#[derive(Debug, Serialize)]
struct Token {
    token: String,
}

async fn session(State(app): State<App>, Body(body): Body<SignIn>) -> Result<Json<Token>, Fault> {
    let realm =
        Realm::parse(&body.realm).map_err(|error| Fault::invalid("realm", error.to_string()))?;
    let holder = body
        .holder
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("holder", error.to_string()))?;
    let token = app
        .installation
        .open_session(&realm, &holder)
        .map_err(Fault::internal)?;
    Ok(Json(Token { token }))
}

async fn forget(State(app): State<App>) -> Json<Clock> {
    app.installation.figures.clear();
    Json(Clock {
        now: app.installation.now(),
    })
}
