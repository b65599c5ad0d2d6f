//! From the ids that people use to numbers and rows, and from the digest of a secret to its token.

use super::index::{AssignmentSlot, Class, HolderIx, IdSlot, OnIx, TermsFlags};
use super::rows::{AssetMarks, AssetRow, Row};
use super::slots::{AssetSlot, TokenSlot};
use super::{Directory, delegate_key};
use crate::id::{AssetOrGroup, Holder};
use crate::table::{PageVec, pair_hash};

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

    /// Returns a token by the digest of its secret.
    #[inline]
    pub(crate) fn token_by(&self, digest: &[u8; 32]) -> Option<&TokenSlot> {
        let hash = TokenSlot::hash_of(digest);
        self.token_digests
            .find(hash, |slot| same(&slot.digest, digest))
    }

    /// Returns what a token's row does not say.
    pub(crate) fn slot_of_token(&self, index: u32) -> Option<&TokenSlot> {
        let hash = self.tokens.get(index)?.hash;
        self.token_digests
            .find(hash, |slot| slot.token == index + 1)
    }

    /// Touches the line where the slot of a token begins. The answer means nothing.
    #[inline]
    pub(crate) fn touch_token_slot(&self, digest: &[u8; 32]) -> bool {
        self.token_digests.first_line(TokenSlot::hash_of(digest))
    }

    /// Touches the line where the slot of an asset's id begins. The answer means nothing.
    #[inline]
    pub(crate) fn touch_asset_slot(&self, hash: u64) -> bool {
        self.asset_slots.first_line(hash)
    }

    /// Returns the hash under which an asset's id is found.
    #[inline]
    pub(crate) fn asset_hash(&self, id: &str) -> u64 {
        self.hash(id)
    }

    /// Returns the slot that has this hash, nearly always the asset's. Its id says whether it is.
    #[inline]
    pub(crate) fn likely_asset(&self, hash: u64) -> Option<&AssetSlot> {
        self.asset_slots.find(hash, |slot| slot.hash == hash)
    }

    /// Returns the slot of an asset.
    #[inline]
    pub(crate) fn slot_of_asset(&self, index: u32, row: &AssetRow) -> Option<&AssetSlot> {
        let hash = self.hash(row.id.as_str());
        self.asset_slots.find(hash, |slot| slot.index == index)
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

    #[inline]
    pub(crate) fn find_asset(&self, id: &str) -> Option<u32> {
        self.asset_by(id).map(|(index, _)| index)
    }

    /// Returns a known asset by its id.
    #[inline]
    pub(crate) fn asset_by(&self, id: &str) -> Option<(u32, &AssetRow)> {
        self.asset_at(self.likely_asset(self.asset_hash(id))?.index, id)
    }

    /// The same, where a number under the id's hash has been found.
    #[inline]
    pub(crate) fn asset_at(&self, index: u32, id: &str) -> Option<(u32, &AssetRow)> {
        match self.assets.get(index) {
            Some(row) if row.id.is(id) => row.present.then_some((index, row)),
            _ => self.asset_among(id),
        }
    }

    /// Looks at everything under this hash.
    #[cold]
    fn asset_among(&self, id: &str) -> Option<(u32, &AssetRow)> {
        let index = self.asset_number(id)?;
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

    /// Shows what a holder was assigned on an asset, whose slot this is, or on a group.
    #[inline]
    pub(crate) fn each_assigned(
        &self,
        holder: HolderIx,
        on: OnIx,
        asset: Option<&AssetSlot>,
        mut show: impl FnMut(AssignmentSlot),
    ) {
        let noted = asset.filter(|slot| !slot.marks.has(AssetMarks::BUSY));
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

/// Compares digests in constant time: a word at a time, looking at the difference once.
#[inline]
fn same(one: &[u8; 32], two: &[u8; 32]) -> bool {
    let (one, _) = one.as_chunks::<8>();
    let (two, _) = two.as_chunks::<8>();
    let pairs = one.iter().zip(two);
    let difference = pairs.fold(0, |all, (one, two)| {
        all | (u64::from_le_bytes(*one) ^ u64::from_le_bytes(*two))
    });
    subtle::ConstantTimeEq::ct_eq(&difference, &0).into()
}
