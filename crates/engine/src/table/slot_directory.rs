//! From the top bits of a hash to its page: extendible hashing in two levels.

use std::sync::Arc;

use super::shared::{COUNTS, broken, share_all};
use super::slot_map::Slot;
use super::slot_page::Page;

const CHUNK_BITS: u32 = 8;
const CHUNK_WAYS: usize = 1 << CHUNK_BITS;

/// A split must be worth its page: the mean number of slots for each page of that depth, had all
/// pages been split so far. Without it slots of one hash would be split for ever.
const WORTH: usize = 64;

/// The upper level. Its ways lead to chunks, by the top `bits` bits of the hash.
///
/// INVARIANT: no ways and no chunks, or 2^`bits` ways and every chunk has a way.
pub(super) struct Root<S> {
    bits: u32,
    ways: Vec<Way>,
    chunks: Vec<Arc<Chunk<S>>>,
    pub(super) len: usize,
}

/// Leads to a chunk, and says which bits of the hash choose the way in there. They stand here and
/// not in the chunk so that a reader need not wait for one more load.
#[derive(Clone, Copy)]
struct Way {
    chunk: u32,
    /// By so much the hash is shifted right. INVARIANT: 64 - [`CHUNK_BITS`] - depth of the chunk.
    shift: u32,
}

/// The lower level. Its ways lead to pages, by the next [`CHUNK_BITS`] bits of the hash.
///
/// Several ways may lead to one page. They are numbers into `pages`, not further `Arc`s, so that a
/// page has one owner in each version of the table and can be changed in place.
struct Chunk<S> {
    ways: [u8; CHUNK_WAYS],
    /// How many top bits of the hash all slots of this chunk share.
    depth: u32,
    /// INVARIANT: at least one, and every page has a way.
    pages: Vec<Arc<Page<S>>>,
}

impl<S: Slot> Root<S> {
    pub(super) fn new() -> Self {
        Self {
            bits: 0,
            ways: Vec::new(),
            chunks: Vec::new(),
            len: 0,
        }
    }

    /// Returns the page for `hash`; `None` only in an empty table.
    #[inline]
    pub(super) fn page(&self, hash: u64) -> Option<&Page<S>> {
        let way = self.ways.get(self.way(hash))?;
        let chunk = self.chunks.get(way.chunk as usize)?;
        let page = *chunk.ways.get((hash >> way.shift) as usize % CHUNK_WAYS)?;
        chunk.pages.get(usize::from(page)).map(|page| &**page)
    }

    /// Returns the page for `hash`, its own and no one else's.
    pub(super) fn page_mut(&mut self, hash: u64) -> &mut Page<S> {
        let chunk = self.chunk_mut(hash);
        let page = chunk.place(hash);
        match chunk.pages.get_mut(page) {
            Some(page) => Arc::make_mut(page),
            None => broken("each way of a chunk leads to a page"),
        }
    }

    pub(super) fn pages(&self) -> impl Iterator<Item = &Page<S>> {
        let pages = self.chunks.iter().flat_map(|chunk| &chunk.pages);
        pages.map(|page| &**page)
    }

    /// Gives an empty table its first page.
    pub(super) fn plant(&mut self) {
        if self.ways.is_empty() {
            self.ways.push(Way {
                chunk: 0,
                shift: u64::BITS - CHUNK_BITS,
            });
            self.chunks.push(Arc::new(Chunk {
                ways: [0; CHUNK_WAYS],
                depth: 0,
                pages: vec![Arc::new(Page::new(0))],
            }));
        }
    }

    /// Splits the page for `hash` in two; returns false if that is not worth it.
    #[cold]
    pub(super) fn split(&mut self, hash: u64) -> bool {
        let len = self.len;
        let chunk = self.chunk_mut(hash);
        let depth = chunk.page_depth(hash);
        if len >> depth < WORTH {
            return false;
        }
        if depth < chunk.depth + CHUNK_BITS {
            chunk.split_page(hash);
        } else {
            self.split_chunk(hash);
            self.chunk_mut(hash).split_page(hash);
        }
        true
    }

    /// Puts two chunks in place of the one for `hash`, each with one half of its pages.
    fn split_chunk(&mut self, hash: u64) {
        let chunk = self.chunk_mut(hash);
        let (zero, one) = chunk.split();
        let depth = chunk.depth;
        if depth == self.bits {
            self.ways = self.ways.iter().flat_map(|way| [*way, *way]).collect();
            self.bits += 1;
        }
        let one_at = self.chunks.len() as u32;
        self.chunks.push(Arc::new(one));
        let shift = u64::BITS - CHUNK_BITS - (depth + 1);
        let Some(zero_at) = self.ways.get(self.way(hash)).map(|way| way.chunk) else {
            broken("each way of a root leads to a chunk");
        };
        let half = self.bits - depth - 1;
        for (at, way) in self.ways.iter_mut().enumerate() {
            if way.chunk == zero_at {
                let chunk = if at >> half & 1 == 0 { zero_at } else { one_at };
                *way = Way { chunk, shift };
            }
        }
        if let Some(place) = self.chunks.get_mut(zero_at as usize) {
            *place = Arc::new(zero);
        }
    }

