//! From the ids that people use to numbers and rows, and from the digest of a secret to its token.

use super::index::{AssignmentSlot, Class, HolderIx, IdSlot, OnIx, TermsFlags};
use super::rows::{AssetMarks, AssetRow, Row};
use super::slots::{AssetSlot, AssetSlots, HalfDigest, TokenSlot, spread};
use super::{Directory, delegate_key};
use crate::id::{AssetOrGroup, Holder, Numbered};
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

    /// Returns the hash under which an asset's id is found.
    #[inline]
    pub(crate) fn asset_hash(&self, id: Numbered, text: &str) -> u32 {
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
    #[inline]
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
        let hash = self.asset_hash(numbered, id);
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
        let hash = self.asset_hash(Numbered::of(id), id);
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

    pub(crate) fn find_person(&self, id: &str) -> Option<u32> {
        self.find_known(&self.people, Class::Person, id)
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

    pub(crate) fn find_app(&self, id: &str) -> Option<u32> {
        self.find_known(&self.apps, Class::App, id)
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
            Holder::Person(id) => self.find_person(id.as_str()).map(HolderIx::person),
            Holder::SystemUser(id) => self
                .find_system_user(id.as_str())
                .map(HolderIx::system_user),
            Holder::Business(id) => self.find_business(id.as_str()).map(HolderIx::business),
            Holder::App(id) => self.find_app(id.as_str()).map(HolderIx::app),
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
