//! What hangs on an asset: who is assigned, to whom it is shared.

use std::collections::BTreeSet;

use commands::{ChangeShare, GiveAssignment, OfferShare, RevokeAssignment, RevokeShare};
use engine::fact::{Asset, Assignment, AssignmentKey, Fact, Key, Share, ShareKey};
use engine::{
    AssetId, AssetOrGroup, BusinessId, Context, Credential, Holder, Owner, Path, Request, Thing,
};
use serde_json::json;

use super::partners::status;
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::{self, Node, business_user_id};
use crate::object::{holder_name, tasks_of};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};
use crate::tasks;

type Listed = Result<Vec<Item>, GraphError>;

fn asset_of(node: &Node) -> Result<&Asset, GraphError> {
    match node {
        Node::Asset(asset) => Ok(asset),
        _ => Err(GraphError::internal()),
    }
}

/// Returns the assignments on an asset itself that hold.
fn assignments(sight: &Sight<'_>, asset: &AssetId) -> Vec<Assignment> {
    let facts = sight
        .directory
        .assignments_on(&AssetOrGroup::Asset(asset.clone()));
    facts
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::Assignment(one) if one.until.is_none_or(|until| until > sight.now) => Some(one),
            _ => None,
        })
        .collect()
}

/// Returns every path of a holder to an asset, caps counted, as the engine finds them.
fn paths(sight: &Sight<'_>, asset: &Asset, holder: &Holder) -> Vec<Path> {
    let request = Request {
        credential: Credential::Holder(holder.clone()),
        operation: node::viewing(&asset.kind).to_owned(),
        resource: Thing::Asset(asset.id.clone()),
        with: Vec::new(),
        context: Context::default(),
    };
    let told = engine::explain(sight.directory, &request, sight.evidence, sight.now);
    let needs = told.needs.into_iter();
    needs.flat_map(|need| need.paths).collect()
}

