//! Grants, tokens, disclosures, mandates.

use std::sync::Arc;

use super::millis;
use super::people::extra_mut;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::directory::rows::DisclosureRow;
use crate::directory::slots::{HalfDigest, TokenSlot};
use crate::fact::{Disclosure, DisclosureKey, EndReason, Grant, Mandate, MandateOf, Token};
use crate::id::{GrantId, MandateId, TokenId};

impl Directory {
    pub(super) fn set_grant(&mut self, fact: &Grant) {
        self.end_grant(&fact.id);
        let index = self.intern_grant(fact.id.as_str());
        let holder = self.intern_holder(&fact.holder);
        let app = self.intern_app(&fact.app);
        let scopes = self.vocabulary.scopes(&fact.scopes, &self.rulebook);
        let declined = self.vocabulary.scopes(&fact.declined, &self.rulebook);
        let targets = (!fact.targets.is_empty()).then(|| {
            let rows = fact.targets.iter().map(|(scope, assets)| {
                let assets = assets
                    .iter()
                    .map(|id| self.intern_asset(id.as_str()))
                    .collect();
                (scope.clone(), assets)
            });
            Arc::new(rows.collect())
        });
        let from = fact.from.as_ref();
        let from = from.map_or(NONE, |from| self.intern_grant(from.as_str()));
        if let Some(row) = self.grants.get_mut(index) {
            row.present = true;
            row.from = from;
            row.holder = holder;
            row.app = app;
            row.scopes = scopes;
            row.declined = declined;
            row.targets = targets;
        }
        self.list_grant(index, holder, app, true);
        self.fold_grant(index);
    }

    pub(super) fn end_grant(&mut self, id: &GrantId) {
        let index = self.intern_grant(id.as_str());
        let Some(row) = self.grants.get_mut(index) else {
            return;
        };
        if !row.present {
            return;
        }
        row.present = false;
        row.targets = None;
        let (holder, app) = (row.holder, row.app);
        self.list_grant(index, holder, app, false);
        self.fold_grant(index);
    }

    fn list_grant(&mut self, grant: u32, holder: HolderIx, app: u32, add: bool) {
        let of = match holder.which() {
            Who::Person(index) => self.people.get_mut(index).map(|row| &mut row.grants),
            Who::SystemUser(index) => self.system_users.get_mut(index).map(|row| &mut row.grants),
            Who::Business(index) => self.businesses.get_mut(index).map(|row| &mut row.grants),
            Who::App(index) => self.apps.get_mut(index).map(|row| &mut row.own_grants),
            Who::Nobody => None,
        };
        if let Some(head) = of {
            self.lists.note(head, grant, add);
        }
        if let Some(row) = self.apps.get_mut(app) {
            self.lists.note(&mut row.grants, grant, add);
        }
    }

    pub(super) fn set_token(&mut self, fact: &Token) {
        self.end_token(&fact.id);
        let index = self.intern_token(fact.id.as_str());
        let grant = self.intern_grant(fact.grant.as_str());
        let kind = self.vocabulary.word(&fact.kind, &self.rulebook);
        let associated_user = fact
            .associated_user
            .as_ref()
            .map_or(NONE, |person| self.intern_person(person));
        if let Some(row) = self.tokens.get_mut(index) {
            row.present = true;
            row.digest = fact.digest.0;
            row.issued = fact.issued.as_millisecond();
            row.grant = grant;
            row.associated_user = associated_user;
        }
        let slot = TokenSlot {
            half: HalfDigest::of(&fact.digest.0),
            token: index + 1,
            expires: millis(fact.expires),
            kind,
            ended: ended_number(fact.ended),
            ..TokenSlot::default()
        };
        self.token_digests.insert(self.folded(slot, index));
        if let Some(row) = self.grants.get_mut(grant) {
            row.tokens = self.lists.push(row.tokens, index);
        }
    }

