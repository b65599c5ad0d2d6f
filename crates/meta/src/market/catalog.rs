//! Items, feeds and sets of a catalog.

use engine::AssetId;
use market::{Kind, Object};
use serde_json::{Value, json};

use super::ads::{asset_of, fields, listed, said};
use super::draft::Draft;
use super::trade::Trade;
use crate::edges::Item;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::Step;

type Listed = Result<Vec<Item>, GraphError>;

pub(crate) fn products(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    listed(sight, node, Kind::Product, place)
}

pub(crate) fn feeds(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    listed(sight, node, Kind::Feed, place)
}

pub(crate) fn sets(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    listed(sight, node, Kind::ProductSet, place)
}

pub(crate) fn make_feed(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    make(sight, asset_of(node)?, Kind::Feed, params)
}

pub(crate) fn make_set(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    make(sight, asset_of(node)?, Kind::ProductSet, params)
}

fn make(
    sight: &Sight<'_>,
    catalog: &AssetId,
    kind: Kind,
    params: &Params,
) -> Result<Step, GraphError> {
    let trade = Trade::of(kind).ok_or_else(GraphError::internal)?;
    let mut draft = Draft::on(sight, catalog)?;
    draft.ask(trade.create, catalog)?;
    let object = said(sight, catalog, trade, params)?;
    draft.make(&object)?;
    draft.finish(json!({ "id": object.id }))
}

/// Makes one item; the retailer's id names it.
pub(crate) fn make_product(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let catalog = asset_of(node)?;
    let trade = Trade::of(Kind::Product).ok_or_else(GraphError::internal)?;
    let mut draft = Draft::on(sight, catalog)?;
    draft.ask(trade.create, catalog)?;
    let mut object = said(sight, catalog, trade, params)?;
    object.id = id_of(catalog, &params.need("retailer_id")?);
    if sight.market.find(&object.id)?.is_some() {
        let message = "Param retailer_id: the catalog has an item with this id already";
        return Err(GraphError::invalid(message).blaming("retailer_id"));
    }
    draft.make(&object)?;
    draft.finish(json!({ "id": object.id }))
}

/// Returns the id of the item that a retailer calls so.
fn id_of(catalog: &AssetId, retailer_id: &str) -> String {
    market::object::number(&format!("{catalog} {retailer_id}"))
}

/// The most items of one call. Source: platform docs, catalog batch.
const MOST: usize = 5_000;

/// Makes, changes and deletes many items at once: all of them, or none where one is wrong.
pub(crate) fn write_many(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let catalog = asset_of(node)?;
    let mut draft = Draft::on(sight, catalog)?;
    draft.ask("product.write", catalog)?;
    let Some(Value::Array(requests)) = params.json("requests") else {
        return Err(GraphError::missing("requests"));
    };
    if requests.len() > MOST {
        let message = format!("Param requests: at most {MOST} in one call");
        return Err(GraphError::invalid(&message).blaming("requests"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (index, request) in requests.iter().enumerate() {
        let id = write_one(sight, &mut draft, catalog, index, request)?;
        if !seen.insert(id) {
            let message = format!("Param requests[{index}]: the same item is named twice");
            return Err(GraphError::invalid(&message).blaming("requests"));
        }
    }
    let handle = market::object::number(sight.fresh);
    draft.finish(json!({ "handles": [handle], "validation_status": [] }))
}

fn write_one(
    sight: &Sight<'_>,
    draft: &mut Draft<'_>,
    catalog: &AssetId,
    index: usize,
    request: &Value,
) -> Result<String, GraphError> {
    let wrong = |what: &str| {
        let message = format!("Param requests[{index}]: {what}");
        GraphError::invalid(&message).blaming("requests")
    };
    let data = request.get("data").unwrap_or(&Value::Null);
    let name = data.get("id").or_else(|| request.get("retailer_id"));
    let name = name.and_then(Value::as_str);
    let name = name.ok_or_else(|| wrong("`data.id` must name the item"))?;
    let id = id_of(catalog, name);
    let known = sight.market.find(&id)?;
    let trade = Trade::of(Kind::Product).ok_or_else(GraphError::internal)?;
    let said = fields(
        trade,
        &Params::of_json(data.to_string().as_bytes()).unwrap_or_default(),
    )?;
    match (request.get("method").and_then(Value::as_str), known) {
        (Some("DELETE"), Some(kept)) => draft.remove(&kept)?,
        (Some("DELETE"), None) => {}
        (Some("UPDATE"), Some(kept)) | (Some("CREATE"), Some(kept)) => {
            let mut is = kept.value.clone();
            is.updated = sight.now;
            is.fields.extend(said);
            draft.change(&kept, &is)?;
        }
        (Some("CREATE"), None) => {
            let mut object = Object::new(id.clone(), Kind::Product, catalog.clone(), sight.now);
            object.fields = said;
            object.fields.insert("retailer_id".into(), name.into());
            draft.make(&object)?;
        }
        (Some("UPDATE"), None) => return Err(wrong("there is no such item")),
        _ => return Err(wrong("`method` must be one of CREATE, UPDATE, DELETE")),
    }
    Ok(id)
}
