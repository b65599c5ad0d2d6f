//! Partners, from both sides: whom a business shares to, who shares to it, what it asked for.

use std::collections::BTreeMap;

use commands::{RemovePartner, ReturnShare};
use engine::fact::{Fact, Key, RequestKind, Share, ShareState};
use engine::{AssetId, AssetOrGroup, BusinessId, Owner};
use serde_json::{Value, json};

use super::of_business::{business_of, must_list};
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::{self, Node};
use crate::object::tasks_of;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

/// Returns the shares to a business that hold or wait, each with its asset.
fn shared_to(sight: &Sight<'_>, business: &BusinessId) -> Vec<(Share, engine::fact::Asset)> {
    let facts = sight.directory.shares_to(business).into_iter();
    let mut shares = Vec::new();
    for fact in facts {
        let Fact::Share(share) = fact else { continue };
        if share.until.is_some_and(|until| until <= sight.now) {
            continue;
        }
        let assets: Vec<AssetId> = match &share.of {
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
        for id in assets {
            if let Some(asset) = node::asset(sight.directory, &id) {
                shares.push((share.clone(), asset));
            }
        }
    }
    shares
}

pub(super) const fn status(share: &Share) -> &'static str {
    match share.state {
        ShareState::Accepted => "CONFIRMED",
        ShareState::Pending => "PENDING",
    }
}

fn clients_of(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str) -> Listed {
    let business = must_list(sight, node, "asset.list", place)?;
    let shares = shared_to(sight, &business).into_iter();
    let items =
        shares.filter(|(share, asset)| share.state == ShareState::Accepted && asset.kind == kind);
    Ok(sorted(
        items
            .map(|(share, asset)| {
                let permitted = tasks_of(sight, kind, &share.terms);
                Item::with(Node::Asset(asset), [("permitted_tasks", json!(permitted))])
            })
            .collect(),
    ))
}

macro_rules! clients {
    ($($name:ident $kind:literal;)*) => {$(
        pub(super) fn $name(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
            clients_of(sight, node, place, $kind)
        }
    )*};
}

clients! {
    client_ad_accounts "ad_account";
    client_pages "page";
    client_pixels "pixel";
    client_catalogs "catalog";
    client_instagram "instagram_account";
}

/// What was asked for and waits. The asset is named by the id that was asked for, and nothing more is
/// said of it: whoever asks need not know whether there is one.
fn pending(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str, name: &str) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let open = sight.directory.requests_from(&business).into_iter();
    let open = open.filter(|one| one.is_open(sight.now) && one.kind == RequestKind::Share);
    let of_kind = open.filter(|one| one.asset_kind.as_deref() == Some(kind));
    Ok(sorted(
        of_kind
            .map(|one| {
                let asset = json!({ "id": one.asset.as_str() });
                Item::plain(
                    one.id.as_str(),
                    [("id", json!(one.id.as_str())), (name, asset)],
                )
            })
            .collect(),
    ))
}

pub(super) fn pending_ad_accounts(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    pending(sight, node, place, "ad_account", "ad_account")
}

pub(super) fn pending_pages(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    pending(sight, node, place, "page", "page")
}

/// Apps come to a business by claims, which nobody has to answer: none of them waits.
pub(super) fn pending_apps(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    must_list(sight, node, "partner.list", place)?;
    Ok(Vec::new())
}

/// Pixels that were shared to the business and wait to be accepted.
pub(super) fn pending_pixels(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let shares = shared_to(sight, &business).into_iter();
    let waiting =
        shares.filter(|(share, one)| share.state == ShareState::Pending && one.kind == "pixel");
    Ok(sorted(
        waiting
            .map(|(_, pixel)| Item::of(Node::Asset(pixel)))
            .collect(),
    ))
}

/// Businesses that may reach what this one owns.
pub(super) fn agencies(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let mut partners: BTreeMap<BusinessId, &'static str> = BTreeMap::new();
    for fact in sight.directory.facts_of_business(&business) {
        let of = match fact {
            Fact::Asset(asset) => AssetOrGroup::Asset(asset.id),
            Fact::Group(group) => AssetOrGroup::Group(group.id),
            _ => continue,
        };
        for fact in sight.directory.shares_of(&of) {
            if let Fact::Share(share) = fact
                && share.until.is_none_or(|until| until > sight.now)
            {
                let word = status(&share);
                let known = partners.entry(share.to).or_insert(word);
                if word == "CONFIRMED" {
                    *known = word;
                }
            }
        }
    }
    Ok(businesses(
        sight,
        partners
            .into_iter()
            .map(|(id, status)| (id, vec![("access_status", json!(status))])),
    ))
}

/// Businesses that let this one reach what is theirs, with what it may do.
pub(super) fn clients(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let mut owners: BTreeMap<BusinessId, BTreeMap<&'static str, Vec<Value>>> = BTreeMap::new();
    for (share, asset) in shared_to(sight, &business) {
        let Owner::Business(owner) = &asset.owner else {
            continue;
        };
        let lists = owners.entry(owner.clone()).or_default();
        let name = match asset.kind.as_str() {
            "ad_account" => "adaccount_permissions",
            "page" => "page_permissions",
            "catalog" => "productcatalog_permissions",
            // The platform has no list of these, but their owner is a client all the same.
            _ => continue,
        };
        let permitted = tasks_of(sight, &asset.kind, &share.terms);
        let one = json!({ "id": asset.id.as_str(), "permitted_tasks": permitted, "access_status": status(&share) });
        lists.entry(name).or_default().push(one);
    }
    Ok(businesses(
        sight,
        owners.into_iter().map(|(id, lists)| {
            (
                id,
                lists
                    .into_iter()
                    .map(|(name, list)| (name, json!(list)))
                    .collect(),
            )
        }),
    ))
}

type Told = Vec<(&'static str, Value)>;

fn businesses(sight: &Sight<'_>, known: impl Iterator<Item = (BusinessId, Told)>) -> Vec<Item> {
    let items = known.filter_map(|(id, told)| {
        let business = node::business(sight.directory, id.as_str())?;
        let mut item = Item::of(Node::Business(business));
        item.extra.extend(
            told.into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        Some(item)
    });
    sorted(items.collect())
}

pub(super) fn end_partner(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = RemovePartner {
        business: business_of(node)?.clone(),
        partner: id(params, "business")?,
    };
    Ok(Step::give(command, Then::Success))
}

fn give_back(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    name: &str,
) -> Result<Step, GraphError> {
    let business = business_of(node)?.clone();
    let asset: AssetId = id(params, name)?;
    let of = AssetOrGroup::Asset(asset.clone());
    let key = engine::fact::ShareKey {
        of: of.clone(),
        to: business.clone(),
    };
    if sight.directory.fact(&Key::Share(key)).is_none() {
        return Err(GraphError::no_object("delete", asset.as_str()));
    }
    let command = ReturnShare { of, to: business };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn give_back_ad_account(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    give_back(sight, node, params, "adaccount_id")
}

pub(super) fn give_back_page(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    give_back(sight, node, params, "page_id")
}

/// The Instagram accounts of a business: its own, and those of its clients.
pub(super) fn instagram_accounts(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let mut all = super::of_business::own_instagram(sight, node, params, place)?;
    all.extend(client_instagram(sight, node, params, place)?);
    Ok(sorted(all))
}

pub(super) fn give_back_instagram(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    give_back(sight, node, params, "instagram_account")
}
