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
use crate::directory::slots::{AssetSlot, Near, TokenSlot};
use crate::fact::Digest;
use crate::request::{Credential, Thing};
use crate::table::pair_hash;

/// Where a question leads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Early<'a> {
    /// The digest of the token, if the credential is one.
    digest: Option<&'a Digest>,
    /// The hash of the asset's id, if the resource is an asset.
    hash: Option<u64>,
    pub(crate) token: Option<&'a TokenSlot>,
    /// Nothing but the hash compared yet.
    pub(crate) asset: Option<&'a AssetSlot>,
}

impl<'a> Early<'a> {
    #[inline]
    pub(crate) fn of(directory: &Directory, question: &Question<'a>) -> Self {
        let mut early = Self::default();
        if let Credential::Token(digest) = question.credential {
            early.digest = Some(digest);
        }
        if let Thing::Asset(id) = question.resource {
            early.hash = Some(directory.asset_hash(id.as_str()));
        }
        early
    }

    /// Reads the slots of the token and the asset.
    #[inline]
    pub(crate) fn read(&mut self, directory: &'a Directory) {
        self.asset = self.hash.and_then(|hash| directory.likely_asset(hash));
        self.token = self.digest.and_then(|digest| directory.token_by(&digest.0));
    }

    #[inline]
    fn touch_token_slot(&self, directory: &Directory) -> bool {
        let digest = self.digest;
        digest.is_some_and(|digest| directory.touch_token_slot(&digest.0))
    }

    #[inline]
    fn touch_asset_slot(&self, directory: &Directory) -> bool {
        self.hash
            .is_some_and(|hash| directory.touch_asset_slot(hash))
    }

    /// Touches the index of assignments, where the slot of the asset has no room for them.
    #[inline]
    fn touch_assignment(&self, directory: &Directory) -> bool {
        let (Some(token), Some(asset)) = (self.token, self.asset) else {
            return false;
        };
        let hash = pair_hash(token.holder.0, OnIx::asset(asset.index).0);
        asset.marks.has(AssetMarks::BUSY) && directory.assignment_index.first_line(hash)
    }

    /// Touches whether the asset's owner has shared anything to the holder's businesses: asked of
    /// those to whom the asset itself is not shared.
    #[inline]
    fn touch_partners(&self, directory: &Directory) -> bool {
        let (Some(token), Some(asset)) = (self.token, self.asset) else {
            return false;
        };
        let Some(owner) = asset.owner.as_business() else {
            return false;
        };
        let mut touched = false;
        for place in token.places.iter() {
            let business = place.business;
            if business != owner && matches!(asset.share_to(business), Near::Nothing) {
                touched ^= directory.partners.first_line(pair_hash(owner, business));
            }
        }
        touched
    }
}

/// Fetches for many questions at once.
///
/// A loop for each place and not one loop for all of them: a processor looks a few hundred
/// instructions ahead, so only short turns have many loads on their way at a time. What a touch
/// answers means nothing, but to use it keeps the loads.
pub(super) fn fetch_all<'a>(directory: &'a Directory, places: &mut [Early<'a>]) {
    let mut touched = false;
    touched ^= touch_each(directory, places, Early::touch_token_slot);
    touched ^= touch_each(directory, places, Early::touch_asset_slot);
    for early in &mut *places {
        early.read(directory);
    }
    touched ^= touch_each(directory, places, Early::touch_assignment);
    touched ^= touch_each(directory, places, Early::touch_partners);
    std::hint::black_box(touched);
}

#[inline]
fn touch_each<'a>(
    directory: &'a Directory,
    places: &[Early<'a>],
    touch: impl Fn(&Early<'a>, &'a Directory) -> bool,
) -> bool {
    let touched = places.iter().map(|early| touch(early, directory));
    touched.fold(false, |all, one| all ^ one)
}
