//! `/oauth/{realm}/sign-in`: a person shows who he is, with a password and a second factor.

use ::oauth::Form;
use ::oauth::authorize::Asked;
use ::oauth::form::encoded;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::PersonId;
use engine::fact::Key;
use ledger::Realm;
use node::sign_in::{Shown as ShownSecrets, SignedIn, Tried, Who};

use super::answer::{self, Refused};
use super::authorize::leads_to;
use super::cookie::{self, Visitor};
use super::page::{Frame, Page, Shown, go};
use super::par::HandedIn;
use super::place::{Place, shown, waiting};
use super::upstream::LONGEST_REQUEST;
use crate::app::App;
use crate::fault::Fault;

#[derive(Debug, Template)]
#[template(path = "oauth/sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    /// Who sent the person, if an app did.
    app: Option<Shown>,
    request: Option<&'a str>,
    /// Where else he may sign in.
    elsewhere: Option<Elsewhere>,
    /// May he show a passkey?
    passkey: bool,
}

/// An identity provider, and the way there.
#[derive(Debug)]
struct Elsewhere {
    name: Shown,
    query: String,
}

#[derive(Debug, Template)]
#[template(path = "oauth/signed_in.html")]
struct SignedInPage<'a> {
    frame: &'a Frame,
    person: Shown,
    second_factor: bool,
    /// May he have passkeys?
    passkeys: bool,
}

/// Returns the page on which somebody signs in. `request`: what he was on the way to.
pub(super) fn form_page(
    place: &Place,
    visitor: &mut Visitor,
    request: Option<&str>,
    wrong: Option<&str>,
) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, wrong)?;
    let sender = request
        .map(|request| Sender::of(place, request))
        .transpose();
    // Of a request that is over by now, nothing can be said; whoever signs in will be told.
    let sender = sender.ok().flatten();
    let back = sender.as_ref().and_then(|sender| leads_to(&sender.back));
    let template = SignInPage {
        frame: &frame,
        app: sender.map(|sender| sender.name),
        request,
        elsewhere: elsewhere(place, request),
        passkey: place.passkeys.is_some(),
    };
    let page = Page::with_form(&template, &frame, cookie)?;
    Ok(page.leading_to(back).with_script(template.passkey))
}

/// The app that somebody signs in for.
struct Sender {
    name: Shown,
    /// Where it wants him back.
    back: String,
}

/// Returns the way to the identity provider, if there is one, that leads back to a request. One too
/// long for it does not lead there.
fn elsewhere(place: &Place, request: Option<&str>) -> Option<Elsewhere> {
    let provider = place.upstream.as_ref()?;
    if request.is_some_and(|request| request.len() > LONGEST_REQUEST) {
        return None;
    }
    let fields = request.map(|request| ("request", request));
    Some(Elsewhere {
        name: Shown::new(provider.name()),
        query: encoded(fields),
    })
}

impl Sender {
    /// Returns whose request it is. One that cannot be put to anybody is nobody's.
    fn of(place: &Place, request: &str) -> Result<Self, Refused> {
        let request = Form::parse(request.as_bytes())?;
        let request = match HandedIn::find(place, &request)? {
            None => request,
            Some(handed_in) => handed_in.form,
        };
        let asked = Asked::check(&request, place.directory()?, &place.issuer)?;
        Ok(Self {
            name: place.name_of_app(&asked.app),
            back: asked.redirect_uri,
        })
    }
}

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    shown(&app, &realm, headers, |place, visitor| {
        match visitor.signed_in.clone() {
            None => form_page(place, visitor, None, None),
            Some(signed_in) => own_page(place, visitor, &signed_in),
        }
    })
    .await
}

