//! An app has a token by its own credentials alone.

use ::oauth::ErrorCode;
use ::oauth::client::Client;
use commands::{GiveGrant, GrantOrToken, NarrowGrant};
use engine::fact::{Fact, Grant, InstallKey, Key};
use engine::{Directory, Holder, SystemUserId};
use rulebook::{OauthGrant, TokenKind};
use serde_json::Value;

use super::{as_client, behalf, done, issue, issued, kind_of};
use crate::oauth::answer::Refused;
use crate::oauth::client::may_act;
use crate::oauth::place::Place;
use crate::oauth::work::{Behalf, new_id, run};

/// The app's own credentials become a token: of the app itself, of the business that owns it, or of
/// a system user that it is installed on and that gave it a grant.
pub(super) fn own(
    place: &Place,
    client: &Client,
    system_user: Option<SystemUserId>,
    scopes: Option<Vec<String>>,
) -> Result<Value, Refused> {
    client.must_be_confidential()?;
    let directory = place.directory()?;
    let by = OauthGrant::ClientCredentials;
    let not_here = || {
        let message = "this platform has no such token for the client itself";
        Refused::of(ErrorCode::UnauthorizedClient, message)
    };
    if let Some(system_user) = system_user {
        let holder = Holder::SystemUser(system_user.clone());
        let kind = kind_of(directory, &holder, by).ok_or_else(not_here)?;
        return own_of_system_user(place, client, &system_user, kind, scopes);
    }
    let holder = own_holder(directory, client).ok_or_else(not_here)?;
    let kind = kind_of(directory, &holder, by).ok_or_else(not_here)?;
    let scopes = scopes.unwrap_or_default();
    may_act(place, &client.app, &holder, "token.issue", &scopes).map_err(as_client)?;
    let behalf = Behalf {
        holder: holder.clone(),
        app: Some(client.app.clone()),
        second_factor: true,
    };
    let known = grants_to(directory, client, &holder).find(|grant| grant.scopes == scopes);
    let grant = match known {
        Some(grant) => grant.id,
        None => {
            let give = GiveGrant {
                id: None,
                holder,
                app: client.app.clone(),
                scopes,
                declined: Vec::new(),
                targets: std::collections::BTreeMap::new(),
            };
            let done = done(run(place, &behalf, &new_id(), give.into(), Vec::new())?)?;
            let id = done.id.as_deref().unwrap_or_default();
            id.parse()
                .map_err(|_| Refused::internal("the grant has no id"))?
        }
    };
    let command = issue(grant, kind);
    let came = run(place, &behalf, &new_id(), command, Vec::new())?;
    issued(place, &done(came)?, false)
}

fn own_of_system_user(
    place: &Place,
    client: &Client,
    system_user: &SystemUserId,
    kind: &TokenKind,
    scopes: Option<Vec<String>>,
) -> Result<Value, Refused> {
    let directory = place.directory()?;
    let holder = Holder::SystemUser(system_user.clone());
    let install = InstallKey {
        app: client.app.clone(),
        system_user: system_user.clone(),
    };
    let installed = directory.fact(&Key::Install(install)).is_some();
    let mut grants = grants_to(directory, client, &holder);
    let fits = |grant: &Grant| {
        let all = |scopes: &Vec<String>| scopes.iter().all(|scope| grant.scopes.contains(scope));
        scopes.as_ref().is_none_or(all)
    };
    // Of an app that is not installed nobody learns whether there is such a system user.
    let none = || {
        let message = "the app is not installed on this system user, or was not given these scopes";
        Refused::of(ErrorCode::InvalidScope, message)
    };
    let grant = grants.find(fits).filter(|_| installed).ok_or_else(none)?;
    may_act(place, &client.app, &holder, "token.issue", &grant.scopes).map_err(as_client)?;
    let all = scopes
        .as_ref()
        .is_none_or(|scopes| grant.scopes.iter().all(|scope| scopes.contains(scope)));
    let command = match scopes {
        Some(scopes) if !all => NarrowGrant {
            of: GrantOrToken::Grant(grant.id.clone()),
            scopes: Some(scopes),
            targets: std::collections::BTreeMap::new(),
            life_s: None,
            kind: None,
        }
        .into(),
        _ => issue(grant.id.clone(), kind),
    };
    let came = run(place, &behalf(&grant), &new_id(), command, Vec::new())?;
    issued(place, &done(came)?, false)
}

/// Returns for whom the app acts by itself: itself, or the business that owns it.
fn own_holder(directory: &Directory, client: &Client) -> Option<Holder> {
    let itself = Holder::App(client.app.clone());
    if kind_of(directory, &itself, OauthGrant::ClientCredentials).is_some() {
        return Some(itself);
    }
    let Some(Fact::App(app)) = directory.fact(&Key::App(client.app.clone())) else {
        return None;
    };
    Some(Holder::from(app.owner))
}

/// Returns what a holder gave an app itself, in the order of ids.
fn grants_to(
    directory: &Directory,
    client: &Client,
    holder: &Holder,
) -> impl Iterator<Item = Grant> {
    let facts = match holder {
        Holder::Person(_) | Holder::SystemUser(_) => directory.grants_held_by(holder),
        Holder::Business(_) | Holder::App(_) => directory.grants_to(&client.app),
    };
    let mut grants: Vec<Grant> = facts
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::Grant(grant) => Some(grant),
            _ => None,
        })
        .filter(|grant| grant.app == client.app && grant.holder == *holder && grant.from.is_none())
        .collect();
    grants.sort_by(|one, other| one.id.cmp(&other.id));
    grants.into_iter()
}
