//! One page of slots: open addressing with linear probing.

use std::slice;

use prefetch_index::prefetch_index;

use super::page_vec::PageVec;
use super::slot_map::{Slot, Slots};

/// A page of slots. With the counts of its `Arc` it is at most 16,384 bytes, which fits the size classes of
/// allocators.
///
/// INVARIANT: between the home of a slot and its place no slot is vacant, going around the end.
/// INVARIANT: `more` has slots only while the page has no vacant one.
// The header comes first, beside the counts of the `Arc`, which a writer touches in any case. A
// reader needs it only when it has seen the whole page without finding a vacant slot.
#[derive(Clone)]
#[repr(C)]
pub(super) struct Page<S: Slot> {
    /// What did not fit, in no order: slots whose hashes no split could tell apart, or not yet.
    more: Option<PageVec<S>>,
    taken: u32,
    /// How many top bits of the hash all slots of this page share.
    depth: u32,
    slots: S::Slots,
}

/// Where a search ended.
enum Place {
    Here(usize),
    InMore(u32),
}

/// A page with the counts of its `Arc`.
const PAGE_BYTES: usize = 16_384;

impl<S: Slot> Page<S> {
    const SLOTS: usize = S::Slots::COUNT;
    /// A page that holds so many asks for a split: runs get long beyond it.
    const CROWDED: usize = Self::SLOTS * 85 / 100;

