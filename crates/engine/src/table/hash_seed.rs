//! Hashes for table keys. The seed is a parameter: this crate has no randomness of its own.

use std::hash::{BuildHasher, Hasher};

use foldhash::SharedSeed;
use foldhash::quality::{FixedState, FoldHasher};

/// The secret that hashes depend on, so that nobody outside can choose keys that collide.
///
/// Make one per process, from a random number, and keep it as long as the tables that use it.
#[derive(Clone, Debug)]
pub struct HashSeed {
    own: u64,
    // Derived from the seed as well: with well-known multipliers a chosen key of up to 16 bytes
    // could cancel the secret part.
    shared: SharedSeed,
}

impl HashSeed {
    /// Returns the seed made of `seed`. The same number gives the same hashes in every process of
    /// the same build; do not store them.
    pub fn new(seed: u64) -> Self {
        Self {
            own: seed,
            shared: SharedSeed::from_u64(seed),
        }
    }

    /// Returns the hash of a byte string. All 64 bits are fit for use.
    #[inline]
    pub fn bytes(&self, key: &[u8]) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        hasher.write(key);
        hasher.finish()
    }

    /// Returns the hash of a long number and a short one. All 64 bits are fit for use.
    #[inline]
    pub fn long_and_short(&self, long: u64, short: u32) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        hasher.write_u64(long);
        hasher.write_u32(short);
        hasher.finish()
    }

    /// Returns the hash of two numbers; the order counts. All 64 bits are fit for use.
    #[inline]
    pub fn pair(&self, first: u32, second: u32) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        hasher.write_u64(joined(first, second));
        hasher.finish()
    }
}

/// Returns the hash of two numbers without a seed; the order counts.
///
/// For slots that have no room for their hash and compute it again. Use it only for numbers of our
/// own making, such as dense ids: whoever may choose both numbers freely could make them collide.
#[inline]
pub fn pair_hash(first: u32, second: u32) -> u64 {
    FixedState::with_seed(0).hash_one(joined(first, second))
}

fn joined(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}
