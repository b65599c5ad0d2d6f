//! Rows under dense numbers.

use std::fmt;
use std::sync::Arc;

use prefetch_index::prefetch_index;

use super::shared::{COUNTS, broken, share_all, share_places};

/// A growing list of rows, numbered from 0, that is cloned in constant time.
///
/// Rows live in pages of about 16 KiB, a power of two of them each. The last page is kept apart and
/// grows as a `Vec` does, so a short list costs little.
pub struct PageVec<T> {
    root: Arc<Root<T>>,
}

struct Root<T> {
    chunks: Vec<Arc<Chunk<T>>>,
    /// INVARIANT: shorter than a page; the rows before it fill whole pages.
    tail: Arc<Vec<T>>,
    len: u32,
}

/// Up to [`FANOUT`] full pages, the first ones. INVARIANT: only the last chunk of a root has fewer,
/// and no chunk has none.
struct Chunk<T> {
    // In place and not in a `Vec`: a reader would wait for one more load.
    pages: [Option<Arc<[T]>>; FANOUT],
}

const FANOUT_BITS: u32 = 7;
const FANOUT: usize = 1 << FANOUT_BITS;
const PAGE_BYTES: usize = 16_384;

impl<T> PageVec<T> {
    /// Rows in a full page: the largest power of two that fits [`PAGE_BYTES`], at least one.
    const ROWS: usize = {
        let size = if size_of::<T>() == 0 {
            1
        } else {
            size_of::<T>()
        };
        let fit = PAGE_BYTES / size;
        if fit == 0 { 1 } else { 1 << fit.ilog2() }
    };
    const SHIFT: u32 = Self::ROWS.ilog2();
    const MASK: usize = Self::ROWS - 1;

    /// Returns an empty list.
    pub fn new() -> Self {
        Self {
            root: Arc::new(Root {
                chunks: Vec::new(),
                tail: Arc::new(Vec::new()),
                len: 0,
            }),
        }
    }

    /// Returns the number of rows.
    #[inline]
    pub fn len(&self) -> u32 {
        self.root.len
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.root.len == 0
    }

    /// Returns row `index`, or `None` beyond the end.
    #[inline]
    pub fn get(&self, index: u32) -> Option<&T> {
        let root = &*self.root;
        let index = index as usize;
        let page = index >> Self::SHIFT;
        let chunk = root.chunks.get(page >> FANOUT_BITS);
        match chunk.and_then(|chunk| chunk.pages.get(page % FANOUT)) {
            Some(Some(rows)) => rows.get(index & Self::MASK),
            _ => root.tail.get(index.wrapping_sub(root.paged())),
        }
    }

    /// Asks for the memory of row `index`, and waits for nothing. Of the last page, while it grows, nothing
    /// is asked for.
    #[inline]
    pub fn prefetch(&self, index: u32) {
        let index = index as usize;
        let page = index >> Self::SHIFT;
        let chunk = self.root.chunks.get(page >> FANOUT_BITS);
        if let Some(Some(rows)) = chunk.and_then(|chunk| chunk.pages.get(page % FANOUT)) {
            prefetch_index(rows, index & Self::MASK);
        }
    }

    /// Returns the rows in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let rows = self.root.pages().flat_map(|rows| rows.iter());
        rows.chain(self.root.tail.iter())
    }

    /// Returns the heap memory behind this list, in bytes, shared pages included. What the rows
    /// themselves own is not counted.
    pub fn bytes(&self) -> usize {
        let root = &*self.root;
        let row = size_of::<T>();
        let pages = root.pages().count() * (COUNTS + Self::ROWS * row);
        let chunks = root.chunks.len() * (COUNTS + size_of::<Chunk<T>>());
        let list = root.chunks.capacity() * size_of::<Arc<Chunk<T>>>();
        let tail = COUNTS + size_of::<Vec<T>>() + root.tail.capacity() * row;
        COUNTS + size_of::<Root<T>>() + list + chunks + pages + tail
    }
}

impl<T: Clone> PageVec<T> {
    /// Adds a row at the end and returns its number.
    ///
    /// Panics at 2^32 rows: a number that is given twice would show one row in place of another.
    pub fn push(&mut self, row: T) -> u32 {
        let root = Arc::make_mut(&mut self.root);
        let index = root.len;
        assert!(index < u32::MAX, "a table holds less than 2^32 rows");
        root.len += 1;
        let tail = Arc::make_mut(&mut root.tail);
        tail.push(row);
        if tail.len() == Self::ROWS {
            let page = std::mem::take(tail).into();
            root.push_page(page, index as usize >> Self::SHIFT);
        }
        index
    }

    /// Takes the last row away and returns it; `None` if there is none.
    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let root = Arc::make_mut(&mut self.root);
        root.len -= 1;
        if root.tail.is_empty() {
            let page = root.pop_page(root.len as usize >> Self::SHIFT);
            root.tail = Arc::new(page.to_vec());
        }
        Arc::make_mut(&mut root.tail).pop()
    }

    /// Returns row `index` to be changed, or `None` beyond the end. Copies what others share.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        if index >= self.root.len {
            return None;
        }
        let root = Arc::make_mut(&mut self.root);
        let index = index as usize;
        match index.checked_sub(root.paged()) {
            Some(row) => Arc::make_mut(&mut root.tail).get_mut(row),
            None => {
                let page = index >> Self::SHIFT;
                let chunk = Arc::make_mut(root.chunks.get_mut(page >> FANOUT_BITS)?);
                let rows = chunk.pages.get_mut(page % FANOUT)?;
                Arc::make_mut(rows.as_mut()?).get_mut(index & Self::MASK)
            }
        }
    }
}

impl<T> Root<T> {
    /// Returns how many rows are in full pages.
    fn paged(&self) -> usize {
        self.len as usize & !PageVec::<T>::MASK
    }

    fn pages(&self) -> impl Iterator<Item = &Arc<[T]>> {
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.pages.iter().flatten())
    }

    /// Adds a page after the others, of which there are `before`.
    fn push_page(&mut self, page: Arc<[T]>, before: usize) {
        if before.is_multiple_of(FANOUT) {
            self.chunks.push(Arc::new(Chunk {
                pages: [const { None }; FANOUT],
            }));
        }
        let chunk = self.chunks.last_mut().map(Arc::make_mut);
        match chunk.and_then(|chunk| chunk.pages.get_mut(before % FANOUT)) {
            Some(place) => *place = Some(page),
            None => broken("the last chunk has room for the next page"),
        }
    }

    /// Takes the last page away, before which there are `before`.
    fn pop_page(&mut self, before: usize) -> Arc<[T]> {
        let chunk = self.chunks.last_mut().map(Arc::make_mut);
        let place = chunk.and_then(|chunk| chunk.pages.get_mut(before % FANOUT));
        let Some(page) = place.and_then(Option::take) else {
            broken("rows that are not in the tail are in a page");
        };
        if before.is_multiple_of(FANOUT) {
            self.chunks.pop();
        }
        page
    }
}

// By hand, here and below: sharing needs no `T: Clone`.
impl<T> Clone for PageVec<T> {
    fn clone(&self) -> Self {
        Self {
            root: Arc::clone(&self.root),
        }
    }
}

impl<T> Clone for Root<T> {
    fn clone(&self) -> Self {
        Self {
            chunks: share_all(&self.chunks),
            tail: Arc::clone(&self.tail),
            len: self.len,
        }
    }
}

impl<T> Clone for Chunk<T> {
    fn clone(&self) -> Self {
        Self {
            pages: share_places(&self.pages),
        }
    }
}

impl<T> Default for PageVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for PageVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
