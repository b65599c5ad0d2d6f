//! One walk through five layers, always to the end: every reason, not the first.
//!
//! The modules are the layers. Each adds its reasons to one set; nothing is allocated on the way.

mod actor;
mod app;
mod asker;
mod credential;
mod demands;
mod direct;
mod early;
mod hands_on;
mod kept;
mod mandate;
mod permission;
mod rights;
mod role;
mod tally;
mod thing;
mod told;
mod visible;

use jiff::Timestamp;
use rulebook::{KindId, Operation, OperationId, Reason, ReasonSet, Rules};

pub(crate) use actor::{Actor, Seat};
pub use asker::{Asker, Told};
pub(crate) use credential::Principal;
pub(crate) use direct::On;
use early::{Early, Found};
pub(crate) use permission::{Consent, Wanted};
pub(crate) use rights::{Given, Source};
pub(crate) use tally::{AssetRights, Flags};
pub(crate) use thing::{ThingIx, ThingOrOwner};

use crate::decision::{Decision, Layers, Obligations};
use crate::directory::Directory;
use crate::directory::index::HolderIx;
use crate::directory::rows::AssetRow;
use crate::id::MandateId;
use crate::request::{Context, Evidence, Request, Thing};

/// Answers a request from the directory, the evidence and the time.
///
/// Pure and total: an operation the rulebook does not have is denied with `UNKNOWN`.
/// The exact meaning is `docs/semantics.md`.
pub fn decide(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> Decision {
    match Question::of(directory, request, evidence, now) {
        Some(question) => question.answer(directory),
        None => unknown_operation(directory, Asker::from(&request.credential)),
    }
}

/// Returns the mandate under which an automated tool would do what a request asks, whether it
/// suffices or not; nothing if no tool asks, or none fits.
#[must_use]
pub fn mandate_for(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> Option<MandateId> {
    let question = Question::of(directory, request, evidence, now)?;
    let walk = question.walk(directory)?;
    walk.mandate_used()?.parse().ok()
}

fn unknown_operation(directory: &Directory, asker: Asker<'_>) -> Decision {
    Decision {
        reasons: ReasonSet::of(Reason::Unknown),
        visible: false,
        asked: asked(asker),
        obligations: Obligations::default(),
        position: directory.position(),
    }
}

const fn asked(asker: Asker<'_>) -> Layers {
    match asker {
        Asker::Holder(_) => Layers::RoleAndMandate,
        Asker::Token(_) | Asker::Assumed(_) | Asker::Told(_) => Layers::All,
    }
}

/// A question whose operation has been looked up: what a caller with many questions keeps.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The operation.
    pub operation: OperationId,
    /// By which credential.
    pub asker: Asker<'a>,
    /// The thing it is about.
    pub resource: &'a Thing,
    /// Further things by name.
    pub with: &'a [(String, Thing)],
    /// The circumstances named.
    pub context: &'a Context,
    /// What the shell measured.
    pub evidence: &'a Evidence,
    /// The time.
    pub now: Timestamp,
}

impl<'a> Question<'a> {
    /// Returns the question a request asks, if the rulebook has its operation.
    #[must_use]
    pub fn of(
        directory: &Directory,
        request: &'a Request,
        evidence: &'a Evidence,
        now: Timestamp,
    ) -> Option<Self> {
        let operation = directory
            .rulebook
            .rules(0)
            .names
            .operation(&request.operation)?;
        Some(Self {
            operation,
            asker: Asker::from(&request.credential),
            resource: &request.resource,
            with: &request.with,
            context: &request.context,
            evidence,
            now,
        })
    }

    /// Returns the decision.
    #[inline]
    pub fn answer(&self, directory: &Directory) -> Decision {
        let found = self.find(directory);
        match self.direct(directory, &found) {
            Some(decision) => decision,
            None => self.answer_walked(directory, &found),
        }
    }

    /// Begins the walk that finds the decision.
    pub(crate) fn walk<'d>(&self, directory: &'d Directory) -> Option<Walk<'d>>
    where
        'a: 'd,
    {
        Walk::start(directory, self, &self.find(directory))
    }

    /// Returns the decision as [`answer`](Self::answer) does, always by the whole walk. For whoever
    /// wants to compare.
    pub fn answer_by_walk(&self, directory: &Directory) -> Decision {
        self.answer_walked(directory, &self.find(directory))
    }

    /// Returns the decision if it can be had without the walk.
    pub fn answer_directly(&self, directory: &Directory) -> Option<Decision> {
        self.direct(directory, &self.find(directory))
    }

    #[inline(always)]
    fn find<'d>(&self, directory: &'d Directory) -> Found<'d> {
        Early::of(directory, self).read(directory, self)
    }

    const fn around(&self) -> Around<'a> {
        Around {
            with: self.with,
            context: self.context,
            evidence: self.evidence,
            now: self.now,
        }
    }

    #[inline(never)]
    fn answer_walked(&self, directory: &Directory, found: &Found<'_>) -> Decision {
        match Walk::start(directory, self, found) {
            Some(walk) => walk.decide(),
            None => unknown_operation(directory, self.asker),
        }
    }
}

