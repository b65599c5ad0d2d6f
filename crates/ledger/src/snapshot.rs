//! Snapshots: the state at a position, so that a start needs not fold the whole log.

use crate::hash::Hash;
use crate::position::Position;

/// The state of a machine after the entry at `position`. Only a shortcut: the log alone is the
/// truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last entry that is in it.
    pub position: Position,
    /// The hash of that entry. A snapshot whose hash is not the log's is not of this log's past,
    /// and must not be used.
    pub hash: Hash,
    /// The version of the form of `bytes`. A reader asks for the one form that it knows.
    pub format: u32,
    /// The state, in that form.
    pub bytes: Vec<u8>,
}