fn own_page(place: &Place, visitor: &mut Visitor, who: &SignedIn) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, None)?;
    let template = SignedInPage {
        frame: &frame,
        person: Shown::new(who.person.as_str()),
        second_factor: who.second_factor,
        passkeys: place.passkeys.is_some(),
    };
    Page::with_form(&template, &frame, cookie)
}

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let signed = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        // Each try costs memory: a few at once, the others wait.
        let turn = app.passwords.acquire().await.map_err(Refused::internal)?;
        let signed = waiting(move || sign_in(&place, &headers, &form)).await;
        drop(turn);
        signed
    };
    signed
        .await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

fn sign_in(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Response, Refused> {
    let mut visitor = Visitor::find(place, headers)?;
    visitor.check(form)?;
    let request = form.get("request")?;
    // Somebody who is not there is looked for all the same: it takes as long.
    let person = form.get("person")?.unwrap_or("").trim().parse::<PersonId>();
    let nobody = || "nobody".parse::<PersonId>().map_err(Refused::internal);
    let person = person.or_else(|_| nobody())?;
    let who = Who {
        realm: &place.realm,
        person: &person,
    };
    let shown = ShownSecrets {
        password: form.get("password")?.unwrap_or(""),
        digits: form.get("digits")?,
    };
    let is_there = place
        .directory()?
        .fact(&Key::Person(person.clone()))
        .is_some();
    let desk = place.installation.sign_in_desk();
    let tried = desk.try_to_sign_in(who, shown).map_err(Refused::internal)?;
    match tried {
        Tried::In { second_factor } if is_there => {
            let secret = desk
                .sign_in(who, second_factor)
                .map_err(Refused::internal)?;
            let cookie = cookie::of_sign_in(place, &secret);
            Ok(go(&onward(place, request)?, Some(&cookie)))
        }
        Tried::Wait => {
            let wait = "Too many tries. Wait a quarter of an hour.";
            form_page(place, &mut visitor, request, Some(wait)).map(IntoResponse::into_response)
        }
        _ => {
            let wrong = "Id, password or digits are wrong.";
            form_page(place, &mut visitor, request, Some(wrong)).map(IntoResponse::into_response)
        }
    }
}

/// Returns where somebody goes who is signed in now: only to a request of an app, here.
pub(super) fn onward(place: &Place, request: Option<&str>) -> Result<String, Refused> {
    let realm = place.realm.as_str();
    let Some(request) = request else {
        return Ok(format!("/oauth/{realm}/sign-in"));
    };
    let query = Form::parse(request.as_bytes())?.encoded();
    Ok(format!("/oauth/{realm}/authorize?{query}"))
}

pub(super) async fn out(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let out = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || {
            let visitor = Visitor::find(&place, &headers)?;
            visitor.check(&form)?;
            if let Some(secret) = visitor.secret() {
                let desk = place.installation.sign_in_desk();
                desk.sign_out(&place.realm, secret)
                    .map_err(Refused::internal)?;
            }
            let to = format!("/oauth/{}/sign-in", place.realm.as_str());
            Ok(go(&to, Some(&cookie::ended(&place))))
        })
        .await
    };
    out.await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

/// A cookie with which somebody is signed in, for tests.
#[derive(Debug)]
pub(crate) struct Signed {
    /// `name=value`, as a browser sends it.
    pub(crate) cookie: String,
}

/// Signs a person in without asking for anything: test controls only.
pub(crate) fn sign_in_as(
    app: &App,
    realm: &Realm,
    person: &PersonId,
    second_factor: bool,
) -> Result<Signed, Fault> {
    let place = Place::find(app, realm.as_str());
    let place = place.map_err(|_| node::realms::TaskRefusal::NoSuchRealm(realm.clone()))?;
    let who = Who { realm, person };
    let desk = place.installation.sign_in_desk();
    let secret = desk.sign_in(who, second_factor).map_err(Fault::internal)?;
    let cookie = cookie::of_sign_in(&place, &secret);
    let pair = cookie.split(';').next().unwrap_or_default();
    Ok(Signed {
        cookie: pair.to_owned(),
    })
}
