//! The form of the file, step by step, only forward.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use ledger::Head;

/// Marks a file as ours, in SQLite's own place for that: "CSGN".
const APPLICATION_ID: i32 = 0x4353_474e;

/// Every step, the oldest first. A step that was released is never edited: a change of the form is
/// a new step.
const STEPS: &[&str] = &[include_str!("../migrations/0001_ledger.sql")];

/// Why a file was not brought to the form of today.
#[derive(Debug)]
pub(crate) enum MigrateError {
    /// It is a database, and not one of ours.
    Foreign,
    /// It is empty, and nobody asked for a new log.
    Empty,
    /// A later version of this program wrote it.
    Newer { found: u32, known: u32 },
    /// SQLite refused.
    Sql(rusqlite::Error),
}

/// Brings the file to the form of today, all steps in one transaction; an empty one becomes the
/// empty log `if_empty`.
pub(crate) fn migrate(
    connection: &mut Connection,
    if_empty: Option<&Head>,
) -> Result<(), MigrateError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(MigrateError::Sql)?;
    let found = form(&transaction)?;
    let missing = usize::try_from(found)
        .ok()
        .and_then(|done| STEPS.get(done..));
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    let missing = missing.ok_or(MigrateError::Newer { found, known })?;
    if found == 0 && if_empty.is_none() {
        return Err(MigrateError::Empty);
    }
    for step in missing {
        transaction.execute_batch(step).map_err(MigrateError::Sql)?;
    }
    if let (0, Some(head)) = (found, if_empty) {
        crate::sqlite::log::insert(&transaction, head).map_err(MigrateError::Sql)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(MigrateError::Sql)?;
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(MigrateError::Sql)?;
    transaction.commit().map_err(MigrateError::Sql)
}

/// How many steps the file has behind it; 0 for an empty file.
fn form(transaction: &Transaction<'_>) -> Result<u32, MigrateError> {
    let application: i32 = pragma(transaction, "application_id")?;
    let found: u32 = pragma(transaction, "user_version")?;
    let tables: u32 = transaction
        .query_row("select count(*) from sqlite_schema", (), |row| row.get(0))
        .map_err(MigrateError::Sql)?;
    match (application, found, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > 0 => Ok(found),
        _ => Err(MigrateError::Foreign),
    }
}

fn pragma<T: rusqlite::types::FromSql>(
    transaction: &Transaction<'_>,
    name: &str,
) -> Result<T, MigrateError> {
    transaction
        .pragma_query_value(None, name, |row| row.get(0))
        .map_err(MigrateError::Sql)
}
