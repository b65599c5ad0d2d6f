//! Events sent to a pixel or an offline event set: counted by name, and what the counts tell.
//!
//! What an event says of a person is never kept.

use engine::Thing;
use jiff::SignedDuration;
use market::{Kind, Object};
use serde_json::{Value, json};

use super::ads::{asset_of, count_in};
use super::draft::Draft;
use crate::edges::Item;
use crate::error::GraphError;
use crate::node::{Kind as NodeKind, Node};
use crate::object::time;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::{MOST_WORK, Sight};
use crate::step::Step;

/// The most events of one call. Source: platform docs, Conversions API.
const MOST: usize = 1_000;
/// How many names of events one pixel can have, and how long one is.
const MOST_NAMES: usize = 200;
const LONGEST_NAME: usize = 100;

/// Takes events.
pub(crate) fn send(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let operation = match node.kind() {
        NodeKind::Pixel => "events.send",
        _ => "offline_event_set.upload",
    };
    let mut draft = Draft::on(sight, asset)?;
    draft.ask(operation, asset)?;
    let names = names(params)?;
    let known = sight.market.list(asset, Kind::EventCount, MOST_WORK)?;
    let mut counts = std::collections::BTreeMap::new();
    for name in &names {
        *counts.entry(name.as_str()).or_insert(0_u64) += 1;
    }
    let new = counts
        .keys()
        .filter(|name| !known.iter().any(|one| event(one) == **name));
    if known.len() + new.count() > MOST_NAMES {
        let message = format!("Param data: at most {MOST_NAMES} names of events");
        return Err(GraphError::invalid(&message).blaming("data"));
    }
    for (name, more) in counts {
        // A name may have spaces and an id may not.
        let id = format!("events:{asset}:{}", market::object::number(name));
        draft.note(id, Kind::EventCount, asset, |fields| {
            let sum = count_in(fields).saturating_add(more);
            fields.insert("event".into(), name.into());
            fields.insert("count".into(), sum.into());
        })?;
    }
    draft.finish(json!({
        "events_received": names.len(),
        "messages": [],
        "fbtrace_id": sight.fresh,
    }))
}

/// Returns the names of the events of a call: a list of objects, or of objects in texts.
fn names(params: &Params) -> Result<Vec<String>, GraphError> {
    let data = params
        .json("data")
        .ok_or_else(|| GraphError::missing("data"))?;
    let Value::Array(events) = data else {
        return Err(GraphError::invalid("Param data must be an array").blaming("data"));
    };
    if events.is_empty() || events.len() > MOST {
        let message = format!("Param data must have 1 to {MOST} events");
        return Err(GraphError::invalid(&message).blaming("data"));
    }
    events
        .iter()
        .enumerate()
        .map(|(index, event)| name_of(index, event))
        .collect()
}

fn name_of(index: usize, event: &Value) -> Result<String, GraphError> {
    let read;
    let event = match event {
        Value::String(text) => {
            read = serde_json::from_str(text).unwrap_or(Value::Null);
            &read
        }
        other => other,
    };
    let name = event.get("event_name").and_then(Value::as_str);
    let name = name.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
    name.map(str::to_owned).ok_or_else(|| {
        let message =
            format!("Param data[{index}][event_name] must be a text of 1 to {LONGEST_NAME} bytes");
        GraphError::invalid(&message).blaming("data")
    })
}

fn event(object: &Object) -> &str {
    object
        .fields
        .get("event")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Reads how often which event came.
pub(crate) fn stats(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let asset = asset_of(node)?;
    let operation = match node.kind() {
        NodeKind::Pixel => "pixel.read_stats",
        _ => "offline_event_set.view",
    };
    sight.must(operation, Thing::Asset(asset.clone()), place)?;
    let known = sight.market.list(asset, Kind::EventCount, MOST_WORK)?;
    let Some(first) = known.iter().map(|one| one.created).min() else {
        return Ok(Vec::new());
    };
    let data: Vec<Value> = known
        .iter()
        .map(|one| json!({ "value": event(one), "count": count_in(&one.fields) }))
        .collect();
    Ok(vec![Item::plain(
        "event",
        [
            ("aggregation", json!("event")),
            ("start_time", json!(time(first))),
            ("data", json!(data)),
        ],
    )])
}

/// For how long a pixel may be silent before an audit says so.
const QUIET: SignedDuration = SignedDuration::from_hours(28 * 24);

/// Audits a pixel: do its events come, and which.
pub(crate) fn audit(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let asset = asset_of(node)?;
    sight.must("pixel.audit", Thing::Asset(asset.clone()), place)?;
    let known = sight.market.list(asset, Kind::EventCount, MOST_WORK)?;
    let last = known.iter().map(|one| one.updated).max();
    let lively = last.is_some_and(|last| sight.now.duration_since(last) <= QUIET);
    let said = match last {
        None => "No event ever came".to_owned(),
        Some(last) => format!("The last event came at {}", time(last)),
    };
    let buys = known.iter().any(|one| event(one) == "Purchase");
    Ok(vec![
        check(
            "events_received",
            "Events came in the last 28 days",
            lively,
            &said,
        ),
        check(
            "purchase_received",
            "Purchases are measured",
            buys,
            "Whether an event `Purchase` ever came",
        ),
    ])
}

fn check(key: &str, title: &str, passed: bool, said: &str) -> Item {
    Item::plain(
        key,
        [
            ("key", json!(key)),
            ("title", json!(title)),
            ("description", json!(said)),
            ("result", json!(if passed { "passed" } else { "failed" })),
        ],
    )
}
