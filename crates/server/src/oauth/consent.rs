//! The page on which a person is asked, and `POST /oauth/{realm}/consent`, his answer.

use std::collections::{BTreeMap, BTreeSet};

use ::oauth::authorize::Asked;
use ::oauth::code::{Code, LIFE};
use ::oauth::consent::{Consent, reaches_assets};
use ::oauth::{ErrorCode, Form, OauthError};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::fact::{Asset, Fact, Key, TextDigest};
use engine::{AssetId, BusinessId, Context, Credential, Evidence, Holder, Owner, Search, Thing};
use ledger::row::{Expect, RowWrite};
use node::sign_in::SignedIn;
use rulebook::KindId;

use super::answer::{self, Refused};
use super::authorize::Put;
use super::cookie::Visitor;
use super::page::{Html, Page, go};
use super::place::{Place, waiting};
use super::token::code_key;
use crate::app::App;

/// The most assets of one kind that a page offers.
const MOST_OFFERED: usize = 1_000;

/// Returns the page that asks a person.
pub(super) fn page(
    place: &Place,
    visitor: &mut Visitor,
    asked: &Asked,
    signed_in: &SignedIn,
    request: &str,
) -> Result<Page, Refused> {
    let (token, cookie) = visitor.form_token(place)?;
    let name = text(place, asked.app.name.as_ref());
    let name = name.unwrap_or_else(|| asked.app.id.to_string());
    let mut page = Page::new(&format!("Let {name} act for you?"));
    page.cookie = cookie;
    let main = &mut page.main;
    main.raw("<p>You are <strong>")
        .text(signed_in.person.as_str());
    main.raw("</strong>. The app <strong>")
        .text(asked.app.id.as_str());
    main.raw("</strong> asks for what is below. Leave out what it does not need; you can take all of it back at any time.</p>\n");
    main.raw("<form method=\"post\" action=\"/oauth/")
        .text(place.realm.as_str());
    main.raw("/consent\">\n")
        .hidden("form_token", &token)
        .hidden("request", request);
    let rules = place.directory()?.rulebook().rules(0);
    main.raw("<fieldset>\n<legend>What it may do</legend>\n");
    for scope in &asked.scopes {
        let label = rules
            .names
            .permission(scope)
            .and_then(|id| rules.permission(id));
        main.raw("<label>").tick("scope", scope, true).raw(" ");
        main.text(label.map_or(scope, |permission| &permission.label));
        main.raw(" <code>").text(scope).raw("</code></label>\n");
    }
    main.raw("</fieldset>\n");
    if asked
        .scopes
        .iter()
        .any(|scope| reaches_assets(rules, scope))
    {
        assets(place, asked, signed_in, main)?;
    }
    main.raw("<button name=\"answer\" value=\"allow\">Let it</button>\n<button name=\"answer\" value=\"deny\">Do not let it</button>\n</form>\n");
    Ok(page)
}

/// Adds what the person may choose among, by kind, and within it by business.
fn assets(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
    main: &mut Html,
) -> Result<(), Refused> {
    let rules = place.directory()?.rulebook().rules(0);
    let offered = offered(place, asked, signed_in)?;
    if offered.is_empty() {
        main.raw("<p>There is nothing you can reach that it could act on.</p>\n");
        return Ok(());
    }
    let mut by_owner: BTreeMap<&Owner, Vec<&Asset>> = BTreeMap::new();
    let mut by_kind: BTreeMap<&str, BTreeMap<&Owner, Vec<&Asset>>> = BTreeMap::new();
    for asset in &offered {
        by_owner.entry(&asset.owner).or_default().push(asset);
        let kinds = by_kind.entry(&asset.kind).or_default();
        kinds.entry(&asset.owner).or_default().push(asset);
    }
    let businesses: Vec<&BusinessId> = by_owner
        .keys()
        .filter_map(|owner| match owner {
            Owner::Business(business) => Some(business),
            Owner::Person(_) => None,
        })
        .collect();
    if !businesses.is_empty() {
        main.raw(
            "<fieldset>\n<legend>Businesses: everything listed below that is theirs</legend>\n",
        );
        for business in businesses {
            main.raw("<label>")
                .tick("business", business.as_str(), false)
                .raw(" ");
            main.text(&business_name(place, business)?)
                .raw("</label>\n");
        }
        main.raw("</fieldset>\n");
    }
    for (kind, owners) in by_kind {
        let label = rules
            .kind_named(kind)
            .map_or(kind, |kind| kind.label.as_str());
        main.raw("<fieldset>\n<legend>")
            .text(label)
            .raw("</legend>\n");
        for (owner, assets) in owners {
            main.raw("<h2>")
                .text(&owner_name(place, owner)?)
                .raw("</h2>\n");
            for asset in assets {
                let ticked = !asked.details.is_empty();
                let name = text(place, asset.name.as_ref()).unwrap_or_default();
                main.raw("<label>")
                    .tick("asset", asset.id.as_str(), ticked)
                    .raw(" ");
                main.text(&name)
                    .raw(" <code>")
                    .text(asset.id.as_str())
                    .raw("</code></label>\n");
            }
        }
        main.raw("</fieldset>\n");
    }
    Ok(())
}

/// Returns what a person may choose among: what he reaches himself, and if the app named assets, of
/// those.
fn offered(place: &Place, asked: &Asked, signed_in: &SignedIn) -> Result<Vec<Asset>, Refused> {
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

fn text(place: &Place, digest: Option<&TextDigest>) -> Option<String> {
    place.installation.text(digest?).ok().flatten()
}

fn business_name(place: &Place, id: &BusinessId) -> Result<String, Refused> {
    let fact = place.directory()?.fact(&Key::Business(id.clone()));
    let name = match &fact {
        Some(Fact::Business(business)) => text(place, business.name.as_ref()),
        _ => None,
    };
    Ok(name.unwrap_or_else(|| id.to_string()))
}

fn owner_name(place: &Place, owner: &Owner) -> Result<String, Refused> {
    match owner {
        Owner::Business(id) => business_name(place, id),
        Owner::Person(id) => Ok(format!("Of {id}, without a business")),
    }
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
    let (asked, signed_in) = match Put::of(place, &visitor, &request)? {
        Put::SentBack(to) => return Ok(to),
        Put::NobodyIsIn(_) => return Err(Refused::Body(403, "nobody is signed in any more")),
        Put::To(both) => *both,
    };
    let declined = || {
        let error = OauthError::new(ErrorCode::AccessDenied, "the person said no");
        asked.with_error(&error, &place.issuer)
    };
    if form.get("answer")? != Some("allow") {
        return Ok(declined());
    }
    match consent(place, &asked, &signed_in, form)? {
        None => Ok(declined()),
        Some(consent) => {
            let code = keep(place, &asked, &signed_in, consent)?;
            Ok(asked.with_code(&code, &place.issuer))
        }
    }
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
    let asked = (&asked.scopes[..], &asked.details[..]);
    Ok(Consent::of(directory, asked, &given, &chosen, &offered))
}

/// Keeps what was agreed under a new code.
fn keep(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
    consent: Consent,
) -> Result<String, Refused> {
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
    let write = RowWrite::put_until(code_key(place, &digest), value, expires);
    let write = write.expecting(Expect::Absent);
    let store = place.installation.store();
    store.write_rows(&[write]).map_err(Refused::internal)?;
    Ok(secret)
}
