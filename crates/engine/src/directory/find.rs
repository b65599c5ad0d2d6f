//! From the ids that people use to numbers and rows, and from the digest of a secret to its token.

use super::id_key::IdKey;
use super::index::{AppSlot, AssignmentSlot, Class, HolderIx, IdSlot, OnIx, TermsFlags};
use super::person_slot::PersonSlot;
use super::rows::{AssetMarks, AssetRow, PersonExtra, Row};
use super::slots::{AssetSlot, AssetSlots, HalfDigest, TokenSlot, spread};
use super::{Directory, delegate_key};
use crate::id::{AppId, AssetOrGroup, Holder, Numbered, PersonId};
use crate::table::{PageVec, Spot, pair_hash};

impl Directory {
    #[inline]
    pub(super) fn hash(&self, text: &str) -> u64 {
        self.seed.bytes(text.as_bytes())
    }

    /// Returns the number of a known or merely mentioned id.
    #[inline]
    pub(super) fn find_in<R: Row>(
        &self,
        rows: &PageVec<R>,
        class: Class,
        text: &str,
    ) -> Option<u32> {
        let hash = self.hash(text);
        let wanted = |slot: &IdSlot| {
            slot.hash == hash && rows.get(slot.index).is_some_and(|row| row.ident().is(text))
        };
        let ids = self.ids.get(class as usize)?;
        ids.find(hash, wanted).map(|slot| slot.index)
    }

    /// Returns the number of a known id.
    #[inline]
    fn find_known<R: Row>(&self, rows: &PageVec<R>, class: Class, text: &str) -> Option<u32> {
        let index = self.find_in(rows, class, text)?;
        rows.get(index)
            .is_some_and(Row::is_present)
            .then_some(index)
    }

