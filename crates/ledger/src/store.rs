//! What a store must do. [`crate::memory`] is one; SQL ones live in a crate of their own.

use jiff::Timestamp;

use crate::actor::Actor;
use crate::checkpoint::SignedCheckpoint;
use crate::command::{CommandDigest, CommandId};
use crate::entry::Entry;
use crate::head::{BrokenLink, Head};
use crate::position::Position;
use crate::row::{Expect, Row, RowKey, RowWrite, Table, Version};
use crate::snapshot::Snapshot;

/// What went wrong beneath, in the store's own words.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A place where one log is kept, with the rows beside it.
///
/// What every store promises, and the suite `conformance` (feature `testing`) tests: positions have
/// no gaps; entries are never changed nor deleted; what a call acknowledged survives the end of the
/// process at any instant; a call does all that it was asked or nothing. Calls block until they are
/// durable. Calls from several threads are allowed.
pub trait Store: Send + Sync {
    /// Returns the end of the log, as it is durable.
    fn head(&self) -> Result<Head, ReadError>;

    /// Appends `entries` after `after` and does `writes`, in order, all or nothing; returns the new
    /// head.
    ///
    /// Either may be empty. A write sees the writes ahead of it.
    fn append(
        &self,
        after: &Head,
        entries: &[Entry],
        writes: &[RowWrite],
    ) -> Result<Head, AppendError>;

    /// Returns up to `limit` entries from position `from` on, in order. Fewer only at the end of
    /// the log.
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Entry>, ReadError>;

    /// Returns the entry that a command of this actor left, by the actor's
    /// [`Actor::command_scope`].
    fn find_command(
        &self,
        actor: &Actor,
        id: &CommandId,
    ) -> Result<Option<FoundCommand>, ReadError>;

    /// Returns one row; nothing when it is not there. Rows that are over and not yet swept are
    /// returned too.
    fn row(&self, key: &RowKey) -> Result<Option<Row>, ReadError>;

    /// Returns up to `limit` rows of `table` whose keys begin with `prefix`, in the order of the
    /// bytes of their keys, only those after key `after` (for the next page; empty for the first).
    fn rows(
        &self,
        table: Table,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError>;

    /// Does `writes`, in order, all or nothing, and no matter where the log ends.
    fn write_rows(&self, writes: &[RowWrite]) -> Result<(), WriteRowsError>;

    /// Deletes up to `limit` rows that are over at `now`; returns how many.
    fn sweep_rows(&self, now: Timestamp, limit: usize) -> Result<usize, WriteError>;

    /// Deletes the oldest rows of `table` until `keep` are left; returns how many were deleted.
    fn trim_rows(&self, table: Table, keep: usize) -> Result<usize, WriteError>;

    /// Keeps a snapshot, in place of one of the same format at the same position.
    fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError>;

    /// Returns the newest snapshot of `format` at or before `at`.
    fn find_snapshot(&self, format: u32, at: Position) -> Result<Option<Snapshot>, ReadError>;

    /// Deletes the snapshots of `format` but for the newest `keep`; those of other formats stay.
    fn trim_snapshots(&self, format: u32, keep: usize) -> Result<usize, WriteError>;

    /// Keeps a checkpoint. A text that claims nothing is refused; so is another one for the same
    /// epoch and position.
    fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), PutCheckpointError>;

    /// Returns the checkpoints for positions from `from` on, in order, up to `limit`.
    fn checkpoints(&self, from: Position, limit: usize)
    -> Result<Vec<SignedCheckpoint>, ReadError>;

    /// Begins the next epoch: to be called once after the store was restored from a backup. Returns
    /// the new head.
    fn begin_epoch(&self) -> Result<Head, WriteError>;

    /// Notes for ever that this log ran with a clock that can be set. Returns the new head.
    fn mark_test_clock(&self) -> Result<Head, WriteError>;
}

