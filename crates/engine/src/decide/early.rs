//! Asking early: what a decision will look at, asked for before anybody waits for it.
//!
//! A decision about a token and an asset reads two cold slots, found by what the question brings: the
//! token's and the asset's. Waiting for one after the other costs more than everything else together.
//! So both are asked for before one is read, and in a batch those of the questions to come before the
//! next is answered. Nothing here changes an answer: what was found is compared with what was asked
//! before it counts.

use super::Question;
use crate::directory::Directory;
use crate::directory::slots::{AssetSlot, AssetSlots, HalfDigest, TokenSlot};
use crate::request::{Credential, Thing};
use crate::table::Spot;

/// Where a question leads.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Early<'d> {
    token: Option<(HalfDigest, Spot<'d, TokenSlot>)>,
    asset: Option<(u32, Spot<'d, AssetSlot>)>,
}

/// What was found there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found<'d> {
    /// The token, if the credential is one.
    pub(crate) token: Option<&'d TokenSlot>,
    /// The asset, if the resource is one; known or merely mentioned.
    pub(crate) asset: Option<AssetSlots<'d>>,
}

impl<'d> Early<'d> {
    /// Asks for the slots a question leads to.
    #[inline]
    pub(super) fn of(directory: &'d Directory, question: &Question<'_>) -> Self {
        let mut early = Self::default();
        if let Thing::Asset(id) = question.resource {
            let hash = directory.asset_hash(id.numbered(), id.as_str());
            if let Some(spot) = directory.asset_spot(hash) {
                spot.prefetch();
                early.asset = Some((hash, spot));
            }
        }
        if let Credential::Token(digest) = question.credential {
            let half = HalfDigest::of(&digest.0);
            if let Some(spot) = directory.token_spot(half) {
                spot.prefetch();
                early.token = Some((half, spot));
            }
        }
        early
    }

    /// Reads the slots of the token and the asset.
    #[inline]
    pub(super) fn read(&self, directory: &'d Directory, question: &Question<'_>) -> Found<'d> {
        let mut found = Found::default();
        if let (Thing::Asset(id), Some((hash, spot))) = (question.resource, self.asset) {
            found.asset = directory.asset_from(spot, hash, id.numbered(), id.as_str());
        }
        if let Some((half, spot)) = self.token {
            found.token = spot.find(|slot| slot.half.is(half));
        }
        found
    }
}
