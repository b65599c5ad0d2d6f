//! `/oauth/{realm}/upstream`: a person signs in at an identity provider outside, and comes back.
//!
//! Who it is, is settled by issuer and subject alone: somebody here has that identity, or nobody is
//! signed in. An e-mail address is never looked at: whoever runs a mail server would be anybody.

mod id_token;
mod provider;
mod ring_keys;

use std::sync::Arc;

use ::oauth::Form;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::fact::Digest;
use jiff::{SignedDuration, Timestamp};
use ledger::row::{Expect, RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use node::sign_in::Who;
use serde::{Deserialize, Serialize};

use super::answer::Refused;
use super::cookie::{self, Visitor};
use super::page::{Page, go};
use super::place::{Place, waiting};
use super::sign_in;
use crate::app::App;
use provider::Bound;

pub(crate) use provider::Provider;

/// How long somebody has to sign in outside.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// The longest request of an app that is kept meanwhile, in bytes; a longer one is handed in first.
pub(super) const LONGEST_REQUEST: usize = 4 << 10;

/// Somebody who is outside, as a row keeps it under the digest of its state. Debug prints none of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outside {
    /// Whose browser it is: nobody else comes back in his place.
    browser: Digest,
    nonce: String,
    verifier: String,
    /// What he was on the way to.
    request: Option<String>,
    expires: Timestamp,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

fn key(place: &Place, state: &str) -> RowKey {
    let name = format!("outside/{}/{}", place.realm.as_str(), Digest::of(state));
    RowKey::new(Table::Code, &name)
}

fn callback(place: &Place) -> String {
    format!("{}/upstream/callback", place.issuer)
}

fn provider_of(place: &Place) -> Result<Arc<Provider>, Refused> {
    let none = Refused::Body(404, "nobody signs in elsewhere here");
    place.upstream.clone().ok_or(none)
}

/// Sends somebody out.
pub(super) async fn leave(
    State(app): State<App>,
    Path(realm): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let left = async {
        let place = Place::find(&app, &realm)?;
        let form = Form::parse(query.unwrap_or_default().as_bytes())?;
        // Each may wait for the provider: a few at once.
        let turn = app.upstream_turns.acquire().await;
        let turn = turn.map_err(Refused::internal)?;
        let left = waiting(move || send_out(&place, &headers, &form)).await;
        drop(turn);
        left
    };
    left.await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

fn send_out(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Response, Refused> {
    let provider = provider_of(place)?;
    let request = form.get("request")?;
    if request.is_some_and(|request| request.len() > LONGEST_REQUEST) {
        return Err(Refused::Body(414, "the request is too long"));
    }
    let mut visitor = Visitor::find(place, headers)?;
    let cookie = visitor.secret_or_new(place)?;
    let desk = place.installation.sign_in_desk();
    let secret = |prefix| desk.new_secret(prefix).map_err(Refused::internal);
    let state = secret("cst_")?;
    let outside = Outside {
        browser: browser(&visitor)?,
        nonce: secret("csn_")?,
        verifier: secret("csk_")?,
        request: request.map(str::to_owned),
        expires: place.now.checked_add(LIFE).map_err(Refused::internal)?,
    };
    let bound = Bound {
        callback: &callback(place),
        nonce: &outside.nonce,
        verifier: &outside.verifier,
    };
    let to = match provider.address(bound, &state, place.now) {
        Ok(to) => to,
        Err(error) => {
            let error = crate::fault::chain(&error);
            tracing::warn!(error, "the identity provider could not be asked");
            let name = provider.name();
            let wrong = format!("{name} cannot be reached at the moment. Try again later.");
            return sign_in::form_page(place, &mut visitor, request, Some(&wrong))
                .map(IntoResponse::into_response);
        }
    };
    let value = serde_json::to_vec(&outside).map_err(Refused::internal)?;
    let write = RowWrite::put_until(key(place, &state), value, outside.expires);
    let store = place.installation.store();
    let written = store.write_rows(&[write.expecting(Expect::Absent)]);
    written.map_err(Refused::internal)?;
    Ok(go(&to, cookie.as_deref()))
}

fn browser(visitor: &Visitor) -> Result<Digest, Refused> {
    let secret = visitor.secret().ok_or_else(stale)?;
    Ok(Digest::of(&format!("countersign outside 1\n{secret}")))
}

/// A state that is unknown, over, used, or another browser's.
fn stale() -> Refused {
    Refused::Body(
        403,
        "this sign-in is over, was used, or began in another browser: begin again",
    )
}

/// Takes somebody in who comes back.
pub(super) async fn come_back(
    State(app): State<App>,
    Path(realm): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let back = async {
        let place = Place::find(&app, &realm)?;
        let form = Form::parse(query.unwrap_or_default().as_bytes())?;
        let turn = app.upstream_turns.acquire().await;
        let turn = turn.map_err(Refused::internal)?;
        let back = waiting(move || take_in(&place, &headers, &form)).await;
        drop(turn);
        back
    };
    back.await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

fn take_in(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Response, Refused> {
    let provider = provider_of(place)?;
    let mut visitor = Visitor::find(place, headers)?;
    let outside = used_up(place, &visitor, form.need("state")?)?;
    let request = outside.request.as_deref();
    let mut again = |wrong| {
        sign_in::form_page(place, &mut visitor, request, Some(wrong))
            .map(IntoResponse::into_response)
    };
    let bound = Bound {
        callback: &callback(place),
        nonce: &outside.nonce,
        verifier: &outside.verifier,
    };
    let told = provider
        .answers(form.get("iss")?, place.now)
        .and_then(|()| match form.get("code") {
            Ok(Some(code)) => provider.who(code, bound, place.now).map(Some),
            _ => Ok(None),
        });
    let told = match told {
        Ok(Some(told)) => told,
        Ok(None) => return again("You were not signed in there."),
        Err(error) => {
            let error = crate::fault::chain(&error);
            tracing::warn!(error, "a sign-in from outside is not believed");
            return again("What came back from there cannot be believed. Try again.");
        }
    };
    let Some(person) = place.directory()?.person_with(&told.identity) else {
        return again("Nobody here is known by that sign-in. Ask whoever runs this platform.");
    };
    let taken = &provider.settings.second_factor;
    let second_factor = told.ways.iter().any(|way| taken.contains(way));
    let who = Who {
        realm: &place.realm,
        person: &person,
    };
    let desk = place.installation.sign_in_desk();
    let secret = desk
        .sign_in(who, second_factor)
        .map_err(Refused::internal)?;
    let cookie = cookie::of_sign_in(place, &secret);
    Ok(go(&sign_in::onward(place, request)?, Some(&cookie)))
}

/// Returns whoever went out with a state, which is used up before anything is done with it.
fn used_up(place: &Place, visitor: &Visitor, state: &str) -> Result<Outside, Refused> {
    let key = key(place, state);
    let store = place.installation.store();
    let row = store.row(&key).map_err(Refused::internal)?;
    let row = row.ok_or_else(stale)?;
    let outside: Outside = serde_json::from_slice(&row.value).map_err(Refused::internal)?;
    // Another browser does not use it up.
    if outside.expires <= place.now || !outside.browser.is(&browser(visitor)?) {
        return Err(stale());
    }
    let write = RowWrite::delete(key).expecting(Expect::Version(row.version));
    match store.write_rows(&[write]) {
        Ok(()) => Ok(outside),
        Err(WriteRowsError::Row(_)) => Err(stale()),
        Err(error) => Err(Refused::internal(error)),
    }
}