    pub(super) fn new(depth: u32) -> Self {
        const { assert!(size_of::<Self>() <= PAGE_BYTES, "a page has 16 KiB") };
        Self {
            more: None,
            taken: 0,
            depth,
            slots: S::Slots::vacant(),
        }
    }

    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.taken as usize >= Self::CROWDED
    }

    /// Asks for the memory where a search from `home` starts, and waits for nothing.
    #[inline]
    pub(super) fn prefetch(&self, home: usize) {
        // Nine searches of ten end by the third slot. Beyond the end of the page it is a hint about nothing, and
        // harmless.
        for at in home..home + 3 {
            prefetch_index(self.slots.all(), at);
        }
    }

    /// Returns the slots from the home of `hash` on.
    #[inline]
    pub(super) fn run_of(&self, hash: u64) -> &[S] {
        self.slots.all().get(Self::home(hash)..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn find(&self, home: usize, want: impl Fn(&S) -> bool) -> Option<&S> {
        let mut at = home;
        while let Some(slot) = self.slots.all().get(at) {
            if slot.is_vacant() {
                return None;
            }
            if want(slot) {
                return Some(slot);
            }
            at += 1;
        }
        self.find_around(home, want)
    }

    // Goes on where `find` met the end of the page. Apart, so that the common case stays small.
    #[cold]
    #[inline(never)]
    fn find_around(&self, home: usize, want: impl Fn(&S) -> bool) -> Option<&S> {
        for slot in self.slots.all().get(..home).unwrap_or_default() {
            if slot.is_vacant() {
                return None;
            }
            if want(slot) {
                return Some(slot);
            }
        }
        self.more.as_ref()?.iter().find(|slot| want(slot))
    }

    /// Returns all slots that may have `hash`, and others.
    #[inline]
    pub(super) fn probe(&self, hash: u64) -> Probe<'_, S> {
        let (_, after) = self.run(hash);
        Probe {
            here: after.iter(),
            page: Some(self),
            hash,
            turns: 0,
        }
    }

    /// Returns what a search for `hash` sees after the end of the page, piece by piece: the slots
    /// before its home, then one of `more` at a time; nothing means that there is no further piece.
    #[cold]
    #[inline(never)]
    fn beyond(&self, hash: u64, piece: u32) -> &[S] {
        let (before, _) = self.run(hash);
        let in_more = if before.is_empty() { piece + 1 } else { piece };
        match in_more.checked_sub(1) {
            None => before,
            Some(at) => {
                let slot = self.more.as_ref().and_then(|more| more.get(at));
                slot.map_or(&[], slice::from_ref)
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        let here = self.slots.all().iter().filter(|slot| !slot.is_vacant());
        here.chain(self.more.iter().flat_map(PageVec::iter))
    }

    pub(super) fn insert(&mut self, hash: u64, slot: S) {
        let (before, after) = self.slots.all_mut().split_at_mut(Self::home(hash));
        let mut places = after.iter_mut().chain(before);
        match places.find(|place| place.is_vacant()) {
            Some(place) => {
                *place = slot;
                self.taken += 1;
            }
            None => {
                self.more.get_or_insert_default().push(slot);
            }
        }
    }

    /// Puts `slot` in place of the first wanted one and returns that.
    pub(super) fn replace(&mut self, hash: u64, want: impl Fn(&S) -> bool, slot: S) -> Option<S> {
        let place = match self.locate(hash, want)? {
            Place::Here(at) => self.slots.all_mut().get_mut(at)?,
            Place::InMore(at) => self.more.as_mut()?.get_mut(at)?,
        };
        Some(std::mem::replace(place, slot))
    }

    /// Takes the first wanted slot away and returns it.
    pub(super) fn remove(&mut self, hash: u64, want: impl Fn(&S) -> bool) -> Option<S> {
        let place = self.locate(hash, want)?;
        // A full page takes one back from `more`: without vacant slots any place will do.
        if let Some(more) = &mut self.more {
            let last = more.pop()?;
            let hole = match place {
                Place::Here(at) => self.slots.all_mut().get_mut(at),
                Place::InMore(at) => more.get_mut(at),
            };
            // No hole: the last of `more` was the wanted one.
            let removed = hole.map_or(last, |hole| std::mem::replace(hole, last));
            if more.is_empty() {
                self.more = None;
            }
            return Some(removed);
        }
        let Place::Here(at) = place else { return None };
        let removed = std::mem::take(self.slots.all_mut().get_mut(at)?);
        self.taken -= 1;
        self.close(at);
        Some(removed)
    }

    /// Moves slots back so that the vacant slot at `hole` parts no slot from its home.
    ///
    /// Ends at the next vacant slot. In a page that was full this is the hole itself, after a
    /// round in which nothing moved; each move brings a slot nearer to its home, so it comes.
    fn close(&mut self, mut hole: usize) {
        let mut at = hole;
        loop {
            at = Self::after(at);
            let Some(slot) = self.slots.all().get(at).copied() else {
                return;
            };
            if slot.is_vacant() {
                return;
            }
            // From its home to where it is, a slot has come further than the hole is away.
            if Self::distance(Self::home(slot.hash()), at) >= Self::distance(hole, at) {
                self.put(hole, slot);
                self.put(at, S::default());
                hole = at;
            }
        }
    }

    /// Returns the two halves of this page, one bit deeper: hashes whose next bit is 0, and 1.
    pub(super) fn split(&self) -> (Self, Self) {
        let mut zero = Self::new(self.depth + 1);
        let mut one = Self::new(self.depth + 1);
        for slot in self.iter() {
            let hash = slot.hash();
            let half = match hash << self.depth >> 63 {
                0 => &mut zero,
                _ => &mut one,
            };
            half.insert(hash, *slot);
        }
        (zero, one)
    }

    pub(super) fn bytes_beyond(&self) -> usize {
        self.more.as_ref().map_or(0, PageVec::bytes)
    }

    fn locate(&self, hash: u64, want: impl Fn(&S) -> bool) -> Option<Place> {
        let (before, after) = self.run(hash);
        let start = before.len();
        for (step, slot) in after.iter().chain(before).enumerate() {
            if slot.is_vacant() {
                return None;
            }
            if want(slot) {
                let at = start + step;
                return Some(Place::Here(if at < Self::SLOTS {
                    at
                } else {
                    at - Self::SLOTS
                }));
            }
        }
        let mut more = (0..).zip(self.more.as_ref()?.iter());
        more.find(|(_, slot)| want(slot))
            .map(|(at, _)| Place::InMore(at))
    }

    /// Returns the slots before and from the home of `hash`.
    #[inline]
    fn run(&self, hash: u64) -> (&[S], &[S]) {
        self.slots.all().split_at(Self::home(hash))
    }

    fn put(&mut self, at: usize, slot: S) {
        if let Some(place) = self.slots.all_mut().get_mut(at) {
            *place = slot;
        }
    }

    /// Returns the place where a search for `hash` starts: its low half, scaled. The top bits have
    /// chosen the page and are the same for all its slots.
    #[inline]
    pub(super) fn home(hash: u64) -> usize {
        (((hash & 0xffff_ffff) * Self::SLOTS as u64) >> 32) as usize
    }

    const fn after(at: usize) -> usize {
        if at + 1 < Self::SLOTS { at + 1 } else { 0 }
    }

    /// Returns how many steps lead from `from` to `to`, going around the end.
    const fn distance(from: usize, to: usize) -> usize {
        if from <= to {
            to - from
        } else {
            to + Self::SLOTS - from
        }
    }
}

/// The slots from the home of a hash to the next vacant one.
pub(super) struct Probe<'a, S: Slot> {
    here: slice::Iter<'a, S>,
    /// `None` when the end has been seen.
    page: Option<&'a Page<S>>,
    hash: u64,
    turns: u32,
}

impl<S: Slot> Probe<'_, S> {
    /// Returns no slots, as in a table without pages.
    pub(super) fn nothing() -> Self {
        Self {
            here: [].iter(),
            page: None,
            hash: 0,
            turns: 0,
        }
    }
}

impl<'a, S: Slot> Iterator for Probe<'a, S> {
    type Item = &'a S;

    #[inline]
    fn next(&mut self) -> Option<&'a S> {
        loop {
            if let Some(slot) = self.here.next() {
                if !slot.is_vacant() {
                    return Some(slot);
                }
                *self = Self::nothing();
                return None;
            }
            // By value, and not in a method of this iterator: its fields can stay in registers.
            let slots = self.page?.beyond(self.hash, self.turns);
            self.turns += 1;
            self.here = slots.iter();
            if slots.is_empty() {
                self.page = None;
            }
        }
    }
}
