//! `/oauth/{realm}/second-factor`: a person takes an authenticator into use.

use ::oauth::Form;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::PersonId;
use node::sign_in::{TotpSecret, Who};

use super::answer::{self, Refused};
use super::cookie::Visitor;
use super::page::{Frame, Page, Shown};
use super::passkey;
use super::place::{Place, shown, waiting};
use super::sign_in;
use crate::app::App;

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    shown(&app, &realm, headers, |place, visitor| {
        let Some(signed_in) = visitor.signed_in.clone() else {
            return sign_in::form_page(place, visitor, None, None);
        };
        let desk = place.installation.sign_in_desk();
        if passkey::owes_second_factor(place, &signed_in)? {
            return passkey::again_page(place, visitor);
        }
        let secret = desk.new_totp().map_err(Refused::internal)?;
        form_page(place, visitor, &signed_in.person, &secret, None)
    })
    .await
}

#[derive(Debug, Template)]
#[template(path = "oauth/second_factor.html")]
struct SecondFactorPage<'a> {
    frame: &'a Frame,
    person: Shown,
    key: &'a str,
    /// As people read it off.
    key_in_fours: String,
}

#[derive(Debug, Template)]
#[template(path = "oauth/second_factor_set.html")]
struct SecondFactorSetPage<'a> {
    realm: &'a str,
}

fn form_page(
    place: &Place,
    visitor: &mut Visitor,
    person: &PersonId,
    secret: &TotpSecret,
    wrong: Option<&'static str>,
) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, wrong)?;
    let key = secret.base32();
    let template = SecondFactorPage {
        frame: &frame,
        person: Shown::new(person.as_str()),
        key_in_fours: in_fours(&key),
        key: &key,
    };
    Page::with_form(&template, &frame, cookie)
}

fn in_fours(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let fours: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    fours.join(" ")
}

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let taken = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || take(&place, &headers, &form)).await
    };
    taken.await.unwrap_or_else(Page::wrong).into_response()
}

fn take(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Page, Refused> {
    let mut visitor = Visitor::find(place, headers)?;
    visitor.check(form)?;
    let Some(signed_in) = visitor.signed_in.clone() else {
        return sign_in::form_page(place, &mut visitor, None, None);
    };
    if passkey::owes_second_factor(place, &signed_in)? {
        return passkey::again_page(place, &mut visitor);
    }
    let secret = TotpSecret::from_base32(form.need("secret")?);
    let secret = secret.ok_or(Refused::Body(400, "this is no key"))?;
    let who = Who {
        realm: &place.realm,
        person: &signed_in.person,
    };
    let desk = place.installation.sign_in_desk();
    let taken = desk.set_totp(who, secret.clone(), form.get("digits")?.unwrap_or(""));
    if taken.map_err(Refused::internal)? {
        return Page::of(&SecondFactorSetPage {
            realm: place.realm.as_str(),
        });
    }
    let wrong = "These are not the digits of now.";
    form_page(place, &mut visitor, &signed_in.person, &secret, Some(wrong))
}
