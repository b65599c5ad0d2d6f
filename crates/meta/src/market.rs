//! Marketing objects: what hangs on assets and is bought or said with them.
//!
//! Enough of each for permissions to be exercised honestly: who may make, see, start, pause, change
//! and delete it is asked of the engine, on the asset it belongs to; what is said of it is kept as
//! it came. Whatever is made starts paused where the rulebook says so, whatever was wished.
//!
//! A write is planned here, from rows as they were read, and done by the writer: only if every
//! question is answered yes *then*, and no row it rests on has changed. What counts against a
//! mandate leaves an entry as well.

pub mod ads;
pub mod audience;
pub mod catalog;
pub mod change;
pub mod draft;
pub mod events;
pub mod insights;
pub mod page;
pub mod settings;
pub mod span;
pub mod trade;

use market::{Object, Status};
use serde_json::{Value, json};

use crate::node::{self, Kind, Node};
use crate::object::time;
use crate::sight::Sight;
use trade::Trade;

/// Returns what stands under a name in a marketing object; nothing if it has no such field.
#[must_use]
pub(crate) fn found(sight: &Sight<'_>, object: &Object, name: &str) -> Option<Value> {
    let account = object.asset.as_str().strip_prefix("act_");
    let text = |value: &str| Some(Value::String(value.to_owned()));
    match name {
        "account_id" => text(account?),
        "campaign_id" if object.kind == market::Kind::AdSet => text(object.parent.as_deref()?),
        "adset_id" if object.kind == market::Kind::Ad => text(object.parent.as_deref()?),
        "status" | "configured_status" => text(status_word(object.status?)),
        "effective_status" => text(effective(sight, object)?),
        "daily_budget" => text(&object.daily_budget?.to_string()),
        "created_time" => text(&time(object.created)),
        "updated_time" => text(&time(object.updated)),
        "async_status" if object.kind == market::Kind::Report => text("Job Completed"),
        "async_percent_completion" if object.kind == market::Kind::Report => Some(json!(100)),
        "from" if object.kind == market::Kind::Post => {
            let asset = node::asset(sight.directory, &object.asset)?;
            let name = sight.name(asset.name.as_ref(), asset.id.as_str());
            Some(json!({ "id": asset.id.as_str(), "name": name }))
        }
        _ => object.fields.get(name).cloned(),
    }
}

/// Returns the node under a name in a marketing object, if it names one.
#[must_use]
pub(crate) fn node_in(sight: &Sight<'_>, object: &Object, name: &str) -> Option<Node> {
    let id = match (name, object.kind) {
        ("campaign", market::Kind::AdSet) | ("adset", market::Kind::Ad) => object.parent.as_deref(),
        ("campaign", market::Kind::Ad) => object.fields.get("campaign_id").and_then(Value::as_str),
        ("creative", market::Kind::Ad) => object.fields.get("creative_id").and_then(Value::as_str),
        _ => None,
    }?;
    find(sight, id)
}

/// Returns the marketing object with an id.
#[must_use]
pub(crate) fn find(sight: &Sight<'_>, id: &str) -> Option<Node> {
    let kept = sight.market.find(id).ok().flatten()?;
    Trade::of(kept.value.kind)?;
    Some(Node::Market(Box::new(kept)))
}

/// Returns what keeps it from running, or that it runs: its own status, then those above it.
fn effective(sight: &Sight<'_>, object: &Object) -> Option<&'static str> {
    let own = object.status?;
    if own != Status::Active {
        return Some(status_word(own));
    }
    let runs = |id: Option<&str>| {
        let kept = id.and_then(|id| sight.market.find(id).ok().flatten());
        kept.is_none_or(|kept| kept.value.status == Some(Status::Active))
    };
    let campaign = object.fields.get("campaign_id").and_then(Value::as_str);
    Some(match object.kind {
        market::Kind::AdSet if !runs(object.parent.as_deref()) => "CAMPAIGN_PAUSED",
        market::Kind::Ad if !runs(campaign) => "CAMPAIGN_PAUSED",
        market::Kind::Ad if !runs(object.parent.as_deref()) => "ADSET_PAUSED",
        _ => "ACTIVE",
    })
}

/// Returns the word for a status.
#[must_use]
pub(crate) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::Paused => "PAUSED",
        Status::Archived => "ARCHIVED",
    }
}

/// Returns the kind of node that a marketing object is.
#[must_use]
pub(crate) fn kind_of(object: &Object) -> Kind {
    Trade::of(object.kind).map_or(Kind::Asset, |trade| trade.node)
}
