//! Asking early: what a decision will look at, asked for before anybody waits for it.
//!
//! A decision reads two cold slots, found by what the question brings: the token's, or the person's where
//! one is told, and the asset's. Waiting for one after the other costs more than everything else together.
//! So both are asked for before one is read, and in a batch those of the questions to come before the
//! next is answered. Nothing here changes an answer: what was found is compared with what was asked
//! before it counts.

use super::{Asker, Question};
use crate::directory::Directory;
use crate::directory::id_key::IdKey;
use crate::directory::person_slot::PersonSlot;
use crate::directory::slots::{AssetSlot, AssetSlots, HalfDigest, TokenSlot};
use crate::request::Thing;
use crate::table::Spot;

/// Where a question leads. What it does not lead to stays away.
// No variants, of which only one could be there: the fields would share bytes, and be read in other pieces
// than they were written in, which processors wait for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Early<'d> {
    token: Option<Spot<'d, TokenSlot>>,
    key: IdKey,
    person: Option<Spot<'d, PersonSlot>>,
    hash: u32,
    asset: Option<Spot<'d, AssetSlot>>,
}

/// What was found there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found<'d> {
    /// The token, if the credential is one.
    pub(crate) token: Option<&'d TokenSlot>,
    /// The person, if the credential tells of one; known or merely mentioned.
    pub(crate) person: Option<&'d PersonSlot>,
    /// The asset, if the resource is one; known or merely mentioned.
    pub(crate) asset: Option<AssetSlots<'d>>,
}

impl<'d> Early<'d> {
    /// Asks for the slots a question leads to.
    #[inline(always)]
    pub(super) fn of(directory: &'d Directory, question: &Question<'_>) -> Self {
        let mut early = Self::default();
        if let Thing::Asset(id) = question.resource {
            let hash = directory.id_hash(id.numbered(), id.as_str());
            early.hash = hash;
            early.asset = directory.asset_spot(hash).inspect(|spot| spot.prefetch());
        }
        if let Asker::Token(digest) = question.asker {
            let half = HalfDigest::of(&digest.0);
            early.token = directory.token_spot(half).inspect(|spot| spot.prefetch());
        } else if let Some(id) = question.asker.person() {
            early.key = directory.id_key(id.numbered(), id.as_str());
            early.person = directory
                .person_spot(early.key)
                .inspect(|spot| spot.prefetch());
        }
        early
    }

    /// Reads the slots it leads to.
    #[inline(always)]
    pub(super) fn read(&self, directory: &'d Directory, question: &Question<'_>) -> Found<'d> {
        let mut found = Found::default();
        if let (Thing::Asset(id), Some(spot)) = (question.resource, self.asset) {
            found.asset = directory.asset_from(spot, self.hash, id.numbered(), id.as_str());
        }
        if let (Asker::Token(digest), Some(spot)) = (question.asker, self.token) {
            let half = HalfDigest::of(&digest.0);
            found.token = spot.find(|slot| slot.half.is(half));
        } else if let (Some(id), Some(spot)) = (question.asker.person(), self.person) {
            found.person = directory.person_from(spot, self.key, id.as_str());
        }
        found
    }
}