/// The entry that a command left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundCommand {
    /// Where the entry stands.
    pub position: Position,
    /// The keyed digest of what was asked then.
    pub digest: CommandDigest,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Something stands at this position, and it is no entry.
    #[error("what is stored at position {position} is no entry")]
    Unreadable {
        /// Where.
        position: Position,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// The store could not be read.
    #[error("the store could not be read")]
    Failed(#[source] Source),
}

/// Why something was not written, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Nothing was written.
    #[error("nothing was written")]
    Failed(#[source] Source),
    /// It may have been written or not. Only reading tells.
    #[error("whether it was written is not known")]
    Unknown(#[source] Source),
    /// What was written may be lost at any time, even if it can be read now. The process must end,
    /// and start again from what is durable.
    #[error("the store can no longer make anything durable: this process must end")]
    Fatal(#[source] Source),
}

/// A row write that cannot be done, and with it the whole call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row `{key}` cannot be written: {reason}")]
pub struct RowRefusal {
    /// Which of the call's writes, counted from 0.
    pub write: usize,
    /// Which row.
    pub key: RowKey,
    /// Why.
    pub reason: RowRefusalReason,
}

/// Why a row write cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusalReason {
    /// Something else stands there than the write demands.
    #[error("it was changed in between")]
    Expectation {
        /// What the write demands.
        expected: Expect,
        /// The version that stands there; nothing when there is no row.
        found: Option<Version>,
    },
    /// Rows of this kind stay as they were first written, and this write would change or delete
    /// one.
    #[error("it is kept for ever as it was first written")]
    KeptForEver,
}

/// Why rows were not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteRowsError {
    /// One of them cannot be; none was.
    #[error(transparent)]
    Row(RowRefusal),
    /// The store beneath.
    #[error(transparent)]
    Write(WriteError),
}

/// Why entries were not appended, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The log does not end there: somebody else appended first. Nothing was written.
    #[error("the log ends at position {}, not where the entries would follow", .found.position)]
    Conflict {
        /// Where the log does end.
        found: Box<Head>,
    },
    /// The entries do not follow the head or each other. Nothing was written; the caller is at
    /// fault.
    #[error("the entries are no continuation of the log")]
    Link(#[source] BrokenLink),
    /// An entry comes without its body, which would be lost. Nothing was written; the caller is at
    /// fault.
    #[error("the body of entry {0} is withheld")]
    Withheld(Position),
    /// A command of the same actor with this id has an entry already. Nothing was written; the
    /// caller is at fault.
    #[error("command `{0}` has an entry already")]
    CommandTaken(CommandId),
    /// One of the row writes cannot be done. Nothing was written.
    #[error(transparent)]
    Row(RowRefusal),
    /// The store beneath.
    #[error(transparent)]
    Write(WriteError),
}

/// Why a checkpoint was not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutCheckpointError {
    /// The text is no checkpoint.
    #[error("the text is no checkpoint")]
    NoCheckpoint,
    /// There is another one for the same epoch and position. Giving this one away could show two
    /// pasts of one log.
    #[error("there is another checkpoint for position {0} already")]
    Taken(Position),
    /// The store beneath.
    #[error(transparent)]
    Write(WriteError),
}

/// Returns the entries of `store` from position `from` to the end, read in pages.
///
/// An entry that cannot be read comes as an error after all that stand ahead of it, and ends the
/// walk.
pub fn entries(
    store: &dyn Store,
    from: Position,
) -> impl Iterator<Item = Result<Entry, ReadError>> {
    const PAGE: usize = 1_000;
    let mut next = Some(from);
    std::iter::from_fn(move || {
        let from = next?;
        let (page, error) = read_up_to_the_unreadable(store, from, PAGE);
        next = match (&error, page.last()) {
            (None, Some(last)) => Some(last.position.next()),
            _ => None,
        };
        Some(page.into_iter().map(Ok).chain(error.map(Err)))
    })
    .flatten()
}

fn read_up_to_the_unreadable(
    store: &dyn Store,
    from: Position,
    limit: usize,
) -> (Vec<Entry>, Option<ReadError>) {
    let error = match store.read(from, limit) {
        Ok(page) => return (page, None),
        Err(error) => error,
    };
    let ReadError::Unreadable { position, .. } = &error else {
        return (Vec::new(), Some(error));
    };
    // An entry ahead of the unreadable one may be bad as well, and the first bad one is to be
    // named.
    let ahead = usize::try_from(position.get().saturating_sub(from.get())).unwrap_or(0);
    match store.read(from, ahead.min(limit)) {
        Ok(page) => (
            page.into_iter()
                .filter(|entry| entry.position < *position)
                .collect(),
            Some(error),
        ),
        Err(earlier) => (Vec::new(), Some(earlier)),
    }
}
