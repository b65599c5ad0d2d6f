//! The table `checkpoint`.

use ledger::store::PutCheckpointError;
use ledger::{Checkpoint, Position, SignedCheckpoint};
use rusqlite::{Connection, OptionalExtension as _};

use super::{failure, sql_int, sql_limit};

pub(super) fn put(
    connection: &Connection,
    claim: &Checkpoint,
    checkpoint: &SignedCheckpoint,
) -> Result<(), PutCheckpointError> {
    let sql = |error| PutCheckpointError::Write(failure::before_commit(error));
    match find(connection, claim).map_err(sql)? {
        Some(note) if note == checkpoint.as_str() => Ok(()),
        Some(_) => Err(PutCheckpointError::Taken(claim.position)),
        None => insert(connection, claim, checkpoint).map_err(sql),
    }
}

fn find(connection: &Connection, claim: &Checkpoint) -> Result<Option<String>, rusqlite::Error> {
    const SQL: &str = "select note from checkpoint where position = ?1 and epoch = ?2";
    let key = (sql_int(claim.position.get()), claim.epoch.get());
    connection.query_row(SQL, key, |row| row.get(0)).optional()
}

fn insert(
    connection: &Connection,
    claim: &Checkpoint,
    checkpoint: &SignedCheckpoint,
) -> Result<(), rusqlite::Error> {
    const SQL: &str = "insert into checkpoint (position, epoch, note) values (?1, ?2, ?3)";
    let row = (
        sql_int(claim.position.get()),
        claim.epoch.get(),
        checkpoint.as_str(),
    );
    connection.execute(SQL, row).map(|_| ())
}

pub(super) fn list(
    connection: &Connection,
    from: Position,
    limit: usize,
) -> Result<Vec<SignedCheckpoint>, rusqlite::Error> {
    const SQL: &str = "
        select note from checkpoint where position >= ?1 order by position, epoch limit ?2";
    let mut statement = connection.prepare(SQL)?;
    let notes = statement.query_map((sql_int(from.get()), sql_limit(limit)), |row| row.get(0))?;
    notes
        .map(|note| note.map(SignedCheckpoint::from_text))
        .collect()
}