/// Questions whose slots are on their way while one is answered.
const AHEAD: usize = 16;

/// Returns the answers to many questions. Memory is never waited for: what a question leads to is asked
/// for sixteen questions before it is answered.
pub fn decide_all(directory: &Directory, questions: &[Question<'_>], answers: &mut Vec<Decision>) {
    let mut coming = questions.iter().map(|next| Early::of(directory, next));
    let mut ring: [Early<'_>; AHEAD] = std::array::from_fn(|_| coming.next().unwrap_or_default());
    answers.reserve(questions.len());
    for lap in questions.chunks(AHEAD) {
        for (question, early) in lap.iter().zip(&mut ring) {
            let found = early.read(directory, question);
            *early = coming.next().unwrap_or_default();
            // Two calls of `push`: what both ways could have written would be copied once more.
            match question.direct(directory, &found) {
                Some(decision) => answers.push(decision),
                None => answers.push(question.answer_walked(directory, &found)),
            }
        }
    }
}

/// The circumstances of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) with: &'a [(String, Thing)],
    pub(crate) context: &'a Context,
    pub(crate) evidence: &'a Evidence,
    pub(crate) now: Timestamp,
}

/// Everything one walk looks at.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) rules: &'a Rules,
    pub(crate) profile: u8,
    pub(crate) operation: &'a Operation,
    pub(crate) principal: Principal<'a>,
    pub(crate) resource: ThingIx,
    /// The row of the resource, if it is a known asset.
    pub(crate) asset: Option<&'a AssetRow>,
    /// Its kind.
    pub(crate) kind: Option<KindId>,
    /// Who owns the resource.
    pub(crate) owner: HolderIx,
    pub(crate) with: &'a [(String, Thing)],
    pub(crate) context: &'a Context,
    pub(crate) evidence: &'a Evidence,
    pub(crate) now: Timestamp,
    /// `now` in milliseconds since 1970, as rows keep times.
    pub(crate) now_ms: i64,
}

impl<'a> Walk<'a> {
    /// Begins a walk; nothing if the rules of the resource's profile lack the operation.
    #[inline]
    pub(crate) fn start(
        directory: &'a Directory,
        question: &Question<'a>,
        found: &Found<'_>,
    ) -> Option<Self> {
        let around = question.around();
        let principal = Principal::find(directory, question.asker, found.token);
        let resource = match (question.resource, found.asset) {
            (Thing::Asset(_), Some(asset)) => {
                ThingIx::of_asset(directory.asset_at(asset.first.index))
            }
            (other, _) => ThingIx::find(directory, other),
        };
        Self::of(directory, question.operation, resource, around, principal)
    }

    /// Begins a walk for a principal and a resource that have been found already.
    #[inline]
    pub(crate) fn of(
        directory: &'a Directory,
        operation: OperationId,
        (resource, asset): (ThingIx, Option<&'a AssetRow>),
        around: Around<'a>,
        principal: Principal<'a>,
    ) -> Option<Self> {
        let owner = asset.map_or_else(|| directory.owner_of(resource), |row| row.owner);
        let profile = directory.profile_of(owner);
        let rules = directory.rulebook.rules(profile);
        let operation = rules.operation(operation)?;
        let Around {
            with,
            context,
            evidence,
            now,
        } = around;
        let now_ms = now.as_millisecond();
        let kind = asset.and_then(|row| directory.vocabulary.kind(row.kind));
        Some(Self {
            directory,
            rules,
            profile,
            operation,
            principal,
            resource,
            asset,
            kind,
            owner,
            with,
            context,
            evidence,
            now,
            now_ms,
        })
    }

    pub(crate) const fn around(&self) -> Around<'a> {
        Around {
            with: self.with,
            context: self.context,
            evidence: self.evidence,
            now: self.now,
        }
    }

    #[inline]
    pub(crate) fn decide(&self) -> Decision {
        let mut reasons = self.credential();
        if self.principal.is_broken() {
            return self.answer(reasons, false, Obligations::default());
        }
        if let Some(app) = self.principal.app_row {
            let role_user = self.is_role_user(app);
            reasons = reasons
                .with(self.app(app, role_user))
                .with(self.permission(app, role_user));
        }
        let actor = self.actor();
        let role = self.role(&actor);
        let (mandate, notify) = self.mandate(&actor);
        reasons = reasons.with(role.reasons).with(mandate);
        let obligations = Obligations {
            start_paused: self.operation.starts_paused,
            notify,
        };
        self.answer(reasons, role.visible, obligations)
    }

    const fn answer(
        &self,
        reasons: ReasonSet,
        visible: bool,
        obligations: Obligations,
    ) -> Decision {
        let allowed = reasons.is_empty();
        let none = Obligations {
            start_paused: false,
            notify: false,
        };
        Decision {
            reasons,
            visible: visible || allowed,
            asked: self.principal.asked(),
            obligations: if allowed { obligations } else { none },
            position: self.directory.position(),
        }
    }
}
