//! Tokens that a business makes: of its own system users, a child's, a client's.

use std::collections::BTreeMap;

use commands::{Command, CreateSystemUser, InstallApp};
use engine::fact::{Fact, InstallKey, Key, SystemUser};
use engine::{AppId, AssetId, BusinessId, SystemUserId, Thing};

use super::id;
use super::managed;
use super::of_business::{business_of, number_of};
use super::of_system_user::{Wanted, endless, scopes};
use crate::error::GraphError;
use crate::node::{Node, viewing};
use crate::params::Params;
use crate::sight::Sight;
use crate::step::Step;

/// A scope that is about businesses, and for which no assets are chosen.
const OF_BUSINESSES: &str = "business_management";

/// A token of a system user of another business: of a child's admin, or of the one through which the
/// asker's business acts for a client.
pub(super) fn of_business(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    match node {
        Node::Business(client) => match managed::partner_of(sight, &client.id) {
            Some(partner) => managed::token(sight, partner, client, params),
            None => of_child(sight, node, params),
        },
        _ => Err(GraphError::internal()),
    }
}

/// Errors: the token that asks lacks one of these scopes. Nobody gets more than he has.
pub(super) fn must_carry(sight: &Sight<'_>, scopes: &[String]) -> Result<(), GraphError> {
    let own = sight.asker.grant.as_ref().map(|grant| &grant.scopes);
    match scopes
        .iter()
        .find(|scope| own.is_none_or(|own| !own.contains(scope)))
    {
        None => Ok(()),
        Some(scope) => {
            let message = format!("Requires {scope} permission to manage the object");
            Err(GraphError::coded(403, 200, &message))
        }
    }
}

/// A token of a child's admin system user, which is made first if there is none, with the app installed.
fn of_child(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let business = business_of(node)?.clone();
    let app: AppId = id(params, "app_id")?;
    let scopes = scopes(sight, params)?;
    must_carry(sight, &scopes)?;
    let (system_user, mut commands) = admin_of(sight, &business, params)?;
    let install = InstallKey {
        app: app.clone(),
        system_user: system_user.clone(),
    };
    if sight.directory.fact(&Key::Install(install)).is_none() {
        commands.push(
            InstallApp {
                app: app.clone(),
                system_user: system_user.clone(),
            }
            .into(),
        );
    }
    let wanted = Wanted {
        system_user,
        app,
        scopes,
        targets: BTreeMap::new(),
        endless: false,
    };
    wanted.step(sight, commands)
}

/// Returns the admin system user of a business, and what makes it if there is none.
fn admin_of(
    sight: &Sight<'_>,
    business: &BusinessId,
    params: &Params,
) -> Result<(SystemUserId, Vec<Command>), GraphError> {
    let known = system_users(sight, business).into_iter();
    let known = known.filter(|one| one.role == "admin").map(|one| one.id);
    if let Some(known) = known.min() {
        return Ok((known, Vec::new()));
    }
    let number = number_of(sight.fresh).ok_or_else(GraphError::internal)?;
    let new: SystemUserId = number.parse().map_err(|_| GraphError::internal())?;
    let name = params.text("system_user_name");
    let create = CreateSystemUser {
        business: business.clone(),
        id: Some(new.clone()),
        name: Some(name.unwrap_or_else(|| "Admin system user".to_owned())),
        role: "admin".to_owned(),
    };
    Ok((new, vec![create.into()]))
}

fn system_users(sight: &Sight<'_>, business: &BusinessId) -> Vec<SystemUser> {
    let facts = sight.directory.facts_of_business(business).into_iter();
    facts
        .filter_map(|fact| match fact {
            Fact::SystemUser(one) => Some(one),
            _ => None,
        })
        .collect()
}

/// A token of one of the business's system users for the app that asks; on some assets only, if they
/// are named.
pub(super) fn of_system_user(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let business = business_of(node)?;
    let system_user: SystemUserId = id(params, "system_user_id")?;
    let known = system_users(sight, business).into_iter();
    let mut known = known.filter(|one| one.id == system_user);
    if known.next().is_none() {
        return Err(GraphError::no_object("post", system_user.as_str()));
    }
    if params.is_on("fetch_only") {
        let message = "Tokens are shown when they are made, and not again: make a new one";
        return Err(GraphError::invalid(message).blaming("fetch_only"));
    }
    let scopes = scopes(sight, params)?;
    let assets = assets(sight, params)?;
    let targets = scopes
        .iter()
        .filter(|scope| !assets.is_empty() && *scope != OF_BUSINESSES)
        .map(|scope| (scope.clone(), assets.clone()))
        .collect();
    let app = sight.asker.grant.as_ref().map(|grant| grant.app.clone());
    let wanted = Wanted {
        system_user,
        app: app.ok_or_else(GraphError::unknown_token)?,
        scopes,
        targets,
        endless: endless(params),
    };
    wanted.step(sight, Vec::new())
}

/// Reads assets; an ad account may come without its prefix. One that the asker may not know of sounds
/// like one that is not there.
fn assets(sight: &Sight<'_>, params: &Params) -> Result<Vec<AssetId>, GraphError> {
    let mut assets = Vec::new();
    for text in params.list("asset") {
        let found = [text.clone(), format!("act_{text}")].iter().find_map(|id| {
            match Node::find(sight.directory, id) {
                Some(Node::Asset(asset)) => Some(asset),
                _ => None,
            }
        });
        let seen = found.filter(|asset| {
            let thing = Thing::Asset(asset.id.clone());
            sight
                .decision(viewing(&asset.kind), thing, Vec::new())
                .visible
        });
        match seen {
            Some(asset) => assets.push(asset.id),
            None => return Err(GraphError::no_object("post", &text)),
        }
    }
    assets.sort();
    assets.dedup();
    Ok(assets)
}
