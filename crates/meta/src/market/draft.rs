//! A write that is being planned: what it asks, and which rows it comes to.

use commands::{Act, approved_for};
use engine::{
    AmountChange, AssetId, Context, Decision, Evidence, ProposalId, Request, Thing, decide,
};
use jiff::Timestamp;
use market::{Kept, Kind, Object, Plan};
use rulebook::{Reason, ReasonSet};
use serde_json::{Map, Value};

use crate::error::{Behind, GraphError};
use crate::refusal::of_decision;
use crate::sight::Sight;
use crate::step::{Step, Write};

/// A write that is being planned.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    sight: &'a Sight<'a>,
    asks: Vec<Act>,
    starts_paused: bool,
    evidence: Evidence,
    plan: Plan<'a>,
}

impl<'a> Draft<'a> {
    /// Begins a write to an asset: what runs there is read.
    pub(crate) fn on(sight: &'a Sight<'a>, asset: &AssetId) -> Result<Self, GraphError> {
        let mut plan = Plan::new(sight.market);
        let books = plan.look(asset)?;
        let fed = (sight.figures)(asset, None);
        if books.version.is_none() {
            let since = fed.daily_budget_total.map_or(Timestamp::MIN, |one| one.at);
            let raised = sight.directory.raised_since(asset, since);
            let known = fed.daily_budget_total.map_or(0, |one| one.value);
            plan.begin_with(asset, known.saturating_add(raised))?;
        }
        Ok(Self {
            sight,
            asks: Vec::new(),
            starts_paused: false,
            evidence: Evidence {
                figures: books.over(fed, sight.now),
                ..sight.evidence.clone()
            },
            plan,
        })
    }

    /// Asks whether an operation may be done on an asset.
    ///
    /// Errors: it may not, in the words of the call.
    pub(crate) fn ask(&mut self, operation: &str, asset: &AssetId) -> Result<(), GraphError> {
        self.ask_with(operation, asset, Vec::new(), None)
    }

    /// The same, with further things, and with an amount that changes. What runs in the asset must
    /// then still be what was counted when the write is done.
    pub(crate) fn ask_with(
        &mut self,
        operation: &str,
        asset: &AssetId,
        with: Vec<(String, Thing)>,
        change: Option<AmountChange>,
    ) -> Result<(), GraphError> {
        let request = Request {
            credential: self.sight.credential(),
            operation: operation.to_owned(),
            resource: Thing::Asset(asset.clone()),
            with,
            context: Context {
                change,
                ..Context::default()
            },
        };
        // What is asked twice is done once.
        if self.asks.iter().any(|known| known.request == request) {
            return Ok(());
        }
        let sight = self.sight;
        let (decision, proposal) = self.decided(&request);
        let heard = api::heard(
            sight.directory,
            &request,
            &self.evidence,
            sight.now,
            &decision,
        );
        if !heard.is_allowed() {
            let refused = of_decision(sight.directory, operation, &heard, &sight.place);
            let behind = Behind::denied(request, &self.evidence, decision.reasons);
            return Err(refused.because(behind));
        }
        if change.is_some() {
            self.plan.hold(asset)?;
        }
        self.starts_paused |= decision.obligations.start_paused;
        self.asks.push(Act { request, proposal });
        Ok(())
    }

    /// Decides a request; if nothing is missing but an approval, with the proposal of just this that was
    /// approved.
    fn decided(&self, request: &Request) -> (Decision, Option<ProposalId>) {
        let (directory, now) = (self.sight.directory, self.sight.now);
        let decision = decide(directory, request, &self.evidence, now);
        if decision.reasons != ReasonSet::of(Reason::ApprovalNeeded) {
            return (decision, None);
        }
        for (proposal, by) in approved_for(directory, request, now) {
            let evidence = Evidence {
                approved_by: Some(by.clone()),
                ..self.evidence.clone()
            };
            let approved = decide(directory, request, &evidence, now);
            if approved.is_allowed() {
                return (approved, Some(proposal.clone()));
            }
        }
        (decision, None)
    }

    /// Must what is made start paused?
    pub(crate) const fn starts_paused(&self) -> bool {
        self.starts_paused
    }

    /// Makes a thing.
    pub(crate) fn make(&mut self, object: &Object) -> Result<(), GraphError> {
        Ok(self.plan.make(object)?)
    }

    /// Puts a thing in place of what it was.
    pub(crate) fn change(&mut self, was: &Kept<Object>, is: &Object) -> Result<(), GraphError> {
        Ok(self.plan.change(was, is)?)
    }

    /// Says something of a thing of which an asset has just one under an id; makes it first if it is
    /// not there.
    pub(crate) fn note(
        &mut self,
        id: String,
        kind: Kind,
        asset: &AssetId,
        say: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<(), GraphError> {
        let known = self.sight.market.find(&id)?;
        let mut object = match &known {
            Some(kept) => kept.value.clone(),
            None => Object::new(id, kind, asset.clone(), self.sight.now),
        };
        object.updated = self.sight.now;
        say(&mut object.fields);
        match &known {
            Some(kept) => self.change(kept, &object),
            None => self.make(&object),
        }
    }

    /// Takes a thing away.
    pub(crate) fn remove(&mut self, was: &Kept<Object>) -> Result<(), GraphError> {
        Ok(self.plan.remove(was)?)
    }

    /// Returns the step.
    pub(crate) fn finish(self, body: Value) -> Result<Step, GraphError> {
        Ok(Step::Write(Box::new(Write {
            asks: self.asks,
            evidence: self.evidence,
            rows: self.plan.into_writes()?,
            after: None,
            body,
        })))
    }
}
