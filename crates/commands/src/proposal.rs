//! Proposals: what a tool wants to change under a mandate, and what it changed.
//!
//! A tool that may not act on its own proposes; a person who could do it himself approves; the tool
//! then makes the change, once. A tool on autopilot makes it in one command. Whatever was made is
//! kept for an hour, since a figure that is older than it does not know of it.

mod act;
mod list;
mod over;

use engine::fact::{Amounts, Fact, Key, Mandate, Proposal, ProposalState, Value};
use engine::{
    AssetId, Context, Credential, Decision, Directory, Evidence, Holder, MandateId, Owner,
    PersonId, ProposalId, Request, Thing, decide, mandate_for,
};
use jiff::{SignedDuration, Timestamp};
use rulebook::{Reason, ReasonSet};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::{Desk, app_behind, caller};
use crate::order::Refusal;

pub use act::{Act, act, approved_for};
pub use list::{ProposalPage, ProposalsOf, proposals};
pub(crate) use over::void_those_over;

/// How long a proposal waits where nothing else is said: a day. Our assumption.
const WAITS_S: i64 = 86_400;

/// How long a change that was made is kept, in seconds. No mandate may count a figure as fresh for
/// longer, so that every figure still finds what was made after it.
pub(crate) const KEPT_S: u32 = 3_600;

/// The most proposals that wait under one mandate.
const MOST_OPEN: u32 = 1_000;

/// Proposes a change: for a tool whose mandate asks for an approval of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeProposal {
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ProposalId>,
    /// What would be done: an operation of the rulebook.
    pub operation: String,
    /// On which asset.
    pub asset: AssetId,
    /// The amount that would change, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Amounts>,
    /// Over at this time; a day from now, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Makes a change on autopilot, within the limits of the mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeChange {
    /// What is done: an operation of the rulebook.
    pub operation: String,
    /// On which asset.
    pub asset: AssetId,
    /// The amount that changes, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Amounts>,
}

macro_rules! of_proposal {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The proposal.
            pub proposal: ProposalId,
        }
    )*};
}

of_proposal! {
    #[doc = "Approves a proposal: by a person who could do it himself and is not of the tool's maker."]
    ApproveProposal;
    #[doc = "Declines a proposal, which ends it: by whoever may approve it."]
    DeclineProposal;
    #[doc = "Makes the change that was approved, once."]
    ExecuteProposal;
}

/// Whether somebody may do the thing itself is decided as that thing, when the command is done.
macro_rules! about_the_realm {
    ($($name:ident $within:literal)*) => {$(
        impl UseCase for $name {
            fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
                Ok(About::new(Thing::Realm))
            }

            fn decides_within(&self) -> bool {
                $within
            }

            fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
                self.done(desk)
            }
        }
    )*};
}

// A person approves and declines, for nobody else.
about_the_realm! {
    MakeProposal true MakeChange true ExecuteProposal true ApproveProposal false DeclineProposal false
}

impl MakeProposal {
    fn done(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        let wish = Wish::of(&self.operation, &self.asset, self.change);
        let (decision, request) = wish.decide(desk, None);
        let asks = ReasonSet::of(Reason::ApprovalNeeded);
        let others = decision.reasons.without(asks);
        if !others.is_empty() {
            let decision = Decision {
                reasons: others,
                ..decision
            };
            return Err(denied(decision, request));
        }
        let mandate = wish.mandate(desk, &request)?;
        if decision.is_allowed() {
            let message = "nobody need approve this: make the change with `change.make`";
            return Err(Refusal::conflict(message));
        }
        sweep(desk, &self.asset);
        let id = match &self.id {
            Some(id) if desk.directory.proposal(id).is_some() => {
                return Err(Refusal::conflict(format!(
                    "the id `{id}` is taken; name another"
                )));
            }
            Some(id) => id.clone(),
            None => desk.new_id("p")?,
        };
        let of_mandate = |one: &&Proposal| one.mandate == mandate && one.is_open();
        let open = desk.directory.proposals().filter(of_mandate).count();
        if open >= MOST_OPEN as usize {
            return Err(Refusal::LimitReached {
                what: "proposals wait under a mandate",
                most: MOST_OPEN,
            });
        }
        let day = desk.now + SignedDuration::from_secs(WAITS_S);
        let until = self.until.unwrap_or(day);
        let paused = starts_paused(desk, &self.operation);
        let proposal = wish.proposal(desk, id, mandate, ProposalState::Pending, paused)?;
        desk.answer.id = Some(proposal.id.to_string());
        desk.set(Proposal { until, ..proposal });
        Ok(())
    }
}

