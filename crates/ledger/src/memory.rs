//! A store in memory: for demos, what-ifs and tests. Durable as long as the process.

mod rows;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::actor::Actor;
use crate::checkpoint::SignedCheckpoint;
use crate::command::CommandId;
use crate::entry::Entry;
use crate::head::{Head, LogClock};
use crate::log_id::LogId;
use crate::position::{Epoch, Position};
use crate::row::{Row, RowKey, RowWrite, Table};
use crate::snapshot::Snapshot;
use crate::store::{
    AppendError, FoundCommand, PutCheckpointError, ReadError, Store, WriteError, WriteRowsError,
};
use rows::Rows;

/// A log and its rows, in memory.
#[derive(Debug)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    head: Head,
    entries: Vec<Entry>,
    commands: BTreeMap<CommandKey, Position>,
    rows: Rows,
    snapshots: BTreeMap<(u32, Position), Snapshot>,
    checkpoints: BTreeMap<(Position, Epoch), SignedCheckpoint>,
}

/// Who, app and command id, as [`Actor::command_scope`] has them.
type CommandKey = (Box<str>, Box<str>, Box<str>);

fn command_key(actor: &Actor, id: &CommandId) -> CommandKey {
    let scope = actor.command_scope();
    (scope.who.into(), scope.app.into(), id.as_str().into())
}

impl MemoryStore {
    /// Returns an empty store for the log `log`.
    #[must_use]
    pub fn new(log: LogId) -> Self {
        Self {
            kept: Mutex::new(Kept {
                head: Head::empty(log),
                entries: Vec::new(),
                commands: BTreeMap::new(),
                rows: Rows::default(),
                snapshots: BTreeMap::new(),
                checkpoints: BTreeMap::new(),
            }),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Each change below is checked in full before its first step, so a panic elsewhere leaves
        // nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn index_from(from: Position) -> usize {
        usize::try_from(from.get().saturating_sub(1)).unwrap_or(usize::MAX)
    }

    /// The keys of the commands of `entries`; an error for the first that has no body, or whose
    /// command has an entry.
    fn new_commands(
        &self,
        entries: &[Entry],
    ) -> Result<BTreeMap<CommandKey, Position>, AppendError> {
        let mut added = BTreeMap::new();
        for entry in entries {
            if entry.body.text().is_none() {
                return Err(AppendError::Withheld(entry.position));
            }
            let key = command_key(&entry.actor, &entry.command.id);
            if self.commands.contains_key(&key) || added.insert(key, entry.position).is_some() {
                return Err(AppendError::CommandTaken(entry.command.id.clone()));
            }
        }
        Ok(added)
    }
}

impl Store for MemoryStore {
    fn head(&self) -> Result<Head, ReadError> {
        Ok(self.kept().head.clone())
    }

    fn append(
        &self,
        after: &Head,
        entries: &[Entry],
        writes: &[RowWrite],
    ) -> Result<Head, AppendError> {
        let mut kept = self.kept();
        if !kept.head.is_same_end(after) {
            return Err(AppendError::Conflict {
                found: Box::new(kept.head.clone()),
            });
        }
        let head = kept.head.follow_all(entries).map_err(AppendError::Link)?;
        let mut commands = kept.new_commands(entries)?;
        let rows = kept.rows.stage(writes).map_err(AppendError::Row)?;
        kept.rows.commit(rows);
        kept.commands.append(&mut commands);
        kept.entries.extend_from_slice(entries);
        kept.head = head.clone();
        Ok(head)
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let kept = self.kept();
        Ok(kept
            .entries
            .iter()
            .skip(Kept::index_from(from))
            .take(limit)
            .cloned()
            .collect())
    }

    fn find_command(
        &self,
        actor: &Actor,
        id: &CommandId,
    ) -> Result<Option<FoundCommand>, ReadError> {
        let kept = self.kept();
        Ok(kept
            .commands
            .get(&command_key(actor, id))
            .and_then(|position| {
                let entry = kept.entries.get(Kept::index_from(*position))?;
                Some(FoundCommand {
                    position: *position,
                    digest: entry.command.digest,
                })
            }))
    }

    fn row(&self, key: &RowKey) -> Result<Option<Row>, ReadError> {
        Ok(self.kept().rows.get(key).cloned())
    }

    fn rows(
        &self,
        table: Table,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError> {
        Ok(self.kept().rows.page(table, prefix, after, limit))
    }

    fn write_rows(&self, writes: &[RowWrite]) -> Result<(), WriteRowsError> {
        let mut kept = self.kept();
        let rows = kept.rows.stage(writes).map_err(WriteRowsError::Row)?;
        kept.rows.commit(rows);
        Ok(())
    }

    fn sweep_rows(&self, now: Timestamp, limit: usize) -> Result<usize, WriteError> {
        Ok(self.kept().rows.sweep(now, limit))
    }

    fn trim_rows(&self, table: Table, keep: usize) -> Result<usize, WriteError> {
        Ok(self.kept().rows.trim(table, keep))
    }

    fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        self.kept()
            .snapshots
            .insert((snapshot.format, snapshot.position), snapshot.clone());
        Ok(())
    }

    fn find_snapshot(&self, format: u32, at: Position) -> Result<Option<Snapshot>, ReadError> {
        let kept = self.kept();
        let newest = kept
            .snapshots
            .range((format, Position::EMPTY)..=(format, at))
            .next_back();
        Ok(newest.map(|(_, snapshot)| snapshot.clone()))
    }

    fn trim_snapshots(&self, format: u32, keep: usize) -> Result<usize, WriteError> {
        let mut kept = self.kept();
        let of_format = (format, Position::EMPTY)..=(format, Position::new(u64::MAX));
        let over: Vec<_> = kept
            .snapshots
            .range(of_format)
            .rev()
            .skip(keep)
            .map(|(key, _)| *key)
            .collect();
        for key in &over {
            kept.snapshots.remove(key);
        }
        Ok(over.len())
    }

    fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), PutCheckpointError> {
        let claim = checkpoint.claim().ok_or(PutCheckpointError::NoCheckpoint)?;
        let mut kept = self.kept();
        match kept.checkpoints.entry((claim.position, claim.epoch)) {
            std::collections::btree_map::Entry::Occupied(taken) if taken.get() == checkpoint => {
                Ok(())
            }
            std::collections::btree_map::Entry::Occupied(_) => {
                Err(PutCheckpointError::Taken(claim.position))
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(checkpoint.clone());
                Ok(())
            }
        }
    }

    fn checkpoints(
        &self,
        from: Position,
        limit: usize,
    ) -> Result<Vec<SignedCheckpoint>, ReadError> {
        let kept = self.kept();
        let wanted = kept.checkpoints.range((from, Epoch::new(0))..);
        Ok(wanted
            .take(limit)
            .map(|(_, checkpoint)| checkpoint.clone())
            .collect())
    }

    fn begin_epoch(&self) -> Result<Head, WriteError> {
        let mut kept = self.kept();
        kept.head.epoch = kept.head.epoch.next();
        Ok(kept.head.clone())
    }

    fn mark_test_clock(&self) -> Result<Head, WriteError> {
        let mut kept = self.kept();
        kept.head.clock = LogClock::Test;
        Ok(kept.head.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;
    use crate::conformance;
    use crate::log_id::LogId;

    #[test]
    fn the_memory_store_does_what_a_store_must() {
        conformance::check(|| MemoryStore::new(LogId::from_random([7; 16])));
    }
}
