//! A store that fails on purpose, for tests of what stands above it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::actor::Actor;
use crate::checkpoint::SignedCheckpoint;
use crate::command::CommandId;
use crate::entry::{Draft, Entry};
use crate::head::Head;
use crate::position::Position;
use crate::row::{Expect, Row, RowKey, RowWrite, Table, Version};
use crate::snapshot::Snapshot;
use crate::store::{
    AppendError, FoundCommand, PutCheckpointError, ReadError, Store, WriteError, WriteRowsError,
};

/// How one append goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written, and the caller is told so.
    Before,
    /// Everything is durable, and the caller is told that the outcome is unknown.
    After,
    /// Nothing is written, and the caller is told that the outcome is unknown.
    Lost,
    /// The store breaks off in the middle of its work, and the caller is told that the outcome is
    /// unknown.
    Torn,
    /// Everything is durable, the outcome is unknown to the caller, and the next look at the head
    /// fails as well.
    AfterAndBlind,
    /// Making it durable fails: the process must end.
    Fsync,
    /// Somebody else appends this draft first.
    Outsider(Box<Draft>),
    /// Somebody else appends this draft first, nothing else is written, and the outcome is unknown
    /// to the caller.
    LostToOutsider(Box<Draft>),
    /// Everything is durable, somebody else appends this draft after it, and the outcome is unknown
    /// to the caller.
    AfterAndOutsider(Box<Draft>),
}

/// A store around another one, whose appends fail as planned. Everything else is passed on.
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: S,
    plan: Mutex<Plan>,
}

#[derive(Debug)]
struct Plan {
    appends: VecDeque<Option<Fault>>,
    head_fails: bool,
}

impl<S: Store> FaultyStore<S> {
    /// Returns `inner` with a plan: what happens to the first append, the second, and so on. After
    /// the plan, all goes well.
    pub fn new(inner: S, plan: impl IntoIterator<Item = Option<Fault>>) -> Self {
        let appends = plan.into_iter().collect();
        Self {
            inner,
            plan: Mutex::new(Plan {
                appends,
                head_fails: false,
            }),
        }
    }

    /// Returns the store beneath, which does not fail.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_outsider(&self, draft: Draft) -> Result<Head, AppendError> {
        let failed = |error| AppendError::Write(WriteError::Failed(Box::new(error)));
        let head = self.inner.head().map_err(failed)?;
        let entry = draft.seal(&head, head.time);
        self.inner.append(&head, &[entry], &[])
    }

    /// Lets the store beneath do all its work and then meet a write that cannot be done, so that it
    /// must take all of it back.
    fn append_torn(&self, after: &Head, entries: &[Entry], writes: &[RowWrite]) {
        let impossible = Expect::Version(Version::new(u64::MAX));
        let stumble = RowWrite::delete(RowKey::new(Table::Code, "torn")).expecting(impossible);
        let writes: Vec<_> = writes.iter().cloned().chain([stumble]).collect();
        let outcome = self.inner.append(after, entries, &writes);
        assert!(outcome.is_err(), "a store did half of an append");
    }
}

fn planned(what: &str) -> crate::store::Source {
    format!("planned fault: {what}").into()
}

impl<S: Store> Store for FaultyStore<S> {
    fn head(&self) -> Result<Head, ReadError> {
        if std::mem::take(&mut self.plan().head_fails) {
            return Err(ReadError::Failed(planned("head")));
        }
        self.inner.head()
    }

    fn append(
        &self,
        after: &Head,
        entries: &[Entry],
        writes: &[RowWrite],
    ) -> Result<Head, AppendError> {
        let fault = self.plan().appends.pop_front().flatten();
        let unknown = |what| Err(AppendError::Write(WriteError::Unknown(planned(what))));
        match fault {
            None => self.inner.append(after, entries, writes),
            Some(Fault::Before) => Err(AppendError::Write(WriteError::Failed(planned("before")))),
            Some(Fault::After) => self
                .inner
                .append(after, entries, writes)
                .and_then(|_| unknown("after")),
            Some(Fault::Lost) => unknown("lost"),
            Some(Fault::Torn) => {
                self.append_torn(after, entries, writes);
                unknown("torn")
            }
            Some(Fault::AfterAndBlind) => {
                self.inner.append(after, entries, writes)?;
                self.plan().head_fails = true;
                unknown("after, and blind")
            }
            Some(Fault::Fsync) => Err(AppendError::Write(WriteError::Fatal(planned("fsync")))),
            Some(Fault::Outsider(draft)) => {
                self.append_outsider(*draft)?;
                self.inner.append(after, entries, writes)
            }
            Some(Fault::LostToOutsider(draft)) => {
                self.append_outsider(*draft)?;
                unknown("lost to an outsider")
            }
            Some(Fault::AfterAndOutsider(draft)) => {
                self.inner.append(after, entries, writes)?;
                self.append_outsider(*draft)?;
                unknown("after, and an outsider")
            }
        }
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.inner.read(from, limit)
    }

    fn find_command(
        &self,
        actor: &Actor,
        id: &CommandId,
    ) -> Result<Option<FoundCommand>, ReadError> {
        self.inner.find_command(actor, id)
    }

    fn row(&self, key: &RowKey) -> Result<Option<Row>, ReadError> {
        self.inner.row(key)
    }

    fn rows(
        &self,
        table: Table,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError> {
        self.inner.rows(table, prefix, after, limit)
    }

    fn write_rows(&self, writes: &[RowWrite]) -> Result<(), WriteRowsError> {
        self.inner.write_rows(writes)
    }

    fn sweep_rows(&self, now: Timestamp, limit: usize) -> Result<usize, WriteError> {
        self.inner.sweep_rows(now, limit)
    }

    fn trim_rows(&self, table: Table, keep: usize) -> Result<usize, WriteError> {
        self.inner.trim_rows(table, keep)
    }

    fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        self.inner.put_snapshot(snapshot)
    }

    fn find_snapshot(&self, format: u32, at: Position) -> Result<Option<Snapshot>, ReadError> {
        self.inner.find_snapshot(format, at)
    }

    fn trim_snapshots(&self, format: u32, keep: usize) -> Result<usize, WriteError> {
        self.inner.trim_snapshots(format, keep)
    }

    fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), PutCheckpointError> {
        self.inner.put_checkpoint(checkpoint)
    }

    fn checkpoints(
        &self,
        from: Position,
        limit: usize,
    ) -> Result<Vec<SignedCheckpoint>, ReadError> {
        self.inner.checkpoints(from, limit)
    }

    fn begin_epoch(&self) -> Result<Head, WriteError> {
        self.inner.begin_epoch()
    }

    fn mark_test_clock(&self) -> Result<Head, WriteError> {
        self.inner.mark_test_clock()
    }
}
