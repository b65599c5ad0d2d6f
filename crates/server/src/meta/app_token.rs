//! `{app id}|{secret}`: an app's id and secret, written where a token of the app itself goes.
//!
//! The pair is no token. It is looked up as a sign-in of the app, and stands for a token that the app is
//! given by it, once: while that token lives, the pair stands for the same one. A new secret ends it.

use std::collections::BTreeMap;

use ::meta::{Call, GraphError};
use engine::AppId;
use engine::fact::Digest;
use ledger::Realm;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{Place, dialog};
use crate::app::App;

/// The tokens for which pairs stand, digests for digests: nobody ever holds their secrets. In memory: a
/// server that begins again makes others.
#[derive(Debug, Default)]
pub(crate) struct AppTokens {
    known: Mutex<BTreeMap<(String, Digest), Digest>>,
}

/// Returns the digest of the token for which a text stands: another one for an app's id and secret,
/// itself for anything else.
///
/// Errors: it is a pair and not the right one, or no token is to be had with it.
pub(super) async fn meant(app: &App, text: &str) -> Result<Digest, GraphError> {
    let Some((id, secret)) = text.split_once('|') else {
        return Ok(Digest::of(text));
    };
    let realm = realm_of(app, id, secret).await?;
    let realm = realm.ok_or_else(GraphError::unknown_token)?;
    let key = (realm.clone(), Digest::of(text));
    // Held while a token is made, so that many who come at once are given one.
    let mut known = app.app_tokens.known.lock().await;
    if let Some(token) = known.get(&key).filter(|token| lives(app, token)) {
        return Ok(*token);
    }
    let made = crate::oauth::of_the_client(app, &realm, id, secret).await;
    let made = made.map_err(|_| GraphError::unknown_token())?;
    let token = made.get("access_token").and_then(Value::as_str);
    let token = Digest::of(token.ok_or_else(GraphError::internal)?);
    known.retain(|_, token| lives(app, token));
    known.insert(key, token);
    Ok(token)
}

/// Returns the call with the token that it asks about, where a pair stands for it.
pub(super) async fn looked_into(app: &App, call: Call) -> Call {
    let asked = call
        .params
        .text("input_token")
        .filter(|text| text.contains('|'));
    let Some(asked) = asked else {
        return call;
    };
    match meant(app, &asked).await {
        Ok(token) => Call {
            asks_about: Some(token),
            ..call
        },
        Err(_) => call,
    }
}

fn lives(app: &App, token: &Digest) -> bool {
    let place = Place::find(app, token);
    place.is_ok_and(|place| place.asker.must_live(app.installation.now()).is_ok())
}

/// Returns the realm that knows the app under this secret. How much of it is right is not to be told from
/// the time taken.
async fn realm_of(app: &App, id: &str, secret: &str) -> Result<Option<String>, GraphError> {
    let shown = Digest::of(secret);
    let Ok(id) = id.parse::<AppId>() else {
        return Ok(None);
    };
    let mut found = None;
    for (name, _) in dialog::realms_of(app, id.as_str()) {
        let realm = Realm::parse(&name).map_err(|_| GraphError::internal())?;
        let (installation, id) = (app.installation.clone(), id.clone());
        let kept = tokio::task::spawn_blocking(move || {
            node::realms::app_secret::find(installation.store(), &realm, &id)
        });
        let kept = kept.await.map_err(|_| GraphError::internal())?;
        let kept = kept.map_err(|_| GraphError::internal())?;
        if kept.is_some_and(|kept| kept.is(&shown)) {
            found = found.or(Some(name));
        }
    }
    Ok(found)
}
