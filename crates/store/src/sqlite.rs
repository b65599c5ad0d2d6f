//! The SQLite store: opening it, and the [`Store`] it is. One file below for each table.

pub(crate) mod log;

mod checkpoint;
mod entry;
mod failure;
mod open;
mod side_row;
mod snapshot;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ledger::store::{PutCheckpointError, WriteRowsError};
use ledger::{
    Actor, AppendError, CommandId, Entry, FoundCommand, Head, Position, ReadError, Row, RowKey,
    RowWrite, SignedCheckpoint, Snapshot, Store, Table, WriteError,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::lock::FileLock;
pub use open::OpenError;

/// A ledger in one SQLite file, which this process alone has open.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Mutex<Connection>,
    /// A second connection, so that nobody who reads waits for the disk. It sees what is committed.
    reader: Mutex<Connection>,
    /// Set when the disk failed a write: from then on nothing that can be read is known to be
    /// durable.
    is_broken: AtomicBool,
    _lock: FileLock,
}

impl SqliteStore {
    fn reader(&self) -> Result<MutexGuard<'_, Connection>, ReadError> {
        if self.is_broken.load(Ordering::Acquire) {
            return Err(ReadError::Failed(
                "the store failed to make a write durable".into(),
            ));
        }
        // A poisoned lock is taken all the same: SQLite's own state outlives a panic of ours, and
        // an open transaction was rolled back when it was dropped.
        Ok(self.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read_with<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ReadError> {
        let reader = self.reader()?;
        query(&reader).map_err(|error| ReadError::Failed(Box::new(error)))
    }

    /// Does `work` in one transaction, durable when this returns. `wrap` makes the caller's error
    /// of a write error.
    fn write_with<T, E>(
        &self,
        wrap: fn(WriteError) -> E,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.is_broken.load(Ordering::Acquire) {
            return Err(wrap(WriteError::Fatal(
                "an earlier write was not made durable".into(),
            )));
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| wrap(failure::before_commit(error)))?;
        let done = work(&transaction)?;
        transaction.commit().map_err(|error| {
            let error = failure::of_commit(error);
            self.note_failure(&error);
            wrap(error)
        })?;
        Ok(done)
    }

    /// Leaves no trace of deleted rows in the file that is written ahead. The freed pages of the
    /// database itself were filled with zeros already (`secure_delete`).
    ///
    /// Called after a commit, which stands whatever happens here. A reader from outside can be in
    /// the way; then the next erasure does it, or the next start.
    fn scrub(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = open::empty_the_file_written_ahead(&writer) {
            self.note_failure(&failure::of_commit(error));
        }
    }

    fn note_failure(&self, error: &WriteError) {
        if matches!(error, WriteError::Fatal(_)) {
            self.is_broken.store(true, Ordering::Release);
        }
    }
}

impl Store for SqliteStore {
    fn head(&self) -> Result<Head, ReadError> {
        self.read_with(log::head)
    }

    fn append(
        &self,
        after: &Head,
        entries: &[Entry],
        writes: &[RowWrite],
    ) -> Result<Head, AppendError> {
        let end = after.follow_all(entries);
        let head = self.write_with(AppendError::Write, |transaction| {
            let sql = |error| AppendError::Write(failure::before_commit(error));
            let found = log::head(transaction).map_err(sql)?;
            if !found.is_same_end(after) {
                return Err(AppendError::Conflict {
                    found: Box::new(found),
                });
            }
            let end = Head {
                clock: found.clock,
                ..end.map_err(AppendError::Link)?
            };
            for new in entries {
                entry::insert(transaction, new)?;
            }
            side_row::write_all(transaction, writes).map_err(|error| match error {
                WriteRowsError::Row(refusal) => AppendError::Row(refusal),
                WriteRowsError::Write(error) => AppendError::Write(error),
            })?;
            log::move_head(transaction, &end).map_err(sql)?;
            Ok(end)
        })?;
        if side_row::erases(writes) {
            self.scrub();
        }
        Ok(head)
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Entry>, ReadError> {
        entry::read(&*self.reader()?, from, limit)
    }

    fn find_command(
        &self,
        actor: &Actor,
        id: &CommandId,
    ) -> Result<Option<FoundCommand>, ReadError> {
        self.read_with(|connection| entry::find_command(connection, actor, id))
    }

    fn row(&self, key: &RowKey) -> Result<Option<Row>, ReadError> {
        self.read_with(|connection| side_row::get(connection, key))
    }

    fn rows(
        &self,
        table: Table,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError> {
        self.read_with(|connection| side_row::page(connection, table, prefix, after, limit))
    }

    fn write_rows(&self, writes: &[RowWrite]) -> Result<(), WriteRowsError> {
        self.write_with(WriteRowsError::Write, |transaction| {
            side_row::write_all(transaction, writes)
        })?;
        if side_row::erases(writes) {
            self.scrub();
        }
        Ok(())
    }

    fn sweep_rows(&self, now: Timestamp, limit: usize) -> Result<usize, WriteError> {
        let deleted = self.write_with(
            |error| error,
            |transaction| side_row::sweep(transaction, now, limit).map_err(failure::before_commit),
        )?;
        if deleted.iter().any(|table| table.is_erased_when_deleted()) {
            self.scrub();
        }
        Ok(deleted.len())
    }

    fn trim_rows(&self, table: Table, keep: usize) -> Result<usize, WriteError> {
        if table.is_kept_for_ever() {
            return Ok(0);
        }
        let deleted = self.write_with(
            |error| error,
            |transaction| side_row::trim(transaction, table, keep).map_err(failure::before_commit),
        )?;
        if table.is_erased_when_deleted() {
            self.scrub();
        }
        Ok(deleted)
    }

    fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        self.write_with(
            |error| error,
            |transaction| snapshot::put(transaction, snapshot).map_err(failure::before_commit),
        )
    }

    fn find_snapshot(&self, format: u32, at: Position) -> Result<Option<Snapshot>, ReadError> {
        self.read_with(|connection| snapshot::find(connection, format, at))
    }

    fn trim_snapshots(&self, format: u32, keep: usize) -> Result<usize, WriteError> {
        self.write_with(
            |error| error,
            |transaction| snapshot::trim(transaction, format, keep).map_err(failure::before_commit),
        )
    }

    fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), PutCheckpointError> {
        let claim = checkpoint.claim().ok_or(PutCheckpointError::NoCheckpoint)?;
        self.write_with(PutCheckpointError::Write, |transaction| {
            checkpoint::put(transaction, &claim, checkpoint)
        })
    }

