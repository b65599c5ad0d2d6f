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

/// Where a question leads.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Early<'d> {
    asker: AskerSpot<'d>,
    asset: Option<(u32, Spot<'d, AssetSlot>)>,
}

/// Where it leads for whoever asks.
#[derive(Debug, Clone, Copy, Default)]
enum AskerSpot<'d> {
    #[default]
    Nowhere,
    Token(HalfDigest, Spot<'d, TokenSlot>),
    Person(IdKey, Spot<'d, PersonSlot>),
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
    #[inline]
    pub(super) fn of(directory: &'d Directory, question: &Question<'_>) -> Self {
        let mut early = Self::default();
        if let Thing::Asset(id) = question.resource {
            let hash = directory.id_hash(id.numbered(), id.as_str());
            if let Some(spot) = directory.asset_spot(hash) {
                spot.prefetch();
                early.asset = Some((hash, spot));
            }
        }
        if let Asker::Token(digest) = question.asker {
            let half = HalfDigest::of(&digest.0);
            if let Some(spot) = directory.token_spot(half) {
                spot.prefetch();
                early.asker = AskerSpot::Token(half, spot);
            }
        } else if let Some(id) = question.asker.person() {
            let key = directory.id_key(id.numbered(), id.as_str());
            if let Some(spot) = directory.person_spot(key) {
                spot.prefetch();
                early.asker = AskerSpot::Person(key, spot);
            }
        }
        early
    }

    /// Reads the slots it leads to.
    #[inline]
    pub(super) fn read(&self, directory: &'d Directory, question: &Question<'_>) -> Found<'d> {
        let mut found = Found::default();
        if let (Thing::Asset(id), Some((hash, spot))) = (question.resource, self.asset) {
            found.asset = directory.asset_from(spot, hash, id.numbered(), id.as_str());
        }
        match self.asker {
            AskerSpot::Nowhere => {}
            AskerSpot::Token(half, spot) => found.token = spot.find(|slot| slot.half.is(half)),
            AskerSpot::Person(key, spot) => {
                let id = question.asker.person();
                found.person = id.and_then(|id| directory.person_from(spot, key, id.as_str()));
            }
        }
        found
    }
}
