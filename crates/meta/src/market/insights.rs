//! Reports: what was fed of an account, at once or asked for and fetched later.
//!
//! Countersign runs no ads and counts none: what a report says are the figures that were fed from
//! outside, and of those only what is known of the account as a whole. A campaign has none of its own.

use engine::{AssetId, Figures, Thing};
use market::{Kind, Object};
use serde_json::{Map, Value, json};

use super::ads::{asset_of, fields};
use super::draft::Draft;
use super::trade::Trade;
use crate::edges::Item;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::Step;

const LEVELS: [&str; 4] = ["account", "campaign", "adset", "ad"];

/// Reads the report of an account, or of what is in it.
pub(crate) fn read(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let asset = asset_of(node)?;
    sight.must("insights.read", Thing::Asset(asset.clone()), place)?;
    let said = Value::Object(asked_for(params)?);
    let of_account = matches!(node, Node::Asset(_));
    Ok(row(sight, asset, &said, of_account).into_iter().collect())
}

/// Asks for a report that is fetched later.
pub(crate) fn ask(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let mut draft = Draft::on(sight, asset)?;
    draft.ask("insights.read", asset)?;
    let mut object = Object::new(
        market::object::number(sight.fresh),
        Kind::Report,
        asset.clone(),
        sight.now,
    );
    object.fields = asked_for(params)?;
    object
        .fields
        .insert("time_ref".into(), json!(sight.now.as_second()));
    if let Node::Market(of) = node {
        object.parent = Some(of.value.id.clone());
    }
    draft.make(&object)?;
    draft.finish(json!({ "report_run_id": object.id }))
}

/// Reads a report that was asked for.
pub(crate) fn fetch(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let asset = asset_of(node)?;
    sight.must("insights.read", Thing::Asset(asset.clone()), place)?;
    let Node::Market(kept) = node else {
        return Err(GraphError::internal());
    };
    let said = Value::Object(kept.value.fields.clone());
    let of_account = kept.value.parent.is_none();
    Ok(row(sight, asset, &said, of_account).into_iter().collect())
}

/// Returns what a report is asked for with.
fn asked_for(params: &Params) -> Result<Map<String, Value>, GraphError> {
    if let Some(level) = params.text("level")
        && !LEVELS.contains(&level.as_str())
    {
        return Err(GraphError::not_one_of("level", &LEVELS, &level));
    }
    let trade = Trade::of(Kind::Report).ok_or_else(GraphError::internal)?;
    fields(trade, params)
}

/// Returns the row of an account, if anything was fed of it.
fn row(sight: &Sight<'_>, asset: &AssetId, said: &Value, of_account: bool) -> Option<Item> {
    let level = said.get("level").and_then(Value::as_str);
    if !of_account || level.is_some_and(|level| level != "account") {
        return None;
    }
    let Figures {
        cpa,
        roas,
        spend_total,
        ..
    } = (sight.figures)(asset);
    let last = [cpa, roas, spend_total]
        .into_iter()
        .flatten()
        .map(|one| one.at)
        .max()?;
    let day = |name: &str| {
        let within = said.get("time_range").and_then(|range| range.get(name));
        within.and_then(Value::as_str).map(str::to_owned)
    };
    let until = last.strftime("%Y-%m-%d").to_string();
    let account = asset
        .as_str()
        .strip_prefix("act_")
        .unwrap_or(asset.as_str());
    let mut item = Item::plain(
        account,
        [
            ("account_id", json!(account)),
            (
                "date_start",
                json!(day("since").unwrap_or_else(|| until.clone())),
            ),
            ("date_stop", json!(day("until").unwrap_or(until))),
        ],
    );
    let of_purchases = |value: String| json!([{ "action_type": "omni_purchase", "value": value }]);
    if let Some(spend) = spend_total {
        item.extra
            .insert("spend".into(), decimal(spend.value, 100).into());
    }
    if let Some(cpa) = cpa {
        let value = of_purchases(decimal(cpa.value, 100));
        item.extra.insert("cost_per_action_type".into(), value);
    }
    if let Some(roas) = roas {
        let value = of_purchases(decimal(roas.value, 1_000));
        item.extra.insert("purchase_roas".into(), value);
    }
    Some(item)
}

/// Returns a number of hundredths or thousandths as text.
fn decimal(value: u64, parts: u64) -> String {
    let width = if parts == 100 { 2 } else { 3 };
    format!("{}.{:0width$}", value / parts, value % parts)
}