    fn checkpoints(
        &self,
        from: Position,
        limit: usize,
    ) -> Result<Vec<SignedCheckpoint>, ReadError> {
        self.read_with(|connection| checkpoint::list(connection, from, limit))
    }

    fn begin_epoch(&self) -> Result<Head, WriteError> {
        self.write_with(
            |error| error,
            |transaction| log::begin_epoch(transaction).map_err(failure::before_commit),
        )
    }

    fn mark_test_clock(&self) -> Result<Head, WriteError> {
        self.write_with(
            |error| error,
            |transaction| log::mark_test_clock(transaction).map_err(failure::before_commit),
        )
    }
}

/// Returns the number as SQLite has numbers. Beyond 2^63 there is nothing to be found, so the
/// largest will do.
fn sql_int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a limit as SQLite has numbers.
fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use ledger::{
        Actor, AppendError, Command, CommandDigest, CommandId, Draft, LogId, Position, Realm,
        RowKey, RowWrite, Store as _, Table, WriteError,
    };

    use super::SqliteStore;

    #[test]
    fn a_commit_waits_for_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.db");
        let store = SqliteStore::open_or_create(&path, LogId::from_random([7; 16])).unwrap();
        let writer = store.writer.lock().unwrap();
        let pragma = |name| {
            writer
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                .unwrap()
        };
        // 2 is `full`: the file that is written ahead is synced with each commit. A test that kills
        // a process cannot see that, for the system keeps what a killed process wrote.
        assert_eq!((pragma("synchronous"), pragma("fullfsync")), (2, 1));
        assert_eq!((pragma("secure_delete"), pragma("foreign_keys")), (1, 1));
        let mode: String = writer
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
    }

    #[test]
    fn a_full_disk_takes_nothing_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.db");
        let store = SqliteStore::open_or_create(&path, LogId::from_random([7; 16])).unwrap();
        let draft = Draft {
            realm: Realm::parse("meta").unwrap(),
            actor: Actor::System,
            command: Command {
                id: CommandId::parse("c1").unwrap(),
                digest: CommandDigest::from_bytes([1; 32]),
            },
            body: "{}".to_owned(),
        };
        let head = store.head().unwrap();
        let entry = draft.seal(&head, head.time);
        let pages = |count: u32| {
            let writer = store.writer.lock().unwrap();
            let set = format!("pragma max_page_count = {count}");
            writer
                .query_row(&set, (), |row| row.get::<_, u32>(0))
                .unwrap()
        };
        // SQLite takes a number below the size of the file for that size.
        pages(1);
        let large = RowWrite::put(RowKey::new(Table::Market, "large"), vec![1; 100_000]);
        let full = store.append(&head, std::slice::from_ref(&entry), &[large]);
        assert!(
            matches!(full, Err(AppendError::Write(WriteError::Failed(_)))),
            "{full:?}"
        );
        assert_eq!(store.head().unwrap(), head);
        pages(1_000_000);
        store
            .append(&head, std::slice::from_ref(&entry), &[])
            .unwrap();
        assert_eq!(store.read(Position::FIRST, 10).unwrap(), [entry]);
    }
}
