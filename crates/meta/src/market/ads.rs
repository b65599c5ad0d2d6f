//! Campaigns, ad sets, ads and creatives: lists, and new ones.

use engine::fact::Asset;
use engine::{AssetId, Thing};
use market::{Kept, Kind, Object, Status};
use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::trade::Trade;
use crate::edges::Item;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::{MOST_WORK, Sight};
use crate::step::Step;

type Listed = Result<Vec<Item>, GraphError>;

/// Returns the asset a node is, or the one it belongs to.
pub(crate) fn asset_of(node: &Node) -> Result<&AssetId, GraphError> {
    match node {
        Node::Asset(Asset { id, .. }) => Ok(id),
        Node::Market(kept) => Ok(&kept.value.asset),
        _ => Err(GraphError::internal()),
    }
}

/// Returns the marketing object that a node is.
pub(crate) fn object_of(node: &Node) -> Result<&Kept<Object>, GraphError> {
    match node {
        Node::Market(kept) => Ok(kept),
        _ => Err(GraphError::internal()),
    }
}

/// Returns the objects of a kind on an asset, or those that are part of a node.
pub(crate) fn things(
    sight: &Sight<'_>,
    node: &Node,
    kind: Kind,
) -> Result<Vec<Object>, GraphError> {
    let all = sight.market.list(asset_of(node)?, kind, MOST_WORK)?;
    sight.spend(all.len())?;
    let Node::Market(above) = node else {
        return Ok(all);
    };
    let within = |one: &Object| is_part(one, &above.value.id);
    Ok(all.into_iter().filter(within).collect())
}

/// Is an object part of another: of its parent, or of the campaign above that?
fn is_part(one: &Object, of: &str) -> bool {
    let campaign = one.fields.get("campaign_id").and_then(Value::as_str);
    one.parent.as_deref() == Some(of) || campaign == Some(of)
}

/// Returns the count that fields keep.
pub(crate) fn count_in(fields: &Map<String, Value>) -> u64 {
    fields.get("count").and_then(Value::as_u64).unwrap_or(0)
}

/// Reads an edge of objects of a kind.
pub(crate) fn listed(sight: &Sight<'_>, node: &Node, kind: Kind, place: &Place<'_>) -> Listed {
    let trade = Trade::of(kind).ok_or_else(GraphError::internal)?;
    sight.must(trade.read, Thing::Asset(asset_of(node)?.clone()), place)?;
    let found = things(sight, node, kind)?;
    Ok(found.into_iter().map(item).collect())
}

pub(crate) fn item(object: Object) -> Item {
    Item::of(Node::Market(Box::new(Kept {
        value: object,
        version: None,
    })))
}

macro_rules! edges_of {
    ($($list:ident $make:ident $kind:ident;)*) => {$(
        pub(crate) fn $list(sight: &Sight<'_>, node: &Node, params: &Params, place: &Place<'_>) -> Listed {
            let found = listed(sight, node, Kind::$kind, place)?;
            Ok(with_status(params, found))
        }

        pub(crate) fn $make(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
            make(sight, asset_of(node)?, Kind::$kind, params)
        }
    )*};
}

edges_of! {
    campaigns make_campaign Campaign;
    ad_sets make_ad_set AdSet;
    ads make_ad Ad;
    creatives make_creative Creative;
}

/// Leaves only those in one of the wished states, if any are named. Whatever was archived is shown
/// only when it is asked for.
fn with_status(params: &Params, items: Vec<Item>) -> Vec<Item> {
    let wished = params.list("effective_status");
    let state = |item: &Item| match &item.node {
        Some(Node::Market(kept)) => kept.value.status.map(super::status_word),
        _ => None,
    };
    let shown = |item: &Item| match state(item) {
        Some(state) if wished.is_empty() => state != "ARCHIVED",
        Some(state) => wished.iter().any(|one| one == state),
        None => true,
    };
    items.into_iter().filter(shown).collect()
}

/// Plans a new object on an ad account.
fn make(
    sight: &Sight<'_>,
    account: &AssetId,
    kind: Kind,
    params: &Params,
) -> Result<Step, GraphError> {
    let trade = Trade::of(kind).ok_or_else(GraphError::internal)?;
    let mut draft = Draft::on(sight, account)?;
    draft.ask(trade.create, account)?;
    let mut object = said(sight, account, trade, params)?;
    link(sight, &mut draft, &mut object, params)?;
    if trade.runs.is_some() {
        let wished = status(params)?.unwrap_or(Status::Paused);
        object.status = Some(if draft.starts_paused() {
            Status::Paused
        } else {
            wished
        });
        object.launched = object.status == Some(Status::Active);
        object.daily_budget = params.number("daily_budget")?;
    }
    draft.make(&object)?;
    draft.finish(json!({ "id": object.id }))
}

/// Returns a new object with what is said of it.
///
/// Errors: something that must be said is not.
pub(crate) fn said(
    sight: &Sight<'_>,
    asset: &AssetId,
    trade: &Trade,
    params: &Params,
) -> Result<Object, GraphError> {
    for name in trade.needs {
        params.need(name)?;
    }
    let id = market::object::number(sight.fresh);
    let mut object = Object::new(id, trade.kind, asset.clone(), sight.now);
    object.fields = fields(trade, params)?;
    Ok(object)
}

/// The longest text of all fields together, in bytes.
const LONGEST: usize = 64 * 1024;

