//! Keeping slots and marks true to the rows they speak of.

use super::Directory;
use super::index::{HolderIx, NONE};
use super::lists::Head;
use super::rows::{ALWAYS, AssetMarks, AssetRow};
use super::slots::{AssetSlot, NearShare, Places, ROOM, TokenMarks, TokenSlot};
use crate::table::Slot;

impl Directory {
    /// Tells the slot of an asset what its row, its shares and its assignments say now.
    ///
    /// Assignments for which the slot has no room are in the index, and then all of the asset's are.
    pub(super) fn fold_asset(&mut self, asset: u32) {
        let Some(row) = self.assets.get(asset) else {
            return;
        };
        let hash = self.hash(row.id.as_str());
        let same = |slot: &AssetSlot| slot.index == asset;
        let folded = self.asset_slot(asset, hash, row);
        let list = row.assignments;
        // Looked at first: a slot that stays as it is must not copy its page.
        let before = self.asset_slots.find(hash, same).copied();
        if before == Some(folded) {
            return;
        }
        self.asset_slots.replace(hash, same, folded);
        let was_busy = before.is_some_and(|slot| slot.marks.has(AssetMarks::BUSY));
        let busy = folded.marks.has(AssetMarks::BUSY);
        if was_busy != busy {
            self.index_all(list, busy);
        }
    }

    /// Are the assignments on an asset in the index?
    pub(super) fn is_busy(&self, asset: u32, row: &AssetRow) -> bool {
        let slot = self.slot_of_asset(asset, row);
        slot.is_some_and(|slot| slot.marks.has(AssetMarks::BUSY))
    }

    /// Puts a list of assignments into the index, or takes them out.
    fn index_all(&mut self, assignments: Head, busy: bool) {
        for number in self.lists.iter(assignments) {
            let Some(row) = self.assignments.get(number) else {
                continue;
            };
            let slot = row.slot();
            if busy {
                self.assignment_index.insert(slot);
            } else {
                self.assignment_index
                    .remove(slot.hash(), |one| *one == slot);
            }
        }
    }

    fn asset_slot(&self, asset: u32, hash: u64, row: &AssetRow) -> AssetSlot {
        let mut slot = AssetSlot::named(asset, hash, row.id.as_str());
        slot.owner = row.owner;
        slot.kind = row.kind;
        let mut shares = self.lists.iter(row.shares);
        for near in &mut slot.near {
            let share = shares.next().and_then(|number| self.shares.get(number));
            *near = share.map_or(NearShare::default(), |share| NearShare {
                to: share.to,
                terms: share.terms_flags(),
            });
        }
        let mut busy = false;
        let numbers = self.lists.iter(row.assignments).take(ROOM + 1);
        let assigned = numbers.filter_map(|number| self.assignments.get(number));
        for (place, one) in assigned.enumerate() {
            if one.until != ALWAYS || !slot.note(place, one.holder, one.via, one.terms) {
                slot.forget();
                busy = true;
                break;
            }
        }
        slot.marks = row.marks;
        slot.marks.set(AssetMarks::PRESENT, row.present);
        slot.marks.set(AssetMarks::GROUPED, !row.groups.is_empty());
        slot.marks.set(AssetMarks::CROWDED, shares.next().is_some());
        slot.marks.set(AssetMarks::BUSY, busy);
        slot
    }

    /// Tells the tokens of a person what the person is now.
    pub(super) fn fold_person(&mut self, person: u32) {
        let head = self.people.get(person).map(|row| row.grants);
        let grants: Vec<u32> = self.lists.iter(head.unwrap_or_default()).collect();
        for grant in grants {
            self.fold_grant(grant);
        }
    }

    /// Tells the tokens of a grant what it says now.
    pub(super) fn fold_grant(&mut self, grant: u32) {
        let head = self.grants.get(grant).map(|row| row.tokens);
        let tokens: Vec<u32> = self.lists.iter(head.unwrap_or_default()).collect();
        for token in tokens {
            let Some(slot) = self.slot_of_token(token).copied() else {
                continue;
            };
            let folded = self.folded(slot, token);
            let same = |one: &TokenSlot| one.token == slot.token;
            if folded != slot {
                self.token_digests
                    .replace(TokenSlot::hash_of(&slot.digest), same, folded);
            }
        }
    }

    /// Returns a token's slot with what its grant and its holder say.
    pub(super) fn folded(&self, slot: TokenSlot, token: u32) -> TokenSlot {
        let row = self.tokens.get(token);
        let grant = row.and_then(|row| self.grants.get(row.grant));
        let associated = row.is_some_and(|row| row.associated_user != NONE);
        let granted = grant.is_some_and(|row| row.present);
        let targeted = grant.is_some_and(|row| row.targets.is_some());
        let holder = grant.map_or(HolderIx::NOBODY, |row| row.holder);
        let places = self.person_row(holder).and_then(Places::of);
        let mark = |holds: bool, mark: u8| if holds { mark } else { 0 };
        let marks = mark(granted, TokenMarks::GRANTED)
            | mark(targeted, TokenMarks::TARGETED)
            | mark(associated, TokenMarks::ASSOCIATED)
            | mark(places.is_some(), TokenMarks::SEATED);
        TokenSlot {
            holder,
            app: grant.map_or(NONE, |row| row.app),
            scopes: grant.map_or(NONE, |row| row.scopes),
            declined: grant.map_or(NONE, |row| row.declined),
            marks: TokenMarks::of(marks),
            places: places.unwrap_or_default(),
            ..slot
        }
    }

    /// Returns the number of an asset, known or merely mentioned.
    #[inline]
    pub(super) fn asset_number(&self, id: &str) -> Option<u32> {
        let hash = self.hash(id);
        let named = |slot: &AssetSlot| slot.hash == hash && self.is_asset(slot, id);
        self.asset_slots.find(hash, named).map(|slot| slot.index)
    }

    /// Is this the slot of the asset with this id?
    #[inline]
    pub(crate) fn is_asset(&self, slot: &AssetSlot, id: &str) -> bool {
        let row = || self.assets.get(slot.index);
        slot.is(id)
            .unwrap_or_else(|| row().is_some_and(|row| row.id.is(id)))
    }

    /// Returns the number of an asset, giving it one if it is new.
    pub(super) fn intern_asset(&mut self, id: &str) -> u32 {
        if let Some(index) = self.asset_number(id) {
            return index;
        }
        let index = self
            .assets
            .push(super::rows::Row::absent(super::ident::Ident::new(id)));
        let slot = AssetSlot::named(index, self.hash(id), id);
        self.asset_slots.insert(slot);
        index
    }
}
