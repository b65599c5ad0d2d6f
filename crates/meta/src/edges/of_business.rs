//! What hangs on a business: its settings, children, what it owns.

use std::collections::BTreeMap;

use commands::{ClaimAsset, CreateAsset, CreateChild, DeleteChild, UpdateBusiness};
use engine::fact::{Fact, TwoFactor};
use engine::{AssetId, BusinessId, Thing};
use serde_json::json;

use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

pub(crate) fn business_of(node: &Node) -> Result<&BusinessId, GraphError> {
    match node {
        Node::Business(business) => Ok(&business.id),
        _ => Err(GraphError::internal()),
    }
}

pub(crate) fn must_list(
    sight: &Sight<'_>,
    node: &Node,
    operation: &str,
    place: &Place<'_>,
) -> Result<BusinessId, GraphError> {
    let business = business_of(node)?.clone();
    sight.must(operation, Thing::Business(business.clone()), place)?;
    Ok(business)
}

pub(super) fn update(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let business = business_of(node)?.clone();
    let two_factor = match params.text("two_factor_type").as_deref() {
        None => None,
        Some("none") => Some(TwoFactor::None),
        Some("admin_required") => Some(TwoFactor::Admins),
        Some("all_required") => Some(TwoFactor::All),
        Some(other) => {
            let values = ["none", "admin_required", "all_required"];
            return Err(GraphError::not_one_of("two_factor_type", &values, other));
        }
    };
    let command = UpdateBusiness {
        business: business.clone(),
        name: params.text("name"),
        two_factor,
        profile: None,
    };
    let then = Then::IdWith(json!({ "id": business.as_str() }));
    Ok(Step::give(command, then))
}

pub(super) fn children(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "child.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    Ok(sorted(
        facts
            .filter_map(|fact| match fact {
                Fact::Business(child) => Some(Item::of(Node::Business(child))),
                _ => None,
            })
            .collect(),
    ))
}

pub(super) fn make_child(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let name = params.need("name")?;
    params.need("vertical")?;
    let page = params.text("shared_page_id");
    let page = page
        .map(|_| id::<AssetId>(params, "shared_page_id"))
        .transpose()?;
    let command = CreateChild {
        parent: business_of(node)?.clone(),
        id: None,
        name: Some(name.clone()),
        page,
    };
    Ok(Step::give(command, Then::IdWith(json!({ "name": name }))))
}

pub(super) fn end_child(_: &Sight<'_>, _: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = DeleteChild {
        business: id(params, "client_id")?,
    };
    Ok(Step::give(command, Then::Success))
}

fn owned(sight: &Sight<'_>, node: &Node, place: &Place<'_>, kind: &str) -> Listed {
    let business = must_list(sight, node, "asset.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    let assets = facts.filter_map(|fact| match fact {
        Fact::Asset(asset) if asset.kind == kind => Some(Item::of(Node::Asset(asset))),
        _ => None,
    });
    Ok(sorted(assets.collect()))
}

macro_rules! owned {
    ($($name:ident $kind:literal;)*) => {$(
        pub(super) fn $name(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
            owned(sight, node, place, $kind)
        }
    )*};
}

owned! {
    own_ad_accounts "ad_account";
    own_pages "page";
    own_pixels "pixel";
    own_catalogs "catalog";
    own_instagram "instagram_account";
}

pub(super) fn own_apps(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "asset.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    let apps = facts.filter_map(|fact| match fact {
        Fact::App(app) => Some(Item::of(Node::App(app))),
        _ => None,
    });
    Ok(sorted(apps.collect()))
}

pub(super) fn claimed_apps(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    let business = must_list(sight, node, "asset.list", place)?;
    let claims = sight.directory.claims_of(&business).into_iter();
    let apps = claims.filter_map(|fact| match fact {
        Fact::AppClaim(claim) => Node::find(sight.directory, claim.app.as_str()).map(Item::of),
        _ => None,
    });
    Ok(sorted(apps.collect()))
}

fn claim(node: &Node, params: &Params, name: &str) -> Result<Step, GraphError> {
    let command = ClaimAsset {
        business: business_of(node)?.clone(),
        asset: id(params, name)?,
    };
    Ok(Step::give(command, Then::Requested))
}

pub(super) fn claim_ad_account(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    claim(node, params, "adaccount_id")
}

pub(super) fn claim_page(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    claim(node, params, "page_id")
}

fn make(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    kind: &str,
) -> Result<CreateAsset, GraphError> {
    let number = number_of(sight.fresh).ok_or_else(GraphError::internal)?;
    let id = match kind {
        "ad_account" => format!("act_{number}"),
        _ => number,
    };
    Ok(CreateAsset {
        business: business_of(node)?.clone(),
        id: Some(id.parse().map_err(|_| GraphError::internal())?),
        kind: kind.to_owned(),
        name: Some(params.need("name")?),
        sandbox: false,
        properties: BTreeMap::new(),
    })
}

/// Returns a number as the platform writes ids: sixteen digits of an id that no other call has, whose
/// last bits are random. One that is taken is refused as taken.
pub(super) fn number_of(fresh: &str) -> Option<String> {
    let fresh = u128::from_str_radix(fresh, 16).ok()?;
    Some(format!("1{:015}", fresh % 1_000_000_000_000_000))
}

pub(super) fn make_ad_account(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    for name in [
        "currency",
        "timezone_id",
        "end_advertiser",
        "media_agency",
        "partner",
    ] {
        params.need(name)?;
    }
    let command = make(sight, node, params, "ad_account")?;
    let id = command.id.as_ref().map_or("", AssetId::as_str);
    let account = id.strip_prefix("act_").unwrap_or(id).to_owned();
    let then = Then::IdWith(json!({
        "account_id": account,
        "business_id": business_of(node)?.as_str(),
        "end_advertiser_id": params.text("end_advertiser"),
        "media_agency_id": params.text("media_agency"),
        "partner_id": params.text("partner"),
    }));
    Ok(Step::give(command, then))
}

pub(super) fn make_pixel(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let command = make(sight, node, params, "pixel")?;
    Ok(Step::give(command, Then::Id))
}

pub(super) fn make_catalog(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let command = make(sight, node, params, "catalog")?;
    Ok(Step::give(command, Then::Id))
}
