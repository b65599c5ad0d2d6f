//! Small slots found by hash.

use std::fmt;
use std::sync::Arc;

use super::slot_directory::Root;
use super::slot_page::{Page, Probe};

/// What a [`SlotMap`] keeps: a few bytes that know their hash.
///
/// The default slot is vacant; a slot in a table never is. Neither function may panic: a table that
/// was being changed would lose slots.
pub trait Slot: Copy + Default {
    /// The slots of one page: an array of them that fills some 16 KiB.
    type Slots: Slots<Self>;

    /// Returns the hash under which the slot is found. Both its top and its low bits must be good.
    fn hash(&self) -> u64;

    /// Returns whether this slot holds nothing.
    fn is_vacant(&self) -> bool;
}

/// An array of slots, whatever its length.
pub trait Slots<S>: Clone {
    /// How many there are.
    const COUNT: usize;

    /// Returns vacant slots.
    fn vacant() -> Self;

    /// Returns the slots to read.
    fn all(&self) -> &[S];

    /// Returns the slots to change.
    fn all_mut(&mut self) -> &mut [S];
}

impl<S: Slot, const COUNT: usize> Slots<S> for [S; COUNT] {
    const COUNT: usize = COUNT;

    fn vacant() -> Self {
        [S::default(); COUNT]
    }

    #[inline]
    fn all(&self) -> &[S] {
        self
    }

    fn all_mut(&mut self) -> &mut [S] {
        self
    }
}

/// A hash table of slots that is cloned in constant time. Several slots may share a hash.
///
/// Slots live in pages of some 16 KiB, open-addressed; a crowded page is split alone. Which page is
/// said by the top bits of the hash, where in the page by its low bits. More slots under one hash
/// than a page holds go to a list behind that page, and finding one of them means reading the list.
///
/// In all look-ups `want` tells the right slot from others that happen to lie in its way. It must
/// be false for slots of another hash.
pub struct SlotMap<S: Slot> {
    root: Arc<Root<S>>,
}

impl<S: Slot> SlotMap<S> {
    /// Returns an empty table.
    pub fn new() -> Self {
        Self {
            root: Arc::new(Root::new()),
        }
    }

    /// Returns the number of slots.
    pub fn len(&self) -> usize {
        self.root.len
    }

    /// Returns whether there is no slot.
    pub fn is_empty(&self) -> bool {
        self.root.len == 0
    }

    /// Returns where a search for `hash` starts; `None` in an empty table.
    #[inline]
    pub fn spot(&self, hash: u64) -> Option<Spot<'_, S>> {
        let page = self.root.page(hash)?;
        let home = Page::<S>::home(hash);
        Some(Spot { page, home })
    }

    /// Returns the first wanted slot under `hash`; `None` if there is none.
    #[inline]
    pub fn find(&self, hash: u64, want: impl Fn(&S) -> bool) -> Option<&S> {
        self.spot(hash)?.find(want)
    }

    /// Returns all wanted slots under `hash`, in no order.
    #[inline]
    pub fn find_all(&self, hash: u64, want: impl Fn(&S) -> bool) -> impl Iterator<Item = S> {
        let page = self.root.page(hash);
        let met = page.map_or_else(Probe::nothing, |page| page.probe(hash));
        met.filter(move |slot| want(slot)).copied()
    }

    /// Returns the slots from where a search for `hash` starts to the end of its page. If one of them
    /// is vacant, no slot under `hash` comes after it; if none is, [`find_all`](Self::find_all) sees
    /// the others.
    #[inline]
    pub fn run_of(&self, hash: u64) -> &[S] {
        self.root.page(hash).map_or(&[], |page| page.run_of(hash))
    }

    /// Returns all slots, in no order.
    pub fn iter(&self) -> impl Iterator<Item = S> {
        self.root.pages().flat_map(|page| page.iter()).copied()
    }

    /// Adds a slot, also when an equal one is there. A vacant slot is not added.
    pub fn insert(&mut self, slot: S) {
        if slot.is_vacant() {
            return;
        }
        let hash = slot.hash();
        let root = Arc::make_mut(&mut self.root);
        root.plant();
        root.len += 1;
        while root.page(hash).is_some_and(Page::is_crowded) && root.split(hash) {}
        root.page_mut(hash).insert(hash, slot);
    }

    /// Puts `slot`, which has the same hash, in place of the first wanted one and returns that.
    /// Returns `None` and changes nothing if there is none.
    pub fn replace(&mut self, hash: u64, want: impl Fn(&S) -> bool, slot: S) -> Option<S> {
        // Looked up first: a miss must not copy a page that is shared.
        self.find(hash, &want)?;
        let root = Arc::make_mut(&mut self.root);
        root.page_mut(hash).replace(hash, want, slot)
    }

    /// Takes the first wanted slot away and returns it; `None` if there is none.
    pub fn remove(&mut self, hash: u64, want: impl Fn(&S) -> bool) -> Option<S> {
        self.find(hash, &want)?;
        let root = Arc::make_mut(&mut self.root);
        let removed = root.page_mut(hash).remove(hash, want)?;
        root.len -= 1;
        Some(removed)
    }

    /// Returns the heap memory behind this table, in bytes, shared pages included.
    pub fn bytes(&self) -> usize {
        self.root.bytes()
    }
}

/// Where a search for a hash starts: a slot and those after it. Nothing there has been read yet.
pub struct Spot<'a, S: Slot> {
    page: &'a Page<S>,
    home: usize,
}

impl<'a, S: Slot> Spot<'a, S> {
    /// Returns the first wanted slot; `None` if there is none.
    #[inline]
    pub fn find(self, want: impl Fn(&S) -> bool) -> Option<&'a S> {
        self.page.find(self.home, want)
    }

    /// Asks for the cache lines that [`find`](Self::find) will want first, and waits for nothing.
    ///
    /// Ask for all spots of a batch, and what memory does for them overlaps.
    #[inline]
    pub fn prefetch(self) {
        self.page.prefetch(self.home);
    }
}

// By hand: a spot is copied whatever its slots are.
impl<S: Slot> Clone for Spot<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Slot> Copy for Spot<'_, S> {}

impl<S: Slot> fmt::Debug for Spot<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Spot").field(&self.home).finish()
    }
}

// By hand: sharing needs no `S: Clone`.
impl<S: Slot> Clone for SlotMap<S> {
    fn clone(&self) -> Self {
        Self {
            root: Arc::clone(&self.root),
        }
    }
}

impl<S: Slot> Default for SlotMap<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Slot + fmt::Debug> fmt::Debug for SlotMap<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
