//! `/oauth/{realm}/sign-in`: a person shows who he is, with a password and a second factor.

use ::oauth::Form;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::PersonId;
use engine::fact::Key;
use ledger::Realm;
use node::sign_in::{Shown, Tried, Who};

use super::answer::{self, Refused};
use super::cookie::{self, Visitor};
use super::page::{Page, go};
use super::place::{Place, waiting};
use crate::app::App;
use crate::fault::Fault;

/// Returns the page on which somebody signs in. `request`: what he was on the way to.
pub(super) fn form_page(
    place: &Place,
    visitor: &mut Visitor,
    request: Option<&str>,
    wrong: Option<&'static str>,
) -> Result<Page, Refused> {
    let (token, cookie) = visitor.form_token(place)?;
    let mut page = Page::new("Sign in");
    page.cookie = cookie;
    if let Some(wrong) = wrong {
        page.status = 403;
        page.main
            .raw("<p class=\"wrong\" role=\"alert\">")
            .text(wrong)
            .raw("</p>\n");
    }
    page.main
        .raw("<form method=\"post\" action=\"/oauth/")
        .text(place.realm.as_str())
        .raw("/sign-in\">\n")
        .hidden("form_token", &token);
    if let Some(request) = request {
        page.main.hidden("request", request);
    }
    page.main.raw(
        "<label class=\"field\">Your id\n<input type=\"text\" name=\"person\" required autofocus autocomplete=\"username\"></label>\n\
         <label class=\"field\">Password\n<input type=\"password\" name=\"password\" required autocomplete=\"current-password\"></label>\n\
         <label class=\"field\">Six digits of your second factor, if you have one\n<input type=\"text\" name=\"digits\" inputmode=\"numeric\" autocomplete=\"one-time-code\"></label>\n\
         <button>Sign in</button>\n</form>\n<p><a href=\"/oauth/",
    );
    page.main
        .text(place.realm.as_str())
        .raw("/password\">I have a code to set a password</a></p>\n");
    Ok(page)
}

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let place = Place::find(&app, &realm)?;
        waiting(move || {
            let mut visitor = Visitor::find(&place, &headers)?;
            match visitor.signed_in.clone() {
                None => form_page(&place, &mut visitor, None, None),
                Some(signed_in) => {
                    let (token, _) = visitor.form_token(&place)?;
                    Ok(own_page(&place, signed_in.person.as_str(), &token))
                }
            }
        })
        .await
    };
    shown.await.unwrap_or_else(Page::wrong).into_response()
}

fn own_page(place: &Place, person: &str, token: &str) -> Page {
    let mut page = Page::new("You are signed in");
    let realm = place.realm.as_str();
    page.main
        .raw("<p>As <strong>")
        .text(person)
        .raw("</strong>.</p>\n<p><a href=\"/oauth/");
    page.main
        .text(realm)
        .raw("/second-factor\">Second factor</a></p>\n");
    page.main
        .raw("<form method=\"post\" action=\"/oauth/")
        .text(realm);
    page.main.raw("/sign-out\">\n").hidden("form_token", token);
    page.main.raw("<button>Sign out</button>\n</form>\n");
    page
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
    let shown = Shown {
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
fn onward(place: &Place, request: Option<&str>) -> Result<String, Refused> {
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
