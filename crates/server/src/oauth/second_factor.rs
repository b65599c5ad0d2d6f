//! `/oauth/{realm}/second-factor`: a person takes an authenticator into use.

use ::oauth::Form;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::PersonId;
use node::sign_in::{TotpSecret, Who};

use super::answer::{self, Refused};
use super::cookie::Visitor;
use super::page::Page;
use super::place::{Place, waiting};
use super::sign_in;
use crate::app::App;

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let place = Place::find(&app, &realm)?;
        waiting(move || {
            let mut visitor = Visitor::find(&place, &headers)?;
            let Some(signed_in) = visitor.signed_in.clone() else {
                return sign_in::form_page(&place, &mut visitor, None, None);
            };
            let desk = place.installation.sign_in_desk();
            let secret = desk.new_totp().map_err(Refused::internal)?;
            form_page(&place, &mut visitor, &signed_in.person, &secret, None)
        })
        .await
    };
    shown.await.unwrap_or_else(Page::wrong).into_response()
}

fn form_page(
    place: &Place,
    visitor: &mut Visitor,
    person: &PersonId,
    secret: &TotpSecret,
    wrong: Option<&'static str>,
) -> Result<Page, Refused> {
    let (token, _) = visitor.form_token(place)?;
    let mut page = Page::new("Second factor");
    if let Some(wrong) = wrong {
        page.status = 403;
        page.main
            .raw("<p class=\"wrong\" role=\"alert\">")
            .text(wrong)
            .raw("</p>\n");
    }
    let secret = secret.base32();
    page.main
        .raw("<p>Type this key into your authenticator, for <strong>");
    page.main
        .text(person.as_str())
        .raw("</strong>, with six digits every 30 seconds:</p>\n<p><code>");
    page.main
        .text(&secret)
        .raw("</code></p>\n<form method=\"post\" action=\"/oauth/");
    page.main
        .text(place.realm.as_str())
        .raw("/second-factor\">\n");
    page.main
        .hidden("form_token", &token)
        .hidden("secret", &secret);
    page.main.raw(
        "<label class=\"field\">The six digits it shows now\n<input type=\"text\" name=\"digits\" required autofocus inputmode=\"numeric\" autocomplete=\"one-time-code\"></label>\n\
         <button>Use it from now on</button>\n</form>\n",
    );
    Ok(page)
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
    let secret = TotpSecret::from_base32(form.need("secret")?);
    let secret = secret.ok_or(Refused::Body(400, "this is no key"))?;
    let who = Who {
        realm: &place.realm,
        person: &signed_in.person,
    };
    let desk = place.installation.sign_in_desk();
    let taken = desk.set_totp(who, secret.clone(), form.get("digits")?.unwrap_or(""));
    if taken.map_err(Refused::internal)? {
        let mut page = Page::new("Your second factor is in use");
        page.main
            .raw("<p>You will be asked for its digits when you sign in.</p>\n");
        return Ok(page);
    }
    let wrong = "These are not the digits of now.";
    form_page(place, &mut visitor, &signed_in.person, &secret, Some(wrong))
}
