//! From the top bits of a hash to its page: extendible hashing in two levels.

use std::sync::Arc;

use super::shared::{COUNTS, broken, share_all, share_places};
use super::slot_map::{Slot, Slots};
use super::slot_page::Page;

const CHUNK_BITS: u32 = 7;
const CHUNK_WAYS: usize = 1 << CHUNK_BITS;

/// A split must be worth its page: this part of a page's slots is the least mean number of slots
/// for each page of that depth, had all pages been split so far. Without it slots of one hash would
/// be split for ever.
const WORTH: usize = 4;

/// The upper level: chunks by the top `bits` bits of the hash.
///
/// INVARIANT: no chunks, or 2^`bits` of them.
pub(super) struct Root<S: Slot> {
    bits: u32,
    chunks: Vec<Arc<Chunk<S>>>,
    pub(super) len: usize,
}

/// The lower level: pages by the next [`CHUNK_BITS`] bits of the hash.
///
/// Several ways may lead to one page. They are numbers of places in `pages` and not `Arc`s, so that
/// a page has one owner in each version of the table and can be changed in place.
struct Chunk<S: Slot> {
    /// INVARIANT: each leads to a page, and those to the same page stand side by side.
    ways: [u8; CHUNK_WAYS],
    /// In place and not in a `Vec`: a reader would wait for one more load.
    pages: [Option<Arc<Page<S>>>; CHUNK_WAYS],
    /// How many places hold a page; the first ones do.
    taken: usize,
}

impl<S: Slot> Root<S> {
    pub(super) fn new() -> Self {
        Self {
            bits: 0,
            chunks: Vec::new(),
            len: 0,
        }
    }

    /// Returns the page for `hash`; `None` only in an empty table.
    #[inline]
    pub(super) fn page(&self, hash: u64) -> Option<&Page<S>> {
        let (at, way) = self.path(hash);
        let chunk = self.chunks.get(at)?;
        let place = *chunk.ways.get(way)?;
        chunk.pages.get(usize::from(place))?.as_deref()
    }

    /// Returns the page for `hash`, this version's own.
    pub(super) fn page_mut(&mut self, hash: u64) -> &mut Page<S> {
        let (chunk, way) = self.chunk_mut(hash);
        chunk.page_mut(way)
    }

    pub(super) fn pages(&self) -> impl Iterator<Item = &Page<S>> {
        self.chunks.iter().flat_map(|chunk| chunk.pages())
    }

    /// Gives an empty table its first page.
    pub(super) fn plant(&mut self) {
        if self.chunks.is_empty() {
            let mut chunk = Chunk::new();
            chunk.push(Arc::new(Page::new(0)));
            self.chunks.push(Arc::new(chunk));
        }
    }

    /// Splits the page for `hash` in two; returns false if that is not worth it.
    #[cold]
    pub(super) fn split(&mut self, hash: u64) -> bool {
        let depth = match self.page(hash) {
            Some(page) if self.len >> page.depth() >= S::Slots::COUNT / WORTH => page.depth(),
            _ => return false,
        };
        if depth == self.bits + CHUNK_BITS {
            self.double();
        }
        let bits = self.bits;
        let (chunk, way) = self.chunk_mut(hash);
        chunk.split_page(way, bits);
        true
    }

    /// Puts two chunks in place of each.
    ///
    /// All at once, as with even hashes they come to need it at about the same time. It moves
    /// pointers only: a millisecond or two at 16 million slots.
    fn double(&mut self) {
        let bits = self.bits;
        let chunks = std::mem::take(&mut self.chunks).into_iter();
        let halves = chunks.flat_map(|chunk| Arc::unwrap_or_clone(chunk).split(bits));
        self.chunks = halves.map(Arc::new).collect();
        self.bits += 1;
    }

    /// Returns the chunk for `hash`, this version's own, and the number of the way in it.
    fn chunk_mut(&mut self, hash: u64) -> (&mut Chunk<S>, usize) {
        let (at, way) = self.path(hash);
        match self.chunks.get_mut(at) {
            Some(chunk) => (Arc::make_mut(chunk), way),
            None => broken("a root has a chunk for each hash"),
        }
    }

