//! What a person or system user has: places, assets, permissions.

use commands::{CreateBusiness, RemoveMember, RevokeGrant};
use engine::fact::{Assignment, EndReason, Fact, Membership};
use engine::{AssetId, AssetOrGroup, BusinessId, Holder, PersonId, Thing};
use serde_json::json;

use super::of_asset::held;
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::{self, Node, viewing};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

/// What a node has may be read by itself, and by whoever may see the people of its business.
fn must_see<'n>(
    sight: &Sight<'_>,
    node: &'n Node,
    place: &Place<'_>,
) -> Result<(Holder, Option<&'n BusinessId>), GraphError> {
    let unknown = || GraphError::no_object(place.method, place.id);
    let holder = node.holder().ok_or_else(unknown)?;
    if sight.asker.holder() == Some(&holder) {
        let through = match node {
            Node::BusinessUser(one) => Some(&one.business),
            _ => None,
        };
        return Ok((holder, through));
    }
    let (business, operation) = match node {
        Node::BusinessUser(one) => (&one.business, "member.list"),
        Node::SystemUser(one) => (&one.business, "system_user.list"),
        _ => return Err(unknown()),
    };
    sight.must(operation, Thing::Business(business.clone()), place)?;
    Ok((holder, Some(business)))
}

/// Only whoever it is.
fn must_be(sight: &Sight<'_>, node: &Node, place: &Place<'_>) -> Result<Holder, GraphError> {
    let holder = node.holder();
    let own = holder.filter(|holder| sight.asker.holder() == Some(holder));
    own.ok_or_else(|| GraphError::no_object(place.method, place.id))
}

fn memberships(sight: &Sight<'_>, person: &PersonId) -> Vec<Membership> {
    let facts = sight.directory.facts_of_person(person).into_iter();
    facts
        .filter_map(|fact| match fact {
            Fact::Membership(one) if one.until.is_none_or(|until| until > sight.now) => Some(one),
            _ => None,
        })
        .collect()
}

pub(super) fn businesses(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let holder = must_be(sight, node, place)?;
    let ids: Vec<BusinessId> = match (&holder, node) {
        (_, Node::SystemUser(one)) => vec![one.business.clone()],
        (Holder::Person(person), _) => {
            let places = memberships(sight, person).into_iter();
            places.map(|one| one.business).collect()
        }
        _ => Vec::new(),
    };
    // Which businesses a token may read at all is the engine's to say.
    let readable = ids
        .into_iter()
        .filter(|id| sight.may("business.view", Thing::Business(id.clone())));
    let found = readable.filter_map(|id| node::business(sight.directory, id.as_str()));
    Ok(sorted(
        found.map(|one| Item::of(Node::Business(one))).collect(),
    ))
}

pub(super) fn make_business(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Some(Holder::Person(admin)) = node.holder() else {
        return Err(GraphError::internal());
    };
    if sight.asker.holder() != Some(&Holder::Person(admin.clone())) {
        return Err(GraphError::no_object("post", admin.as_str()));
    }
    let name = params.need("name")?;
    params.need("vertical")?;
    let command = CreateBusiness {
        id: None,
        name: Some(name),
        admin,
        role: "admin".into(),
    };
    Ok(Step::give(command, Then::Id))
}

