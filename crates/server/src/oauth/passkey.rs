//! `/oauth/{realm}/passkeys`: a person's passkeys; `/oauth/{realm}/passkey`: signing in with one.
//!
//! A device is asked by the one script of ours, which gets its question here and puts the answer into
//! the form of its page. A question waits in a row, for the browser that was asked.

use std::sync::Arc;

use ::oauth::Form;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::fact::Key;
use jiff::Timestamp;
use node::sign_in::{Browser, PasskeyRefusal, PasskeySeen, SignInError, SignedIn, Site, Who};

use super::answer::{self, Refused};
use super::cookie::{self, Visitor};
use super::page::{Frame, Page, Shown, go};
use super::place::{Place, shown, waiting};
use super::sign_in;
use crate::app::App;

#[derive(Debug, Template)]
#[template(path = "oauth/passkeys.html")]
struct PasskeysPage<'a> {
    frame: &'a Frame,
    keys: Vec<ShownKey>,
}

#[derive(Debug, Template)]
#[template(path = "oauth/passkey_made.html")]
struct PasskeyMadePage<'a> {
    realm: &'a str,
}

/// A passkey, as the page shows it.
#[derive(Debug)]
struct ShownKey {
    id: String,
    name: Shown,
    made: String,
    used: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "oauth/again.html")]
struct AgainPage<'a> {
    frame: &'a Frame,
}

fn site(place: &Place) -> Result<Arc<Site>, Refused> {
    let none = "passkeys are for an address with a name, over https or at localhost";
    place.passkeys.clone().ok_or(Refused::Body(404, none))
}

fn browser(visitor: &Visitor) -> Result<Browser<'_>, Refused> {
    let missing = Refused::Body(403, "this form is not from here: load the page again");
    visitor.secret().map(Browser).ok_or(missing)
}

/// Must somebody show his second factor before he changes how he signs in?
pub(super) fn owes_second_factor(place: &Place, who: &SignedIn) -> Result<bool, Refused> {
    let desk = place.installation.sign_in_desk();
    desk.owes_second_factor(&place.realm, who)
        .map_err(Refused::internal)
}

/// Returns the page that asks somebody to sign in once more.
pub(super) fn again_page(place: &Place, visitor: &mut Visitor) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, None)?;
    Page::with_form(&AgainPage { frame: &frame }, &frame, cookie)
}

/// Returns whose passkeys may be looked at and changed now, or the page that says what is missing.
fn owner(place: &Place, visitor: &mut Visitor) -> Result<Result<SignedIn, Page>, Refused> {
    let Some(signed_in) = visitor.signed_in.clone() else {
        return sign_in::form_page(place, visitor, None, None).map(Err);
    };
    if !signed_in.is_fresh(place.now) || owes_second_factor(place, &signed_in)? {
        return again_page(place, visitor).map(Err);
    }
    Ok(Ok(signed_in))
}

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    shown(&app, &realm, headers, |place, visitor| {
        site(place)?;
        match owner(place, visitor)? {
            Ok(owner) => list_page(place, visitor, &owner, None),
            Err(page) => Ok(page),
        }
    })
    .await
}

fn list_page(
    place: &Place,
    visitor: &mut Visitor,
    owner: &SignedIn,
    wrong: Option<&str>,
) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, wrong)?;
    let desk = place.installation.sign_in_desk();
    let keys = desk
        .passkeys(who(place, owner))
        .map_err(Refused::internal)?;
    let template = PasskeysPage {
        frame: &frame,
        keys: keys.iter().map(ShownKey::of).collect(),
    };
    Ok(Page::with_form(&template, &frame, cookie)?.with_script(true))
}

impl ShownKey {
    fn of(key: &PasskeySeen) -> Self {
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        Self {
            id: key.id.clone(),
            name: Shown::new(&key.name),
            made: day(key.made),
            used: key.used.map(day),
        }
    }
}

fn who<'a>(place: &'a Place, owner: &'a SignedIn) -> Who<'a> {
    Who {
        realm: &place.realm,
        person: &owner.person,
    }
}

/// Answers a form of a page.
async fn answered(
    app: &App,
    realm: &str,
    request: Request,
    work: impl FnOnce(&Place, &mut Visitor, &Form) -> Result<Response, Refused> + Send + 'static,
) -> Result<Response, Refused> {
    let place = Place::find(app, realm)?;
    let headers = request.headers().clone();
    let form = answer::form(request).await?;
    waiting(move || {
        let mut visitor = Visitor::find(&place, &headers)?;
        visitor.check(&form)?;
        work(&place, &mut visitor, &form)
    })
    .await
}

