//! The page on which a person is asked, and `POST /oauth/{realm}/consent`, his answer.

mod page;

use std::collections::BTreeSet;

use ::oauth::authorize::Asked;
use ::oauth::code::{Code, LIFE, MEMORY};
use ::oauth::consent::Consent;
use ::oauth::{ErrorCode, Form, OauthError};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::fact::{Asset, Fact, Key};
use engine::{AssetId, Context, Credential, Evidence, Holder, Owner, Search, Thing};
use ledger::row::{Expect, RowWrite};
use node::sign_in::SignedIn;
use rulebook::KindId;

use super::answer::{self, Refused};
use super::authorize::Put;
use super::cookie::Visitor;
use super::dialog;
use super::page::{Page, go};
use super::par::{HandedIn, write_once};
use super::place::{Place, waiting};
use super::token::code_key;
use crate::app::App;

pub(super) use page::page;

/// The most assets of one kind that a page offers.
const MOST_OFFERED: usize = 1_000;

/// Returns what a person may choose among: what he reaches himself, and if the app named assets, of
/// those.
pub(super) fn offered(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
) -> Result<Vec<Asset>, Refused> {
    let directory = place.directory()?;
    let rules = directory.rulebook().rules(0);
    let kinds = (0_u8..).zip(&rules.kinds);
    let kinds = kinds.filter(|(_, kind)| kind.family.is_asset());
    let kinds: Vec<KindId> = kinds.map(|(number, _)| KindId(number)).collect();
    let evidence = Evidence {
        second_factor: signed_in.second_factor,
        ..Evidence::default()
    };
    let context = Context::default();
    let search = Search {
        with: &[],
        context: &context,
        evidence: &evidence,
        now: place.now,
        limit: MOST_OFFERED,
    };
    let who = Credential::Holder(Holder::Person(signed_in.person.clone()));
    let things = commands::reach::reach(directory, &who, &kinds, &search);
    let named = |id: &AssetId| {
        asked.details.is_empty() || asked.details.iter().any(|detail| detail.identifier == *id)
    };
    let assets = things.into_iter().filter_map(|thing| match thing {
        Thing::Asset(id) if named(&id) => match directory.fact(&Key::Asset(id)) {
            Some(Fact::Asset(asset)) => Some(asset),
            _ => None,
        },
        _ => None,
    });
    Ok(assets.collect())
}

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let answered = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || take(&place, &headers, &form)).await
    };
    let refused = |refused| Page::wrong(refused).into_response();
    answered.await.map_or_else(refused, |to| go(&to, None))
}

/// Takes an answer; returns where the person is sent back to. What was asked is read again from the
/// form and checked as if it had just come: a form is only what a browser says.
fn take(place: &Place, headers: &HeaderMap, form: &Form) -> Result<String, Refused> {
    let visitor = Visitor::find(place, headers)?;
    visitor.check(form)?;
    let request = Form::parse(form.need("request")?.as_bytes())?;
    let (request, used_up) = match HandedIn::find(place, &request)? {
        None => (request, None),
        Some(handed_in) => {
            let (request, used_up) = handed_in.answered()?;
            (request, Some(used_up))
        }
    };
    let (asked, signed_in) = match Put::of(place, &visitor, &request)? {
        Put::SentBack(to) => return Ok(to),
        Put::NobodyIsIn => return Err(Refused::Body(403, "nobody is signed in any more")),
        Put::To(both) => *both,
    };
    let mut writes: Vec<RowWrite> = used_up.into_iter().collect();
    let given = match form.get("answer")? {
        Some("allow") => consent(place, &asked, &signed_in, form)?,
        _ => None,
    };
    let Some(given) = given else {
        write_once(place, &writes)?;
        let error = OauthError::new(ErrorCode::AccessDenied, "the person said no");
        return Ok(asked.with_error(&error, &place.issuer));
    };
    if let Some(dialog) = &asked.dialog {
        return dialog::answered(place, (&asked, dialog), &signed_in, given);
    }
    let (code, write) = new_code(place, &asked, &signed_in, given)?;
    writes.push(write);
    write_once(place, &writes)?;
    Ok(asked.with_code(&code, &place.issuer))
}

fn consent(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
    form: &Form,
) -> Result<Option<Consent>, Refused> {
    let offered = offered(place, asked, signed_in)?;
    let businesses: BTreeSet<&str> = form.all("business").collect();
    let single: BTreeSet<&str> = form.all("asset").collect();
    let is_chosen = |asset: &&Asset| {
        single.contains(asset.id.as_str())
            || matches!(&asset.owner, Owner::Business(id) if businesses.contains(id.as_str()))
    };
    let chosen = offered
        .iter()
        .filter(is_chosen)
        .map(|asset| asset.id.clone())
        .collect();
    let offered = offered.iter().map(|asset| asset.id.clone()).collect();
    let given = form.all("scope").map(str::to_owned).collect();
    let directory = place.directory()?;
    let about = (&asked.scopes[..], &asked.details[..]);
    let consent = Consent::of(directory, about, &given, &chosen, &offered);
    Ok(consent.map(|mut consent| {
        consent.declined.extend(asked.passed_over.iter().cloned());
        consent
    }))
}

/// Returns a new code, and the write that keeps what was agreed under it.
pub(super) fn new_code(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
    consent: Consent,
) -> Result<(String, RowWrite), Refused> {
    let desk = place.installation.sign_in_desk();
    let secret = desk.new_secret("csc_").map_err(Refused::internal)?;
    let digest = engine::fact::Digest::of(&secret);
    let expires = place.now.checked_add(LIFE).map_err(Refused::internal)?;
    // Of the digest, whose first half tells nothing of the code.
    let grant: String = digest.to_string().chars().take(20).collect();
    let code = Code {
        app: asked.app.id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        person: signed_in.person.clone(),
        consent,
        grant: format!("g{grant}").parse().map_err(Refused::internal)?,
        second_factor: signed_in.second_factor,
        expires,
        used: false,
    };
    let value = serde_json::to_vec(&code).map_err(Refused::internal)?;
    // A code of the dialog is told from one that never was, also when its time is over.
    let known_until = match asked.dialog {
        Some(_) => expires.checked_add(MEMORY).map_err(Refused::internal)?,
        None => expires,
    };
    let write = RowWrite::put_until(code_key(place, &digest), value, known_until);
    Ok((secret, write.expecting(Expect::Absent)))
}
