//! Where a ledger is kept on disk: SQLite, one file, nothing to install.
//!
//! [`sqlite::SqliteStore`] is a [`ledger::Store`]: it passes the same suite as the store in memory,
//! and what it acknowledged survives the end of the process at any instant. It writes ahead (WAL)
//! with `synchronous = full`, so a call returns when its bytes are on the disk and not before. One
//! process owns a file: a second one is refused by a lock that the system takes back when its
//! holder dies.
//!
//! The rules of an append-only log stand in the schema (`migrations/`): a position that leaves a
//! gap, a changed or deleted entry, a head that is not the last entry are refused by triggers,
//! whoever asks. That keeps mistakes out; somebody with the file in his hands can drop a trigger,
//! and is found by [`ledger::verify`].
//!
//! This crate holds the only SQL of the project. What is not here: what rows and bodies mean, and
//! when to write.

// In reading order; the formatter sorts within a group.

pub mod sqlite;

mod lock;
mod migration;

pub use sqlite::{OpenError, SqliteStore};
