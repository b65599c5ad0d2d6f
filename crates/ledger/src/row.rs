//! Rows beside the log: what may change or go, and so has no place in a chain.

use std::fmt;

use jiff::Timestamp;

/// What kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Erasable texts with their salts; see [`crate::text`].
    FreeText,
    /// Secrets of apps, sealed under a key that is not in the store.
    SealedSecret,
    /// One-time codes.
    Code,
    /// Sessions of the console.
    Session,
    /// Campaigns, posts, products.
    Market,
    /// Refusals, kept for a while for explanations.
    Refusal,
    /// Texts of rulebooks under their digest. These alone are never changed or deleted.
    Rulebook,
}

impl Table {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::FreeText,
        Self::SealedSecret,
        Self::Code,
        Self::Session,
        Self::Market,
        Self::Refusal,
        Self::Rulebook,
    ];

    /// Returns the name under which a store keeps the kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreeText => "free_text",
            Self::SealedSecret => "sealed_secret",
            Self::Code => "code",
            Self::Session => "session",
            Self::Market => "market",
            Self::Refusal => "refusal",
            Self::Rulebook => "rulebook",
        }
    }

    /// Returns whether a row of this kind stays as it was first written.
    #[must_use]
    pub const fn is_kept_for_ever(self) -> bool {
        matches!(self, Self::Rulebook)
    }

    /// Returns whether a deleted row of this kind must leave no trace in the store's files.
    #[must_use]
    pub const fn is_erased_when_deleted(self) -> bool {
        matches!(self, Self::FreeText | Self::SealedSecret)
    }
}

/// Which row: its kind and its key within the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// The kind.
    pub table: Table,
    /// The key, any text.
    pub key: Box<str>,
}

impl RowKey {
    /// Returns the row `key` of `table`.
    #[must_use]
    pub fn new(table: Table, key: &str) -> Self {
        Self {
            table,
            key: key.into(),
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.table.name(), self.key)
    }
}

/// Version of a row. Versions only grow, and none is given twice in one store: not even to a row
/// that was deleted and written again under the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// Takes a number as a version.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A row as it stands in the store. Debug prints no value: it may be a secret or a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Which row.
    pub key: RowKey,
    /// Its version.
    pub version: Version,
    /// Its value.
    pub value: Vec<u8>,
    /// From when on it is swept away; nothing for rows that stay. A row is over *at* this time.
    pub until: Option<Timestamp>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("key", &self.key)
            .field("version", &self.version)
            .field("bytes", &self.value.len())
            .field("until", &self.until)
            .finish()
    }
}

/// What a write demands of the row that stands there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing.
    Any,
    /// That there is none.
    Absent,
    /// That it has this version.
    Version(Version),
}

impl Expect {
    /// Returns whether the version that was found (nothing: no row) is what is expected.
    #[must_use]
    pub fn is_met_by(self, found: Option<Version>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => found.is_none(),
            Self::Version(expected) => found == Some(expected),
        }
    }
}

/// What is done to a row.
#[derive(Clone, PartialEq, Eq)]
pub enum RowChange {
    /// The row is made or replaced.
    Put {
        /// Its value.
        value: Vec<u8>,
        /// From when on it is swept away.
        until: Option<Timestamp>,
    },
    /// The row is deleted, if it is there.
    Delete,
}

impl fmt::Debug for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { value, until } => f
                .debug_struct("Put")
                .field("bytes", &value.len())
                .field("until", until)
                .finish(),
            Self::Delete => f.write_str("Delete"),
        }
    }
}

/// One write to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowWrite {
    /// Which row.
    pub key: RowKey,
    /// What must stand there.
    pub expect: Expect,
    /// What is done to it.
    pub change: RowChange,
}

impl RowWrite {
    /// Returns the write that makes or replaces row `key`, whatever stands there, to stay until it
    /// is deleted.
    #[must_use]
    pub fn put(key: RowKey, value: Vec<u8>) -> Self {
        Self {
            key,
            expect: Expect::Any,
            change: RowChange::Put { value, until: None },
        }
    }

    /// Returns the write that makes or replaces row `key`, whatever stands there, to be swept away
    /// from `until` on.
    #[must_use]
    pub fn put_until(key: RowKey, value: Vec<u8>, until: Timestamp) -> Self {
        Self {
            key,
            expect: Expect::Any,
            change: RowChange::Put {
                value,
                until: Some(until),
            },
        }
    }

    /// Returns the write that deletes row `key`, whether or not it is there.
    #[must_use]
    pub fn delete(key: RowKey) -> Self {
        Self {
            key,
            expect: Expect::Any,
            change: RowChange::Delete,
        }
    }

    /// Returns the same write with a demand on what stands there now.
    #[must_use]
    pub fn expecting(self, expect: Expect) -> Self {
        Self { expect, ..self }
    }
}