    pub(super) fn end_token(&mut self, id: &TokenId) {
        let index = self.intern_token(id.as_str());
        let Some(row) = self.tokens.get_mut(index) else {
            return;
        };
        if !row.present {
            return;
        }
        row.present = false;
        let (half, grant) = (HalfDigest::of(&row.digest), row.grant);
        self.token_digests
            .remove(half.hash(), |slot| slot.token == index + 1);
        if let Some(row) = self.grants.get_mut(grant) {
            row.tokens = self.lists.remove(row.tokens, index);
        }
    }

    pub(super) fn set_disclosure(&mut self, fact: &Disclosure) {
        self.end_disclosure(&fact.key());
        let token = self.intern_token(fact.token.as_str());
        let person = self.intern_person(&fact.to);
        let row = DisclosureRow {
            at: fact.at.as_millisecond(),
            token,
            person,
        };
        let number = self.disclosures.push(row);
        self.list_disclosure(person, number, true);
    }

    pub(super) fn end_disclosure(&mut self, key: &DisclosureKey) {
        let token = self.intern_token(key.token.as_str());
        let person = self.intern_person(&key.to);
        let head = self.extra_of_person(person).map(|extra| extra.disclosures);
        let found = self.lists.iter(head.unwrap_or_default()).find(|number| {
            self.disclosures
                .get(*number)
                .is_some_and(|row| row.token == token)
        });
        let Some(number) = found else { return };
        self.list_disclosure(person, number, false);
        if let Some(row) = self.disclosures.get_mut(number) {
            row.person = NONE;
        }
    }

    fn list_disclosure(&mut self, person: u32, number: u32, add: bool) {
        if let Some(extra) = extra_mut(&mut self.people, &mut self.person_extras, person) {
            self.lists.note(&mut extra.disclosures, number, add);
        }
    }

    pub(super) fn set_mandate(&mut self, fact: &Mandate) {
        self.end_mandate(&fact.id);
        let index = self.intern_mandate(fact.id.as_str());
        let business = self.intern_business(fact.business.as_str());
        let to = match &fact.to {
            MandateOf::App(id) => HolderIx::app(self.intern_app(id)),
            MandateOf::Partner(id) => HolderIx::business(self.intern_business(id.as_str())),
        };
        let assets = fact
            .assets
            .iter()
            .map(|id| self.intern_asset(id.as_str()))
            .collect();
        if let Some(row) = self.mandates.get_mut(index) {
            row.present = true;
            row.business = business;
            row.to = to;
            row.assets = Arc::new(assets);
            row.fact = Some(Arc::new(fact.clone()));
        }
        if let Some(row) = self.businesses.get_mut(business) {
            row.mandates = self.lists.push(row.mandates, index);
        }
    }

    pub(super) fn end_mandate(&mut self, id: &MandateId) {
        let index = self.intern_mandate(id.as_str());
        let Some(row) = self.mandates.get_mut(index) else {
            return;
        };
        if !row.present {
            return;
        }
        row.present = false;
        row.fact = None;
        let business = row.business;
        if let Some(row) = self.businesses.get_mut(business) {
            row.mandates = self.lists.remove(row.mandates, index);
        }
    }
}

/// How a row keeps the reason of an end: 0 for none.
const fn ended_number(reason: Option<EndReason>) -> u8 {
    match reason {
        None => 0,
        Some(EndReason::Revoked) => 1,
        Some(EndReason::Rotated) => 2,
        Some(EndReason::PasswordChanged) => 3,
        Some(EndReason::AppRemoved) => 4,
        Some(EndReason::RoleLost) => 5,
        Some(EndReason::Reused) => 6,
    }
}

/// What a row's number stands for.
pub(crate) const fn end_reason(number: u8) -> Option<EndReason> {
    match number {
        1 => Some(EndReason::Revoked),
        2 => Some(EndReason::Rotated),
        3 => Some(EndReason::PasswordChanged),
        4 => Some(EndReason::AppRemoved),
        5 => Some(EndReason::RoleLost),
        6 => Some(EndReason::Reused),
        _ => None,
    }
}
