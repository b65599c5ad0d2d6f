//! Apps: who has a role on one, and what it may ask for.

use commands::{ClaimApp, OwnApp};
use engine::fact::{App, Fact, Key, Level, Share, ShareState};
use engine::{AppId, AssetOrGroup, BusinessId, Owner, Thing};
use jiff::Timestamp;
use serde_json::json;

use super::of_business::business_of;
use super::test_users::TEST_USER;
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::{self, Node};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

pub(super) fn app_of(node: &Node) -> Result<&App, GraphError> {
    match node {
        Node::App(app) => Ok(app),
        _ => Err(GraphError::internal()),
    }
}

pub(super) fn roles(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let app = app_of(node)?;
    sight.must("app_role.list", Thing::App(app.id.clone()), place)?;
    let facts = sight.directory.facts_of_app(&app.id).into_iter();
    let roles = facts.filter_map(|fact| match fact {
        // Test users have an edge of their own.
        Fact::AppRole(one) if one.role != TEST_USER => Some(Item::plain(
            one.person.as_str(),
            [
                ("app_id", json!(app.id.as_str())),
                ("user", json!(one.person.as_str())),
                ("role", json!(plural(&one.role))),
            ],
        )),
        _ => None,
    });
    Ok(sorted(roles.collect()))
}

/// Makes a business the owner of an app that a person owns.
pub(super) fn own(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = OwnApp {
        app: id(params, "app_id")?,
        business: business_of(node)?.clone(),
    };
    Ok(Step::give(command, Then::Confirmed))
}

/// Lets a business claim an app that somebody else owns. Whoever may, administers both; so nothing waits.
pub(super) fn claim(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let business = business_of(node)?.clone();
    let app: AppId = id(params, "app_id")?;
    Ok(Step::give(ClaimApp { app, business }, Then::Confirmed))
}

fn lives(share: &Share, now: Timestamp) -> bool {
    share.state == ShareState::Accepted && share.until.is_none_or(|until| until > now)
}

fn must_know_businesses<'n>(
    sight: &Sight<'_>,
    node: &'n Node,
    place: &Place<'_>,
) -> Result<&'n App, GraphError> {
    let app = app_of(node)?;
    sight.must("app_claim.list", Thing::App(app.id.clone()), place)?;
    Ok(app)
}

fn of_businesses(sight: &Sight<'_>, ids: impl Iterator<Item = BusinessId>) -> Listed {
    let known = ids.filter_map(|id| node::business(sight.directory, id.as_str()));
    let items = known.map(|one| {
        // Who builds an app is told whom it serves, and no more of them than he may read.
        if sight.may("business.view", Thing::Business(one.id.clone())) {
            return Item::of(Node::Business(one));
        }
        let id = one.id.as_str();
        let name = sight.name(one.name.as_ref(), id);
        Item::plain(id, [("id", json!(id)), ("name", json!(name))])
    });
    Ok(sorted(items.collect()))
}

/// The businesses that claimed the app without owning it.
pub(super) fn agencies(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let app = must_know_businesses(sight, node, place)?;
    let facts = sight.directory.facts_of_app(&app.id).into_iter();
    let claims = facts.filter_map(|fact| match fact {
        Fact::AppClaim(one) if app.owner != Owner::Business(one.business.clone()) => {
            Some(one.business)
        }
        _ => None,
    });
    of_businesses(sight, claims)
}

/// The businesses, beside the owner, on whose system users the app is installed.
pub(super) fn clients(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let app = must_know_businesses(sight, node, place)?;
    let facts = sight.directory.facts_of_app(&app.id).into_iter();
    let installed = facts.filter_map(|fact| match fact {
        Fact::Install(one) => match sight.directory.fact(&Key::SystemUser(one.system_user))? {
            Fact::SystemUser(user) => Some(user.business),
            _ => None,
        },
        _ => None,
    });
    of_businesses(
        sight,
        installed.filter(|one| app.owner != Owner::Business(one.clone())),
    )
}

/// The ad accounts of a business that the app may serve: all that the business owns or was given, once it
/// owns or claimed the app, and none before.
pub(super) fn accounts(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let app = must_know_businesses(sight, node, place)?;
    let business: BusinessId = id(params, "business")?;
    sight.must("asset.list", Thing::Business(business.clone()), place)?;
    let directory = sight.directory;
    let claims = directory.claims_of(&business).into_iter();
    let mut claims = claims.filter(|fact| matches!(fact, Fact::AppClaim(one) if one.app == app.id));
    if app.owner != Owner::Business(business.clone()) && claims.next().is_none() {
        return Ok(Vec::new());
    }
    let owned = directory.facts_of_business(&business).into_iter();
    let owned = owned.filter_map(|fact| match fact {
        Fact::Asset(asset) => Some(asset),
        _ => None,
    });
    let shares = directory.shares_to(&business).into_iter();
    let given = shares.filter_map(|fact| match fact {
        Fact::Share(share) if lives(&share, sight.now) => match share.of {
            AssetOrGroup::Asset(id) => node::asset(directory, &id),
            AssetOrGroup::Group(_) => None,
        },
        _ => None,
    });
    let accounts = owned
        .chain(given)
        .filter(|asset| asset.kind == "ad_account");
    Ok(sorted(
        accounts.map(|asset| Item::of(Node::Asset(asset))).collect(),
    ))
}

/// The platform names roles on apps by those who have them.
fn plural(role: &str) -> String {
    match role {
        "admin" => "administrators".to_owned(),
        "analytics_user" => "insights users".to_owned(),
        other => format!("{other}s"),
    }
}

/// What the app may ask people for: `live` is Advanced Access.
pub(super) fn permissions(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let app = app_of(node)?;
    let grant = sight.asker.grant.as_ref();
    if grant.is_none_or(|grant| grant.app != app.id) {
        sight.must("app.view", Thing::App(app.id.clone()), place)?;
    }
    let facts = sight.directory.facts_of_app(&app.id).into_iter();
    let items = facts.filter_map(|fact| match fact {
        Fact::AppPermission(one) if !one.removed => {
            let live = one.level == Level::Advanced;
            let status = if live { "live" } else { "unapproved" };
            Some(Item::plain(
                &one.permission,
                [
                    ("permission", json!(one.permission)),
                    ("status", json!(status)),
                ],
            ))
        }
        _ => None,
    });
    let wanted = params.list("status");
    let told = items.filter(|item| {
        let status = item.extra.get("status").and_then(|status| status.as_str());
        wanted.is_empty() || wanted.iter().any(|one| Some(one.as_str()) == status)
    });
    Ok(sorted(told.collect()))
}
