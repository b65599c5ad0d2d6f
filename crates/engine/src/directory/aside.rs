//! Facts that no decision reads: found by what names them and by the things they stand between.

use std::borrow::Cow;
use std::sync::Arc;

use super::index::IdSlot;
use crate::table::{HashSeed, PageVec, SlotMap};

/// A fact that is kept aside.
pub(crate) trait Aside {
    /// Returns what names it, and two things by which it is found.
    fn names(&self) -> [Cow<'_, str>; 3];
}

/// By what a fact is found: the place among its names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    Itself,
    First,
    Second,
}

impl By {
    const ALL: [Self; 3] = [Self::Itself, Self::First, Self::Second];
}

/// The facts of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Kept<F> {
    rows: PageVec<Option<Arc<F>>>,
    free: PageVec<u32>,
    slots: SlotMap<IdSlot>,
    seed: HashSeed,
}

impl<F: Aside + Clone> Kept<F> {
    pub(crate) fn new(seed: HashSeed) -> Self {
        Self {
            rows: PageVec::new(),
            free: PageVec::new(),
            slots: SlotMap::new(),
            seed,
        }
    }

    pub(crate) fn set(&mut self, fact: &F) {
        let names = fact.names();
        let [itself, ..] = &names;
        self.end(itself);
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
        for (by, text) in By::ALL.into_iter().zip(&names) {
            self.slots.insert(IdSlot {
                hash: self.hash(by, text),
                index,
            });
        }
    }

    pub(crate) fn end(&mut self, itself: &str) {
        let Some((index, fact)) = self.find(itself) else {
            return;
        };
        for (by, text) in By::ALL.into_iter().zip(&fact.names()) {
            let hash = self.hash(by, text);
            self.slots
                .remove(hash, |slot| slot.hash == hash && slot.index == index);
        }
        if let Some(place) = self.rows.get_mut(index) {
            *place = None;
        }
        self.free.push(index);
    }

    pub(crate) fn get(&self, itself: &str) -> Option<F> {
        self.find(itself).map(|(_, fact)| (*fact).clone())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &F> {
        self.rows.iter().filter_map(|row| row.as_deref())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.bytes() + self.slots.bytes()
    }

    fn find(&self, itself: &str) -> Option<(u32, Arc<F>)> {
        let mut found = self.with_hash(By::Itself, itself);
        found.find(|(_, fact)| {
            let [name, ..] = fact.names();
            name == itself
        })
    }

    /// Returns the facts with this name, in the order of what names them.
    pub(crate) fn all(&self, by: By, text: &str) -> Vec<F> {
        let named = |fact: &F| {
            let [itself, first, second] = fact.names();
            match by {
                By::Itself => itself == text,
                By::First => first == text,
                By::Second => second == text,
            }
        };
        let found = self.with_hash(by, text).filter(|(_, fact)| named(fact));
        let mut found: Vec<F> = found.map(|(_, fact)| (*fact).clone()).collect();
        found.sort_by(|one, other| {
            let ([one, ..], [other, ..]) = (one.names(), other.names());
            one.cmp(&other)
        });
        found
    }

    fn with_hash(&self, by: By, text: &str) -> impl Iterator<Item = (u32, Arc<F>)> {
        let hash = self.hash(by, text);
        let slots = self.slots.find_all(hash, move |slot| slot.hash == hash);
        slots.filter_map(|slot| {
            let row = self.rows.get(slot.index)?.as_ref()?;
            Some((slot.index, Arc::clone(row)))
        })
    }

    fn hash(&self, by: By, text: &str) -> u64 {
        let place = by as u64 + 1;
        self.seed.bytes(text.as_bytes()) ^ place.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
