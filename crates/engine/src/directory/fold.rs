//! Keeping slots and marks true to the rows they speak of.

use super::Directory;
use super::ident::Ident;
use super::index::{AppSlot, HolderIx, NONE};
use super::lists::Head;
use super::person_slot::PersonSlot;
use super::places::Places;
use super::rows::{ALWAYS, AssetMarks, AssetRow, Row};
use super::slots::{AssetNotes, AssetSlot, TokenMarks, TokenSlot};
use crate::id::{AppId, Numbered, PersonId};
use crate::table::Slot;

/// More shares or assignments than the slots of an asset have room for: it need not look further.
const MOST: usize = 10;

impl Directory {
    /// Tells the slots of an asset what its row, its shares and its assignments say now.
    ///
    /// Assignments for which the slots have no room are in the index, and then all of the asset's are.
    pub(super) fn fold_asset(&mut self, asset: u32) {
        let Some(row) = self.assets.get(asset) else {
            return;
        };
        let list = row.assignments;
        let named = self.named(asset, row.id.as_str());
        let hash = named.hash();
        let folded = self.folded_asset(named, row);
        // Looked at first: a slot that stays as it is must not copy its page.
        let before = self.slots_of_asset(asset, row);
        let second = before.and_then(|slots| slots.second).copied();
        let first = before.map(|slots| *slots.first);
        if first != Some(folded.first) {
            let same = |slot: &AssetSlot| slot.is_first_of(asset);
            self.asset_slots.replace(hash, same, folded.first);
        }
        if second != folded.second() {
            let same = |slot: &AssetSlot| slot.is_second_of(asset);
            self.asset_slots.remove(hash, same);
            self.asset_slots.insert(folded.second().unwrap_or_default());
        }
        let was_busy = first.is_some_and(|slot| slot.marks.has(AssetMarks::BUSY));
        let busy = folded.first.marks.has(AssetMarks::BUSY);
        if was_busy != busy {
            self.index_all(list, busy);
        }
    }

    /// Are the assignments on an asset in the index?
    pub(super) fn is_busy(&self, asset: u32, row: &AssetRow) -> bool {
        let slots = self.slots_of_asset(asset, row);
        slots.is_some_and(|slots| slots.first.marks.has(AssetMarks::BUSY))
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

    fn folded_asset(&self, named: AssetSlot, row: &AssetRow) -> AssetNotes {
        let mut notes = AssetNotes::new(named);
        notes.first.owner = row.owner;
        notes.first.kind = row.kind;
        let mut crowded = false;
        let shares = self.lists.iter(row.shares).take(MOST);
        let shares = shares.filter_map(|number| self.shares.get(number));
        for (place, share) in shares.enumerate() {
            crowded |= !notes.note_share(place, share.to, share.terms_flags());
        }
        let mut busy = false;
        let numbers = self.lists.iter(row.assignments).take(MOST);
        let assigned = numbers.filter_map(|number| self.assignments.get(number));
        for (place, one) in assigned.enumerate() {
            if one.until != ALWAYS || !notes.note(place, one.holder, one.via, one.terms) {
                notes.forget();
                busy = true;
                break;
            }
        }
        let marks = &mut notes.first.marks;
        *marks = row.marks;
        marks.set(AssetMarks::PRESENT, row.present);
        marks.set(AssetMarks::GROUPED, !row.groups.is_empty());
        marks.set(AssetMarks::CROWDED, crowded);
        marks.set(AssetMarks::BUSY, busy);
        let double = notes.second().is_some();
        notes.first.marks.set(AssetMarks::DOUBLE, double);
        notes
    }

    /// Tells the slot of a person, and those of the person's tokens, what the person is now.
    pub(super) fn fold_person(&mut self, person: u32) {
        self.fold_seats(person);
        let head = self.people.get(person).map(|row| row.grants);
        let grants: Vec<u32> = self.lists.iter(head.unwrap_or_default()).collect();
        for grant in grants {
            self.fold_grant(grant);
        }
    }

    fn fold_seats(&mut self, person: u32) {
        let Some(row) = self.people.get(person) else {
            return;
        };
        let named = self.person_named(person, row.id.as_str());
        let seated = Places::of(row).and_then(|places| named.seated(&places));
        let folded = seated.unwrap_or(named);
        let (hash, same) = (folded.hash(), |slot: &PersonSlot| slot.index() == person);
        // Looked at first: a slot that stays as it is must not copy its page.
        if self.person_slots.find(hash, same) != Some(&folded) {
            self.person_slots.replace(hash, same, folded);
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
                self.token_digests.replace(slot.half.hash(), same, folded);
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

    /// Returns the number of a person, giving it one if it is new.
    pub(super) fn intern_person(&mut self, id: &PersonId) -> u32 {
        if let Some(index) = self.person_mentioned(id) {
            return index;
        }
        let index = self.people.push(Row::absent(Ident::new(id.as_str())));
        self.person_slots
            .insert(self.person_named(index, id.as_str()));
        index
    }

    fn person_named(&self, index: u32, id: &str) -> PersonSlot {
        PersonSlot::named(index, self.id_key(Numbered::of(id), id))
    }

    /// Returns the number of an app, giving it one if it is new.
    pub(super) fn intern_app(&mut self, id: &AppId) -> u32 {
        if let Some(index) = self.app_mentioned(id) {
            return index;
        }
        let index = self.apps.push(Row::absent(Ident::new(id.as_str())));
        let key = self.id_key(Numbered::of(id.as_str()), id.as_str());
        self.app_slots.insert(AppSlot { key, index });
        index
    }

    /// Returns the number of an asset, giving it one if it is new.
    pub(super) fn intern_asset(&mut self, id: &str) -> u32 {
        if let Some(index) = self.asset_number(id) {
            return index;
        }
        let index = self.assets.push(Row::absent(Ident::new(id)));
        self.asset_slots.insert(self.named(index, id));
        index
    }

    fn named(&self, index: u32, id: &str) -> AssetSlot {
        let numbered = Numbered::of(id);
        AssetSlot::named(index, self.id_hash(numbered, id), numbered)
    }
}
