//! Shares, assignments, delegates.

use std::sync::Arc;

use super::millis;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, OnIx, PairSlot, TermsFlags, Who};
use crate::directory::lists::Head;
use crate::directory::rows::{ALWAYS, AssignmentRow, ShareRow};
use crate::fact::{Assignment, AssignmentKey, Delegate, DelegateKey, Share, ShareKey, ShareState};

impl Directory {
    pub(super) fn set_share(&mut self, fact: &Share) {
        self.end_share(&fact.key());
        let of = self.intern_on(&fact.of);
        let to = self.intern_business(fact.to.as_str());
        let terms = self.vocabulary.terms(&fact.terms, &self.rulebook);
        let accepted = fact.state == ShareState::Accepted;
        let row = ShareRow {
            until: millis(fact.until),
            of,
            to,
            terms,
            accepted,
        };
        let number = match self.free_shares.pop() {
            Some(number) => {
                if let Some(place) = self.shares.get_mut(number) {
                    *place = row;
                }
                number
            }
            None => self.shares.push(row),
        };
        self.share_index.insert(PairSlot {
            left: of.0,
            right: to,
            row: number,
            terms: row.terms_flags(),
        });
        self.list_share(of, to, number, true);
        self.fold_on(of);
        if accepted {
            self.count_partner(self.business_behind(of), to, true);
        }
    }

    pub(super) fn end_share(&mut self, key: &ShareKey) {
        let (Some(of), to) = (self.find_on(&key.of), self.intern_business(key.to.as_str())) else {
            return;
        };
        let hash = crate::table::pair_hash(of.0, to);
        let removed = self
            .share_index
            .remove(hash, |slot| slot.left == of.0 && slot.right == to);
        let Some(slot) = removed else { return };
        self.list_share(of, to, slot.row, false);
        self.fold_on(of);
        if self.shares.get(slot.row).is_some_and(|row| row.accepted) {
            self.count_partner(self.business_behind(of), to, false);
        }
        if let Some(row) = self.shares.get_mut(slot.row) {
            row.to = NONE;
        }
        self.free_shares.push(slot.row);
    }

    /// Returns where the index has a share.
    pub(crate) fn share_slot(&self, of: OnIx, to: u32) -> Option<&PairSlot> {
        let hash = crate::table::pair_hash(of.0, to);
        let same = |slot: &PairSlot| slot.left == of.0 && slot.right == to;
        self.share_index.find(hash, same)
    }

    /// Tells an asset's slot what is shared of it, or who is assigned.
    fn fold_on(&mut self, on: OnIx) {
        if let (asset, false) = on.parts() {
            self.fold_asset(asset);
        }
    }

    /// Are the assignments on this in the index?
    pub(crate) fn is_indexed(&self, on: OnIx) -> bool {
        let (index, is_group) = on.parts();
        is_group
            || self
                .assets
                .get(index)
                .is_some_and(|row| self.is_busy(index, row))
    }

    fn list_share(&mut self, of: OnIx, to: u32, number: u32, add: bool) {
        let (index, is_group) = of.parts();
        let head = if is_group {
            self.groups.get_mut(index).map(|row| &mut row.shares)
        } else {
            self.assets.get_mut(index).map(|row| &mut row.shares)
        };
        for head in head
            .into_iter()
            .chain(self.businesses.get_mut(to).map(|row| &mut row.shares_in))
        {
            self.lists.note(head, number, add);
        }
    }

    /// Returns the business that owns an asset or keeps a group.
    pub(crate) fn business_behind(&self, on: OnIx) -> Option<u32> {
        let (index, is_group) = on.parts();
        if is_group {
            self.groups
                .get(index)
                .map(|row| row.business)
                .filter(|business| *business != NONE)
        } else {
            self.assets
                .get(index)
                .and_then(|row| row.owner.as_business())
        }
    }

    /// Moves the shares of a thing from the count of one owner to that of another.
    pub(super) fn count_partners(&mut self, of: OnIx, before: Option<u32>, after: Option<u32>) {
        let (index, is_group) = of.parts();
        let head = if is_group {
            self.groups.get(index).map(|row| row.shares)
        } else {
            self.assets.get(index).map(|row| row.shares)
        };
        let rows: Vec<_> = self
            .lists
            .iter(head.unwrap_or_default())
            .filter_map(|row| self.shares.get(row).copied())
            .collect();
        for row in rows {
            if row.accepted {
                self.count_partner(before, row.to, false);
                self.count_partner(after, row.to, true);
            }
        }
    }

    fn count_partner(&mut self, owner: Option<u32>, to: u32, more: bool) {
        if let Some(owner) = owner {
            self.partners.count(owner, to, more);
        }
    }

