//! Nodes as they go out: the fields that were wished for, and what hangs on them.

use engine::fact::{AccessRequest, Asset, Business, Invitation, TwoFactor};
use engine::{Holder, Owner};
use serde_json::{Map, Value, json};

use crate::answer::{self, place_of};
use crate::call::Call;
use crate::edges::{self, Item, agreements};
use crate::error::GraphError;
use crate::fields::Field;
use crate::known;
use crate::market;
use crate::market::trade::Trade;
use crate::market::trade::of_node;
use crate::market::{audience, settings};
use crate::node::{self, Kind, Node};
use crate::page;
use crate::page_token;
use crate::sight::Sight;
use crate::tasks;

/// What stands under a name in a node.
enum Found {
    Value(Value),
    Node(Node),
    /// Nothing now.
    Absent,
    /// The node has no such field.
    Unknown,
}

/// Returns a node with the fields that are wished for, or with those it gives unasked.
///
/// Errors: a field that this kind of node does not have; what reading an edge among them gives.
pub fn object(
    sight: &Sight<'_>,
    call: &Call,
    node: &Node,
    fields: &[Field],
) -> Result<Map<String, Value>, GraphError> {
    sight.spend(1)?;
    let mut object = Map::new();
    let unasked: Vec<Field>;
    let fields = if fields.is_empty() {
        unasked = defaults(node.kind())
            .iter()
            .map(|name| Field::named(name))
            .collect();
        &unasked
    } else {
        fields
    };
    for field in fields {
        let value = match found(sight, node, &field.name) {
            Found::Value(value) => value,
            Found::Node(inner) => within(sight, call, &inner, &field.fields)?,
            Found::Absent => continue,
            Found::Unknown => match edges::find(node.kind(), &field.name) {
                Some(edge) => nested(sight, call, node, edge, field)?,
                None if known::is_field(node.kind(), &field.name) => continue,
                None => return Err(GraphError::no_field(&field.name, node.kind().name())),
            },
        };
        object.insert(field.shown().to_owned(), value);
    }
    object.entry("id").or_insert_with(|| node.id().into());
    Ok(object)
}

/// A node within another: whoever may not read it learns its id and name.
fn within(
    sight: &Sight<'_>,
    call: &Call,
    node: &Node,
    fields: &[Field],
) -> Result<Value, GraphError> {
    let (operation, thing) = node.reading();
    if sight.may(operation, thing) {
        return object(sight, call, node, fields).map(Value::Object);
    }
    let plain: Vec<Field> = ["id", "name"].map(Field::named).into();
    object(sight, call, node, &plain).map(Value::Object)
}

/// An edge within a node: `{data, paging}`.
fn nested(
    sight: &Sight<'_>,
    call: &Call,
    node: &Node,
    edge: &edges::Edge,
    field: &Field,
) -> Result<Value, GraphError> {
    let Some(list) = edge.list else {
        return Err(GraphError::no_field(&field.name, node.kind().name()));
    };
    let id = node.id();
    let place = place_of(call, &id, edge.name);
    let mut params = field.params();
    if let Some(token) = call.params.text("access_token") {
        params = params.with("access_token", &token);
    }
    let items = list(sight, node, &params, &place)?;
    sight.spend(items.len())?;
    let path = format!("{id}/{}", edge.name);
    let call = Call {
        params: params.clone(),
        ..call.clone()
    };
    page_of(sight, &call, &items, &field.fields, &path)
}

/// Returns a page of items.
///
/// Errors: as [`object`] and [`page::cut`].
pub fn page_of(
    sight: &Sight<'_>,
    call: &Call,
    items: &[Item],
    fields: &[Field],
    path: &str,
) -> Result<Value, GraphError> {
    let cut = page::cut(items, &call.params, |item| item.id.as_str())?;
    let mut data = Vec::with_capacity(cut.items.len());
    for item in cut.items {
        data.push(Value::Object(rendered(sight, call, item, fields)?));
    }
    Ok(cut.body(data, call, path, items.len()))
}

/// An item: its node's fields, and what the edge says of it.
fn rendered(
    sight: &Sight<'_>,
    call: &Call,
    item: &Item,
    fields: &[Field],
) -> Result<Map<String, Value>, GraphError> {
    let of_edge = |field: &&Field| item.extra.contains_key(&field.name);
    let rest: Vec<Field> = fields
        .iter()
        .filter(|field| !of_edge(field))
        .cloned()
        .collect();
    let mut object = match &item.node {
        Some(node) if fields.is_empty() && !item.unasked.is_empty() => {
            let unasked: Vec<Field> = item.unasked.iter().map(|name| Field::named(name)).collect();
            object(sight, call, node, &unasked)?
        }
        Some(node) if fields.is_empty() || !rest.is_empty() => object(sight, call, node, &rest)?,
        Some(node) => Map::from_iter([("id".to_owned(), node.id().into())]),
        None => Map::new(),
    };
    for (name, value) in &item.extra {
        if fields.is_empty() || fields.iter().any(|field| field.name == *name) {
            object.insert(name.clone(), value.clone());
        }
    }
    Ok(object)
}

