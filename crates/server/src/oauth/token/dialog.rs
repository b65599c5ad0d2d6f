//! A code of the login dialog becomes a token: for the door that writes this otherwise.

use ::oauth::client::Client;
use ::oauth::code::Unfit;
use ::oauth::form::encoded;
use ::oauth::token::Redemption;
use ::oauth::{ErrorCode, Form, OauthError};
use engine::Holder;
use engine::fact::{Digest, Key};
use rulebook::OauthGrant;
use serde_json::Value;

use super::{grant_for, kind_of, known_code};
use crate::app::App;
use crate::oauth::answer::Refused;
use crate::oauth::client;
use crate::oauth::place::{Place, waiting};
use crate::oauth::work::end_reused;

/// Why a code brings no token.
#[derive(Debug)]
pub(crate) enum CodeRefused {
    /// There is no such app in the realm.
    NoApp,
    /// The app's secret is wrong, or it has none.
    Client,
    /// The code is none, or another app's.
    Unknown,
    /// It was used before.
    Used,
    /// Its time is over.
    Over,
    /// It was asked for with another address.
    OtherAddress,
    /// Something else, in OAuth's words.
    Told(u16, OauthError),
}

impl From<Refused> for CodeRefused {
    fn from(refused: Refused) -> Self {
        let (status, error) = refused.told();
        match error.code {
            ErrorCode::InvalidClient => Self::Client,
            _ => Self::Told(status, error),
        }
    }
}

/// Redeems a code; returns what OAuth's own endpoint would answer.
pub(crate) async fn of_the_code(
    app: &App,
    realm: &str,
    (id, secret): (&str, &str),
    (code, redirect_uri): (&str, &str),
) -> Result<Value, CodeRefused> {
    let place = Place::find(app, realm)?;
    let form = encoded([("client_id", id), ("client_secret", secret)]);
    let form = Form::parse(form.as_bytes()).map_err(Refused::from)?;
    let known = id.parse().ok().map(Key::App);
    if known.is_none_or(|key| place.directory().is_ok_and(|all| all.fact(&key).is_none())) {
        return Err(CodeRefused::NoApp);
    }
    let redemption = Redemption {
        code: Digest::of(code),
        redirect_uri: redirect_uri.to_owned(),
        verifier: None,
    };
    let redeemed = waiting(move || {
        let client = client::verified(&place, None, &form)?;
        client.must_be_confidential()?;
        Ok(redeem(&place, &client, &redemption))
    });
    redeemed.await?
}

fn redeem(place: &Place, client: &Client, redemption: &Redemption) -> Result<Value, CodeRefused> {
    let known = known_code(place, &redemption.code)?;
    let (code, version) = known.ok_or(CodeRefused::Unknown)?;
    let holder = Holder::Person(code.person.clone());
    match code.unfit(redemption, client, place.now) {
        None => {}
        Some(Unfit::Stranger | Unfit::Unproved) => return Err(CodeRefused::Unknown),
        Some(Unfit::Over) => return Err(CodeRefused::Over),
        Some(Unfit::OtherAddress) => return Err(CodeRefused::OtherAddress),
        Some(Unfit::Used) => {
            // Somebody has it who should not: what came of it ends.
            end_reused(place, &holder, &code.app, &code.grant);
            return Err(CodeRefused::Used);
        }
    }
    let kind = kind_of(place.directory()?, &holder, OauthGrant::Dialog);
    let kind = kind.ok_or(CodeRefused::Unknown)?.name.clone();
    let code = (&code, version);
    Ok(grant_for(place, code, &redemption.code, Some(kind))?)
}
