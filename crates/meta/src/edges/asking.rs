//! What a business asks for and waits for: assets of its customers, and assets it claims.

use commands::MakeRequest;
use engine::fact::RequestKind;
use engine::{AssetId, BusinessId, Thing};
use serde_json::json;

use super::of_business::{business_of, must_list};
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::{Place, Speech};
use crate::sight::Sight;
use crate::step::{Step, Then};
use crate::tasks;

type Listed = Result<Vec<Item>, GraphError>;

/// Asks for access. Of tokens the platform asks an operation of its own; whether there is such an asset
/// is not told.
fn ask(
    sight: &Sight<'_>,
    business: &BusinessId,
    params: &Params,
    (kind, name, operation): (&str, &str, &str),
) -> Result<Step, GraphError> {
    let asset: AssetId = id(params, name)?;
    let place = Place {
        method: "post",
        id: business.as_str(),
        speech: Speech::Edge,
        edge: "",
    };
    let partner = Thing::Business(business.clone());
    let with = vec![("partner".to_owned(), partner.clone())];
    // Asked of the business itself: an asset that is not there is asked for like any other.
    sight.must_with(operation, partner, with, &place)?;
    let command = MakeRequest {
        from: business.clone(),
        asset,
        asset_kind: kind.to_owned(),
        terms: tasks::terms(kind, &params.list("permitted_tasks"), "permitted_tasks")?,
    };
    Ok(Step::give_as_holder(command, Then::Requested))
}

pub(super) fn ask_for_ad_account(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let what = ("ad_account", "adaccount_id", "ad_account.request");
    ask(sight, business_of(node)?, params, what)
}

pub(super) fn ask_for_page(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    ask(
        sight,
        business_of(node)?,
        params,
        ("page", "page_id", "page.request"),
    )
}

/// What a business claims and waits for. What it is is told by its id alone: whoever claims need not
/// know whether there is one.
fn claimed(
    sight: &Sight<'_>,
    node: &Node,
    place: &Place<'_>,
    name: &str,
    accounts: bool,
) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let open = sight.directory.requests_from(&business).into_iter();
    let open = open.filter(|one| one.is_open(sight.now) && one.kind == RequestKind::Claim);
    let of_kind = open.filter(|one| one.asset.as_str().starts_with("act_") == accounts);
    let items = of_kind.map(|one| {
        let asset = json!({ "id": one.asset.as_str() });
        let id = one.id.as_str();
        Item::plain(id, [("id", json!(id)), (name, asset)])
    });
    Ok(sorted(items.collect()))
}

pub(super) fn claimed_ad_accounts(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    claimed(sight, node, place, "ad_account", true)
}

pub(super) fn claimed_pages(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    claimed(sight, node, place, "page", false)
}
