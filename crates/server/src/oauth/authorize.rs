//! `GET /oauth/{realm}/authorize`: an app sends a person to be asked.

use ::oauth::authorize::{Asked, NotAsked};
use ::oauth::{ErrorCode, Form, OauthError};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::Holder;
use node::sign_in::SignedIn;

use super::answer::{self, Refused};
use super::client::may_act;
use super::consent;
use super::cookie::Visitor;
use super::dialog;
use super::page::{Page, go};
use super::par::HandedIn;
use super::place::{Place, waiting};
use super::sign_in;
use crate::app::App;

/// The longest query, in bytes.
const LONGEST: usize = 32 << 10;

pub(super) async fn ask(
    State(app): State<App>,
    Path(realm): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = async {
        let place = Place::find(&app, &realm)?;
        let query = query.unwrap_or_default();
        if query.len() > LONGEST {
            return Err(Refused::Body(414, "the request is too long"));
        }
        let form = Form::parse(query.as_bytes())?;
        waiting(move || put(&place, &headers, &form)).await
    };
    asked
        .await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

/// The same by a form, as RFC 6749 lets clients do.
pub(super) async fn ask_by_post(
    State(app): State<App>,
    Path(realm): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let asked = async {
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || put(&place, &headers, &form)).await
    };
    asked
        .await
        .unwrap_or_else(|refused| Page::wrong(refused).into_response())
}

/// A request that can be put to a person, or the answer that stands in its place.
#[derive(Debug)]
pub(super) enum Put {
    /// It can be put to this person.
    To(Box<(Asked, SignedIn)>),
    /// Nobody is signed in, or not lately enough.
    NobodyIsIn,
    /// The person is sent back.
    SentBack(String),
}

impl Put {
    /// Returns to whom a request can be put.
    pub(super) fn of(place: &Place, visitor: &Visitor, form: &Form) -> Result<Self, Refused> {
        let mut asked = match Asked::read(form, place.directory()?, &place.issuer) {
            Ok(asked) => asked,
            Err(NotAsked::Told(error)) => return Err(error.into()),
            Err(NotAsked::SentBack(to)) => return Ok(Self::SentBack(to)),
        };
        let back = |error: &OauthError| Ok(Self::SentBack(asked.with_error(error, &place.issuer)));
        let Some(signed_in) = visitor.signed_in.clone() else {
            if asked.may_ask {
                return Ok(Self::NobodyIsIn);
            }
            return back(&OauthError::new(
                ErrorCode::LoginRequired,
                "nobody is signed in",
            ));
        };
        let anew = asked.dialog.as_ref().is_some_and(|dialog| dialog.anew);
        if anew && !signed_in.is_fresh(place.now) {
            return Ok(Self::NobodyIsIn);
        }
        let holder = Holder::Person(signed_in.person.clone());
        let may = may_act(place, &asked.app.id, &holder, "grant.redeem", &asked.scopes);
        match may {
            Ok(()) => {}
            Err(Refused::Told(error)) => return back(&error),
            Err(other) => return Err(other),
        }
        if !asked.may_ask {
            let message = "the person has to be asked";
            return back(&OauthError::new(ErrorCode::ConsentRequired, message));
        }
        if let Err(error) = dialog::leave_out(place, &mut asked, &signed_in)? {
            return Ok(Self::SentBack(asked.with_error(&error, &place.issuer)));
        }
        dialog::pass_over(place, &mut asked, &signed_in)?;
        Ok(Self::To(Box::new((asked, signed_in))))
    }
}

fn put(place: &Place, headers: &HeaderMap, form: &Form) -> Result<Response, Refused> {
    let mut visitor = Visitor::find(place, headers)?;
    // Pages carry a reference on as it came, never what it stands for.
    let request = form.encoded();
    let handed_in = match HandedIn::find(place, form)? {
        Some(new) if !new.is_open() => return Ok(go(&new.open(place)?, None)),
        found => found,
    };
    let form = handed_in.as_ref().map_or(form, |found| &found.form);
    let page = match Put::of(place, &visitor, form)? {
        Put::SentBack(to) => return Ok(go(&to, None)),
        Put::NobodyIsIn => sign_in::form_page(place, &mut visitor, Some(&request), None)?,
        Put::To(both) => {
            let (asked, signed_in) = *both;
            let page = consent::page(place, &mut visitor, &asked, &signed_in, &request)?;
            page.leading_to(leads_to(&asked.redirect_uri))
        }
    };
    Ok(page.into_response())
}

/// Returns where a form may lead whose answer sends somebody back to an address, for the browser to
/// hold us to.
pub(super) fn leads_to(redirect_uri: &str) -> Option<String> {
    // What an app registered cannot end the header early: it holds graphic ASCII only.
    Some(origin(redirect_uri)).filter(|origin| !origin.contains([';', ',']))
}

/// Returns scheme and host of an address, as a browser's policy names them.
pub(super) fn origin(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else {
        let scheme = uri.split(':').next().unwrap_or_default();
        return format!("{scheme}:");
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    format!("{scheme}://{authority}")
}
