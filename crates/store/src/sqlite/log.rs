//! The table `log`: one row, the head.

use jiff::Timestamp;
use ledger::{Epoch, Hash, Head, LogClock, LogId, Position};
use rusqlite::{Connection, Row};

use super::sql_int;

const READ: &str =
    "select log_id, epoch, position, hash, time_ms, test_clock from log where id = 1";

pub(crate) fn insert(connection: &Connection, head: &Head) -> Result<(), rusqlite::Error> {
    const SQL: &str = "
        insert into log (id, log_id, epoch, position, hash, time_ms, test_clock, version)
        values (1, ?1, ?2, ?3, ?4, ?5, ?6, 0)";
    let row = (
        head.log.as_bytes(),
        head.epoch.get(),
        sql_int(head.position.get()),
        head.hash.as_bytes(),
        head.time.as_millisecond(),
        head.clock == LogClock::Test,
    );
    connection.execute(SQL, row).map(|_| ())
}

pub(super) fn head(connection: &Connection) -> Result<Head, rusqlite::Error> {
    connection.prepare_cached(READ)?.query_row((), from_row)
}

fn from_row(row: &Row<'_>) -> Result<Head, rusqlite::Error> {
    let out_of_range =
        |column: usize, value: i64| rusqlite::Error::IntegralValueOutOfRange(column, value);
    let position: i64 = row.get(2)?;
    let time_ms: i64 = row.get(4)?;
    Ok(Head {
        log: LogId::from_random(row.get(0)?),
        epoch: Epoch::new(row.get(1)?),
        position: Position::new(u64::try_from(position).map_err(|_| out_of_range(2, position))?),
        hash: Hash::from_bytes(row.get(3)?),
        time: Timestamp::from_millisecond(time_ms).map_err(|_| out_of_range(4, time_ms))?,
        clock: if row.get(5)? {
            LogClock::Test
        } else {
            LogClock::Real
        },
    })
}

pub(super) fn move_head(connection: &Connection, head: &Head) -> Result<(), rusqlite::Error> {
    const SQL: &str = "update log set position = ?1, hash = ?2, time_ms = ?3 where id = 1";
    let row = (
        sql_int(head.position.get()),
        head.hash.as_bytes(),
        head.time.as_millisecond(),
    );
    connection.prepare_cached(SQL)?.execute(row).map(|_| ())
}

pub(super) fn begin_epoch(connection: &Connection) -> Result<Head, rusqlite::Error> {
    const SQL: &str = "update log set epoch = epoch + 1 where id = 1";
    connection.execute(SQL, ())?;
    head(connection)
}

pub(super) fn mark_test_clock(connection: &Connection) -> Result<Head, rusqlite::Error> {
    const SQL: &str = "update log set test_clock = 1 where id = 1";
    connection.execute(SQL, ())?;
    head(connection)
}

/// Takes the next version for a side row.
pub(super) fn next_version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    const SQL: &str = "update log set version = version + 1 where id = 1 returning version";
    connection
        .prepare_cached(SQL)?
        .query_row((), |row| row.get(0))
}
