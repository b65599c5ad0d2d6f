//! Apps: who has a role on one, and what it may ask for.

use engine::Thing;
use engine::fact::{App, Fact, Level};
use serde_json::json;

use super::{Item, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;

type Listed = Result<Vec<Item>, GraphError>;

fn app_of(node: &Node) -> Result<&App, GraphError> {
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
        Fact::AppRole(one) => Some(Item::plain(
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
