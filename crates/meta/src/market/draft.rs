//! A write that is being planned: what it asks, and which rows it comes to.

use commands::{Command, MakeChange};
use engine::fact::Amounts;
use engine::{AmountChange, AssetId, Context, Evidence, Request, Thing, decide, mandate_for};
use market::{Kept, Kind, Object, Plan};
use serde_json::{Map, Value};

use crate::error::{Behind, GraphError};
use crate::refusal::of_decision;
use crate::sight::Sight;
use crate::step::{Step, Write};

/// A write that is being planned.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    sight: &'a Sight<'a>,
    asks: Vec<Request>,
    starts_paused: bool,
    evidence: Evidence,
    plan: Plan<'a>,
}

impl<'a> Draft<'a> {
    /// Begins a write to an asset: what runs there is read.
    pub(crate) fn on(sight: &'a Sight<'a>, asset: &AssetId) -> Result<Self, GraphError> {
        let mut plan = Plan::new(sight.market);
        let books = plan.look(asset)?;
        Ok(Self {
            sight,
            asks: Vec::new(),
            starts_paused: false,
            evidence: Evidence {
                figures: books.over((sight.figures)(asset), sight.now),
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
        let sight = self.sight;
        let decision = decide(sight.directory, &request, &self.evidence, sight.now);
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
        self.asks.push(request);
        Ok(())
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
    ///
    /// Errors: whoever acts under a mandate does one thing at a time, so that each can be counted.
    pub(crate) fn finish(self, body: Value) -> Result<Step, GraphError> {
        let sight = self.sight;
        let under_mandate = self
            .asks
            .iter()
            .filter(|ask| mandate_for(sight.directory, ask, &self.evidence, sight.now).is_some());
        let counted: Vec<&Request> = under_mandate.collect();
        let record = match counted.as_slice() {
            [] => None,
            [one] => Some(record_of(one)?),
            _ => {
                let message = "This app acts under a mandate: change one thing at a time";
                return Err(GraphError::invalid(message));
            }
        };
        Ok(Step::Write(Box::new(Write {
            asks: self.asks,
            evidence: self.evidence,
            record,
            rows: self.plan.into_writes()?,
            after: None,
            body,
        })))
    }
}

/// Returns the command that notes a change made under a mandate.
fn record_of(ask: &Request) -> Result<Command, GraphError> {
    let Thing::Asset(asset) = &ask.resource else {
        return Err(GraphError::internal());
    };
    let command = MakeChange {
        operation: ask.operation.clone(),
        asset: asset.clone(),
        change: ask.context.change.map(|change| Amounts {
            from: change.from,
            to: change.to,
        }),
    };
    Ok(command.into())
}
