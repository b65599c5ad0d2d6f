//! Fetching early: what a decision will look at, asked for before anybody waits for it.
//!
//! A decision about a token and an asset reads two cold slots, found by what the question brings: the
//! token's and the asset's. A few need more, found by what these say. Waiting for one after another
//! costs more than everything else together. So the places of many questions are touched before the
//! first is answered. Nothing here changes an answer: what was found is compared with what was asked
//! before it counts.

use super::Question;
use crate::directory::Directory;
use crate::directory::index::OnIx;
use crate::directory::rows::AssetMarks;
use crate::directory::slots::{AssetSlot, AssetSlots, HalfDigest, TokenSlot};
use crate::request::{Credential, Thing};
use crate::table::{Spot, pair_hash};

/// Where a question leads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Early<'a> {
    token_spot: Option<(HalfDigest, Spot<'a, TokenSlot>)>,
    asset_spot: Option<(u32, Spot<'a, AssetSlot>)>,
    /// The token, if the credential is one.
    pub(crate) token: Option<&'a TokenSlot>,
    /// The asset, if the resource is one; known or merely mentioned.
    pub(crate) asset: Option<AssetSlots<'a>>,
}

impl<'a> Early<'a> {
    #[inline]
    pub(crate) fn of(directory: &'a Directory, question: &Question<'_>) -> Self {
        let mut early = Self::default();
        if let Thing::Asset(id) = question.resource {
            let hash = directory.asset_hash(id.numbered(), id.as_str());
            early.asset_spot = directory.asset_spot(hash).map(|spot| (hash, spot));
        }
        if let Credential::Token(digest) = question.credential {
            let half = HalfDigest::of(&digest.0);
            early.token_spot = directory.token_spot(half).map(|spot| (half, spot));
        }
        early
    }

    /// Reads the slots of the token and the asset.
    #[inline]
    pub(crate) fn read(&mut self, directory: &'a Directory, question: &Question<'_>) {
        if let (Thing::Asset(id), Some((hash, spot))) = (question.resource, self.asset_spot) {
            self.asset = directory.asset_from(spot, hash, id.numbered(), id.as_str());
        }
        if let Some((half, spot)) = self.token_spot {
            self.token = spot.find(|slot| slot.half.is(half));
        }
    }

    /// Touches where the token and the asset are. The answer means nothing.
    #[inline]
    pub(crate) fn touch(&self) -> bool {
        let token = self.token_spot.is_some_and(|(_, spot)| spot.touch());
        token ^ self.asset_spot.is_some_and(|(_, spot)| spot.touch())
    }

    /// Touches the index of assignments, where the slots of the asset have no room for them.
    #[inline]
    fn touch_assigned(&self, directory: &'a Directory) -> bool {
        let (Some(token), Some(asset)) = (self.token, self.asset) else {
            return false;
        };
        asset.first.marks.has(AssetMarks::BUSY) && {
            let hash = pair_hash(token.holder.0, OnIx::asset(asset.first.index).0);
            directory.assignment_index.first_line(hash)
        }
    }
}

/// Questions that are fetched for together.
pub(super) const STAGE: usize = 32;

/// Fetches for up to [`STAGE`] questions at once.
///
/// In short turns and not in one: a processor looks a few hundred instructions ahead, so only short
/// turns have many loads on their way at a time. What a touch answers means nothing, but to use it
/// keeps the loads.
pub(super) fn fetch_all<'a>(
    directory: &'a Directory,
    questions: &[Question<'_>],
    places: &mut [Early<'a>],
) {
    for (early, question) in places.iter_mut().zip(questions) {
        *early = Early::of(directory, question);
    }
    let mut touched = places.iter().fold(false, |all, one| all ^ one.touch());
    for (early, question) in places.iter_mut().zip(questions) {
        early.read(directory, question);
        touched ^= early.touch_assigned(directory);
    }
    std::hint::black_box(touched);
}
