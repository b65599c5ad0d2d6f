//! The table `snapshot`.

use ledger::{Hash, Position, Snapshot};
use rusqlite::{Connection, OptionalExtension as _};

use super::{sql_int, sql_limit};

pub(super) fn put(connection: &Connection, snapshot: &Snapshot) -> Result<(), rusqlite::Error> {
    const SQL: &str = "
        insert into snapshot (format, position, hash, bytes) values (?1, ?2, ?3, ?4)
        on conflict (format, position) do update set hash = excluded.hash, bytes = excluded.bytes";
    let row = (
        snapshot.format,
        sql_int(snapshot.position.get()),
        snapshot.hash.as_bytes(),
        &snapshot.bytes,
    );
    connection.execute(SQL, row).map(|_| ())
}

pub(super) fn find(
    connection: &Connection,
    format: u32,
    at: Position,
) -> Result<Option<Snapshot>, rusqlite::Error> {
    const SQL: &str = "
        select position, hash, bytes from snapshot
        where format = ?1 and position <= ?2 order by position desc limit 1";
    connection
        .query_row(SQL, (format, sql_int(at.get())), |row| {
            let position: i64 = row.get(0)?;
            Ok(Snapshot {
                position: Position::new(
                    u64::try_from(position)
                        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, position))?,
                ),
                hash: Hash::from_bytes(row.get(1)?),
                format,
                bytes: row.get(2)?,
            })
        })
        .optional()
}

pub(super) fn trim(
    connection: &Connection,
    format: u32,
    keep: usize,
) -> Result<usize, rusqlite::Error> {
    const SQL: &str = "
        delete from snapshot where format = ?1 and position <= (
            select position from snapshot where format = ?1 order by position desc limit 1 offset ?2)";
    connection.execute(SQL, (format, sql_limit(keep)))
}