    /// Returns where a search for a token starts.
    #[inline]
    pub(crate) fn token_spot(&self, half: HalfDigest) -> Option<Spot<'_, TokenSlot>> {
        self.token_digests.spot(half.hash())
    }

    /// Returns a token by the digest of its secret.
    #[inline]
    pub(crate) fn token_by(&self, digest: &[u8; 32]) -> Option<&TokenSlot> {
        let half = HalfDigest::of(digest);
        self.token_spot(half)?.find(|slot| slot.half.is(half))
    }

    /// Returns what a token's row does not say.
    pub(crate) fn slot_of_token(&self, index: u32) -> Option<&TokenSlot> {
        let half = HalfDigest::of(&self.tokens.get(index)?.digest);
        self.token_spot(half)?.find(|slot| slot.token == index + 1)
    }

    /// Returns the hash under which the id of a person or an asset is found.
    #[inline]
    pub(crate) fn id_hash(&self, id: Numbered, text: &str) -> u32 {
        let hash = if id.is_whole() {
            self.seed.long_and_short(id.number, id.word)
        } else {
            self.hash(text)
        };
        (hash >> 32) as u32
    }

    /// Returns where a search for an asset starts.
    #[inline]
    pub(crate) fn asset_spot(&self, hash: u32) -> Option<Spot<'_, AssetSlot>> {
        self.asset_slots.spot(spread(hash))
    }

    /// Returns the slots of an asset, known or merely mentioned, from where the search for it starts.
    #[inline(always)]
    pub(crate) fn asset_from<'d>(
        &'d self,
        spot: Spot<'d, AssetSlot>,
        hash: u32,
        id: Numbered,
        text: &str,
    ) -> Option<AssetSlots<'d>> {
        let first = if id.is_whole() {
            spot.find(|slot| slot.is(id))?
        } else {
            let named = |index| self.assets.get(index).is_some_and(|row| row.id.is(text));
            spot.find(|slot| slot.may_be_other(hash) && named(slot.index))?
        };
        Some(both(spot, first))
    }

    fn asset_slots(&self, id: &str) -> Option<AssetSlots<'_>> {
        let numbered = Numbered::of(id);
        let hash = self.id_hash(numbered, id);
        self.asset_from(self.asset_spot(hash)?, hash, numbered, id)
    }

    /// Returns the number of an asset, known or merely mentioned.
    pub(super) fn asset_number(&self, id: &str) -> Option<u32> {
        self.asset_slots(id).map(|slots| slots.first.index)
    }

    /// Returns the slots of an asset.
    #[inline]
    pub(crate) fn slots_of_asset(&self, index: u32, row: &AssetRow) -> Option<AssetSlots<'_>> {
        let id = row.id.as_str();
        let hash = self.id_hash(Numbered::of(id), id);
        let spot = self.asset_spot(hash)?;
        let first = spot.find(|slot| slot.is_first_of(index))?;
        Some(both(spot, first))
    }

    pub(crate) fn find_token(&self, id: &str) -> Option<u32> {
        self.find_known(&self.tokens, Class::Token, id)
    }

    pub(crate) fn token_id(&self, index: u32) -> &str {
        self.tokens.get(index).map_or("", |row| row.id.as_str())
    }

    pub(crate) fn find_business(&self, id: &str) -> Option<u32> {
        self.find_known(&self.businesses, Class::Business, id)
    }

    /// Returns the key under which the id of a person or an app is found.
    #[inline]
    pub(crate) fn id_key(&self, id: Numbered, text: &str) -> IdKey {
        IdKey::new(id, self.id_hash(id, text))
    }

    /// Returns where a search for a person starts.
    #[inline]
    pub(crate) fn person_spot(&self, key: IdKey) -> Option<Spot<'_, PersonSlot>> {
        self.person_slots.spot(key.hash())
    }

    /// Returns the slot of a person, known or merely mentioned, from where the search for it starts.
    #[inline(always)]
    pub(crate) fn person_from<'d>(
        &'d self,
        spot: Spot<'d, PersonSlot>,
        key: IdKey,
        text: &str,
    ) -> Option<&'d PersonSlot> {
        let row = |slot: &PersonSlot| self.people.get(slot.index());
        let named = |slot: &PersonSlot| row(slot).is_some_and(|row| row.id.is(text));
        spot.find(|slot| slot.key == key && (key.is_whole() || named(slot)))
    }

    /// Returns the number of a person, known or merely mentioned.
    pub(super) fn person_mentioned(&self, id: &PersonId) -> Option<u32> {
        let key = self.id_key(id.numbered(), id.as_str());
        let slot = self.person_from(self.person_spot(key)?, key, id.as_str())?;
        Some(slot.index())
    }

    pub(crate) fn find_person(&self, id: &PersonId) -> Option<u32> {
        let index = self.person_mentioned(id)?;
        let row = self.people.get(index).filter(|row| row.present);
        row.map(|_| index)
    }

    /// Returns what few people have, if this one has any of it.
    pub(crate) fn extra_of_person(&self, person: u32) -> Option<&PersonExtra> {
        self.person_extras.get(self.people.get(person)?.extra)
    }

    pub(crate) fn find_system_user(&self, id: &str) -> Option<u32> {
        self.find_known(&self.system_users, Class::SystemUser, id)
    }

    pub(crate) fn find_asset(&self, id: &str) -> Option<u32> {
        self.asset_by(id).map(|(index, _)| index)
    }

    /// Returns a known asset by its id.
    pub(crate) fn asset_by(&self, id: &str) -> Option<(u32, &AssetRow)> {
        self.asset_at(self.asset_number(id)?)
    }

    /// Returns a known asset by its number.
    #[inline]
    pub(crate) fn asset_at(&self, index: u32) -> Option<(u32, &AssetRow)> {
        let row = self.assets.get(index).filter(|row| row.present)?;
        Some((index, row))
    }

    pub(crate) fn find_group(&self, id: &str) -> Option<u32> {
        self.find_known(&self.groups, Class::Group, id)
    }

    /// Returns the number of an app, known or merely mentioned.
    pub(crate) fn app_mentioned(&self, id: &AppId) -> Option<u32> {
        self.app_by(Numbered::of(id.as_str()), id)
    }

    /// Returns the same by what of the id fits into a few bytes, and by the text where that is not all.
    #[inline]
    pub(crate) fn app_by(&self, numbered: Numbered, id: &AppId) -> Option<u32> {
        let key = self.id_key(numbered, id.as_str());
        let row = |slot: &AppSlot| self.apps.get(slot.index);
        let named = |slot: &AppSlot| row(slot).is_some_and(|row| row.id.is(id.as_str()));
        let wanted = |slot: &AppSlot| slot.key == key && (key.is_whole() || named(slot));
        self.app_slots
            .find(key.hash(), wanted)
            .map(|slot| slot.index)
    }

    pub(crate) fn find_app(&self, id: &AppId) -> Option<u32> {
        let index = self.app_mentioned(id)?;
        let row = self.apps.get(index).filter(|row| row.present);
        row.map(|_| index)
    }

    pub(crate) fn find_grant(&self, id: &str) -> Option<u32> {
        self.find_known(&self.grants, Class::Grant, id)
    }

    pub(crate) fn find_mandate(&self, id: &str) -> Option<u32> {
        self.find_known(&self.mandates, Class::Mandate, id)
    }

    pub(crate) fn find_delegate(&self, business: &str, id: &str) -> Option<u32> {
        self.find_known(
            &self.delegates,
            Class::Delegate,
            &delegate_key(business, id),
        )
    }

    /// Returns the holder's number if the holder is known.
    pub(crate) fn find_holder(&self, holder: &Holder) -> Option<HolderIx> {
        match holder {
            Holder::Person(id) => self.find_person(id).map(HolderIx::person),
            Holder::SystemUser(id) => self
                .find_system_user(id.as_str())
                .map(HolderIx::system_user),
            Holder::Business(id) => self.find_business(id.as_str()).map(HolderIx::business),
            Holder::App(id) => self.find_app(id).map(HolderIx::app),
        }
    }

    /// Shows what a holder was assigned on an asset, whose slots these are, or on a group.
    #[inline]
    pub(crate) fn each_assigned(
        &self,
        holder: HolderIx,
        on: OnIx,
        asset: Option<AssetSlots<'_>>,
        mut show: impl FnMut(AssignmentSlot),
    ) {
        let noted = asset.filter(|slot| !slot.first.marks.has(AssetMarks::BUSY));
        let Some(slot) = noted else {
            let same = |slot: &AssignmentSlot| slot.holder == holder.0 && slot.on == on.0;
            let hash = pair_hash(holder.0, on.0);
            return self.assignment_index.find_all(hash, same).for_each(show);
        };
        for (via, terms) in slot.given_to(holder) {
            show(AssignmentSlot {
                holder: holder.0,
                on: on.0,
                via,
                terms: TermsFlags::new(terms, 0),
            });
        }
    }

    /// Returns the asset's or group's number, mentioned or known.
    pub(crate) fn find_on(&self, on: &AssetOrGroup) -> Option<OnIx> {
        match on {
            AssetOrGroup::Asset(id) => self.asset_number(id.as_str()).map(OnIx::asset),
            AssetOrGroup::Group(id) => self
                .find_in(&self.groups, Class::Group, id.as_str())
                .map(OnIx::group),
        }
    }
}

