//! The rows of the memory store.

use std::collections::BTreeMap;
use std::ops::Bound;

use jiff::Timestamp;

use crate::row::{Row, RowChange, RowKey, RowWrite, Table, Version};
use crate::store::{RowRefusal, RowRefusalReason};

#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: BTreeMap<RowKey, Row>,
    newest: u64,
}

/// Writes that were checked and not yet done: the rows they leave (nothing: deleted), and the
/// newest version.
#[derive(Debug)]
pub(super) struct Staged {
    rows: BTreeMap<RowKey, Option<Row>>,
    newest: u64,
}

impl Rows {
    pub(super) fn get(&self, key: &RowKey) -> Option<&Row> {
        self.rows.get(key)
    }

    /// Checks `writes` in order, each seeing those ahead of it, and changes nothing yet.
    pub(super) fn stage(&self, writes: &[RowWrite]) -> Result<Staged, RowRefusal> {
        let mut staged = Staged {
            rows: BTreeMap::new(),
            newest: self.newest,
        };
        for (index, write) in writes.iter().enumerate() {
            let standing = match staged.rows.get(&write.key) {
                Some(row) => row.as_ref(),
                None => self.rows.get(&write.key),
            };
            if let Some(reason) = refusal(write, standing) {
                return Err(RowRefusal {
                    write: index,
                    key: write.key.clone(),
                    reason,
                });
            }
            if write.key.table.is_kept_for_ever() && standing.is_some() {
                continue;
            }
            staged.newest += 1;
            let row = match &write.change {
                RowChange::Delete => None,
                RowChange::Put { value, until } => Some(Row {
                    key: write.key.clone(),
                    version: Version::new(staged.newest),
                    value: value.clone(),
                    until: *until,
                }),
            };
            staged.rows.insert(write.key.clone(), row);
        }
        Ok(staged)
    }

    pub(super) fn commit(&mut self, staged: Staged) {
        self.newest = staged.newest;
        for (key, row) in staged.rows {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    pub(super) fn page(&self, table: Table, prefix: &str, after: &str, limit: usize) -> Vec<Row> {
        let begin = if after >= prefix && !after.is_empty() {
            Bound::Excluded(RowKey::new(table, after))
        } else {
            Bound::Included(RowKey::new(table, prefix))
        };
        self.rows
            .range((begin, Bound::Unbounded))
            .take_while(|(key, _)| key.table == table && key.key.starts_with(prefix))
            .take(limit)
            .map(|(_, row)| row.clone())
            .collect()
    }

    pub(super) fn sweep(&mut self, now: Timestamp, limit: usize) -> usize {
        let is_over = |row: &Row| {
            !row.key.table.is_kept_for_ever() && row.until.is_some_and(|until| until <= now)
        };
        let over: Vec<_> = self
            .rows
            .values()
            .filter(|row| is_over(row))
            .take(limit)
            .collect();
        let over: Vec<_> = over.into_iter().map(|row| row.key.clone()).collect();
        self.remove(&over)
    }

    pub(super) fn trim(&mut self, table: Table, keep: usize) -> usize {
        if table.is_kept_for_ever() {
            return 0;
        }
        let mut by_age: Vec<_> = self
            .rows
            .values()
            .filter(|row| row.key.table == table)
            .collect();
        by_age.sort_by_key(|row| std::cmp::Reverse(row.version));
        let over: Vec<_> = by_age
            .into_iter()
            .skip(keep)
            .map(|row| row.key.clone())
            .collect();
        self.remove(&over)
    }

    fn remove(&mut self, keys: &[RowKey]) -> usize {
        keys.iter()
            .filter(|key| self.rows.remove(key).is_some())
            .count()
    }
}

fn refusal(write: &RowWrite, standing: Option<&Row>) -> Option<RowRefusalReason> {
    let found = standing.map(|row| row.version);
    if !write.expect.is_met_by(found) {
        return Some(RowRefusalReason::Expectation {
            expected: write.expect,
            found,
        });
    }
    let stands = standing.filter(|row| row.key.table.is_kept_for_ever())?;
    match &write.change {
        // The same text under the same digest once more is no change.
        RowChange::Put { value, .. } if *value == stands.value => None,
        _ => Some(RowRefusalReason::KeptForEver),
    }
}
