//! Numbers that look random and are the same each time.

/// A source of numbers (splitmix64). Not for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Returns the dice of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns any number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from `least` to `most`, both included.
    pub fn number(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least).unwrap_or(0).saturating_add(1);
        least + i64::try_from(self.roll() % span).unwrap_or(0)
    }

    /// Returns a number from `least` to `most`, both included.
    pub fn count(&mut self, least: usize, most: usize) -> usize {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0) + 1;
        least + usize::try_from(self.roll() % span).unwrap_or(0)
    }

    /// Returns yes in so many cases of a hundred.
    pub const fn chance(&mut self, percent: u64) -> bool {
        self.roll() % 100 < percent
    }

    /// Returns one of several; nothing if there is none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = self.count(0, of.len().saturating_sub(1));
        of.get(index)
    }

    /// Returns those of several that come up, each in so many cases of a hundred.
    pub fn some<T: Clone>(&mut self, of: &[T], percent: u64) -> Vec<T> {
        let mut found = of.to_vec();
        found.retain(|_| self.chance(percent));
        found
    }

    /// Puts several things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for index in (1..things.len()).rev() {
            things.swap(index, self.count(0, index));
        }
    }
}
