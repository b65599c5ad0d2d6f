//! What is particular to the login dialog once a person was asked.

use std::collections::BTreeSet;

use ::oauth::authorize::Asked;
use ::oauth::consent::Consent;
use ::oauth::dialog::{Dialog, Given, Wish};
use ::oauth::{ErrorCode, OauthError};
use commands::RedeemConsent;
use engine::fact::{Digest, Fact};
use engine::{Assumed, Context, Credential, Directory, Evidence, Holder, Request};
use node::sign_in::SignedIn;
use rulebook::{OauthGrant, Operation, PermissionSet, Reason};

use super::answer::Refused;
use super::consent::new_code;
use super::par::write_once;
use super::place::Place;
use super::token::kind_of;
use super::work::{Behalf, Came, new_id, run};

/// Leaves out what the app may not ask of this person: scopes at Standard Access, of a person without a
/// role on the app, and scopes that the app gave up. They count as declined.
///
/// Errors, to be told to the app: nothing is left of what it asked for.
pub(super) fn leave_out(
    place: &Place,
    asked: &mut Asked,
    signed_in: &SignedIn,
) -> Result<Result<(), OauthError>, Refused> {
    if asked.dialog.is_none() {
        return Ok(Ok(()));
    }
    let directory = place.directory()?;
    let (out, left): (Vec<String>, Vec<String>) = std::mem::take(&mut asked.scopes)
        .into_iter()
        .partition(|scope| is_out_of_reach(place, directory, (asked, signed_in), scope));
    if left.is_empty() && !out.is_empty() {
        let message = format!("Invalid Scopes: {}", out.join(", "));
        return Ok(Err(OauthError::new(ErrorCode::InvalidScope, &message)));
    }
    asked.scopes = left;
    asked.passed_over = out;
    Ok(Ok(()))
}

/// Is a scope one that the app cannot have of this person? The engine is asked for something that takes
/// this scope alone, as if it had been given.
fn is_out_of_reach(
    place: &Place,
    directory: &Directory,
    (asked, signed_in): (&Asked, &SignedIn),
    scope: &str,
) -> bool {
    let rules = directory.rulebook().rules(0);
    let Some(id) = rules.names.permission(scope) else {
        return false;
    };
    let one = PermissionSet::of(id);
    let alone = |operation: &&Operation| {
        let all = operation.all_scopes == one && operation.any_scope.is_empty();
        all || (operation.all_scopes.is_empty() && operation.any_scope.meets(one))
    };
    let Some(operation) = rules.operations.iter().flatten().find(alone) else {
        return false;
    };
    let holder = Holder::Person(signed_in.person.clone());
    let request = Request {
        resource: (&holder).into(),
        credential: Credential::Assumed(Assumed {
            holder,
            app: asked.app.id.clone(),
            scopes: vec![scope.to_owned()],
            kind: String::new(),
        }),
        operation: rules.names.operation_name(operation.id).to_owned(),
        with: Vec::new(),
        context: Context::default(),
    };
    let decision = engine::decide(directory, &request, &Evidence::default(), place.now);
    let against = [
        Reason::AppLevelStandard,
        Reason::AppReviewGate,
        Reason::ScopeMissing,
    ];
    against.iter().any(|reason| decision.reasons.has(*reason))
}

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
    let (over, left): (Vec<String>, Vec<String>) = std::mem::take(&mut asked.scopes)
        .into_iter()
        .partition(is_over);
    asked.scopes = left;
    asked.passed_over.extend(over);
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
