//! What an inventory walks through: apps, tokens, who saw their secrets, which are renewed.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::directory::Directory;
use crate::fact::{App, Assignment, Disclosure, Fact, Renewal};
use crate::id::TokenId;

impl Directory {
    /// Returns the apps, in no order.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.apps.iter().filter_map(|row| row.fact.as_deref())
    }

    /// Returns the ids of all tokens, alive or not, in no order.
    pub fn token_ids(&self) -> impl Iterator<Item = &str> {
        (0..)
            .zip(self.tokens.iter())
            .filter(|(_, row)| row.present)
            .map(|(index, _)| self.token_id(index))
    }

    /// Returns the tokens that are renewed by themselves, by id.
    pub fn renewals(&self) -> impl Iterator<Item = &Renewal> {
        self.renewals.values()
    }

    /// Returns the assignments that were over at `then`, in no order. Walks through all assignments.
    #[must_use]
    pub fn assignments_over(&self, then: Timestamp) -> Vec<Assignment> {
        let then = then.as_millisecond();
        let over = self.assignments.iter().filter(|row| row.until <= then);
        over.filter_map(|row| match self.assignment_fact(row) {
            Some(Fact::Assignment(fact)) => Some(fact),
            _ => None,
        })
        .collect()
    }

    /// Returns who saw the secrets of these tokens, in no order. Walks through all disclosures.
    #[must_use]
    pub fn disclosures_of(&self, tokens: &BTreeSet<TokenId>) -> Vec<Disclosure> {
        let facts = self
            .disclosures
            .iter()
            .filter_map(|row| self.disclosure_fact(row));
        facts
            .filter_map(|fact| match fact {
                Fact::Disclosure(fact) if tokens.contains(&fact.token) => Some(fact),
                _ => None,
            })
            .collect()
    }
}