    fn chunk_mut(&mut self, hash: u64) -> &mut Chunk<S> {
        let at = self.way(hash);
        let chunk = self.ways.get(at).map(|way| way.chunk as usize);
        match chunk.and_then(|chunk| self.chunks.get_mut(chunk)) {
            Some(chunk) => Arc::make_mut(chunk),
            None => broken("each way of a root leads to a chunk"),
        }
    }

    /// Returns the number of the way for `hash`. In two shifts: one of 64 bits is not defined.
    #[inline]
    fn way(&self, hash: u64) -> usize {
        (hash >> 1 >> (63 - self.bits)) as usize
    }

    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.iter().map(|chunk| {
            let page = COUNTS + size_of::<Page<S>>();
            let pages = chunk.pages.iter().map(|each| page + each.bytes_beyond());
            let list = chunk.pages.capacity() * size_of::<Arc<Page<S>>>();
            COUNTS + size_of::<Chunk<S>>() + list + pages.sum::<usize>()
        });
        let ways = self.ways.capacity() * size_of::<Way>();
        let list = self.chunks.capacity() * size_of::<Arc<Chunk<S>>>();
        COUNTS + size_of::<Self>() + ways + list + chunks.sum::<usize>()
    }
}

impl<S: Slot> Chunk<S> {
    /// Returns the number of the way for `hash`.
    fn way(&self, hash: u64) -> usize {
        (hash >> (u64::BITS - CHUNK_BITS - self.depth)) as usize % CHUNK_WAYS
    }

    /// Returns the number of the page for `hash`.
    fn place(&self, hash: u64) -> usize {
        match self.ways.get(self.way(hash)) {
            Some(page) => usize::from(*page),
            None => broken("a chunk has 256 ways"),
        }
    }

    fn page_depth(&self, hash: u64) -> u32 {
        match self.pages.get(self.place(hash)) {
            Some(page) => page.depth(),
            None => broken("each way of a chunk leads to a page"),
        }
    }

    /// Puts two pages in place of the one for `hash`. There is a bit left to tell them apart.
    fn split_page(&mut self, hash: u64) {
        let at = self.place(hash);
        let Some(page) = self.pages.get_mut(at) else {
            broken("each way of a chunk leads to a page");
        };
        let half = self.depth + CHUNK_BITS - page.depth() - 1;
        let (zero, one) = page.split();
        *page = Arc::new(zero);
        // INVARIANT: fits a byte, because no two pages share a way and there are 256 ways.
        let new = self.pages.len() as u8;
        self.pages.push(Arc::new(one));
        for (way, page) in self.ways.iter_mut().enumerate() {
            if usize::from(*page) == at && way >> half & 1 == 1 {
                *page = new;
            }
        }
    }

    /// Returns the two halves of this chunk, one bit deeper.
    ///
    /// No page belongs to both: a chunk is split because of a page that has a single way, so its
    /// ways have been told apart by the first bit already.
    fn split(&self) -> (Self, Self) {
        let (low, high) = self.ways.split_at(CHUNK_WAYS / 2);
        (self.half(low), self.half(high))
    }

    fn half(&self, ways: &[u8]) -> Self {
        let mut half = Self {
            ways: [0; CHUNK_WAYS],
            depth: self.depth + 1,
            pages: Vec::with_capacity(CHUNK_WAYS / 2),
        };
        // Ways to one page stand side by side.
        let mut last = None;
        for (pair, way) in half.ways.chunks_exact_mut(2).zip(ways) {
            if last != Some(*way) {
                last = Some(*way);
                if let Some(page) = self.pages.get(usize::from(*way)) {
                    half.pages.push(Arc::clone(page));
                }
            }
            pair.fill((half.pages.len() - 1) as u8);
        }
        half
    }
}

impl<S> Clone for Root<S> {
    fn clone(&self) -> Self {
        Self {
            bits: self.bits,
            ways: self.ways.clone(),
            chunks: share_all(&self.chunks),
            len: self.len,
        }
    }
}

impl<S> Clone for Chunk<S> {
    fn clone(&self) -> Self {
        Self {
            ways: self.ways,
            depth: self.depth,
            pages: share_all(&self.pages),
        }
    }
}
