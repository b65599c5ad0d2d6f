//! Facts that wait for somebody: no decision looks at them, so they are kept plainly, by key.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Directory;
use crate::fact::{Fact, Invitation, Key};
use crate::id::BusinessId;

/// The facts that wait. Few at any time: they end when they are answered.
pub(super) type Waiting = Arc<BTreeMap<Key, Arc<Fact>>>;

impl Directory {
    pub(super) fn set_waiting(&mut self, fact: &Fact) {
        Arc::make_mut(&mut self.waiting).insert(fact.key(), Arc::new(fact.clone()));
    }

    pub(super) fn end_waiting(&mut self, key: &Key) {
        if self.waiting.contains_key(key) {
            Arc::make_mut(&mut self.waiting).remove(key);
        }
    }

    pub(super) fn waiting_fact(&self, key: &Key) -> Option<Fact> {
        self.waiting.get(key).map(|fact| (**fact).clone())
    }

    pub(super) fn waiting_facts(&self) -> impl Iterator<Item = Fact> {
        self.waiting.values().map(|fact| (**fact).clone())
    }

    /// Returns every invitation that waits, by id.
    pub fn invitations(&self) -> impl Iterator<Item = &Invitation> {
        self.waiting.values().filter_map(|fact| match &**fact {
            Fact::Invitation(invitation) => Some(invitation),
            _ => None,
        })
    }

    /// Returns the invitations into a business, by id. Looks at every one.
    pub fn invitations_of(&self, business: &BusinessId) -> impl Iterator<Item = &Invitation> {
        let invitations = self.invitations();
        invitations.filter(move |invitation| invitation.business == *business)
    }
}
