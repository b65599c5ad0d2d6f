//! Which business has shared anything to which.

use super::index::NONE;
use crate::table::{Sieve, Slot, SlotMap, pair_hash};

/// Pairs of an owner and a partner, each with how many accepted shares there are between them.
///
/// Asked whenever somebody who has nothing to do with an asset is refused, and hardly ever the answer
/// is yes: the sieve says so without waiting for a slot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partners {
    shares: SlotMap<Between>,
    sieve: Sieve,
}

#[derive(Debug, Clone, Copy)]
struct Between {
    /// [`NONE`] when vacant.
    owner: u32,
    partner: u32,
    shares: u32,
}

impl Default for Between {
    fn default() -> Self {
        Self {
            owner: NONE,
            partner: NONE,
            shares: 0,
        }
    }
}

impl Slot for Between {
    type Slots = [Self; 1362];

    fn hash(&self) -> u64 {
        pair_hash(self.owner, self.partner)
    }

    fn is_vacant(&self) -> bool {
        self.owner == NONE
    }
}

impl Partners {
    /// Has a business shared anything to another, which accepted it?
    #[inline]
    pub(crate) fn has(&self, owner: u32, partner: u32) -> bool {
        let hash = pair_hash(owner, partner);
        self.sieve.may_have(hash) && self.shares_of(hash, owner, partner) > 0
    }

    /// Asks for what [`has`](Self::has) looks at first, and waits for nothing.
    #[inline]
    pub(crate) fn prefetch(&self, owner: u32, partner: u32) {
        self.sieve.prefetch(pair_hash(owner, partner));
    }

    #[inline(never)]
    fn shares_of(&self, hash: u64, owner: u32, partner: u32) -> u32 {
        let same = |one: &Between| one.owner == owner && one.partner == partner;
        self.shares.find(hash, same).map_or(0, |one| one.shares)
    }

    /// Counts one accepted share more, or less.
    pub(super) fn count(&mut self, owner: u32, partner: u32, more: bool) {
        let hash = pair_hash(owner, partner);
        let same = |one: &Between| one.owner == owner && one.partner == partner;
        let count = self.shares_of(hash, owner, partner);
        let between = |shares| Between {
            owner,
            partner,
            shares,
        };
        match (more, count) {
            (true, 0) => {
                self.shares.insert(between(1));
                self.sieve.note(hash);
                if self.sieve.is_full() {
                    self.sift();
                }
            }
            (true, _) => drop(self.shares.replace(hash, same, between(count + 1))),
            (false, 0 | 1) => drop(self.shares.remove(hash, same)),
            (false, _) => drop(self.shares.replace(hash, same, between(count - 1))),
        }
    }

    /// Makes the sieve anew, of what there is.
    #[cold]
    fn sift(&mut self) {
        self.sieve = Sieve::with_room(self.shares.len());
        for between in self.shares.iter() {
            self.sieve.note(between.hash());
        }
    }

    /// Returns the heap memory behind it, in bytes, shared pages included.
    pub(super) fn bytes(&self) -> usize {
        self.shares.bytes() + self.sieve.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing but memory is waited for where the sieve has become full, so no answer shows it.
    #[test]
    fn the_sieve_says_no_of_most_pairs_however_many_there_are() {
        let mut partners = Partners::default();
        for owner in 0..2_000 {
            partners.count(owner, owner + 1, true);
        }
        let others = (0..2_000).map(|owner| pair_hash(owner, owner + 2));
        let asked_in_vain = others.filter(|hash| partners.sieve.may_have(*hash)).count();
        assert!(asked_in_vain < 2_000 / 6, "{asked_in_vain}");
        assert!((0..2_000).all(|owner| partners.has(owner, owner + 1)));
    }
}