impl MakeChange {
    fn done(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let wish = Wish::of(&self.operation, &self.asset, self.change);
        let (decision, request) = wish.decide(desk, None);
        if !decision.is_allowed() {
            return Err(denied(decision, request));
        }
        let mandate = wish.mandate(desk, &request)?;
        sweep(desk, &self.asset);
        let id = desk.new_id("p")?;
        let state = ProposalState::Executed {
            approved_by: None,
            at: desk.now,
        };
        let paused = decision.obligations.start_paused;
        let made = wish.proposal(desk, id, mandate, state, paused)?;
        desk.answer.id = Some(made.id.to_string());
        desk.set(made);
        Ok(())
    }
}

impl ApproveProposal {
    fn done(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let proposal = find(desk, &self.proposal)?;
        let by = approver(desk, &proposal)?;
        open(desk, &proposal)?;
        if let ProposalState::Approved { by, .. } = &proposal.state {
            let message = format!("`{by}` has approved this already");
            return Err(Refusal::conflict(message));
        }
        let at = desk.now;
        desk.set(Proposal {
            state: ProposalState::Approved { by, at },
            ..proposal
        });
        Ok(())
    }
}

impl DeclineProposal {
    fn done(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let proposal = find(desk, &self.proposal)?;
        approver(desk, &proposal)?;
        if !proposal.is_open() {
            return Err(Refusal::conflict("the change was made already"));
        }
        desk.end(Key::Proposal(proposal.id));
        Ok(())
    }
}

impl ExecuteProposal {
    fn done(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let proposal = find(desk, &self.proposal)?;
        // Somebody else's proposal sounds like one that is not there.
        if !is_its_own(desk.directory, desk.by(), &proposal) {
            return Err(Refusal::not_found("proposal", &self.proposal));
        }
        open(desk, &proposal)?;
        let approver = match &proposal.state {
            ProposalState::Approved { by, .. } => Some(by.clone()),
            ProposalState::Pending | ProposalState::Executed { .. } => None,
        };
        let wish = Wish::of(&proposal.operation, &proposal.asset, proposal.change);
        let (decision, request) = wish.decide(desk, approver.clone());
        if !decision.is_allowed() {
            return Err(denied(decision, request));
        }
        sweep(desk, &proposal.asset);
        desk.answer.id = Some(proposal.id.to_string());
        let state = ProposalState::Executed {
            approved_by: approver,
            at: desk.now,
        };
        desk.set(Proposal {
            state,
            starts_paused: decision.obligations.start_paused,
            ..proposal
        });
        Ok(())
    }
}

/// What a tool wants to do.
struct Wish<'a> {
    operation: &'a str,
    asset: &'a AssetId,
    change: Option<Amounts>,
}

impl<'a> Wish<'a> {
    const fn of(operation: &'a str, asset: &'a AssetId, change: Option<Amounts>) -> Self {
        Self {
            operation,
            asset,
            change,
        }
    }

    fn request(&self, credential: Credential) -> Request {
        Request {
            credential,
            operation: self.operation.to_owned(),
            resource: Thing::Asset(self.asset.clone()),
            with: Vec::new(),
            context: Context {
                change: self.change.map(Into::into),
                ..Context::default()
            },
        }
    }

    /// Decides the thing itself, for whoever gives the command. Only what the directory says was
    /// approved counts as approved.
    fn decide(&self, desk: &Desk<'_>, approved_by: Option<PersonId>) -> (Decision, Request) {
        let mut request = self.request(desk.by().clone());
        request.context.delegate = desk.delegate().cloned();
        let evidence = Evidence {
            approved_by,
            ..desk.evidence.clone()
        };
        let decision = decide(desk.directory, &request, &evidence, desk.now);
        (decision, request)
    }

    fn mandate(&self, desk: &Desk<'_>, request: &Request) -> Result<MandateId, Refusal> {
        let mandate = mandate_for(desk.directory, request, &desk.evidence, desk.now);
        mandate.ok_or_else(|| {
            let message = "this needs no mandate, so there is nothing to propose or to count";
            Refusal::conflict(message)
        })
    }

    fn proposal(
        &self,
        desk: &Desk<'_>,
        id: ProposalId,
        mandate: MandateId,
        state: ProposalState,
        starts_paused: bool,
    ) -> Result<Proposal, Refusal> {
        let by = desk
            .caller()
            .ok_or_else(|| Refusal::conflict("nobody is known who gives this command"))?;
        let asset = desk.asset(self.asset)?;
        let currency = match asset.properties.get("currency") {
            Some(Value::Text(code)) => Some(code.clone()),
            _ => None,
        };
        Ok(Proposal {
            id,
            mandate,
            operation: self.operation.to_owned(),
            asset: self.asset.clone(),
            change: self.change,
            currency: currency.filter(|_| self.change.is_some()),
            starts_paused,
            by,
            app: desk.app_used(),
            at: desk.now,
            until: desk.now,
            state,
        })
    }
}