/// Returns what a node gives unasked. Source: platform docs, the reference of each node.
#[must_use]
pub fn defaults(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::AdAccount => &["id", "account_id"],
        Kind::BusinessUser | Kind::SystemUser => &["id", "name", "role"],
        Kind::Group => &["id", "name", "owner_business"],
        Kind::RoleRequest => &["id", "email", "role", "status", "owner"],
        Kind::App => &["id", "name", "category", "link"],
        Kind::Request => &[
            "id",
            "business_owned_object",
            "receiving_business",
            "requesting_business",
            "status",
        ],
        Kind::Agreement => &[
            "id",
            "initiator",
            "recipient",
            "request_status",
            "request_type",
        ],
        _ => of_node(kind).map_or(&["id", "name"], |trade| trade.unasked),
    }
}

fn found(sight: &Sight<'_>, node: &Node, name: &str) -> Found {
    if name == "id" {
        return Found::Value(node.id().into());
    }
    match node {
        Node::Business(one) => of_business(sight, one, name),
        Node::User(id) => match name {
            "name" => Found::Value(person_name(sight, id).into()),
            _ => Found::Unknown,
        },
        Node::BusinessUser(one) => match name {
            "name" => Found::Value(person_name(sight, &one.person).into()),
            "role" => Found::Value(one.role.to_ascii_uppercase().into()),
            "tasks" => Found::Value(json!([one.role.to_ascii_uppercase()])),
            "marked_for_removal" => Found::Value(one.until.is_some().into()),
            "email" => email(sight, &one.person),
            "business" => business(sight, &one.business),
            _ => Found::Unknown,
        },
        Node::SystemUser(one) => match name {
            "name" => Found::Value(sight.name(one.name.as_ref(), one.id.as_str()).into()),
            "role" => Found::Value(one.role.to_ascii_uppercase().into()),
            "business" => business(sight, &one.business),
            _ => Found::Unknown,
        },
        Node::App(one) => match name {
            "name" => Found::Value(sight.name(one.name.as_ref(), one.id.as_str()).into()),
            "business" | "owner_business" => owner_business(sight, &one.owner),
            "created_time" => Found::Value(time(one.created).into()),
            _ => Found::Unknown,
        },
        Node::Asset(one) => of_asset(sight, one, name),
        Node::Group(one) => match name {
            "name" => Found::Value(sight.name(one.name.as_ref(), one.id.as_str()).into()),
            "owner_business" | "business" => business(sight, &one.business),
            _ => Found::Unknown,
        },
        Node::Request(one) => of_request(sight, one, name),
        Node::Agreement(one) => match name {
            "initiator" => business(sight, &one.initiator),
            "recipient" => business(sight, &one.recipient),
            "request_status" => Found::Value(agreements::agreed(one).into()),
            "request_type" => Found::Value("SHARE".into()),
            _ => Found::Unknown,
        },
        Node::Market(kept) => of_market(sight, &kept.value, name),
        Node::RoleRequest(one) => match name {
            "email" => match &one.email {
                Some(email) => Found::Value(sight.name(Some(email), "").into()),
                None => Found::Absent,
            },
            _ => of_invitation(sight, one, name),
        },
    }
}

/// A request, by the names it has as a request on behalf of another and as an agreement. Who owns what is
/// asked for is told to the owner alone: whoever asks need not know whether there is one.
fn of_request(sight: &Sight<'_>, one: &AccessRequest, name: &str) -> Found {
    match name {
        "requesting_business" | "initiator" => business(sight, &one.from),
        "receiving_business" | "recipient" => {
            match node::asset(sight.directory, &one.asset).map(|asset| asset.owner) {
                Some(Owner::Business(owner)) if answer::belongs(sight, &owner) => {
                    business(sight, &owner)
                }
                _ => Found::Absent,
            }
        }
        "business_owned_object" => Found::Value(one.asset.as_str().into()),
        "status" | "request_status" => Found::Value(agreements::standing(sight, one).into()),
        "request_type" => Found::Value("REQUEST".into()),
        _ => Found::Unknown,
    }
}

fn of_invitation(sight: &Sight<'_>, one: &Invitation, name: &str) -> Found {
    Found::Value(match name {
        "role" => one.role.to_ascii_uppercase().into(),
        "tasks" => json!([one.role.to_ascii_uppercase()]),
        "status" if one.until <= sight.now => "EXPIRED".into(),
        "status" => "PENDING".into(),
        "expiration_time" | "expiry_time" => time(one.until).into(),
        "owner" => return business(sight, &one.business),
        "created_by" => return inviter(sight, one),
        _ => return Found::Unknown,
    })
}