/// Returns the slots of an asset whose first one has been found.
#[inline]
fn both<'d>(spot: Spot<'d, AssetSlot>, first: &'d AssetSlot) -> AssetSlots<'d> {
    let double = first.marks.has(AssetMarks::DOUBLE);
    let second = double.then(|| spot.find(|slot| slot.is_second_of(first.index)));
    AssetSlots {
        first,
        second: second.flatten(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::fact::{Change, Person};

    /// Two ids that are no short word and a number, and have one key.
    fn alike(directory: &Directory) -> [String; 2] {
        let mut known = HashMap::new();
        for number in 0_u32.. {
            let id = format!("colleague-{number}");
            let hash = directory.id_hash(Numbered::OTHER, &id);
            if let Some(other) = known.insert(hash, id.clone()) {
                return [other, id];
            }
        }
        unreachable!("there are more texts than hashes")
    }

    #[test]
    fn two_ids_of_one_key_are_told_apart_by_their_rows() {
        let mut rulebooks = testkit::rulebooks::every_feature().unwrap();
        let mut directory = Directory::new(rulebooks.swap_remove(0), 7);
        let ids = alike(&directory);
        let people = ids.each_ref().map(|id| id.parse::<PersonId>().unwrap());
        for id in &people {
            assert_eq!(directory.find_person(id), None);
            directory.apply(&Change::Set(Person::plain(id.clone()).into()));
        }
        let found = people.each_ref().map(|id| directory.find_person(id));
        assert_eq!(found, [Some(0), Some(1)]);
        let apps = ids.map(|id| id.parse::<AppId>().unwrap());
        let numbers = apps.each_ref().map(|id| directory.intern_app(id));
        let found = apps.each_ref().map(|id| directory.app_mentioned(id));
        assert_eq!(found, numbers.map(Some));
        assert_ne!(numbers[0], numbers[1]);
    }
}