/// Returns what parameters say of an object, as far as its kind can say it.
pub(crate) fn fields(trade: &Trade, params: &Params) -> Result<Map<String, Value>, GraphError> {
    fields_among(trade.says, params)
}

/// The same, as far as a name is among some.
pub(crate) fn fields_among(names: &str, params: &Params) -> Result<Map<String, Value>, GraphError> {
    let mut fields = Map::new();
    let mut bytes = 0;
    for name in names.split_ascii_whitespace() {
        let Some(value) = params.json(name) else {
            continue;
        };
        // A name that reads as a number is a name still.
        let value = match value {
            Value::Number(_) | Value::Bool(_) if name == "name" || name == "message" => {
                params.text(name).unwrap_or_default().into()
            }
            other => other,
        };
        bytes += value.to_string().len();
        if bytes > LONGEST {
            let message =
                format!("Param {name} must be shorter: all together at most {LONGEST} bytes");
            return Err(GraphError::invalid(&message).blaming(name));
        }
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

/// Puts a new object into its place, and asks what it makes use of elsewhere.
fn link(
    sight: &Sight<'_>,
    draft: &mut Draft<'_>,
    object: &mut Object,
    params: &Params,
) -> Result<(), GraphError> {
    match object.kind {
        Kind::AdSet => {
            let campaign = above(sight, object, params, "campaign_id", Kind::Campaign)?;
            object.parent = Some(campaign.id);
        }
        Kind::Ad => {
            let set = above(sight, object, params, "adset_id", Kind::AdSet)?;
            if let Some(campaign) = set.parent {
                object.fields.insert("campaign_id".into(), campaign.into());
            }
            object.parent = Some(set.id);
            let shown = params.json("creative").unwrap_or_default();
            match shown
                .get("creative_id")
                .or_else(|| shown.get("id"))
                .and_then(text)
            {
                Some(id) => {
                    let creative = named(sight, object, "creative", &id, Kind::Creative)?;
                    object
                        .fields
                        .insert("creative_id".into(), creative.id.into());
                    object.fields.remove("creative");
                }
                None => uses(draft, object, &shown)?,
            }
        }
        _ => {}
    }
    let said = Value::Object(object.fields.clone());
    uses(draft, object, &said)
}

/// Asks for what an object makes use of: the Page it speaks as, the audiences it aims at, the pixel
/// it is measured with, the catalog it shows.
pub(crate) fn uses(draft: &mut Draft<'_>, object: &Object, said: &Value) -> Result<(), GraphError> {
    let at = |pointer: &str| said.pointer(pointer).and_then(text);
    let story = at("/object_story_spec/page_id");
    let page = story.or_else(|| at("/promoted_object/page_id"));
    if let Some(page) = page {
        let page = asset_id("page_id", &page)?;
        let with = vec![("page".to_owned(), Thing::Asset(page))];
        draft.ask_with("page_ad.create", &object.asset, with, None)?;
    }
    for list in [
        "/targeting/custom_audiences",
        "/targeting/excluded_custom_audiences",
    ] {
        let Some(Value::Array(aims)) = said.pointer(list) else {
            continue;
        };
        for aim in aims {
            let id = aim.get("id").unwrap_or(aim);
            let id = text(id).unwrap_or_default();
            draft.ask("custom_audience.use", &asset_id("targeting", &id)?)?;
        }
    }
    if let Some(pixel) = at("/promoted_object/pixel_id") {
        draft.ask("pixel.use", &asset_id("promoted_object", &pixel)?)?;
    }
    if let Some(catalog) = at("/promoted_object/product_catalog_id") {
        draft.ask("catalog.use", &asset_id("promoted_object", &catalog)?)?;
    }
    Ok(())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn asset_id(name: &str, id: &str) -> Result<AssetId, GraphError> {
    id.parse().map_err(|_| {
        let message = format!("Param {name} must be a valid ID string (e.g., \"123\")");
        GraphError::invalid(&message).blaming(name)
    })
}

fn above(
    sight: &Sight<'_>,
    object: &Object,
    params: &Params,
    name: &str,
    kind: Kind,
) -> Result<Object, GraphError> {
    named(sight, object, name, &params.need(name)?, kind)
}

/// Returns the object of the same account that a parameter names. One of another account sounds like
/// none.
fn named(
    sight: &Sight<'_>,
    object: &Object,
    name: &str,
    id: &str,
    kind: Kind,
) -> Result<Object, GraphError> {
    let found = sight.market.find(id)?.map(|kept| kept.value);
    let found = found.filter(|one| one.kind == kind && one.asset == object.asset);
    found.ok_or_else(|| {
        let message = format!("Param {name}: the ad account has no object with ID '{id}'");
        GraphError::invalid(&message).blaming(name)
    })
}

/// Returns the status that a call wishes.
pub(crate) fn status(params: &Params) -> Result<Option<Status>, GraphError> {
    match params.text("status").as_deref() {
        None => Ok(None),
        Some("ACTIVE") => Ok(Some(Status::Active)),
        Some("PAUSED") => Ok(Some(Status::Paused)),
        Some("ARCHIVED") => Ok(Some(Status::Archived)),
        Some(other) => {
            let values = ["ACTIVE", "PAUSED", "DELETED", "ARCHIVED"];
            Err(GraphError::not_one_of("status", &values, other))
        }
    }
}
