//! Why: the same walk, told with its facts and its paths.
//!
//! Nothing here decides. The decision is [`crate::decide()`]'s; the paths are the sources the role
//! layer itself visits; the facts are those the layers looked at.

mod facts;
mod gate;
mod paths;

use jiff::Timestamp;
use rulebook::{Layer, Reason};

pub use gate::{Gate, GateSort, GateState, GateTurn};

use crate::decide::{Question, Walk};
use crate::decision::Decision;
use crate::directory::Directory;
use crate::fact::Fact;
use crate::id::Holder;
use crate::request::{Evidence, Request, Thing};

/// A decision with its reasons told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The reason the platform would report, by its order of checks.
    pub first_reason: Option<Reason>,
    /// Who asked in layers 1 to 3: the holder of the credential.
    pub holder: Option<Holder>,
    /// Who acts in layers 4 and 5; differs where a token brings an associated user's role.
    pub actor: Option<Holder>,
    /// The five layers in order.
    pub layers: Vec<LayerStory>,
    /// What the operation needs of roles, and every path of the actor towards it.
    pub needs: Vec<NeedStory>,
    /// The reviews, verifications and lists that are closed to the app.
    pub gates: Vec<Gate>,
}

/// Who asks, and who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acting {
    /// Who asked in layers 1 to 3: the holder of the credential.
    pub holder: Option<Holder>,
    /// Who acts in layers 4 and 5; differs where a token brings an associated user's role.
    pub actor: Option<Holder>,
}

impl Acting {
    /// Returns who asks and who acts in a request, as [`explain`] tells it; nobody for an operation
    /// the rulebook does not have.
    #[must_use]
    pub fn of(
        directory: &Directory,
        request: &Request,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Self {
        let question = Question::of(directory, request, evidence, now);
        let walk = question
            .as_ref()
            .and_then(|question| question.walk(directory));
        walk.as_ref().map_or_else(Self::default, Self::on)
    }

    fn on(walk: &Walk<'_>) -> Self {
        Self {
            holder: walk.directory.holder(walk.principal.holder()),
            actor: walk.directory.holder(walk.acting()),
        }
    }
}

/// One layer of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerStory {
    /// Which.
    pub layer: Layer,
    /// Was it asked?
    pub asked: bool,
    /// What speaks against it here.
    pub reasons: Vec<Reason>,
    /// The facts it looked at.
    pub facts: Vec<Fact>,
}

/// One need of the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedStory {
    /// On what, if that is known.
    pub on: Option<Thing>,
    /// Of which kind.
    pub kind: String,
    /// Any of these capabilities.
    pub can: Vec<String>,
    /// The names of the roles that carry one, the least first.
    pub roles: Vec<String>,
    /// Every path, those that suffice first. An allow stands on each sufficient one alone.
    pub paths: Vec<Path>,
}

/// A path from the actor to a thing: a chain of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// What sort of path it is.
    pub sort: PathSort,
    /// The facts it rests on, from the actor to the thing.
    pub facts: Vec<Fact>,
    /// The capabilities it gives after all caps.
    pub can: Vec<String>,
    /// The capabilities the caps took away.
    pub capped: Vec<String>,
    /// Does it meet the need alone?
    pub enough: bool,
}

/// What sort of path it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathSort {
    /// The actor owns it.
    Owner,
    /// The actor was assigned.
    Assignment,
    /// A role in a business reaches it.
    Reach,
    /// What was shared to a business is its account's, or everybody's there.
    Partner,
    /// A role in the business itself.
    Membership,
    /// A role in the parent business.
    Parent,
    /// A role on the app.
    AppRole,
    /// An operator of the platform.
    Operator,
}

/// Returns the decision with its facts and paths.
///
/// The decision is always the one [`crate::decide()`] gives.
#[must_use]
pub fn explain(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> Explanation {
    let decision = crate::decide(directory, request, evidence, now);
    let question = Question::of(directory, request, evidence, now);
    let walk = question
        .as_ref()
        .and_then(|question| question.walk(directory));
    let Acting { holder, actor } = walk.as_ref().map_or_else(Acting::default, Acting::on);
    let layers = Layer::ALL
        .into_iter()
        .map(|layer| LayerStory {
            layer,
            asked: decision.asked.has(layer),
            reasons: decision.reasons.of_layer(layer).iter().collect(),
            facts: match &walk {
                Some(walk) if decision.asked.has(layer) => walk.facts_of(layer),
                _ => Vec::new(),
            },
        })
        .collect();
    let needs = match &walk {
        Some(walk) if !walk.principal.is_broken() => {
            let actor = walk.actor();
            walk.operation
                .needs
                .iter()
                .map(|need| walk.need_story(&actor, need))
                .collect()
        }
        _ => Vec::new(),
    };
    let gates = match &walk {
        Some(walk) if !walk.principal.is_broken() => gate::gates(walk, decision.reasons),
        _ => Vec::new(),
    };
    Explanation {
        decision,
        first_reason: walk.as_ref().map_or_else(
            || decision.reasons.iter().next(),
            |walk| walk.rules.first_reason(decision.reasons),
        ),
        holder,
        actor,
        layers,
        needs,
        gates,
    }
}
