//! Where an entry stands in the log.

use std::fmt;

/// Position of an entry in the log. The first entry has position 1; 0 means "empty log".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// The position of a log without entries.
    pub const EMPTY: Self = Self(0);
    /// The position of the first entry.
    pub const FIRST: Self = Self(1);

    /// Takes a count of entries as a position.
    #[must_use]
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// Returns how many entries there are up to and with this one.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the position after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Which life of a log: 1 from the start, one more each time it is restored from a backup.
///
/// A restored log may have lost its newest entries and give their positions to others. The epoch
/// keeps a consistency token of the lost entries from being taken for one of the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u32);

impl Epoch {
    /// The epoch of a log that was never restored.
    pub const FIRST: Self = Self(1);

    /// Takes a number as an epoch.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Returns the epoch after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
