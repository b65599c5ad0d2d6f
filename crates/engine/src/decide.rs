//! One walk through five layers, always to the end: every reason, not the first.
//!
//! The modules are the layers. Each adds its reasons to one set; nothing is allocated on the way.

mod actor;
mod app;
mod credential;
mod demands;
mod hands_on;
mod mandate;
mod permission;
mod rights;
mod role;
mod thing;
mod visible;

use jiff::Timestamp;
use rulebook::{Operation, OperationId, Reason, ReasonSet, Rules};

pub(crate) use actor::{Actor, Seat};
pub(crate) use credential::Principal;
pub(crate) use rights::{AssetRights, Flags, Given, Source};
pub(crate) use thing::{ThingIx, ThingOrOwner};

use crate::decision::{Decision, Layers, Obligations};
use crate::directory::Directory;
use crate::request::{Context, Credential, Evidence, Request, Thing};

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
        None => unknown_operation(directory, &request.credential),
    }
}

fn unknown_operation(directory: &Directory, credential: &Credential) -> Decision {
    Decision {
        reasons: ReasonSet::of(Reason::Unknown),
        visible: false,
        asked: asked(credential),
        obligations: Obligations::default(),
        position: directory.position(),
    }
}

const fn asked(credential: &Credential) -> Layers {
    match credential {
        Credential::Holder(_) => Layers::RoleAndMandate,
        Credential::Token(_) | Credential::Assumed(_) => Layers::All,
    }
}

/// A question whose operation has been looked up: what a caller with many questions keeps.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The operation.
    pub operation: OperationId,
    /// By which credential.
    pub credential: &'a Credential,
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
            credential: &request.credential,
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
        match Walk::start(directory, self) {
            Some(walk) => walk.decide(),
            None => unknown_operation(directory, self.credential),
        }
    }
}

/// Returns the answers to many questions. Loads overlap: eight questions are begun before the
/// first of them is finished.
pub fn decide_all(directory: &Directory, questions: &[Question<'_>], answers: &mut Vec<Decision>) {
    const STAGE: usize = 8;
    for stage in questions.chunks(STAGE) {
        let mut begun = 0_u32;
        for question in stage {
            if let (Credential::Token(digest), Thing::Asset(asset)) =
                (question.credential, question.resource)
            {
                begun += u32::from(directory.touch(&digest.0, asset.as_str()));
            }
        }
        std::hint::black_box(begun);
        answers.extend(stage.iter().map(|question| question.answer(directory)));
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
    pub(crate) principal: Principal,
    pub(crate) resource: ThingIx,
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
    pub(crate) fn start(directory: &'a Directory, question: &Question<'a>) -> Option<Self> {
        let principal = Principal::find(directory, question.credential);
        let around = Around {
            with: question.with,
            context: question.context,
            evidence: question.evidence,
            now: question.now,
        };
        Self::of(
            directory,
            question.operation,
            question.resource,
            around,
            principal,
        )
    }

    /// Begins a walk for a principal that has been found already.
    #[inline]
    pub(crate) fn of(
        directory: &'a Directory,
        operation: OperationId,
        resource: &Thing,
        around: Around<'a>,
        principal: Principal,
    ) -> Option<Self> {
        let resource = ThingIx::find(directory, resource);
        let profile = directory.profile_of(resource);
        let rules = directory.rulebook.rules(profile);
        let operation = rules.operation(operation)?;
        let Around {
            with,
            context,
            evidence,
            now,
        } = around;
        let now_ms = now.as_millisecond();
        Some(Self {
            directory,
            rules,
            profile,
            operation,
            principal,
            resource,
            with,
            context,
            evidence,
            now,
            now_ms,
        })
    }

    #[inline]
    pub(crate) fn decide(&self) -> Decision {
        let mut reasons = self.credential();
        if self.principal.is_broken() {
            return self.answer(reasons, false, Obligations::default());
        }
        let holder = self.principal.holder();
        if let Some(app) = self.principal.app() {
            let role_user = self.directory.is_role_user(holder, app, self.now_ms);
            reasons = reasons
                .with(self.app(app, role_user))
                .with(self.permission(app, role_user));
        }
        let actor = Actor::find(self.directory, self.acting(), self.profile, self.now_ms);
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
