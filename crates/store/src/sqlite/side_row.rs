//! The table `side_row`: what stands beside the log.

use jiff::Timestamp;
use ledger::store::{RowRefusal, RowRefusalReason, WriteRowsError};
use ledger::{Row, RowChange, RowKey, RowWrite, Table, Version};
use rusqlite::{Connection, OptionalExtension as _};

use super::{failure, log, sql_limit};

/// Returns whether one of the writes deletes something that must leave no trace.
pub(super) fn erases(writes: &[RowWrite]) -> bool {
    writes
        .iter()
        .any(|write| write.key.table.is_erased_when_deleted() && write.change == RowChange::Delete)
}

pub(super) fn write_all(
    connection: &Connection,
    writes: &[RowWrite],
) -> Result<(), WriteRowsError> {
    let sql = |error| WriteRowsError::Write(failure::before_commit(error));
    for (index, write) in writes.iter().enumerate() {
        let standing = standing(connection, write).map_err(sql)?;
        if let Some(reason) = refusal(write, standing.as_ref()) {
            return Err(WriteRowsError::Row(RowRefusal {
                write: index,
                key: write.key.clone(),
                reason,
            }));
        }
        if write.key.table.is_kept_for_ever() && standing.is_some() {
            continue;
        }
        match &write.change {
            RowChange::Delete => delete(connection, &write.key),
            RowChange::Put { value, until } => put(connection, &write.key, value, *until),
        }
        .map_err(sql)?;
    }
    Ok(())
}

/// What stands where a write goes, as far as it matters to the write.
struct Standing {
    version: Version,
    /// The value, for a row that may not be changed.
    kept: Option<Vec<u8>>,
}

fn standing(
    connection: &Connection,
    write: &RowWrite,
) -> Result<Option<Standing>, rusqlite::Error> {
    if write.key.table.is_kept_for_ever() {
        let row = get(connection, &write.key)?;
        return Ok(row.map(|row| Standing {
            version: row.version,
            kept: Some(row.value),
        }));
    }
    if write.expect == ledger::Expect::Any {
        // Whatever stands there, the write goes ahead: no need to look.
        return Ok(None);
    }
    let version = version(connection, &write.key)?;
    Ok(version.map(|version| Standing {
        version,
        kept: None,
    }))
}

fn refusal(write: &RowWrite, standing: Option<&Standing>) -> Option<RowRefusalReason> {
    let found = standing.map(|standing| standing.version);
    if !write.expect.is_met_by(found) {
        return Some(RowRefusalReason::Expectation {
            expected: write.expect,
            found,
        });
    }
    let kept = standing?.kept.as_ref()?;
    match &write.change {
        // The same text under the same digest once more is no change.
        RowChange::Put { value, .. } if value == kept => None,
        _ => Some(RowRefusalReason::KeptForEver),
    }
}

fn put(
    connection: &Connection,
    key: &RowKey,
    value: &[u8],
    until: Option<Timestamp>,
) -> Result<(), rusqlite::Error> {
    const SQL: &str = "
        insert into side_row (kind, key, version, value, until_ms) values (?1, ?2, ?3, ?4, ?5)
        on conflict (kind, key) do update
        set version = excluded.version, value = excluded.value, until_ms = excluded.until_ms";
    let version = log::next_version(connection)?;
    let until_ms = until.map(Timestamp::as_millisecond);
    connection
        .prepare_cached(SQL)?
        .execute((key.table.name(), &*key.key, version, value, until_ms))
        .map(|_| ())
}

fn delete(connection: &Connection, key: &RowKey) -> Result<(), rusqlite::Error> {
    const SQL: &str = "delete from side_row where kind = ?1 and key = ?2";
    connection
        .prepare_cached(SQL)?
        .execute((key.table.name(), &*key.key))
        .map(|_| ())
}

fn version(connection: &Connection, key: &RowKey) -> Result<Option<Version>, rusqlite::Error> {
    const SQL: &str = "select version from side_row where kind = ?1 and key = ?2";
    let mut statement = connection.prepare_cached(SQL)?;
    statement
        .query_row((key.table.name(), &*key.key), |row| version_at(row, 0))
        .optional()
}

pub(super) fn get(connection: &Connection, key: &RowKey) -> Result<Option<Row>, rusqlite::Error> {
    const SQL: &str =
        "select key, version, value, until_ms from side_row where kind = ?1 and key = ?2";
    let mut statement = connection.prepare_cached(SQL)?;
    statement
        .query_row((key.table.name(), &*key.key), |row| {
            from_row(key.table, row)
        })
        .optional()
}

pub(super) fn page(
    connection: &Connection,
    table: Table,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<Row>, rusqlite::Error> {
    const SQL: &str = "
        select key, version, value, until_ms from side_row
        where kind = ?1 and key >= ?2 order by key limit ?3";
    // The first text after a text, in the order of bytes, is the same with a zero byte behind it.
    let from = if after >= prefix && !after.is_empty() {
        format!("{after}\0")
    } else {
        prefix.to_owned()
    };
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map((table.name(), from, sql_limit(limit)), |row| {
        from_row(table, row)
    })?;
    // Keys with the prefix stand together, so the first without it ends the page.
    rows.take_while(|row| {
        row.as_ref()
            .map_or(true, |row| row.key.key.starts_with(prefix))
    })
    .collect()
}

fn from_row(table: Table, row: &rusqlite::Row<'_>) -> Result<Row, rusqlite::Error> {
    let key: String = row.get(0)?;
    let until_ms: Option<i64> = row.get(3)?;
    let until = until_ms
        .map(|ms| {
            Timestamp::from_millisecond(ms)
                .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(3, ms))
        })
        .transpose()?;
    Ok(Row {
        key: RowKey::new(table, &key),
        version: version_at(row, 1)?,
        value: row.get(2)?,
        until,
    })
}

fn version_at(row: &rusqlite::Row<'_>, column: usize) -> Result<Version, rusqlite::Error> {
    let version: i64 = row.get(column)?;
    u64::try_from(version)
        .map(Version::new)
        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, version))
}

/// Deletes rows that are over; returns the kind of each.
pub(super) fn sweep(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Table>, rusqlite::Error> {
    const SQL: &str = "
        delete from side_row where rowid in (
            select rowid from side_row
            where until_ms <= ?1 and kind not in (select name from row_kind where kept_for_ever = 1)
            limit ?2)
        returning kind";
    let mut statement = connection.prepare_cached(SQL)?;
    let kinds = statement.query_map((now.as_millisecond(), sql_limit(limit)), |row| {
        row.get::<_, String>(0)
    })?;
    let kinds: Result<Vec<_>, _> = kinds.collect();
    Ok(kinds?
        .iter()
        .filter_map(|kind| Table::ALL.into_iter().find(|table| table.name() == kind))
        .collect())
}

pub(super) fn trim(
    connection: &Connection,
    table: Table,
    keep: usize,
) -> Result<usize, rusqlite::Error> {
    const SQL: &str = "
        delete from side_row where kind = ?1 and version <= (
            select version from side_row where kind = ?1 order by version desc limit 1 offset ?2)";
    connection
        .prepare_cached(SQL)?
        .execute((table.name(), sql_limit(keep)))
}
