//! The naive reference: what a decision is, written for reading and not for speed.
//!
//! It follows `docs/semantics.md` rule by rule, over a plain list of facts, by looking through the
//! whole list each time. It works on names, not on bits. It shares no code with the engine's
//! decisions: where the two disagree, one of them, or the page, is wrong.

mod app;
mod asset;
mod case;
mod credential;
pub(crate) mod facts;
mod hands_on;
mod mandate;
mod permission;
pub(crate) mod principal;
mod role;
mod tool;
mod visible;

use std::collections::BTreeSet;

use engine::fact::Fact;
use engine::{Credential, Evidence, Holder, Obligations, Owner, Request, Thing};
use jiff::Timestamp;
use rulebook::{Reason, Rulebook};

use case::Case;
use facts::Facts;

/// Reasons, in the order of the layers.
pub(crate) type Reasons = BTreeSet<Reason>;
/// Names of capabilities or permissions.
pub(crate) type Names<'a> = BTreeSet<&'a str>;

/// What the reference answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Everything that speaks against it; empty for an allow.
    pub reasons: BTreeSet<Reason>,
    /// May the asker know that the resource exists?
    pub visible: bool,
    /// What comes with an allow.
    pub obligations: Obligations,
}

impl Answer {
    fn invisible(reasons: Reasons) -> Self {
        Self {
            reasons,
            visible: false,
            obligations: Obligations::default(),
        }
    }
}

/// A list of facts, each key once, and the rules they are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// The facts.
    pub facts: &'a [Fact],
    /// The rules.
    pub rulebook: &'a Rulebook,
}

impl Reference<'_> {
    /// Returns the answer to a request at `now`.
    #[must_use]
    pub fn decide(&self, request: &Request, evidence: &Evidence, now: Timestamp) -> Answer {
        let facts = Facts(self.facts);
        let rules = self.rulebook.rules(self.profile(&request.resource));
        let Some(operation) = rules.operation_named(&request.operation) else {
            return Answer::invisible(Reasons::from([Reason::Unknown]));
        };
        let case = Case {
            facts,
            rules,
            operation,
            request,
            evidence,
            now,
        };
        match case.principal() {
            Err(reasons) => Answer::invisible(reasons),
            Ok(principal) => case.answer(&principal),
        }
    }

    /// Returns every known holder whom layers 4 and 5 allow the request, by trying each.
    ///
    /// The request's own credential is not looked at.
    #[must_use]
    pub fn who_can(
        &self,
        request: &Request,
        evidence: &Evidence,
        now: Timestamp,
    ) -> BTreeSet<Holder> {
        let mut able = Facts(self.facts).holders();
        able.retain(|holder| {
            let asked = Request {
                credential: Credential::Holder(holder.clone()),
                ..request.clone()
            };
            self.decide(&asked, evidence, now).reasons.is_empty()
        });
        able
    }

    /// The value of the business that owns the resource; the first one where there is none.
    fn profile(&self, resource: &Thing) -> u8 {
        let facts = Facts(self.facts);
        let Some(Owner::Business(business)) = facts.owner(resource) else {
            return 0;
        };
        facts
            .business(&business)
            .and_then(|business| business.profile.as_deref())
            .and_then(|value| self.rulebook.profile(value))
            .unwrap_or(0)
    }
}
