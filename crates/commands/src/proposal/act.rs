//! Several things done at once: each is decided by itself, and each that counts against a mandate
//! leaves its note.
//!
//! A door's one call may come to several things: an ad set is made, and an audience used for it. An
//! approval is for one thing. So each of them names the proposal that it carries out, if it needs
//! one, and no approval helps another.

use engine::fact::{Amounts, Key, Proposal, ProposalState};
use engine::{Directory, Evidence, PersonId, ProposalId, Request, Thing};
use engine::{decide, mandate_for};
use jiff::Timestamp;
use rulebook::Class;

use super::{Wish, denied, find, is_its_own, open, sweep};
use crate::desk::Desk;
use crate::order::{Handled, Order, Refusal};

/// One of several things that are done at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What.
    pub request: Request,
    /// The approved proposal that it carries out, if it needs an approval.
    pub proposal: Option<ProposalId>,
}

/// Decides several things for whoever orders them, and returns what they leave: a note of each that
/// is done under a mandate, and nothing of the others.
///
/// Errors: one of them is denied, or the proposal that it names is not open, not approved, or of
/// something else. Then nothing is left of any.
pub fn act(directory: &Directory, acts: &[Act], order: &mut Order<'_>) -> Result<Handled, Refusal> {
    let mut desk = Desk::new(directory, order);
    for one in acts {
        done(&mut desk, one)?;
    }
    Ok(desk.finish())
}

/// Returns the approved proposals that are just what a request asks, made by whoever asks; the one
/// that is over soonest first. Whether the approval still holds is decided with it.
#[must_use]
pub fn approved_for<'a>(
    directory: &'a Directory,
    request: &Request,
    now: Timestamp,
) -> Vec<(&'a ProposalId, &'a PersonId)> {
    let Thing::Asset(asset) = &request.resource else {
        return Vec::new();
    };
    let found = directory.proposals_on(asset);
    let fits = found.filter(|one| {
        one.until > now && is_what(one, request) && is_its_own(directory, &request.credential, one)
    });
    let mut approved: Vec<_> = fits
        .filter_map(|one| match &one.state {
            ProposalState::Approved { by, .. } => Some((one.until, &one.id, by)),
            ProposalState::Pending | ProposalState::Executed { .. } => None,
        })
        .collect();
    approved.sort();
    approved.into_iter().map(|(_, id, by)| (id, by)).collect()
}

/// Is a proposal to do just what a request asks?
fn is_what(proposal: &Proposal, request: &Request) -> bool {
    let change = request.context.change.map(Amounts::from);
    proposal.operation == request.operation
        && request.resource == Thing::Asset(proposal.asset.clone())
        && proposal.change == change
}

fn done(desk: &mut Desk<'_>, act: &Act) -> Result<(), Refusal> {
    let mut request = Request {
        credential: desk.by().clone(),
        ..act.request.clone()
    };
    request.context.delegate = desk.delegate().cloned();
    let proposal = act.proposal.as_ref();
    let approved = proposal
        .map(|id| approved(desk, id, &request))
        .transpose()?;
    let evidence = Evidence {
        approved_by: approved.as_ref().map(|(_, by)| by.clone()),
        ..desk.evidence.clone()
    };
    let decision = decide(desk.directory, &request, &evidence, desk.now);
    if !decision.is_allowed() {
        return Err(denied(decision, request));
    }
    let operation = desk.rules().operation_named(&request.operation);
    let writes = operation.is_some_and(|operation| operation.class == Class::Write);
    let mandate = mandate_for(desk.directory, &request, &evidence, desk.now);
    let (Some(mandate), Thing::Asset(asset)) = (mandate.filter(|_| writes), &request.resource)
    else {
        return Ok(());
    };
    sweep(desk, asset);
    let starts_paused = decision.obligations.start_paused;
    let (note, approved_by) = match approved {
        Some((proposal, by)) => (proposal, Some(by)),
        None => {
            let change = request.context.change.map(Amounts::from);
            let wish = Wish::of(&request.operation, asset, change);
            let id = desk.new_id("p")?;
            let state = ProposalState::Pending;
            (
                wish.proposal(desk, id, mandate, state, starts_paused)?,
                None,
            )
        }
    };
    let state = ProposalState::Executed {
        approved_by,
        at: desk.now,
    };
    if desk.answer.id.is_none() {
        desk.answer.id = Some(note.id.to_string());
    }
    desk.set(Proposal {
        state,
        starts_paused,
        ..note
    });
    Ok(())
}

/// Returns the proposal that is carried out, and who approved it.
fn approved(
    desk: &Desk<'_>,
    id: &ProposalId,
    request: &Request,
) -> Result<(Proposal, PersonId), Refusal> {
    let proposal = find(desk, id)?;
    let own = is_its_own(desk.directory, desk.by(), &proposal);
    // Somebody else's proposal, and one for something else, sound like one that is not there.
    if !own || !is_what(&proposal, request) {
        return Err(Refusal::not_found("proposal", id));
    }
    open(desk, &proposal)?;
    let unused = desk.fact_so_far(&Key::Proposal(id.clone()));
    match (&proposal.state, unused) {
        (ProposalState::Approved { by, .. }, Some(latest)) if latest == proposal.clone().into() => {
            let by = by.clone();
            Ok((proposal, by))
        }
        _ => Err(Refusal::conflict(
            "nobody approved this, or it was made already",
        )),
    }
}