fn denied(decision: Decision, request: Request) -> Refusal {
    Refusal::Denied {
        decision,
        request: Box::new(request),
    }
}

fn starts_paused(desk: &Desk<'_>, operation: &str) -> bool {
    let operation = desk.rules().operation_named(operation);
    operation.is_some_and(|operation| operation.starts_paused)
}

fn find(desk: &Desk<'_>, id: &ProposalId) -> Result<Proposal, Refusal> {
    let known = desk.directory.proposal(id).cloned();
    known.ok_or_else(|| Refusal::not_found("proposal", id))
}

fn open(desk: &Desk<'_>, proposal: &Proposal) -> Result<(), Refusal> {
    if !proposal.is_open() {
        return Err(Refusal::conflict("the change was made already"));
    }
    if proposal.until <= desk.now {
        let message = format!("the proposal was over at {}", proposal.until);
        return Err(Refusal::conflict(message));
    }
    Ok(())
}

/// Did whoever gives a command propose it: the same app, or without one the same holder?
fn is_its_own(directory: &Directory, by: &Credential, proposal: &Proposal) -> bool {
    let used = app_behind(directory, by);
    match &proposal.app {
        Some(app) => used.as_ref() == Some(app),
        None => used.is_none() && caller(directory, by).as_ref() == Some(&proposal.by),
    }
}

/// Returns who gives the command if he may approve the proposal: a person who is named, if anybody
/// is, does not belong to the tool's maker, and could do it himself.
///
/// Errors: who may not know of the asset is told that there is no such proposal.
fn approver(desk: &Desk<'_>, proposal: &Proposal) -> Result<PersonId, Refusal> {
    let unknown = || Refusal::not_found("proposal", &proposal.id);
    let Some(Holder::Person(person)) = desk.caller() else {
        return Err(unknown());
    };
    let wish = Wish::of(&proposal.operation, &proposal.asset, proposal.change);
    let (decision, request) = wish.decide(desk, None);
    if !decision.visible {
        return Err(unknown());
    }
    if decision.reasons == ReasonSet::of(Reason::StepUp) {
        return Err(denied(decision, request));
    }
    let named = match desk.directory.fact(&Key::Mandate(proposal.mandate.clone())) {
        Some(Fact::Mandate(Mandate { approvers, .. })) => {
            approvers.is_empty() || approvers.contains(&person)
        }
        _ => false,
    };
    if decision.is_allowed() && named && !is_of_maker(desk, proposal, &person) {
        return Ok(person);
    }
    Err(Refusal::ApproverUnfit {
        person: person.to_string(),
        operation: proposal.operation.clone(),
        asset: proposal.asset.to_string(),
    })
}

/// Does a person own the tool, or sit in the business that does?
fn is_of_maker(desk: &Desk<'_>, proposal: &Proposal, person: &PersonId) -> bool {
    let maker = match (&proposal.app, &proposal.by) {
        (Some(app), _) => desk.app(app).ok().map(|app| app.owner),
        (None, Holder::SystemUser(id)) => {
            let user = desk.system_user(id).ok();
            user.map(|user| Owner::Business(user.business))
        }
        (None, Holder::Business(id)) => Some(Owner::Business(id.clone())),
        (None, Holder::Person(id)) => Some(Owner::Person(id.clone())),
        (None, Holder::App(id)) => desk.app(id).ok().map(|app| app.owner),
    };
    match maker {
        Some(Owner::Person(owner)) => owner == *person,
        Some(Owner::Business(business)) => desk
            .membership(&business, person)
            .is_some_and(|one| one.until.is_none_or(|until| until > desk.now)),
        None => false,
    }
}

/// Ends the proposals on an asset that are over, and the changes that no figure asks for any more.
fn sweep(desk: &mut Desk<'_>, asset: &AssetId) {
    let kept = desk.now - SignedDuration::from_secs(i64::from(KEPT_S));
    let is_over = |proposal: &&Proposal| match &proposal.state {
        ProposalState::Executed { at, .. } => *at < kept,
        ProposalState::Pending | ProposalState::Approved { .. } => proposal.until <= desk.now,
    };
    let on = desk.directory.proposals_on(asset);
    let over: Vec<ProposalId> = on.filter(is_over).map(|one| one.id.clone()).collect();
    for id in over {
        desk.end(Key::Proposal(id));
    }
}
