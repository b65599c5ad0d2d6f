//! `/oauth/{realm}/password`: a person sets a password with a code that was made for him.

use ::oauth::Form;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use commands::PasswordChanged;
use engine::{Holder, PersonId};
use node::sign_in::{LEAST_LETTERS, PasswordSet, SignInError, Who};

use super::answer::{self, Refused};
use super::cookie::Visitor;
use super::page::{Frame, Page};
use super::place::{Place, shown, waiting};
use super::work::{Behalf, Came, new_id, run};
use crate::app::App;

pub(super) async fn page(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
) -> Response {
    shown(&app, &realm, headers, |place, visitor| {
        form_page(place, visitor, None)
    })
    .await
}

#[derive(Debug, Template)]
#[template(path = "oauth/password.html")]
struct PasswordPage<'a> {
    frame: &'a Frame,
    least: usize,
}

#[derive(Debug, Template)]
#[template(path = "oauth/password_set.html")]
struct PasswordSetPage<'a> {
    realm: &'a str,
}

fn form_page(place: &Place, visitor: &mut Visitor, wrong: Option<&str>) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, wrong)?;
    let template = PasswordPage {
        frame: &frame,
        least: LEAST_LETTERS,
    };
    Page::with_form(&template, &frame, cookie)
}

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let set = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        let turn = app.passwords.acquire().await.map_err(Refused::internal)?;
        let set = waiting(move || set(&place, &headers, &form)).await;
        drop(turn);
        set
    };
    set.await.unwrap_or_else(Page::wrong).into_response()
}

fn set(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Page, Refused> {
    let mut visitor = Visitor::find(place, headers)?;
    visitor.check(form)?;
    let password = form.get("password")?.unwrap_or("");
    if form.get("again")?.unwrap_or("") != password {
        return form_page(
            place,
            &mut visitor,
            Some("The two passwords are not the same."),
        );
    }
    let wrong = "Id or code is wrong, or the code is over or used.";
    let Ok(person) = form.get("person")?.unwrap_or("").trim().parse::<PersonId>() else {
        return form_page(place, &mut visitor, Some(wrong));
    };
    let who = Who {
        realm: &place.realm,
        person: &person,
    };
    let desk = place.installation.sign_in_desk();
    match desk.set_password(who, form.get("code")?.unwrap_or(""), password) {
        Ok(PasswordSet::NotSet) => form_page(place, &mut visitor, Some(wrong)),
        Ok(PasswordSet::First) => done_page(place),
        Ok(PasswordSet::Changed) => {
            end_tokens(place, &person)?;
            done_page(place)
        }
        Err(SignInError::Password(why)) => form_page(
            place,
            &mut visitor,
            Some(&format!("This does not do: {why}.")),
        ),
        Err(error) => Err(Refused::internal(error)),
    }
}

fn done_page(place: &Place) -> Result<Page, Refused> {
    Page::of(&PasswordSetPage {
        realm: place.realm.as_str(),
    })
}

/// Whoever knew the password before may have let an app have tokens: they end with it.
fn end_tokens(place: &Place, person: &PersonId) -> Result<(), Refused> {
    let behalf = Behalf {
        holder: Holder::Person(person.clone()),
        app: None,
        second_factor: true,
    };
    let changed = PasswordChanged {
        person: person.clone(),
    };
    match run(place, &behalf, &new_id(), changed.into(), Vec::new())? {
        Came::Done(_) => Ok(()),
        other => {
            let message = format!("tokens outlived a changed password: {other:?}");
            Err(Refused::internal(message))
        }
    }
}
