//! Fetching early: what a decision will look at, asked for before anybody waits for it.
//!
//! A decision about a token and an asset reads some ten cold places, and most depend on others: the
//! slot of the token leads to its grant, that to the holder, he and the asset to the assignment.
//! Waiting for one after another costs more than everything else together. So the places are
//! touched as soon as they can be named, and what is read there is used later. Nothing here changes
//! an answer: what was found is compared with what was asked before it counts.

use super::Question;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, OnIx, TokenSlot, Who};
use crate::request::{Credential, Thing};
use crate::table::pair_hash;

/// Where a question leads, nothing compared yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Early {
    /// The first bytes of the token's digest, if the credential is a token.
    tag: Option<u32>,
    /// The hash of the asset's id, if the resource is an asset.
    hash: Option<u64>,
    pub(crate) token: TokenSlot,
    pub(crate) asset: u32,
}

impl Default for Early {
    fn default() -> Self {
        Self {
            tag: None,
            hash: None,
            token: TokenSlot::default(),
            asset: NONE,
        }
    }
}

impl Early {
    #[inline]
    pub(crate) fn of(directory: &Directory, question: &Question<'_>) -> Self {
        let mut early = Self::default();
        if let Credential::Token(digest) = question.credential {
            early.tag = Some(TokenSlot::tag(&digest.0));
        }
        if let Thing::Asset(id) = question.resource {
            early.hash = Some(directory.asset_hash(id.as_str()));
        }
        early
    }

    /// Touches the slots of the token and the asset. Here and below the answer means nothing, but
    /// to use it keeps the loads.
    #[inline]
    pub(crate) fn touch_slots(&self, directory: &Directory) -> bool {
        directory.first_lines(self.tag, self.hash)
    }

    /// Reads those slots, and touches the rows they lead to and the slot of the assignment.
    #[inline]
    pub(crate) fn read_slots(&mut self, directory: &Directory) -> bool {
        let mut touched = false;
        if let Some(slot) = self.tag.and_then(|tag| directory.likely_token(tag)) {
            self.token = slot;
            touched ^= directory.touch_token(&slot);
        }
        if let Some(hash) = self.hash {
            self.asset = directory.likely_asset(hash);
            touched ^= directory
                .assets
                .get(self.asset)
                .is_some_and(|row| row.present);
            touched ^= directory.touch_assignment(self.token.holder, self.asset);
        }
        touched
    }

    /// Touches what those rows lead to: the owner of the asset, its shares to the holder's
    /// businesses, and whether they are partners at all.
    #[inline]
    pub(crate) fn touch_beyond(&self, directory: &Directory) -> bool {
        let person = directory.person_row(self.token.holder);
        let (Some(person), Some(row)) = (person, directory.assets.get(self.asset)) else {
            return false;
        };
        let Some(owner) = row.owner.as_business() else {
            return false;
        };
        let mut touched = false;
        for member in person.members.iter().filter(|one| one.business != owner) {
            touched ^= directory
                .businesses
                .get(owner)
                .is_some_and(|row| row.present);
            if !row.shares.is_empty() {
                let hash = pair_hash(OnIx::asset(self.asset).0, member.business);
                touched ^= directory.share_index.first_line(hash);
            }
        }
        touched
    }
}

impl Directory {
    /// Touches the token, its grant, and whom the grant is likely for.
    #[inline]
    fn touch_token(&self, slot: &TokenSlot) -> bool {
        let token = self.tokens.get(slot.token.wrapping_sub(1));
        let grant = self.grants.get(slot.grant);
        let person = self.person_row(slot.holder);
        token.is_some_and(|row| row.present)
            ^ grant.is_some_and(|row| row.present)
            ^ person.is_some_and(|row| row.present)
    }

    #[inline]
    fn touch_assignment(&self, holder: HolderIx, asset: u32) -> bool {
        holder.which() != Who::Nobody
            && self
                .assignment_index
                .first_line(pair_hash(holder.0, OnIx::asset(asset).0))
    }
}