    pub(super) fn set_assignment(&mut self, fact: &Assignment) {
        self.end_assignment(&fact.key());
        let holder = self.intern_holder(&fact.holder);
        let on = self.intern_on(&fact.on);
        let via = fact
            .via
            .as_ref()
            .map_or(NONE, |via| self.intern_business(via.as_str()));
        let terms = self.vocabulary.terms(&fact.terms, &self.rulebook);
        let row = AssignmentRow {
            until: millis(fact.until),
            holder,
            on,
            via,
            terms,
        };
        let number = match self.free_assignments.pop() {
            Some(number) => {
                if let Some(place) = self.assignments.get_mut(number) {
                    *place = row;
                }
                number
            }
            None => self.assignments.push(row),
        };
        // Before the asset is folded: that puts all of them into the index where there were none.
        if self.is_indexed(on) {
            self.assignment_index.insert(row.slot());
        }
        if row.until != ALWAYS {
            let terms = TermsFlags::default();
            self.assignment_ends.insert(PairSlot {
                left: holder.0,
                right: on.0,
                row: number,
                terms,
            });
        }
        self.list_assignment(holder, on, number, true);
        self.fold_on(on);
    }

    pub(super) fn end_assignment(&mut self, key: &AssignmentKey) {
        let holder = self.intern_holder(&key.holder);
        let Some(on) = self.find_on(&key.on) else {
            return;
        };
        let via = key
            .via
            .as_ref()
            .map_or(NONE, |via| self.intern_business(via.as_str()));
        let Some(number) = self.assignment_row(holder, on, via) else {
            return;
        };
        let hash = crate::table::pair_hash(holder.0, on.0);
        if self.is_indexed(on) {
            self.assignment_index.remove(hash, |slot| {
                slot.holder == holder.0 && slot.on == on.0 && slot.via == via
            });
        }
        self.assignment_ends
            .remove(hash, |slot| slot.row == number && slot.left == holder.0);
        self.list_assignment(holder, on, number, false);
        self.fold_on(on);
        if let Some(row) = self.assignments.get_mut(number) {
            row.holder = HolderIx::NOBODY;
        }
        self.free_assignments.push(number);
    }

    /// Returns the row of an assignment, found on the list of what it is on.
    pub(crate) fn assignment_row(&self, holder: HolderIx, on: OnIx, via: u32) -> Option<u32> {
        let (index, is_group) = on.parts();
        let head = if is_group {
            self.groups.get(index).map(|row| row.assignments)
        } else {
            self.assets.get(index).map(|row| row.assignments)
        };
        self.lists.iter(head?).find(|number| {
            self.assignments
                .get(*number)
                .is_some_and(|row| row.holder == holder && row.on == on && row.via == via)
        })
    }

    fn list_assignment(&mut self, holder: HolderIx, on: OnIx, number: u32, add: bool) {
        let (index, is_group) = on.parts();
        let at = if is_group {
            self.groups.get_mut(index).map(|row| &mut row.assignments)
        } else {
            self.assets.get_mut(index).map(|row| &mut row.assignments)
        };
        let of: Option<&mut Head> = match holder.which() {
            Who::Person(index) => self.people.get_mut(index).map(|row| &mut row.assignments),
            Who::SystemUser(index) => self
                .system_users
                .get_mut(index)
                .map(|row| &mut row.assignments),
            Who::Business(index) => self
                .businesses
                .get_mut(index)
                .map(|row| &mut row.assignments),
            Who::App(index) => self.apps.get_mut(index).map(|row| &mut row.assignments),
            Who::Nobody => None,
        };
        for head in at.into_iter().chain(of) {
            self.lists.note(head, number, add);
        }
    }

    pub(super) fn set_delegate(&mut self, fact: &Delegate) {
        let index = self.intern_delegate(fact.business.as_str(), fact.id.as_str());
        let business = self.intern_business(fact.business.as_str());
        let system_user = self.intern_system_user(fact.system_user.as_str());
        let assets = fact
            .assets
            .iter()
            .map(|id| self.intern_asset(id.as_str()))
            .collect();
        let listed = self.delegates.get(index).is_some_and(|row| row.present);
        if let Some(row) = self.delegates.get_mut(index) {
            row.present = true;
            row.business = business;
            row.system_user = system_user;
            row.assets = Arc::new(assets);
        }
        if !listed && let Some(row) = self.businesses.get_mut(business) {
            row.delegates = self.lists.push(row.delegates, index);
        }
    }

    pub(super) fn end_delegate(&mut self, key: &DelegateKey) {
        let index = self.intern_delegate(key.business.as_str(), key.id.as_str());
        let business = self.intern_business(key.business.as_str());
        if let Some(row) = self.businesses.get_mut(business) {
            row.delegates = self.lists.remove(row.delegates, index);
        }
        if let Some(row) = self.delegates.get_mut(index) {
            row.present = false;
            row.assets = Arc::default();
        }
    }
}
