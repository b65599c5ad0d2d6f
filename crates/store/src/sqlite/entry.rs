//! The table `entry`.

use jiff::Timestamp;
use ledger::store::Source;
use ledger::{
    Actor, AppendError, Body, Command, CommandDigest, CommandId, Entry, FoundCommand, Hash,
    Position, ReadError, Realm,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{failure, sql_int, sql_limit};

pub(super) fn insert(connection: &Connection, entry: &Entry) -> Result<(), AppendError> {
    let body = entry
        .body
        .text()
        .ok_or(AppendError::Withheld(entry.position))?;
    insert_row(connection, entry, body).map_err(|error| match error {
        // The only trigger that can stop an entry that follows the head.
        rusqlite::Error::SqliteFailure(_, Some(message))
            if message == "entry: command has an entry already" =>
        {
            AppendError::CommandTaken(entry.command.id.clone())
        }
        other => AppendError::Write(failure::before_commit(other)),
    })
}

fn insert_row(connection: &Connection, entry: &Entry, body: &str) -> Result<(), rusqlite::Error> {
    const SQL: &str = "
        insert into entry
            (position, realm, time_ms, who, app, token, command, command_digest, body, hash)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(SQL)?.execute((
        sql_int(entry.position.get()),
        entry.realm.as_str(),
        entry.time.as_millisecond(),
        entry.actor.who().unwrap_or(""),
        entry.actor.app().unwrap_or(""),
        entry.actor.token().unwrap_or(""),
        entry.command.id.as_str(),
        entry.command.digest.as_bytes(),
        body,
        entry.hash.as_bytes(),
    ))?;
    Ok(())
}

pub(super) fn read(
    connection: &Connection,
    from: Position,
    limit: usize,
) -> Result<Vec<Entry>, ReadError> {
    const SQL: &str = "
        select position, realm, time_ms, who, app, token, command, command_digest, body, hash
        from entry where position >= ?1 order by position limit ?2";
    let sql = |error| ReadError::Failed(Box::new(error));
    let mut statement = connection.prepare_cached(SQL).map_err(sql)?;
    let mut rows = statement
        .query((sql_int(from.get()), sql_limit(limit)))
        .map_err(sql)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next().map_err(sql)? {
        let position = row.get::<_, i64>(0).map_err(sql)?;
        let position = Position::new(u64::try_from(position).unwrap_or(0));
        let entry =
            from_row(position, row).map_err(|source| ReadError::Unreadable { position, source })?;
        entries.push(entry);
    }
    Ok(entries)
}

fn from_row(position: Position, row: &Row<'_>) -> Result<Entry, Source> {
    let who = text(row, 3)?;
    let [app, token] = [text(row, 4)?, text(row, 5)?].map(|id| (!id.is_empty()).then_some(id));
    let actor = match (who, app, token) {
        ("", None, None) => Actor::System,
        _ => Actor::through(who, app, token)?,
    };
    Ok(Entry {
        position,
        realm: Realm::parse(text(row, 1)?)?,
        time: Timestamp::from_millisecond(row.get(2)?)?,
        actor,
        command: Command {
            id: CommandId::from_stored(text(row, 6)?)?,
            digest: CommandDigest::from_bytes(row.get(7)?),
        },
        body: Body::Kept(text(row, 8)?.into()),
        hash: Hash::from_bytes(row.get(9)?),
    })
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Source> {
    match row.get_ref(column)? {
        ValueRef::Text(bytes) => Ok(std::str::from_utf8(bytes)?),
        other => Err(format!(
            "column {column} holds {} where text belongs",
            other.data_type()
        )
        .into()),
    }
}

pub(super) fn find_command(
    connection: &Connection,
    actor: &Actor,
    id: &CommandId,
) -> Result<Option<FoundCommand>, rusqlite::Error> {
    const SQL: &str = "
        select position, command_digest from entry where who = ?1 and app = ?2 and command = ?3";
    let scope = actor.command_scope();
    let mut statement = connection.prepare_cached(SQL)?;
    statement
        .query_row((scope.who, scope.app, id.as_str()), |row| {
            let position: i64 = row.get(0)?;
            Ok(FoundCommand {
                position: Position::new(u64::try_from(position).unwrap_or(0)),
                digest: CommandDigest::from_bytes(row.get(1)?),
            })
        })
        .optional()
}
