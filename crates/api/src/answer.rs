//! A decision, as it is written.

use std::borrow::Cow;

use engine::Decision;
use rulebook::{Layer, Reason, ReasonSet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionBody {
    /// `allow` or `deny`.
    pub decision: Cow<'static, str>,
    /// Everything that speaks against it.
    pub reasons: Vec<ReasonBody>,
    /// The numbers of the layers that were asked.
    pub asked: Vec<u8>,
    /// What comes with an allow.
    pub obligations: ObligationsBody,
    /// The place in the log it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonBody {
    /// The stable code.
    pub code: Cow<'static, str>,
    /// The layer, 1 to 5.
    pub layer: u8,
    /// One sentence.
    pub text: Cow<'static, str>,
}

/// What comes with an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObligationsBody {
    /// What is made starts paused.
    pub start_paused: bool,
    /// Somebody is to be told.
    pub notify: bool,
}

impl ReasonBody {
    /// Returns a reason as it is written.
    #[must_use]
    pub const fn of(reason: Reason) -> Self {
        Self {
            code: Cow::Borrowed(reason.code()),
            layer: reason.layer().number(),
            text: Cow::Borrowed(reason.text()),
        }
    }
}

impl DecisionBody {
    /// Is it an allow?
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.decision == "allow"
    }

    /// Returns a decision as it is written. `state` is the consistency token.
    #[must_use]
    pub fn of(decision: &Decision, state: Option<String>) -> Self {
        Self {
            decision: Cow::Borrowed(match decision.is_allowed() {
                true => "allow",
                false => "deny",
            }),
            reasons: decision.reasons.iter().map(ReasonBody::of).collect(),
            asked: Layer::ALL
                .into_iter()
                .filter(|layer| decision.asked.has(*layer))
                .map(Layer::number)
                .collect(),
            obligations: ObligationsBody {
                start_paused: decision.obligations.start_paused,
                notify: decision.obligations.notify,
            },
            state,
        }
    }
}

/// Must a decision be masked for somebody who may only ask for himself?
#[must_use]
pub const fn is_masked(decision: &Decision) -> bool {
    !decision.visible && !decision.is_allowed()
}

/// Returns the decision as somebody who may not know of the resource sees it: what depends on the
/// resource looks as it would for one that does not exist.
pub fn masked(decision: &Decision) -> Decision {
    if !is_masked(decision) {
        return *decision;
    }
    let kept: ReasonSet = decision
        .reasons
        .iter()
        .filter(|reason| reason.layer() < Layer::Role)
        .chain([Reason::AssetNotAssigned])
        .collect();
    Decision {
        reasons: kept,
        ..*decision
    }
}
