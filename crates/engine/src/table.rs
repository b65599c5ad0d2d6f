//! Tables of small pages, copied on write: the storage under the directory.
//!
//! A table is a tree of three levels: a root, chunks, and pages of about 16 KiB, all behind [`Arc`].
//! Cloning a table clones one `Arc`, whatever its size. A writer changes its own clone: the first
//! write to a page after a clone copies the root, one chunk and that page, and every other page
//! stays shared. So one mechanism gives readers that never wait, the writer's working copy,
//! overlays for "what if", and old versions that last as long as somebody holds them.
//!
//! There are two shapes. [`PageVec`] keeps rows under dense numbers. [`SlotMap`] finds small slots
//! by their hash, several under one hash if need be; a [`Sieve`] says beforehand of most hashes that
//! they are not there. [`HashSeed`] makes the hashes.
//!
//! What is not here: locks, `unsafe`, randomness, and knowledge of what the rows mean. Pages are
//! never merged: a table that shrinks keeps its pages until it is dropped.
//!
//! A version that somebody still holds keeps all its pages alive. Let go of it soon.
//!
//! [`Arc`]: std::sync::Arc

mod hash_seed;
mod page_vec;
mod shared;
mod sieve;
mod slot_directory;
mod slot_map;
mod slot_page;

pub use hash_seed::{HashSeed, pair_hash};
pub use page_vec::PageVec;
pub use sieve::Sieve;
pub use slot_map::{Slot, SlotMap, Slots, Spot};
