//! Requests for access: found by id, by asset and by the business that asks. No decision reads them.

use std::sync::Arc;

use super::Directory;
use super::index::IdSlot;
use crate::fact::AccessRequest;
use crate::id::{AssetId, BusinessId, RequestId};
use crate::table::{HashSeed, PageVec, SlotMap};

/// The requests that wait, and those that are over and were not swept yet.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    rows: PageVec<Option<Arc<AccessRequest>>>,
    free: Vec<u32>,
    slots: SlotMap<IdSlot>,
    seed: HashSeed,
}

/// By what a request is found.
#[derive(Debug, Clone, Copy)]
enum By {
    Id = 1,
    Asset,
    From,
}

impl Requests {
    pub(crate) fn new(seed: HashSeed) -> Self {
        Self {
            rows: PageVec::new(),
            free: Vec::new(),
            slots: SlotMap::new(),
            seed,
        }
    }

    pub(crate) fn set(&mut self, fact: &AccessRequest) {
        self.end(&fact.id);
        let row = Some(Arc::new(fact.clone()));
        let index = match self.free.pop() {
            Some(index) => {
                if let Some(place) = self.rows.get_mut(index) {
                    *place = row;
                }
                index
            }
            None => self.rows.push(row),
        };
        for (by, text) in named(fact) {
            self.slots.insert(IdSlot {
                hash: self.hash(by, text),
                index,
            });
        }
    }

    pub(crate) fn end(&mut self, id: &RequestId) {
        let Some((index, fact)) = self.find(id) else {
            return;
        };
        for (by, text) in named(&fact) {
            let hash = self.hash(by, text);
            self.slots
                .remove(hash, |slot| slot.hash == hash && slot.index == index);
        }
        if let Some(place) = self.rows.get_mut(index) {
            *place = None;
        }
        self.free.push(index);
    }

    pub(crate) fn get(&self, id: &RequestId) -> Option<AccessRequest> {
        self.find(id).map(|(_, fact)| (*fact).clone())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &AccessRequest> {
        self.rows.iter().filter_map(|row| row.as_deref())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.bytes() + self.slots.bytes()
    }

    fn find(&self, id: &RequestId) -> Option<(u32, Arc<AccessRequest>)> {
        let mut found = self.all(By::Id, id.as_str());
        found.find(|(_, fact)| fact.id == *id)
    }

    fn all(&self, by: By, text: &str) -> impl Iterator<Item = (u32, Arc<AccessRequest>)> {
        let hash = self.hash(by, text);
        let slots = self.slots.find_all(hash, move |slot| slot.hash == hash);
        slots.filter_map(|slot| {
            let row = self.rows.get(slot.index)?.as_ref()?;
            Some((slot.index, Arc::clone(row)))
        })
    }

    fn hash(&self, by: By, text: &str) -> u64 {
        self.seed.bytes(text.as_bytes()) ^ (by as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

fn named(fact: &AccessRequest) -> [(By, &str); 3] {
    [
        (By::Id, fact.id.as_str()),
        (By::Asset, fact.asset.as_str()),
        (By::From, fact.from.as_str()),
    ]
}

impl Directory {
    /// Returns the request with this id, over or not.
    #[must_use]
    pub fn access_request(&self, id: &RequestId) -> Option<AccessRequest> {
        self.requests.get(id)
    }

    /// Returns the requests for an asset, known or not, over or not, by id.
    #[must_use]
    pub fn requests_for(&self, asset: &AssetId) -> Vec<AccessRequest> {
        let found = self.requests.all(By::Asset, asset.as_str());
        sorted(found.filter(|(_, fact)| fact.asset == *asset))
    }

    /// Returns what a business asks for, over or not, by id.
    #[must_use]
    pub fn requests_from(&self, business: &BusinessId) -> Vec<AccessRequest> {
        let found = self.requests.all(By::From, business.as_str());
        sorted(found.filter(|(_, fact)| fact.from == *business))
    }
}

fn sorted(found: impl Iterator<Item = (u32, Arc<AccessRequest>)>) -> Vec<AccessRequest> {
    let mut found: Vec<AccessRequest> = found.map(|(_, fact)| (*fact).clone()).collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found
}