/// Who invites, in the place from which he does.
fn inviter(sight: &Sight<'_>, one: &Invitation) -> Found {
    let node = match &one.invited_by {
        Holder::Person(person) => {
            let id = node::business_user_id(&one.business, person);
            Node::find(sight.directory, &id)
        }
        holder => Node::of_holder(sight.directory, holder),
    };
    node.map_or(Found::Absent, Found::Node)
}

/// The address of a person, if one is known.
fn email(sight: &Sight<'_>, id: &engine::PersonId) -> Found {
    let fact = sight.directory.fact(&engine::fact::Key::Person(id.clone()));
    let digest = match &fact {
        Some(engine::fact::Fact::Person(person)) => person.email.as_ref(),
        _ => None,
    };
    let text = digest.and_then(|digest| (sight.text)(digest));
    text.map_or(Found::Absent, |text| Found::Value(text.into()))
}

fn of_market(sight: &Sight<'_>, one: &::market::Object, name: &str) -> Found {
    if let Some(node) = market::node_in(sight, one, name) {
        return Found::Node(node);
    }
    let has = Trade::of(one.kind).is_some_and(|trade| trade.has(name));
    match market::found(sight, one, name) {
        Some(value) if has => Found::Value(value),
        None if has => Found::Absent,
        _ => Found::Unknown,
    }
}

fn of_business(sight: &Sight<'_>, one: &Business, name: &str) -> Found {
    Found::Value(match name {
        "name" => sight.name(one.name.as_ref(), one.id.as_str()).into(),
        "verification_status" if one.verified => "verified".into(),
        "verification_status" => "not_verified".into(),
        "two_factor_type" => match one.two_factor {
            TwoFactor::None => "none".into(),
            TwoFactor::Admins => "admin_required".into(),
            TwoFactor::All => "all_required".into(),
        },
        _ => return Found::Unknown,
    })
}

fn of_asset(sight: &Sight<'_>, one: &Asset, name: &str) -> Found {
    let account = one.kind == "ad_account";
    Found::Value(match name {
        "name" => sight.name(one.name.as_ref(), one.id.as_str()).into(),
        "account_id" if account => {
            let id = one.id.as_str();
            id.strip_prefix("act_").unwrap_or(id).into()
        }
        "approximate_count_lower_bound" | "approximate_count_upper_bound"
            if one.kind == audience::KIND =>
        {
            audience::size(sight, &one.id).into()
        }
        "business" | "owner_business" => return owner_business(sight, &one.owner),
        "owner" if account => one.owner.parts().1.into(),
        "access_token" if one.kind == "page" => match page_token::secret(sight, one) {
            Some(secret) => secret.into(),
            None => return Found::Absent,
        },
        "user_tasks" if account => {
            let Some(holder) = sight.asker.holder() else {
                return Found::Absent;
            };
            json!(edges::of_asset::effective(sight, one, holder))
        }
        _ => return settings::setting(sight, &one.id, name).map_or(Found::Unknown, Found::Value),
    })
}

fn owner_business(sight: &Sight<'_>, owner: &Owner) -> Found {
    match owner {
        Owner::Business(id) => business(sight, id),
        Owner::Person(_) => Found::Absent,
    }
}

fn business(sight: &Sight<'_>, id: &engine::BusinessId) -> Found {
    match node::business(sight.directory, id.as_str()) {
        Some(business) => Found::Node(Node::Business(business)),
        None => Found::Absent,
    }
}

/// Returns a person's name, or the id in its place.
pub(crate) fn person_name(sight: &Sight<'_>, id: &engine::PersonId) -> String {
    let fact = sight.directory.fact(&engine::fact::Key::Person(id.clone()));
    let name = match &fact {
        Some(engine::fact::Fact::Person(person)) => person.name.as_ref(),
        _ => None,
    };
    sight.name(name, id.as_str())
}

/// Returns the name of a holder, or the id in its place.
pub(crate) fn holder_name(sight: &Sight<'_>, holder: &Holder) -> String {
    match holder {
        Holder::Person(id) => person_name(sight, id),
        Holder::SystemUser(id) => {
            let fact = sight
                .directory
                .fact(&engine::fact::Key::SystemUser(id.clone()));
            let name = match &fact {
                Some(engine::fact::Fact::SystemUser(one)) => one.name.as_ref(),
                _ => None,
            };
            sight.name(name, id.as_str())
        }
        other => other.parts().1.to_owned(),
    }
}

pub(crate) fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// Returns the tasks that terms bring on an asset, as the wire writes them.
pub(crate) fn tasks_of(
    sight: &Sight<'_>,
    kind: &str,
    terms: &engine::fact::Terms,
) -> Vec<&'static str> {
    tasks::tasks(sight.directory.rulebook().rules(0), kind, terms)
}