pub(super) fn leave_business(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Some(Holder::Person(person)) = node.holder() else {
        return Err(GraphError::internal());
    };
    let command = RemoveMember {
        business: id(params, "business")?,
        person,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn places(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let Holder::Person(person) = must_be(sight, node, place)? else {
        return Ok(Vec::new());
    };
    let places = memberships(sight, &person).into_iter();
    Ok(sorted(
        places
            .map(|one| Item::of(Node::BusinessUser(one)))
            .collect(),
    ))
}

/// Returns the assignments of a holder that hold, through one business or through all.
fn assignments(
    sight: &Sight<'_>,
    holder: &Holder,
    through: Option<&BusinessId>,
) -> Vec<Assignment> {
    let facts = sight.directory.assignments_of(holder).into_iter();
    let live = facts.filter_map(|fact| match fact {
        Fact::Assignment(one) if one.until.is_none_or(|until| until > sight.now) => Some(one),
        _ => None,
    });
    live.filter(|one| match (through, &one.via) {
        (None, _) => true,
        (Some(business), Some(via)) => via == business,
        (Some(business), None) => owner_is(sight, &one.on, business),
    })
    .collect()
}

fn owner_is(sight: &Sight<'_>, on: &AssetOrGroup, business: &BusinessId) -> bool {
    match on {
        AssetOrGroup::Asset(id) => node::asset(sight.directory, id)
            .is_some_and(|asset| asset.owner == engine::Owner::Business(business.clone())),
        AssetOrGroup::Group(id) => match Node::find(sight.directory, id.as_str()) {
            Some(Node::Group(group)) => group.business == *business,
            _ => false,
        },
    }
}

/// Returns the assets of a kind that assignments lead to, groups included.
fn assets(
    sight: &Sight<'_>,
    assignments: Vec<Assignment>,
    kind: &str,
) -> Vec<(engine::fact::Asset, Assignment)> {
    let mut found = Vec::new();
    for one in assignments {
        let ids: Vec<AssetId> = match &one.on {
            AssetOrGroup::Asset(id) => vec![id.clone()],
            AssetOrGroup::Group(id) => {
                let inside = sight.directory.assets_in(id).into_iter();
                inside
                    .filter_map(|fact| match fact {
                        Fact::GroupAsset(one) => Some(one.asset),
                        _ => None,
                    })
                    .collect()
            }
        };
        for id in ids {
            let asset = node::asset(sight.directory, &id);
            if let Some(asset) = asset.filter(|asset| asset.kind == kind) {
                found.push((asset, one.clone()));
            }
        }
    }
    found
}

fn assigned(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str) -> Listed {
    let (holder, through) = must_see(sight, node, place)?;
    let found = assets(sight, assignments(sight, &holder, through), kind).into_iter();
    Ok(sorted(
        found
            .map(|(asset, one)| {
                let held = json!(held(sight, &asset, &one));
                Item::with(
                    Node::Asset(asset),
                    [("tasks", held.clone()), ("permitted_tasks", held)],
                )
            })
            .collect(),
    ))
}

macro_rules! assigned {
    ($($name:ident $kind:literal;)*) => {$(
        pub(super) fn $name(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
            assigned(sight, node, place, $kind)
        }
    )*};
}

assigned! {
    assigned_ad_accounts "ad_account";
    assigned_pages "page";
    assigned_catalogs "catalog";
    assigned_instagram "instagram_account";
}

pub(super) fn assigned_groups(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let (holder, through) = must_see(sight, node, place)?;
    let own = assignments(sight, &holder, through).into_iter();
    let wanted = params.text("contained_asset_id");
    let has = |group: &engine::GroupId| {
        let mut inside = sight.directory.assets_in(group).into_iter();
        wanted.as_ref().is_none_or(|wanted| {
            inside.any(|fact| matches!(fact, Fact::GroupAsset(one) if one.asset.as_str() == wanted))
        })
    };
    let groups = own.filter_map(|one| match one.on {
        AssetOrGroup::Group(id) if has(&id) => Node::find(sight.directory, id.as_str()),
        _ => None,
    });
    Ok(sorted(groups.map(Item::of).collect()))
}

/// The assets of a kind that the token reaches: assigned, and with everything it takes to see them.
fn reached(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str) -> Listed {
    let holder = must_be(sight, node, place)?;
    let found = assets(sight, assignments(sight, &holder, None), kind).into_iter();
    let seen = found.filter(|(asset, _)| sight.may(viewing(kind), Thing::Asset(asset.id.clone())));
    Ok(sorted(
        seen.map(|(asset, one)| {
            let held = json!(held(sight, &asset, &one));
            Item::with(Node::Asset(asset), [("tasks", held)])
        })
        .collect(),
    ))
}

pub(super) fn ad_accounts(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let mut items = reached(sight, node, place, "ad_account")?;
    for item in &mut items {
        item.extra.clear();
    }
    Ok(items)
}

pub(super) fn pages(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let mut items = reached(sight, node, place, "page")?;
    for item in &mut items {
        item.unasked = &["access_token", "category", "category_list", "name", "id"];
    }
    Ok(items)
}

/// What the holder let the app do: given, and declined.
pub(super) fn permissions(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    must_be(sight, node, place)?;
    let Some(grant) = &sight.asker.grant else {
        return Ok(Vec::new());
    };
    let given = grant.scopes.iter().map(|scope| (scope, "granted"));
    let declined = grant.declined.iter().map(|scope| (scope, "declined"));
    let wanted = |name: &str, value: &str| params.text(name).is_none_or(|wanted| wanted == value);
    let told = given
        .chain(declined)
        .filter(|(scope, status)| wanted("permission", scope) && wanted("status", status));
    let item = |(scope, status): (&String, &str)| {
        Item::plain(
            scope,
            [("permission", json!(scope)), ("status", json!(status))],
        )
    };
    Ok(sorted(told.map(item).collect()))
}

/// Takes one permission back from the app, or all: then its tokens end.
pub(super) fn remove_permission(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let holder = node
        .holder()
        .filter(|one| sight.asker.holder() == Some(one));
    let (Some(_), Some(grant)) = (holder, &sight.asker.grant) else {
        return Err(GraphError::no_object("delete", &node.id()));
    };
    let Some(permission) = params.text("permission") else {
        let command = RevokeGrant {
            grant: grant.id.clone(),
            reason: Some(EndReason::AppRemoved),
            scopes: Vec::new(),
        };
        return Ok(Step::give(command, Then::Success));
    };
    if !grant.scopes.contains(&permission) {
        return Err(GraphError::invalid("Permission has not been granted").blaming("permission"));
    }
    let command = RevokeGrant {
        grant: grant.id.clone(),
        reason: None,
        scopes: vec![permission],
    };
    Ok(Step::give(command, Then::Success))
}
