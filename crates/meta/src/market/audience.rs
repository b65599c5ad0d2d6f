//! Custom audiences: assets that follow an ad account, and how many people are on them.
//!
//! Who is on an audience is nobody's business here: what is sent is counted and dropped.

use commands::{CreateAudience, DeleteAudience};
use engine::fact::{Asset, Fact};
use engine::{AssetId, Thing};
use market::Kind;
use serde_json::{Value, json};

use super::ads::{asset_of, count_in};
use super::draft::Draft;
use crate::edges::{Item, sorted};
use crate::error::GraphError;
use crate::node::{self, Node};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

/// The kind of asset.
pub(crate) const KIND: &str = "custom_audience";

/// Reads the audiences of an ad account.
pub(crate) fn listed(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let account = asset_of(node)?;
    sight.must("ad_account.view", Thing::Asset(account.clone()), place)?;
    let around = sight.directory.around_asset(account);
    sight.spend(around.len())?;
    let audience = |fact: Fact| match fact {
        Fact::Link(link) if link.to == *account => node::asset(sight.directory, &link.asset),
        _ => None,
    };
    let seen = |asset: &Asset| {
        asset.kind == KIND && sight.may("custom_audience.view", Thing::Asset(asset.id.clone()))
    };
    let found = around.into_iter().filter_map(audience).filter(seen);
    Ok(sorted(
        found.map(|asset| Item::of(Node::Asset(asset))).collect(),
    ))
}

/// Makes an audience of an ad account.
pub(crate) fn make(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let account = asset_of(node)?;
    sight.must(
        "custom_audience.create",
        Thing::Asset(account.clone()),
        &sight.place,
    )?;
    let id = market::object::number(sight.fresh);
    let command = CreateAudience {
        account: account.clone(),
        id: Some(id.parse().map_err(|_| GraphError::internal())?),
        name: Some(params.need("name")?),
    };
    Ok(Step::give(command, Then::Id))
}

/// Ends an audience.
pub(crate) fn delete(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let audience = asset_of(node)?.clone();
    Ok(Step::give(DeleteAudience { audience }, Then::Success))
}

/// Puts people on an audience.
pub(crate) fn add(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    count(sight, asset_of(node)?, params, true)
}

/// Takes people off an audience.
pub(crate) fn take(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    count(sight, asset_of(node)?, params, false)
}

/// The most people of one call. Source: platform docs, custom audience users.
const MOST: usize = 10_000;

fn count(
    sight: &Sight<'_>,
    audience: &AssetId,
    params: &Params,
    more: bool,
) -> Result<Step, GraphError> {
    let mut draft = Draft::on(sight, audience)?;
    draft.ask("custom_audience.edit", audience)?;
    let payload = params.json("payload");
    let payload = payload.ok_or_else(|| GraphError::missing("payload"))?;
    if payload.get("schema").is_none() {
        return Err(GraphError::missing("payload[schema]"));
    }
    let Some(Value::Array(people)) = payload.get("data") else {
        return Err(GraphError::missing("payload[data]"));
    };
    if people.len() > MOST {
        let message = format!("Param payload: at most {MOST} people in one call");
        return Err(GraphError::invalid(&message).blaming("payload"));
    }
    let sent = u64::try_from(people.len()).unwrap_or(u64::MAX);
    draft.note(members_of(audience), Kind::Members, audience, |fields| {
        let was = count_in(fields);
        let is = if more {
            was.saturating_add(sent)
        } else {
            was.saturating_sub(sent)
        };
        fields.insert("count".into(), is.into());
    })?;
    draft.finish(json!({
        "audience_id": audience.as_str(),
        "session_id": market::object::number(sight.fresh),
        "num_received": sent,
        "num_invalid_entries": 0,
        "invalid_entry_samples": {},
    }))
}

fn members_of(audience: &AssetId) -> String {
    format!("members:{audience}")
}

/// Returns how many people are on an audience, as far as was told: those sent twice count twice.
pub(crate) fn size(sight: &Sight<'_>, audience: &AssetId) -> u64 {
    let kept = sight.market.find(&members_of(audience)).ok().flatten();
    kept.map_or(0, |kept| count_in(&kept.value.fields))
}
