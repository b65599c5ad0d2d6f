//! Which proposals end with what they hang on.

use engine::fact::{Change, Fact, Key, Proposal, ProposalState};
use engine::{Context, Credential, Directory, Evidence, Holder, PersonId, Request, Thing, decide};
use jiff::Timestamp;
use rulebook::{Layer, Reason};

/// Returns the ends of proposals that `changes` make void: the mandate is another or no more, the
/// tool or the asset is gone, or the tool has lost its access. What was made already is kept, to be
/// counted, unless its asset is gone.
pub(crate) fn void_those_over(
    directory: &Directory,
    changes: &[Change],
    now: Timestamp,
) -> Vec<Change> {
    let takes_away = |change: &Change| match change {
        Change::End(Key::Proposal(_)) | Change::Set(Fact::Proposal(_)) => false,
        Change::End(_) => true,
        // What is new takes nothing from anybody.
        Change::Set(fact) => directory.fact(&fact.key()).is_some(),
    };
    if directory.proposals().next().is_none() || !changes.iter().any(takes_away) {
        return Vec::new();
    }
    let mut after = directory.clone();
    changes.iter().for_each(|change| after.apply(change));
    let is_void = |proposal: &&Proposal| {
        let asset = Key::Asset(proposal.asset.clone());
        let gone = after.fact(&asset).is_none();
        gone || (proposal.is_open() && !still_stands(directory, &after, proposal, now))
    };
    let void = after.proposals().filter(is_void);
    void.map(|proposal| Change::End(Key::Proposal(proposal.id.clone())))
        .collect()
}

fn still_stands(
    before: &Directory,
    after: &Directory,
    proposal: &Proposal,
    now: Timestamp,
) -> bool {
    let mandate = Key::Mandate(proposal.mandate.clone());
    let unchanged = after.fact(&mandate);
    let known = |person: &PersonId| after.fact(&Key::Person(person.clone())).is_some();
    let approved = match &proposal.state {
        ProposalState::Approved { by, .. } => known(by),
        ProposalState::Pending | ProposalState::Executed { .. } => true,
    };
    approved
        && unchanged.is_some()
        && unchanged == before.fact(&mandate)
        && is_there(after, proposal)
        && (may(after, proposal, now) || !may(before, proposal, now))
}

/// Are the proposer and the app known?
fn is_there(directory: &Directory, proposal: &Proposal) -> bool {
    let by = match &proposal.by {
        Holder::Person(id) => Key::Person(id.clone()),
        Holder::SystemUser(id) => Key::SystemUser(id.clone()),
        Holder::Business(id) => Key::Business(id.clone()),
        Holder::App(id) => Key::App(id.clone()),
    };
    let app = proposal.app.iter().cloned().map(Key::App);
    let mut keys = app.chain([by]);
    keys.all(|key| directory.fact(&key).is_some())
}

/// Has the tool what it needs besides the mandate? One that never had it loses nothing.
fn may(directory: &Directory, proposal: &Proposal, now: Timestamp) -> bool {
    is_connected(directory, proposal) && has_access(directory, proposal, now)
}

/// Is the app there, and does a grant of the proposer let it act?
fn is_connected(directory: &Directory, proposal: &Proposal) -> bool {
    let Some(app) = &proposal.app else {
        return true;
    };
    let grants = directory.grants_held_by(&proposal.by).into_iter();
    let mut grants = grants.filter(|fact| matches!(fact, Fact::Grant(grant) if grant.app == *app));
    match directory.fact(&Key::App(app.clone())) {
        Some(Fact::App(one)) => {
            !one.suspended && (proposal.by == Holder::App(app.clone()) || grants.next().is_some())
        }
        _ => false,
    }
}

/// Does layer 4 still let the proposer do it?
fn has_access(directory: &Directory, proposal: &Proposal, now: Timestamp) -> bool {
    let request = Request {
        credential: Credential::Holder(proposal.by.clone()),
        operation: proposal.operation.clone(),
        resource: Thing::Asset(proposal.asset.clone()),
        with: Vec::new(),
        context: Context::default(),
    };
    let decision = decide(directory, &request, &Evidence::default(), now);
    let mut lost = decision.reasons.of_layer(Layer::Role).iter();
    lost.all(|reason| reason == Reason::StepUp)
}
