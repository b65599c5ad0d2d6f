//! Asset groups and projects.

use commands::{AddGroupAsset, GiveAssignment, RemoveGroup, RemoveGroupAsset, RevokeAssignment};
use engine::fact::{Fact, Group, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Holder, Owner, Thing};
use serde_json::json;

use super::of_asset::named;
use super::of_business::must_list;
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::{self, Node, business_user_id};
use crate::object::holder_name;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};
use crate::tasks;

type Listed = Result<Vec<Item>, GraphError>;

fn group_of(node: &Node) -> Result<&Group, GraphError> {
    match node {
        Node::Group(group) => Ok(group),
        _ => Err(GraphError::internal()),
    }
}

fn of_business(sight: &Sight<'_>, node: &Node, place: &Place<'_>, project: bool) -> Listed {
    let business = must_list(sight, node, "asset.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    let groups = facts.filter_map(|fact| match fact {
        Fact::Group(group) if group.project == project => Some(Item::of(Node::Group(group))),
        _ => None,
    });
    Ok(sorted(groups.collect()))
}

pub(super) fn groups(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    of_business(sight, node, place, false)
}

pub(super) fn projects(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    of_business(sight, node, place, true)
}

/// The projects of a business that hold an asset, for whoever sees the business.
pub(super) fn projects_of_asset(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let Node::Asset(asset) = node else {
        return Err(GraphError::internal());
    };
    let (operation, thing) = node.reading();
    sight.must(operation, thing, place)?;
    let business: BusinessId = id(params, "business")?;
    sight.must("asset.list", Thing::Business(business.clone()), place)?;
    let around = sight.directory.around_asset(&asset.id).into_iter();
    let groups = around.filter_map(|fact| match fact {
        Fact::GroupAsset(one) => node::group(sight.directory, &one.group),
        _ => None,
    });
    let projects = groups.filter(|group| group.project && group.business == business);
    Ok(sorted(
        projects.map(|group| Item::of(Node::Group(group))).collect(),
    ))
}

fn contained(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str) -> Listed {
    let group = group_of(node)?;
    sight.must("asset.list", Thing::Business(group.business.clone()), place)?;
    let inside = sight.directory.assets_in(&group.id).into_iter();
    let assets = inside.filter_map(|fact| match fact {
        Fact::GroupAsset(one) => node::asset(sight.directory, &one.asset),
        _ => None,
    });
    let of_kind = assets.filter(|asset| asset.kind == kind);
    Ok(sorted(
        of_kind.map(|asset| Item::of(Node::Asset(asset))).collect(),
    ))
}

macro_rules! contained {
    ($($name:ident $kind:literal;)*) => {$(
        pub(super) fn $name(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
            contained(sight, node, place, $kind)
        }
    )*};
}

contained! {
    ad_accounts "ad_account";
    pages "page";
    pixels "pixel";
    catalogs "catalog";
    instagram "instagram_account";
    offline_event_sets "offline_event_set";
}

pub(super) fn add(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = AddGroupAsset {
        group: group_of(node)?.id.clone(),
        asset: id::<AssetId>(params, "asset_id")?,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn remove(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = RemoveGroupAsset {
        group: group_of(node)?.id.clone(),
        asset: id::<AssetId>(params, "asset_id")?,
    };
    Ok(Step::give(command, Then::Success))
}

/// Who is assigned to the group as a whole.
pub(super) fn assigned(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let group = group_of(node)?;
    let business = Thing::Business(group.business.clone());
    let with = vec![("business".to_owned(), business)];
    sight.must_with(
        "assignment.list",
        Thing::Group(group.id.clone()),
        with,
        place,
    )?;
    let facts = sight
        .directory
        .assignments_on(&AssetOrGroup::Group(group.id.clone()));
    let items = facts.into_iter().filter_map(|fact| {
        let Fact::Assignment(one) = fact else {
            return None;
        };
        let business = one.via.as_ref().unwrap_or(&group.business);
        let id = match &one.holder {
            Holder::Person(person) => business_user_id(business, person),
            Holder::SystemUser(system_user) => system_user.to_string(),
            Holder::Business(_) | Holder::App(_) => return None,
        };
        let name = holder_name(sight, &one.holder);
        Some(Item::plain(&id, [("id", json!(id)), ("name", json!(name))]))
    });
    Ok(sorted(items.collect()))
}

/// The parameters that name tasks on a group, each for one kind of asset in it.
const TASKS: [(&str, &str); 4] = [
    ("adaccount_tasks", "ad_account"),
    ("page_tasks", "page"),
    ("pixel_tasks", "pixel"),
    ("offline_conversion_data_set_tasks", "offline_event_set"),
];

/// Assigns somebody to everything in the group, now and later.
pub(super) fn assign(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let group = group_of(node)?;
    let on = AssetOrGroup::Group(group.id.clone());
    let owner = Owner::Business(group.business.clone());
    let (holder, via) = named(sight, &on, &owner, params)?;
    let mut all = Terms::default();
    for (name, kind) in TASKS {
        let given = params.list(name);
        if !given.is_empty() {
            all.0.extend(tasks::terms(kind, &given, name)?.0);
        }
    }
    if all.0.is_empty() {
        return Err(GraphError::missing("adaccount_tasks"));
    }
    let command = GiveAssignment {
        holder,
        on,
        via,
        terms: all,
        until: None,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn unassign(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let group = group_of(node)?;
    let on = AssetOrGroup::Group(group.id.clone());
    let owner = Owner::Business(group.business.clone());
    let (holder, via) = named(sight, &on, &owner, params)?;
    let command = RevokeAssignment { holder, on, via };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn delete(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let command = RemoveGroup {
        group: group_of(node)?.id.clone(),
    };
    Ok(Step::give(command, Then::Success))
}
