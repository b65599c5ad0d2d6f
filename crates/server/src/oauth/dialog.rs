//! What is particular to the login dialog once a person was asked.

use std::collections::BTreeSet;

use ::oauth::authorize::Asked;
use ::oauth::consent::Consent;
use ::oauth::dialog::{Dialog, Given, Wish};
use commands::RedeemConsent;
use engine::Holder;
use engine::fact::{Digest, Fact};
use node::sign_in::SignedIn;
use rulebook::OauthGrant;

use super::answer::Refused;
use super::consent::new_code;
use super::par::write_once;
use super::place::Place;
use super::token::kind_of;
use super::work::{Behalf, Came, new_id, run};

/// Leaves out what a person declined before, unless the app asks for it again, or for nothing else.
pub(super) fn pass_over(
    place: &Place,
    asked: &mut Asked,
    signed_in: &SignedIn,
) -> Result<(), Refused> {
    if asked.dialog.as_ref().is_none_or(|dialog| dialog.again) {
        return Ok(());
    }
    let holder = Holder::Person(signed_in.person.clone());
    let held = place.directory()?.grants_held_by(&holder).into_iter();
    let of_app = held.filter_map(|fact| match fact {
        Fact::Grant(grant) if grant.app == asked.app.id => Some(grant),
        _ => None,
    });
    let (mut given, mut declined) = (BTreeSet::new(), BTreeSet::new());
    for grant in of_app {
        given.extend(grant.scopes);
        declined.extend(grant.declined);
    }
    let is_over = |scope: &String| declined.contains(scope) && !given.contains(scope);
    if asked.scopes.iter().all(is_over) {
        return Ok(());
    }
    let (over, left) = std::mem::take(&mut asked.scopes)
        .into_iter()
        .partition(is_over);
    asked.scopes = left;
    asked.passed_over = over;
    Ok(())
}

/// Sends the person back with what the app wanted to hear.
pub(super) fn answered(
    place: &Place,
    (asked, dialog): (&Asked, &Dialog),
    signed_in: &SignedIn,
    given: Consent,
) -> Result<String, Refused> {
    let scopes = (given.scopes.clone(), given.declined.clone());
    let token = match dialog.wants(Wish::Token) {
        true => Some(token(place, asked, signed_in, &given)?),
        false => None,
    };
    let code = if dialog.wants(Wish::Code) {
        let (code, write) = new_code(place, asked, signed_in, given)?;
        write_once(place, &[write])?;
        Some(code)
    } else {
        None
    };
    let token = token
        .as_ref()
        .map(|(secret, life)| (secret.as_str(), *life));
    let given = Given {
        code: code.as_deref(),
        token,
        scopes: (&scopes.0, &scopes.1),
    };
    Ok(dialog.sent_back(asked, &given))
}

/// Makes a token at once; returns its secret and its life in seconds.
fn token(
    place: &Place,
    asked: &Asked,
    signed_in: &SignedIn,
    given: &Consent,
) -> Result<(String, Option<i64>), Refused> {
    let holder = Holder::Person(signed_in.person.clone());
    let kind = kind_of(place.directory()?, &holder, OauthGrant::Dialog);
    let command = RedeemConsent {
        grant: None,
        person: signed_in.person.clone(),
        app: asked.app.id.clone(),
        scopes: given.scopes.clone(),
        declined: given.declined.clone(),
        targets: given.targets.clone(),
        kind: kind.map(|kind| kind.name.clone()),
    };
    let behalf = Behalf {
        holder,
        app: Some(asked.app.id.clone()),
        second_factor: signed_in.second_factor,
    };
    let came = run(place, &behalf, &new_id(), command.into(), Vec::new())?;
    let secret = match came {
        Came::Done(answer) => answer.secret,
        _ => None,
    };
    let secret = secret.ok_or(Refused::Body(403, "nothing was granted: try again"))?;
    let newest = place.newest();
    let token = newest.directory()?.token_with(&Digest::of(&secret));
    let end = token.and_then(|token| token.expires);
    let life = end.map(|end| end.duration_since(place.now).as_secs().max(0));
    Ok((secret, life))
}