    /// Returns the number of the chunk for `hash`, and the number of the way in that chunk.
    ///
    /// The number of chunks is a power of two, so that the product shifts the hash left: the bits
    /// that leave its 32 are the chunk, the next ones the way. Cheaper than shifts by a variable.
    /// Pages never need more than 32 bits: [`WORTH`] would ask for 2^36 slots and more.
    #[inline]
    fn path(&self, hash: u64) -> (usize, usize) {
        let shifted = (hash >> 32) * self.chunks.len() as u64;
        let way = shifted as u32 >> (u32::BITS - CHUNK_BITS);
        ((shifted >> 32) as usize, way as usize)
    }

    pub(super) fn bytes(&self) -> usize {
        let page = COUNTS + size_of::<Page<S>>();
        let pages = self.pages().map(|each| page + each.bytes_beyond());
        let chunks = self.chunks.len() * (COUNTS + size_of::<Chunk<S>>());
        let list = self.chunks.capacity() * size_of::<Arc<Chunk<S>>>();
        COUNTS + size_of::<Self>() + list + chunks + pages.sum::<usize>()
    }
}

impl<S: Slot> Chunk<S> {
    fn new() -> Self {
        Self {
            ways: [0; CHUNK_WAYS],
            pages: [const { None }; CHUNK_WAYS],
            taken: 0,
        }
    }

    fn pages(&self) -> impl Iterator<Item = &Page<S>> {
        self.pages.iter().map_while(Option::as_deref)
    }

    /// Adds a page and returns its place.
    fn push(&mut self, page: Arc<Page<S>>) -> u8 {
        let place = self.taken;
        match self.pages.get_mut(place) {
            Some(free) => *free = Some(page),
            None => broken("no two pages share a way, so there is a place for each"),
        }
        self.taken += 1;
        place as u8
    }

    fn page_mut(&mut self, way: usize) -> &mut Page<S> {
        let place = self.ways.get(way).map(|place| usize::from(*place));
        let page = place.and_then(|place| self.pages.get_mut(place));
        match page {
            Some(Some(page)) => Arc::make_mut(page),
            _ => broken("each way leads to a page"),
        }
    }

    /// Puts two pages in place of the one that `way` leads to, in a chunk at depth `bits`. There
    /// is a bit left to tell them apart.
    fn split_page(&mut self, way: usize, bits: u32) {
        let page = self.page_mut(way);
        let half = bits + CHUNK_BITS - page.depth() - 1;
        let (zero, one) = page.split();
        *page = zero;
        let one = self.push(Arc::new(one));
        let zero = self.ways.get(way).copied();
        for (way, place) in self.ways.iter_mut().enumerate() {
            if Some(*place) == zero && way >> half & 1 == 1 {
                *place = one;
            }
        }
    }

    /// Returns the two halves of this chunk, which is at depth `bits`, one bit deeper.
    fn split(mut self, bits: u32) -> [Self; 2] {
        // A page for all ways would belong to both halves.
        if self.pages().next().is_some_and(|page| page.depth() == bits) {
            self.split_page(0, bits);
        }
        let ways = self.ways;
        let (low, high) = ways.split_at(CHUNK_WAYS / 2);
        [self.take_half(low), self.take_half(high)]
    }

    fn take_half(&mut self, ways: &[u8]) -> Self {
        let mut half = Self::new();
        let mut place = 0;
        for (at, way) in ways.iter().enumerate() {
            // The first way to a page takes it, the others follow.
            let page = self.pages.get_mut(usize::from(*way));
            if let Some(page) = page.and_then(Option::take) {
                place = half.push(page);
            }
            let pair = half.ways.iter_mut().skip(2 * at).take(2);
            pair.for_each(|way| *way = place);
        }
        half
    }
}

impl<S: Slot> Clone for Root<S> {
    fn clone(&self) -> Self {
        Self {
            bits: self.bits,
            chunks: share_all(&self.chunks),
            len: self.len,
        }
    }
}

impl<S: Slot> Clone for Chunk<S> {
    fn clone(&self) -> Self {
        Self {
            ways: self.ways,
            pages: share_places(&self.pages),
            taken: self.taken,
        }
    }
}
