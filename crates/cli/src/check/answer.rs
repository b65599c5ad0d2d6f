//! A decision as it is written.

use ::rulebook::Layer;
use commands::scenario::WhoRow;
use engine::Decision;
use serde::Serialize;

use crate::question::Asked;

/// A decision as it is written.
#[derive(Debug, Serialize)]
pub(crate) struct AnswerView {
    pub(crate) allowed: bool,
    pub(crate) who: String,
    pub(crate) operation: String,
    pub(crate) on: String,
    pub(crate) at: String,
    pub(crate) reasons: Vec<ReasonView>,
    pub(crate) visible: bool,
    pub(crate) asked: Vec<&'static str>,
    pub(crate) obligations: Vec<&'static str>,
}

/// A reason as it is written.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonView {
    pub(crate) code: &'static str,
    pub(crate) layer: &'static str,
    pub(crate) text: &'static str,
}

impl ReasonView {
    pub(crate) const fn of(reason: ::rulebook::Reason) -> Self {
        Self {
            code: reason.code(),
            layer: reason.layer().name(),
            text: reason.text(),
        }
    }
}

impl AnswerView {
    pub(crate) fn of(asked: &Asked, decision: Decision) -> Self {
        let layers = Layer::ALL.into_iter();
        let start_paused = decision.obligations.start_paused.then_some("start_paused");
        let notify = decision.obligations.notify.then_some("notify");
        Self {
            allowed: decision.is_allowed(),
            who: who_text(&asked.who),
            operation: asked.request.operation.clone(),
            on: asked.request.resource.to_string(),
            at: asked.world.now.to_string(),
            reasons: decision.reasons.iter().map(ReasonView::of).collect(),
            visible: decision.visible,
            asked: layers
                .filter(|layer| decision.asked.has(*layer))
                .map(Layer::name)
                .collect(),
            obligations: start_paused.into_iter().chain(notify).collect(),
        }
    }
}

/// Returns who asks, as it is written on the command line.
pub(crate) fn who_text(who: &WhoRow) -> String {
    match who {
        WhoRow::Token(id) => format!("token:{id}"),
        WhoRow::Holder(holder) => holder.to_string(),
        WhoRow::Assumed(row) => format!("{} by app:{}", row.holder, row.app),
    }
}
