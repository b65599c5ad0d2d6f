//! Marketing objects that are there: changed, started, paused, deleted.
//!
//! One call may come to several operations, each with a right of its own: to start, to pause, to
//! raise a budget, to lower one, to change what is said. All must be allowed, or nothing is done.

use engine::AmountChange;
use market::{Kind, Object, Status};
use serde_json::{Value, json};

use super::ads::{self, object_of, status, things, uses};
use super::draft::Draft;
use super::trade::Trade;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::sight::Sight;
use crate::step::Step;

/// Changes an object.
pub(crate) fn change(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    if params.text("status").as_deref() == Some("DELETED") {
        return delete(sight, node, params);
    }
    let kept = object_of(node)?;
    let was = &kept.value;
    let trade = Trade::of(was.kind).ok_or_else(GraphError::internal)?;
    if trade.edit.is_empty() {
        return Err(GraphError::unsupported_method("post"));
    }
    let mut draft = Draft::on(sight, &was.asset)?;
    let mut is = was.clone();
    is.updated = sight.now;
    let mut asked = budget(&mut draft, &mut is, params)?;
    asked |= run(&mut draft, trade, was, &mut is, params)?;
    let said = ads::fields(trade, params)?;
    if !said.is_empty() || !asked {
        draft.ask(trade.edit, &was.asset)?;
        uses(&mut draft, &is, &Value::Object(said.clone()))?;
        is.fields.extend(said);
    }
    draft.change(kept, &is)?;
    draft.finish(json!({ "success": true }))
}

/// Asks for another budget, if one is named. Returns whether anything was asked.
fn budget(draft: &mut Draft<'_>, is: &mut Object, params: &Params) -> Result<bool, GraphError> {
    let Some(to) = params.number("daily_budget")? else {
        return Ok(false);
    };
    if !matches!(is.kind, Kind::Campaign | Kind::AdSet) {
        return Err(
            GraphError::invalid("Param daily_budget: only campaigns and ad sets have one")
                .blaming("daily_budget"),
        );
    }
    let from = is.daily_budget.unwrap_or(0);
    is.daily_budget = Some(to);
    let operation = match to.cmp(&from) {
        std::cmp::Ordering::Equal => return Ok(false),
        std::cmp::Ordering::Greater => "budget.raise",
        std::cmp::Ordering::Less => "budget.lower",
    };
    let change = AmountChange { from, to };
    draft.ask_with(operation, &is.asset, Vec::new(), Some(change))?;
    Ok(true)
}

/// Asks to start, pause or put away, if another status is named. Returns whether anything was asked.
fn run(
    draft: &mut Draft<'_>,
    trade: &Trade,
    was: &Object,
    is: &mut Object,
    params: &Params,
) -> Result<bool, GraphError> {
    let Some(wished) = status(params)? else {
        return Ok(false);
    };
    let Some([pause, resume, launch]) = trade.runs else {
        let message = "Param status: this does not run";
        return Err(GraphError::invalid(message).blaming("status"));
    };
    if was.status == Some(wished) {
        return Ok(false);
    }
    if was.status == Some(Status::Archived) {
        let message = "Param status: what was archived stays archived";
        return Err(GraphError::invalid(message).blaming("status"));
    }
    is.status = Some(wished);
    match wished {
        Status::Paused => draft.ask(pause, &is.asset)?,
        Status::Archived => draft.ask(trade.edit, &is.asset)?,
        Status::Active => {
            is.launched = true;
            let operation = if was.launched { resume } else { launch };
            let to = is.daily_budget.unwrap_or(0);
            let change = AmountChange { from: 0, to };
            draft.ask_with(operation, &is.asset, Vec::new(), Some(change))?
        }
    };
    Ok(true)
}

/// Deletes an object with everything that is part of it.
pub(crate) fn delete(sight: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let kept = object_of(node)?;
    let object = &kept.value;
    let trade = Trade::of(object.kind).ok_or_else(GraphError::internal)?;
    if trade.delete.is_empty() {
        return Err(GraphError::unsupported_method("delete"));
    }
    let mut draft = Draft::on(sight, &object.asset)?;
    draft.ask(trade.delete, &object.asset)?;
    draft.remove(kept)?;
    for kind in parts_of(object.kind) {
        for part in things(sight, node, *kind)? {
            // Read once more, for its version.
            if let Some(kept) = sight.market.find(&part.id)? {
                draft.remove(&kept)?;
            }
        }
    }
    draft.finish(json!({ "success": true }))
}

/// Returns which kinds are part of a kind.
const fn parts_of(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Campaign => &[Kind::AdSet, Kind::Ad],
        Kind::AdSet => &[Kind::Ad],
        Kind::Post => &[Kind::Comment],
        _ => &[],
    }
}
