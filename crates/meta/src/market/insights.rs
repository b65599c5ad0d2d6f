//! Reports: what was fed of an account, a campaign, an ad set or an ad, at once or asked for and fetched
//! later.
//!
//! Countersign runs no ads and counts none: what a report says are the figures that were fed from
//! outside. Nothing is added up: of an account is said what was fed of the account, and of a campaign
//! what was fed of the campaign.

use engine::{AssetId, Figures, Thing};
use jiff::Timestamp;
use market::{Kind, Object};
use serde_json::{Map, Value, json};

use super::ads::{asset_of, fields, things};
use super::draft::Draft;
use super::span::{Days, day_of};
use super::trade::Trade;
use crate::edges::Item;
use crate::error::GraphError;
use crate::node::{self, Node};
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
    let said = Value::Object(asked_for(sight, params)?);
    rows(sight, node, &said, sight.now)
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
    object.fields = asked_for(sight, params)?;
    object
        .fields
        .insert("time_ref".into(), json!(sight.now.as_second()));
    if let Node::Market(of) = node {
        object.parent = Some(of.value.id.clone());
    }
    draft.make(&object)?;
    draft.finish(json!({ "report_run_id": object.id }))
}

/// Reads a report that was asked for: as things stand now, over the days that were meant then.
pub(crate) fn fetch(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let asset = asset_of(node)?;
    sight.must("insights.read", Thing::Asset(asset.clone()), place)?;
    let Node::Market(report) = node else {
        return Err(GraphError::internal());
    };
    let of = match &report.value.parent {
        Some(id) => super::find(sight, id),
        None => node::asset(sight.directory, asset).map(Node::Asset),
    };
    let said = Value::Object(report.value.fields.clone());
    // What it is about was deleted since: of that nothing is said any more.
    of.map_or(Ok(Vec::new()), |of| {
        rows(sight, &of, &said, report.value.created)
    })
}

/// Returns what a report is asked for with.
fn asked_for(sight: &Sight<'_>, params: &Params) -> Result<Map<String, Value>, GraphError> {
    if let Some(level) = params.text("level")
        && !LEVELS.contains(&level.as_str())
    {
        return Err(GraphError::not_one_of("level", &LEVELS, &level));
    }
    let trade = Trade::of(Kind::Report).ok_or_else(GraphError::internal)?;
    let said = fields(trade, params)?;
    Days::read(&Value::Object(said.clone()), sight.now)?;
    Ok(said)
}

/// How far down something is: an account 0, an ad 3.
fn depth(node: &Node) -> usize {
    match node {
        Node::Market(kept) => match kept.value.kind {
            Kind::Campaign => 1,
            Kind::AdSet => 2,
            _ => 3,
        },
        _ => 0,
    }
}

/// Returns a row of each thing on the level that is asked for, if anything was fed of it in the days
/// that are asked for. On a level above the node itself there is one row, of the node.
fn rows(
    sight: &Sight<'_>,
    node: &Node,
    said: &Value,
    asked: Timestamp,
) -> Result<Vec<Item>, GraphError> {
    let days = Days::read(said, asked)?;
    let own = depth(node);
    let level = said.get("level").and_then(Value::as_str);
    let level = level.and_then(|level| LEVELS.iter().position(|one| *one == level));
    let level = level.unwrap_or(own);
    let asset = asset_of(node)?;
    if level <= own {
        let object = match node {
            Node::Market(kept) => Some(&kept.value),
            _ => None,
        };
        let row = row(sight, asset, object, level, days)?;
        return Ok(row.into_iter().collect());
    }
    let kind = match level {
        1 => Kind::Campaign,
        2 => Kind::AdSet,
        _ => Kind::Ad,
    };
    let all = things(sight, node, kind)?;
    let rows = all
        .iter()
        .map(|one| row(sight, asset, Some(one), level, days));
    rows.filter_map(Result::transpose).collect()
}

/// Returns a row with the names of a level and those above it.
fn row(
    sight: &Sight<'_>,
    asset: &AssetId,
    object: Option<&Object>,
    level: usize,
    days: Days,
) -> Result<Option<Item>, GraphError> {
    let figures = (sight.figures)(asset, object.map(|one| one.id.as_str()));
    let Some(day) = last_of(&figures).filter(|at| days.has(day_of(*at))) else {
        return Ok(None);
    };
    let day = day_of(day).to_string();
    let account = asset.as_str();
    let account = account.strip_prefix("act_").unwrap_or(account);
    let mut item = Item::plain(
        object.map_or(account, |one| one.id.as_str()),
        [
            ("account_id", json!(account)),
            ("date_start", json!(day)),
            ("date_stop", json!(day)),
        ],
    );
    if let Some(known) = node::asset(sight.directory, asset) {
        let name = sight.name(known.name.as_ref(), asset.as_str());
        item.extra.insert("account_name".into(), name.into());
    }
    let mut above = object.cloned();
    while let Some(one) = above {
        let (depth, word) = match one.kind {
            Kind::Campaign => (1, "campaign"),
            Kind::AdSet => (2, "adset"),
            _ => (3, "ad"),
        };
        if depth <= level {
            let name = one.fields.get("name").cloned().unwrap_or_default();
            item.extra.insert(format!("{word}_id"), one.id.into());
            item.extra.insert(format!("{word}_name"), name);
        }
        above = match one.parent {
            Some(id) => sight.market.find(&id)?.map(|kept| kept.value),
            None => None,
        };
    }
    said_by(&figures, &mut item.extra);
    Ok(Some(item))
}

/// Returns when the last of the figures that reports say was true.
fn last_of(figures: &Figures) -> Option<Timestamp> {
    let said = [figures.cpa, figures.roas, figures.spend_total];
    said.into_iter().flatten().map(|one| one.at).max()
}

fn said_by(figures: &Figures, row: &mut Map<String, Value>) {
    let of_purchases = |value: String| json!([{ "action_type": "omni_purchase", "value": value }]);
    if let Some(spend) = figures.spend_total {
        row.insert("spend".into(), decimal(spend.value, 100).into());
    }
    if let Some(cpa) = figures.cpa {
        let value = of_purchases(decimal(cpa.value, 100));
        row.insert("cost_per_action_type".into(), value);
    }
    if let Some(roas) = figures.roas {
        let value = of_purchases(decimal(roas.value, 1_000));
        row.insert("purchase_roas".into(), value);
    }
}

/// Returns a number of hundredths or thousandths as text.
fn decimal(value: u64, parts: u64) -> String {
    let width = if parts == 100 { 2 } else { 3 };
    format!("{}.{:0width$}", value / parts, value % parts)
}
