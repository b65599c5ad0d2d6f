//! Fetching early: what a decision will look at, asked for before anybody waits for it.
//!
//! A decision about a token and an asset reads some ten cold places, and most depend on others: the
//! slot of the token leads to its grant, that to the holder, he and the asset to the assignment.
//! Waiting for one after another costs more than everything else together. So the places are
//! touched as soon as they can be named, and what is read there is used later. Nothing here changes
//! an answer: what was found is compared with what was asked before it counts.

use super::Question;
use crate::directory::Directory;
use crate::directory::index::{NONE, OnIx, TokenSlot, Who};
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

    /// Reads the slots of the token and the asset, and touches the rows they lead to and the slot of
    /// the assignment. Here and below the answer means nothing, but to use it keeps the loads.
    #[inline]
    pub(crate) fn fetch(&mut self, directory: &Directory) -> bool {
        self.read_token(directory);
        let touched = self.touch_grant(directory) ^ self.touch_person(directory);
        self.read_asset(directory);
        touched ^ self.touch_asset(directory) ^ self.touch_assignment(directory)
    }

    #[inline]
    fn touch_token_slot(&self, directory: &Directory) -> bool {
        self.tag.is_some_and(|tag| directory.touch_token_slot(tag))
    }

    #[inline]
    fn touch_asset_slot(&self, directory: &Directory) -> bool {
        self.hash.is_some_and(|hash| directory.touch_id_slot(hash))
    }

    #[inline]
    fn read_token(&mut self, directory: &Directory) {
        if let Some(slot) = self.tag.and_then(|tag| directory.likely_token(tag)) {
            self.token = slot;
        }
    }

    #[inline]
    fn read_asset(&mut self, directory: &Directory) {
        if let Some(hash) = self.hash {
            self.asset = directory.likely_asset(hash);
        }
    }

    #[inline]
    fn touch_token(&self, directory: &Directory) -> bool {
        let row = directory.tokens.get(self.token.token.wrapping_sub(1));
        row.is_some_and(|row| row.present)
    }

    #[inline]
    fn touch_grant(&self, directory: &Directory) -> bool {
        let row = directory.grants.get(self.token.grant);
        row.is_some_and(|row| row.present)
    }

    #[inline]
    fn touch_person(&self, directory: &Directory) -> bool {
        let row = directory.person_row(self.token.holder);
        row.is_some_and(|row| row.present)
    }

    #[inline]
    fn touch_asset(&self, directory: &Directory) -> bool {
        let row = directory.assets.get(self.asset);
        row.is_some_and(|row| row.present)
    }

    #[inline]
    fn touch_assignment(&self, directory: &Directory) -> bool {
        let (holder, on) = (self.token.holder, OnIx::asset(self.asset));
        holder.which() != Who::Nobody
            && directory
                .assignment_index
                .first_line(pair_hash(holder.0, on.0))
    }

    /// Touches the owner of the asset, and whether it is a partner of the holder's businesses.
    #[inline]
    fn touch_owner(&self, directory: &Directory) -> bool {
        let Some((owner, members)) = self.outside(directory) else {
            return false;
        };
        let mut touched = directory
            .businesses
            .get(owner)
            .is_some_and(|row| row.present);
        for member in members {
            touched ^= directory.partners.first_line(pair_hash(owner, member));
        }
        touched
    }

    /// Touches the shares of the asset to the holder's businesses.
    #[inline]
    fn touch_shares(&self, directory: &Directory) -> bool {
        let row = directory.assets.get(self.asset);
        if row.is_none_or(|row| row.shares.is_empty()) {
            return false;
        }
        let on = OnIx::asset(self.asset);
        let members = self.outside(directory).map(|(_, members)| members);
        members
            .into_iter()
            .flatten()
            .fold(false, |touched, member| {
                touched ^ directory.share_index.first_line(pair_hash(on.0, member))
            })
    }

    /// Returns the owner of the asset, and the holder's businesses that are others.
    #[inline]
    fn outside<'d>(
        &self,
        directory: &'d Directory,
    ) -> Option<(u32, impl Iterator<Item = u32> + use<'d>)> {
        let person = directory.person_row(self.token.holder)?;
        let owner = directory.assets.get(self.asset)?.owner.as_business()?;
        let businesses = person.members.iter().map(|member| member.business);
        Some((owner, businesses.filter(move |one| *one != owner)))
    }
}

/// Fetches for many questions at once.
///
/// A loop for each place and not one loop for all of them: a processor looks a few hundred
/// instructions ahead, so only short turns have many loads on their way at a time.
pub(super) fn fetch_all(directory: &Directory, places: &mut [Early]) {
    let mut touched = false;
    touched ^= touch_each(directory, places, Early::touch_token_slot);
    touched ^= touch_each(directory, places, Early::touch_asset_slot);
    for early in &mut *places {
        early.read_token(directory);
    }
    touched ^= touch_each(directory, places, Early::touch_token);
    touched ^= touch_each(directory, places, Early::touch_grant);
    touched ^= touch_each(directory, places, Early::touch_person);
    for early in &mut *places {
        early.read_asset(directory);
    }
    touched ^= touch_each(directory, places, Early::touch_asset);
    touched ^= touch_each(directory, places, Early::touch_assignment);
    touched ^= touch_each(directory, places, Early::touch_owner);
    touched ^= touch_each(directory, places, Early::touch_shares);
    std::hint::black_box(touched);
}

#[inline]
fn touch_each(
    directory: &Directory,
    places: &[Early],
    touch: impl Fn(&Early, &Directory) -> bool,
) -> bool {
    let touched = places.iter().map(|early| touch(early, directory));
    touched.fold(false, |all, one| all ^ one)
}
