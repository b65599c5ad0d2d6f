//! Setting and ending facts. Total: whatever comes, the directory stays whole.

mod apps;
mod assets;
mod people;
mod sharing;
mod tokens;

pub(crate) use tokens::end_reason;

use std::sync::Arc;

use jiff::Timestamp;

use self::people::extra_mut;
use super::Directory;
use super::index::{HolderIx, Who};
use super::rows::ALWAYS;
use crate::fact::{Change, Fact, Key};

impl Directory {
    /// Sets or ends one fact.
    ///
    /// Never fails: a fact may mention a thing that is not known (yet); it then gives nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Set(fact) => self.set(fact),
            Change::End(key) => self.end(key),
        }
    }

    fn set(&mut self, fact: &Fact) {
        match fact {
            Fact::Settings(fact) => self.settings = Some(Arc::new(fact.clone())),
            Fact::Business(fact) => self.set_business(fact),
            Fact::Person(fact) => self.set_person(fact),
            Fact::Operator(fact) => {
                let person = self.intern_person(&fact.person);
                Arc::make_mut(&mut self.operators).insert(person, fact.clone());
                self.vocabulary.word(&fact.role, &self.rulebook);
            }
            Fact::Membership(fact) => self.set_membership(fact),
            Fact::SystemUser(fact) => self.set_system_user(fact),
            Fact::App(fact) => self.set_app(fact),
            Fact::AppClaim(fact) => self.set_app_claim(fact),
            Fact::AppRole(fact) => self.set_app_role(fact),
            Fact::AppPermission(fact) => self.set_app_permission(fact),
            Fact::Install(fact) => self.set_install(fact),
            Fact::Asset(fact) => self.set_asset(fact),
            Fact::Link(fact) => self.set_link(fact),
            Fact::Group(fact) => self.set_group(fact),
            Fact::GroupAsset(fact) => self.set_group_asset(fact),
            Fact::Share(fact) => self.set_share(fact),
            Fact::Assignment(fact) => self.set_assignment(fact),
            Fact::Delegate(fact) => self.set_delegate(fact),
            Fact::Grant(fact) => self.set_grant(fact),
            Fact::Token(fact) => self.set_token(fact),
            Fact::Renewal(fact) => {
                Arc::make_mut(&mut self.renewals).insert(fact.token.clone(), fact.clone());
            }
            Fact::Disclosure(fact) => self.set_disclosure(fact),
            Fact::Mandate(fact) => self.set_mandate(fact),
            Fact::Invitation(_) => self.set_waiting(fact),
            Fact::Proposal(fact) => self.set_proposal(fact),
            Fact::AccessRequest(fact) => self.requests.set(fact),
            Fact::OnBehalf(fact) => self.on_behalf.set(fact),
        }
    }

    fn end(&mut self, key: &Key) {
        match key {
            Key::Settings(()) => self.settings = None,
            Key::Business(key) => self.end_business(key),
            Key::Person(key) => self.end_person(key),
            Key::Operator(key) => {
                let person = self.intern_person(key);
                Arc::make_mut(&mut self.operators).remove(&person);
            }
            Key::Membership(key) => self.end_membership(key),
            Key::SystemUser(key) => self.end_system_user(key),
            Key::App(key) => self.end_app(key),
            Key::AppClaim(key) => self.end_app_claim(key),
            Key::AppRole(key) => self.end_app_role(key),
            Key::AppPermission(key) => self.end_app_permission(key),
            Key::Install(key) => self.end_install(key),
            Key::Asset(key) => self.end_asset(key),
            Key::Link(key) => self.end_link(key),
            Key::Group(key) => self.end_group(key),
            Key::GroupAsset(key) => self.end_group_asset(key),
            Key::Share(key) => self.end_share(key),
            Key::Assignment(key) => self.end_assignment(key),
            Key::Delegate(key) => self.end_delegate(key),
            Key::Grant(key) => self.end_grant(key),
            Key::Token(key) => self.end_token(key),
            Key::Renewal(key) => {
                Arc::make_mut(&mut self.renewals).remove(key);
            }
            Key::Disclosure(key) => self.end_disclosure(key),
            Key::Mandate(key) => self.end_mandate(key),
            Key::Invitation(_) => self.end_waiting(key),
            Key::Proposal(key) => self.end_proposal(key),
            Key::AccessRequest(key) => self.requests.end(key.as_str()),
            Key::OnBehalf(key) => self.on_behalf.end(&key.name()),
        }
    }

    /// Puts a thing on its owner's list of assets, or takes it off.
    fn own_asset(&mut self, owner: HolderIx, asset: u32, owns: bool) {
        let head = match owner.which() {
            Who::Business(index) => self.businesses.get_mut(index).map(|row| &mut row.assets),
            Who::Person(index) => extra_mut(&mut self.people, &mut self.person_extras, index)
                .map(|extra| &mut extra.assets),
            _ => None,
        };
        if let Some(head) = head {
            self.lists.note(head, asset, owns);
        }
    }
}

/// Returns a time as rows keep it: milliseconds since 1970, or never.
pub(crate) fn millis(until: Option<Timestamp>) -> i64 {
    until.map_or(ALWAYS, Timestamp::as_millisecond)
}
