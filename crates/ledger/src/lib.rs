//! The ledger: an append-only log of entries, one command each, chained by their hashes.
//!
//! What an access control plane says today rests on what was done before: who was made admin, which
//! partner was given what, which grant ended. That history is the product's truth; the directory in
//! memory is a fold over it. So it must be possible to show that nobody changed it, to leave a
//! person's name out of it afterwards, and to lose nothing of it that was ever acknowledged. The
//! first two are this crate; the third is the promise of a [`store::Store`], which this crate
//! names, tests, and keeps in memory.
//!
//! An [`entry::Entry`] has a position without gaps, a time that never runs backwards, an actor, a
//! command id and a body. Its hash covers all of these and the hash ahead of it, the body by its
//! digest, so that an export can withhold bodies and still be verified. [`verify`] walks a log and
//! names the first bad entry. A [`checkpoint`] is a signed head: it holds even somebody who can
//! rewrite the whole database to what he said before.
//!
//! What is not here: what a body means (it is text to us), deciding, SQL, threads, a clock and
//! randomness. Times, salts and keys are parameters.

// In reading order; the formatter sorts within a group.

// What an entry is made of.
pub mod actor;
pub mod command;
pub mod hash;
pub mod log_id;
pub mod position;
pub mod realm;

// The chain.
pub mod entry;
pub mod head;
pub mod line;
pub mod token;

// Who vouches for it, and whether it holds.
pub mod checkpoint;
pub mod note;
pub mod verify;

// What stands beside it.
pub mod row;
pub mod snapshot;
pub mod text;

// Where it is kept.
pub mod memory;
pub mod store;

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
#[cfg(any(test, feature = "testing"))]
pub mod faulty;

mod hex;
#[cfg(test)]
mod toy;

pub use actor::Actor;
pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use command::{Command, CommandDigest, CommandId};
pub use entry::{Body, Draft, Entry};
pub use hash::Hash;
pub use head::{Head, LogClock};
pub use log_id::LogId;
pub use memory::MemoryStore;
pub use note::{NoteSigner, NoteVerifier};
pub use position::{Epoch, Position};
pub use realm::Realm;
pub use row::{Expect, Row, RowChange, RowKey, RowWrite, Table, Version};
pub use snapshot::Snapshot;
pub use store::{AppendError, FoundCommand, ReadError, RowRefusal, Store, WriteError};
pub use text::{FreeText, TextDigest, TextRead};
pub use token::ConsistencyToken;
