//! What a table may have: a few bits for each hash.

use super::page_vec::PageVec;

/// Says of most hashes that a table does not have them, from a byte or two for each that it has.
///
/// For tables that are asked in vain more often than not: a slot is waited for, these few bits stay
/// in the cache. What a table lost is not forgotten. Whoever keeps a sieve makes it anew when it is full.
#[derive(Clone, Debug)]
pub struct Sieve {
    /// INVARIANT: at least one; how many there are does not change.
    words: PageVec<u64>,
    noted: u32,
}

/// Hashes for each word, at the most. With three bits of each, one hash in twelve of those that the
/// table does not have is then looked for in vain; with fewer hashes there would be more to keep in the cache.
const FULL: usize = 12;

impl Sieve {
    /// Returns a sieve of no hashes, with room for so many, half as many again, and a few more.
    pub fn with_room(hashes: usize) -> Self {
        let mut words = PageVec::new();
        for _ in 0..=(hashes + hashes / 2) / FULL {
            words.push(0);
        }
        Self { words, noted: 0 }
    }

    /// Notes a hash.
    pub fn note(&mut self, hash: u64) {
        self.noted += 1;
        let place = self.place(hash);
        if let Some(word) = self.words.get_mut(place) {
            *word |= bits(hash);
        }
    }

    /// Returns whether it says "may have" too often by now.
    pub fn is_full(&self) -> bool {
        self.noted as usize > FULL * self.words.len() as usize
    }

    /// Returns false if the hash was never noted; true says little.
    #[inline]
    pub fn may_have(&self, hash: u64) -> bool {
        let bits = bits(hash);
        self.words
            .get(self.place(hash))
            .is_some_and(|word| word & bits == bits)
    }

    /// Asks for what [`may_have`](Self::may_have) looks at, and waits for nothing.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        self.words.prefetch(self.place(hash));
    }

    /// Returns the heap memory behind it, in bytes, shared pages included.
    pub fn bytes(&self) -> usize {
        self.words.bytes()
    }

    /// The top half of the hash says which word, its low bits which bits there.
    #[inline]
    fn place(&self, hash: u64) -> u32 {
        (((hash >> 32) * u64::from(self.words.len())) >> 32) as u32
    }
}

#[inline]
const fn bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
}

impl Default for Sieve {
    fn default() -> Self {
        Self::with_room(0)
    }
}