/// Returns the tasks a holder has on an asset, on whatever path.
pub(crate) fn effective(sight: &Sight<'_>, asset: &Asset, holder: &Holder) -> Vec<&'static str> {
    let paths = paths(sight, asset, holder).into_iter();
    let can: BTreeSet<String> = paths.flat_map(|path| path.can).collect();
    tasks::of_capabilities(&asset.kind, &can)
}

/// Returns the tasks that an assignment brings on an asset now: what was shared caps what was given.
pub(crate) fn held(sight: &Sight<'_>, asset: &Asset, one: &Assignment) -> Vec<&'static str> {
    let own = Fact::Assignment(one.clone());
    let paths = paths(sight, asset, &one.holder).into_iter();
    let through = paths.filter(|path| path.facts.contains(&own));
    let can: BTreeSet<String> = through.flat_map(|path| path.can).collect();
    tasks::of_capabilities(&asset.kind, &can)
}

/// Whoever sees a business sees whom it assigned.
fn may_list(
    sight: &Sight<'_>,
    asset: &Asset,
    business: &BusinessId,
    place: &Place<'_>,
) -> Result<(), GraphError> {
    let with = vec![("business".to_owned(), Thing::Business(business.clone()))];
    sight.must_with(
        "assignment.list",
        Thing::Asset(asset.id.clone()),
        with,
        place,
    )
}

/// Who is assigned through a business; the owner sees its own people, a partner those of its own.
pub(super) fn assigned(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let asset = asset_of(node)?;
    let business: BusinessId = id(params, "business")?;
    may_list(sight, asset, &business, place)?;
    let owned = asset.owner == Owner::Business(business.clone());
    let through = |one: &Assignment| match &one.via {
        Some(via) => *via == business,
        None => owned,
    };
    let here = assignments(sight, &asset.id).into_iter();
    Ok(sorted(
        here.filter(through)
            .filter_map(|one| user(sight, asset, &one, &business))
            .collect(),
    ))
}

fn user(sight: &Sight<'_>, asset: &Asset, one: &Assignment, business: &BusinessId) -> Option<Item> {
    let (id, user_type) = match &one.holder {
        Holder::Person(person) => (business_user_id(business, person), "BusinessUser"),
        Holder::SystemUser(system_user) => (system_user.to_string(), "SystemUser"),
        Holder::Business(_) | Holder::App(_) => return None,
    };
    let held = held(sight, asset, one);
    Some(Item::plain(
        &id,
        [
            ("id", json!(id)),
            ("name", json!(holder_name(sight, &one.holder))),
            ("user_type", json!(user_type)),
            ("business", json!({ "id": business.as_str() })),
            ("tasks", json!(held)),
            ("permitted_tasks", json!(held)),
        ],
    ))
}

/// Whom a parameter names: a business user or a system user, and through which business it acts on
/// the asset.
pub(super) fn named(
    sight: &Sight<'_>,
    on: &AssetOrGroup,
    owner: &Owner,
    params: &Params,
) -> Result<(Holder, Option<BusinessId>), GraphError> {
    let text = params.need("user")?;
    let wrong = || {
        let message = "Param user must be the id of a business user or system user";
        GraphError::invalid(message).blaming("user")
    };
    let (holder, business) = match Node::find(sight.directory, &text) {
        Some(Node::BusinessUser(one)) => (Holder::Person(one.person), one.business),
        Some(Node::SystemUser(one)) => (Holder::SystemUser(one.id), one.business),
        _ => return Err(wrong()),
    };
    // The owner may have added somebody directly, and means that place.
    let key = AssignmentKey {
        holder: holder.clone(),
        on: on.clone(),
        via: None,
    };
    let owned = *owner == Owner::Business(business.clone());
    let directly = owned && sight.directory.fact(&Key::Assignment(key)).is_some();
    Ok((holder, (!directly).then_some(business)))
}

pub(super) fn assign(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let on = AssetOrGroup::Asset(asset.id.clone());
    let (holder, via) = named(sight, &on, &asset.owner, params)?;
    let terms = tasks::terms(&asset.kind, &params.list("tasks"), "tasks")?;
    let given = tasks_of(sight, &asset.kind, &terms);
    if let Some(task) = from_groups(sight, asset, &holder)
        .into_iter()
        .find(|task| !given.contains(task))
    {
        return Err(of_a_group(task));
    }
    let command = GiveAssignment {
        holder,
        on,
        via,
        terms,
        until: None,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn unassign(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let on = AssetOrGroup::Asset(asset.id.clone());
    let (holder, via) = named(sight, &on, &asset.owner, params)?;
    if let Some(task) = from_groups(sight, asset, &holder).first() {
        return Err(of_a_group(task));
    }
    let command = RevokeAssignment { holder, on, via };
    Ok(Step::give(command, Then::Success))
}

/// Returns the tasks on an asset that a holder has through groups it is in.
fn from_groups(sight: &Sight<'_>, asset: &Asset, holder: &Holder) -> Vec<&'static str> {
    let around = sight.directory.around_asset(&asset.id).into_iter();
    let groups = around.filter_map(|fact| match fact {
        Fact::GroupAsset(one) if one.asset == asset.id => Some(AssetOrGroup::Group(one.group)),
        _ => None,
    });
    let held = groups.flat_map(|group| sight.directory.assignments_on(&group));
    let tasks: BTreeSet<&'static str> = held
        .filter_map(|fact| match fact {
            Fact::Assignment(one)
                if one.holder == *holder && one.until.is_none_or(|until| until > sight.now) =>
            {
                Some(tasks_of(sight, &asset.kind, &one.terms))
            }
            _ => None,
        })
        .flatten()
        .collect();
    tasks.into_iter().collect()
}

/// What comes of a group is taken at the group: at the asset it could only seem to go.
fn of_a_group(task: &str) -> GraphError {
    let message =
        format!("The task {task} comes of an asset group: remove the user from the group first");
    GraphError::coded(400, 2620, "Invalid call to update account permissions")
        .saying("The task comes of a group", &message)
}

/// Everybody with tasks on an ad account.
pub(super) fn users(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let asset = asset_of(node)?;
    let Owner::Business(owner) = &asset.owner else {
        return Ok(Vec::new());
    };
    may_list(sight, asset, owner, place)?;
    let here = assignments(sight, &asset.id).into_iter();
    Ok(sorted(
        here.map(|one| {
            let id = one.holder.parts().1.to_owned();
            let held = held(sight, asset, &one);
            Item::plain(
                &id,
                [
                    ("id", json!(id)),
                    ("name", json!(holder_name(sight, &one.holder))),
                    ("tasks", json!(held)),
                ],
            )
        })
        .collect(),
    ))
}

/// The pixels linked to an ad account.
pub(super) fn pixels(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let asset = asset_of(node)?;
    sight.must("pixel.list", Thing::Asset(asset.id.clone()), place)?;
    let around = sight.directory.around_asset(&asset.id).into_iter();
    let pixels = around.filter_map(|fact| match fact {
        Fact::Link(link) if link.to == asset.id => {
            let linked = node::asset(sight.directory, &link.asset)?;
            (linked.kind == "pixel").then(|| Item::of(Node::Asset(linked)))
        }
        _ => None,
    });
    Ok(sorted(pixels.collect()))
}

/// To whom the asset is shared.
pub(super) fn agencies(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let asset = asset_of(node)?;
    sight.must("share.list", Thing::Asset(asset.id.clone()), place)?;
    let shares = sight
        .directory
        .shares_of(&AssetOrGroup::Asset(asset.id.clone()));
    let items = shares.into_iter().filter_map(|fact| {
        let Fact::Share(share) = fact else {
            return None;
        };
        let business = node::business(sight.directory, share.to.as_str())?;
        let permitted = tasks_of(sight, &asset.kind, &share.terms);
        Some(Item::with(
            Node::Business(business),
            [
                ("permitted_tasks", json!(permitted)),
                ("access_status", json!(status(&share))),
            ],
        ))
    });
    Ok(sorted(items.collect()))
}

/// Shares the asset, or changes what was shared: the same call does both.
pub(super) fn share(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let to: BusinessId = id(params, "business")?;
    let of = AssetOrGroup::Asset(asset.id.clone());
    let mut given = params.list("permitted_tasks");
    if given.is_empty() {
        given = vec!["ANALYZE".to_owned()];
    }
    let terms = tasks::terms(&asset.kind, &given, "permitted_tasks")?;
    let key = ShareKey {
        of: of.clone(),
        to: to.clone(),
    };
    let known = match sight.directory.fact(&Key::Share(key)) {
        Some(Fact::Share(share)) if share.until.is_none_or(|until| until > sight.now) => {
            Some(share)
        }
        _ => None,
    };
    Ok(match known {
        Some(Share { until, .. }) => Step::give(
            ChangeShare {
                of,
                to,
                terms,
                until,
            },
            Then::Success,
        ),
        None => Step::give(
            OfferShare {
                of,
                to,
                terms,
                until: None,
            },
            Then::AccessStatus,
        ),
    })
}

pub(super) fn end_share(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = RevokeShare {
        of: AssetOrGroup::Asset(asset_of(node)?.id.clone()),
        to: id(params, "business")?,
    };
    Ok(Step::give(command, Then::Success))
}