fn as_page(came: Result<Response, Refused>) -> Response {
    came.unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

/// Gives the script the question with which a device makes a key.
pub(super) async fn ask_for_new(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let came = answered(&app, &realm, request, |place, visitor, _| {
        let site = site(place)?;
        let again = Refused::Body(403, "sign in once more: load the page again");
        let owner = owner(place, visitor)?.map_err(|_| again)?;
        let desk = place.installation.sign_in_desk();
        let asked = desk.ask_for_new_passkey(&site, who(place, &owner), browser(visitor)?);
        question(asked)
    });
    came.await.unwrap_or_else(IntoResponse::into_response)
}

/// Gives the script the question with which a device shows a key: the same for everybody.
pub(super) async fn ask(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let came = answered(&app, &realm, request, |place, visitor, _| {
        let site = site(place)?;
        let desk = place.installation.sign_in_desk();
        question(desk.ask_for_passkey(&site, &place.realm, browser(visitor)?))
    });
    came.await.unwrap_or_else(IntoResponse::into_response)
}

fn question(
    asked: Result<Result<String, PasskeyRefusal>, SignInError>,
) -> Result<Response, Refused> {
    let words = match asked {
        Ok(Ok(options)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            return Ok((StatusCode::OK, headers, options).into_response());
        }
        Ok(Err(PasskeyRefusal::NoAccount)) => {
            "set a password first: a passkey stands beside one, in case the device is lost"
        }
        Ok(Err(PasskeyRefusal::TooMany)) => "you have as many passkeys as there may be: remove one",
        Ok(Err(refusal)) => return Err(Refused::internal(refusal)),
        Err(SignInError::Moved(_)) => "this was changed elsewhere at the same time: try again",
        Err(error) => return Err(Refused::internal(error)),
    };
    Err(Refused::Body(409, words))
}

/// Takes the key that a device made.
pub(super) async fn add(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let came = answered(&app, &realm, request, |place, visitor, form| {
        let site = site(place)?;
        let owner = match owner(place, visitor)? {
            Ok(owner) => owner,
            Err(page) => return Ok(page.into_response()),
        };
        let desk = place.installation.sign_in_desk();
        let made = (
            form.get("name")?.unwrap_or(""),
            form.get("answer")?.unwrap_or(""),
        );
        let added = desk.add_passkey(&site, who(place, &owner), browser(visitor)?, made);
        match added.map_err(Refused::internal)? {
            Ok(()) => {
                let realm = place.realm.as_str();
                Ok(Page::of(&PasskeyMadePage { realm })?.into_response())
            }
            Err(refusal) => {
                note(&refusal);
                let wrong = match refusal {
                    PasskeyRefusal::Name => "Call it something, in at most 64 letters.",
                    PasskeyRefusal::Known => "This passkey is known already.",
                    PasskeyRefusal::TooMany => "You have as many passkeys as there may be.",
                    PasskeyRefusal::Late => "That took too long, or began twice. Try again.",
                    _ => "This passkey could not be taken. Try again, or with another device.",
                };
                let page = list_page(place, visitor, &owner, Some(wrong))?;
                Ok(page.into_response())
            }
        }
    });
    as_page(came.await)
}

/// Removes a key. The password is always left.
pub(super) async fn remove(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let came = answered(&app, &realm, request, |place, visitor, form| {
        let owner = match owner(place, visitor)? {
            Ok(owner) => owner,
            Err(page) => return Ok(page.into_response()),
        };
        let desk = place.installation.sign_in_desk();
        let id = form.get("id")?.unwrap_or("");
        match desk.remove_passkey(who(place, &owner), id) {
            // One that is gone already is as it should be.
            Ok(_) => Ok(go(&own_address(place), None)),
            Err(SignInError::Moved(_)) => {
                let wrong = "This was changed elsewhere at the same time. Try again.";
                let page = list_page(place, visitor, &owner, Some(wrong))?;
                Ok(page.into_response())
            }
            Err(error) => Err(Refused::internal(error)),
        }
    });
    as_page(came.await)
}

fn own_address(place: &Place) -> String {
    format!("/oauth/{}/passkeys", place.realm.as_str())
}

/// Signs in whoever shows a key. It is two factors: the device, and what unlocked it.
pub(super) async fn sign_in(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let came = answered(&app, &realm, request, |place, visitor, form| {
        let site = site(place)?;
        let request = form.get("request")?;
        let desk = place.installation.sign_in_desk();
        let answer = form.get("answer")?.unwrap_or("");
        let found = desk.person_of_passkey(&site, &place.realm, browser(visitor)?, answer);
        let person = match found.map_err(Refused::internal)? {
            Ok(person) => Some(person),
            Err(refusal) => {
                note(&refusal);
                None
            }
        };
        let directory = place.directory()?;
        let person = person.filter(|id| directory.fact(&Key::Person(id.clone())).is_some());
        let Some(person) = person else {
            // Whatever it was: nobody is told which keys are known here.
            let wrong = "This passkey was not taken. Try again, or sign in another way.";
            let page = sign_in::form_page(place, visitor, request, Some(wrong))?;
            return Ok(page.into_response());
        };
        let who = Who {
            realm: &place.realm,
            person: &person,
        };
        let secret = desk.sign_in(who, true).map_err(Refused::internal)?;
        let cookie = cookie::of_sign_in(place, &secret);
        Ok(go(&sign_in::onward(place, request)?, Some(&cookie)))
    });
    as_page(came.await)
}

/// What is wrong with an answer, for whoever runs this: the person is told less.
fn note(refusal: &PasskeyRefusal) {
    let error = crate::fault::chain(refusal);
    tracing::warn!(error, "a passkey was not taken");
}
