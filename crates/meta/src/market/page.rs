//! What a Page says, and what people say to it.

use engine::Thing;
use market::Kind;
use serde_json::{Value, json};

use super::ads::{asset_of, item, listed, object_of, said, things};
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

/// Reads what a Page published.
pub(crate) fn posts(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    listed(sight, node, Kind::Post, place)
}

/// Publishes.
pub(crate) fn publish(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let page = asset_of(node)?;
    let mut draft = Draft::on(sight, page)?;
    draft.ask("post.publish", page)?;
    let trade = Trade::of(Kind::Post).ok_or_else(GraphError::internal)?;
    let mut object = said(sight, page, trade, params)?;
    object.id = format!("{page}_{}", object.id);
    draft.make(&object)?;
    draft.finish(json!({ "id": object.id }))
}

/// Reads what was said to a post.
pub(crate) fn comments(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    sight.must(
        "page.read_engagement",
        Thing::Asset(asset_of(node)?.clone()),
        place,
    )?;
    let found = things(sight, node, Kind::Comment)?;
    Ok(found.into_iter().map(item).collect())
}

/// Answers as the Page.
pub(crate) fn answer(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let post = &object_of(node)?.value;
    let mut draft = Draft::on(sight, &post.asset)?;
    draft.ask("comment.moderate", &post.asset)?;
    let trade = Trade::of(Kind::Comment).ok_or_else(GraphError::internal)?;
    let mut object = said(sight, &post.asset, trade, params)?;
    object.id = format!("{}_{}", post.id, object.id);
    object.parent = Some(post.id.clone());
    draft.make(&object)?;
    draft.finish(json!({ "id": object.id }))
}

const METRICS: [&str; 2] = ["page_posts", "page_comments"];

/// Reads a Page's figures: those that can be counted from what is kept.
pub(crate) fn insights(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let page = asset_of(node)?;
    sight.must("page.read_insights", Thing::Asset(page.clone()), place)?;
    let wished = params.list("metric");
    if let Some(other) = wished.iter().find(|one| !METRICS.contains(&one.as_str())) {
        return Err(GraphError::not_one_of("metric", &METRICS, other));
    }
    let mut rows = Vec::new();
    for (metric, kind) in METRICS.into_iter().zip([Kind::Post, Kind::Comment]) {
        if !wished.is_empty() && !wished.iter().any(|one| one == metric) {
            continue;
        }
        let count = things(sight, node, kind)?.len();
        let value: [Value; 1] = [json!({ "value": count })];
        rows.push(Item::plain(
            metric,
            [
                ("id", json!(format!("{page}/insights/{metric}/lifetime"))),
                ("name", json!(metric)),
                ("period", json!("lifetime")),
                ("values", json!(value)),
            ],
        ));
    }
    Ok(rows)
}
