//! Opening the file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ledger::{Head, LogId};
use rusqlite::{Connection, OpenFlags};

use super::SqliteStore;
use crate::lock::{FileLock, LockError};
use crate::migration::{MigrateError, migrate};

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file, or an empty one.
    #[error("there is no ledger at `{}`", .0.display())]
    NotFound(PathBuf),
    /// Another process has it open.
    #[error("the ledger `{}` is in use by {by}: one process at a time can have it open", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// What the other wrote about itself.
        by: String,
    },
    /// It is a file of another kind.
    #[error("the file `{}` is not a ledger", .0.display())]
    NotALedger(PathBuf),
    /// A later version of this program wrote it.
    #[error("the ledger `{}` has form {found}, and this program knows forms up to {known}: use a newer one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form of the file.
        found: u32,
        /// The newest form that is known here.
        known: u32,
    },
    /// The system refused.
    #[error("the file `{}` could not be opened", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("the ledger `{}` could not be opened", path.display())]
    Sql {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
}

impl SqliteStore {
    /// Opens the ledger at `path`. Errors: [`OpenError::NotFound`] when there is none.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::NotFound(path.to_owned()));
        }
        open(path, None)
    }

    /// Opens the ledger at `path`, or makes it, as the log `if_new`. A new file can be read by its
    /// owner only.
    pub fn open_or_create(path: &Path, if_new: LogId) -> Result<Self, OpenError> {
        open(path, Some(&Head::empty(if_new)))
    }
}

fn open(path: &Path, if_new: Option<&Head>) -> Result<SqliteStore, OpenError> {
    let lock = FileLock::take(path).map_err(|error| match error {
        LockError::Held { by } => OpenError::InUse {
            path: path.to_owned(),
            by,
        },
        LockError::Io(source) => OpenError::Io {
            path: path.to_owned(),
            source,
        },
    })?;
    if if_new.is_some() {
        create_file(path).map_err(|source| OpenError::Io {
            path: path.to_owned(),
            source,
        })?;
    }
    let sql = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotALedger(path.to_owned()),
        _ => OpenError::Sql {
            path: path.to_owned(),
            source,
        },
    };
    let mut writer = connect(path).map_err(sql)?;
    migrate(&mut writer, if_new).map_err(|error| match error {
        MigrateError::Foreign => OpenError::NotALedger(path.to_owned()),
        MigrateError::Empty => OpenError::NotFound(path.to_owned()),
        MigrateError::Newer { found, known } => OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        },
        MigrateError::Sql(source) => sql(source),
    })?;
    // Only now, when the file is known to be ours: this changes it.
    write_ahead(&writer).map_err(sql)?;
    let reader = connect(path).map_err(sql)?;
    reader
        .pragma_update(None, "query_only", true)
        .map_err(sql)?;
    Ok(SqliteStore {
        writer: Mutex::new(writer),
        reader: Mutex::new(reader),
        is_broken: AtomicBool::new(false),
        _lock: lock,
    })
}

/// Makes an empty file for its owner only, if there is none, and makes its name durable.
fn create_file(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path)?);
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Somebody may look into the file with a tool of his own; his lock is short.
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "full")?;
    // On systems where a plain sync may stop at the disk's own memory.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // Erased texts are filled with zeros, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    // A schema that somebody edited cannot call functions of ours, and a damaged page is noticed.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // In KiB when negative.
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn write_ahead(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mode: String = connection.query_row("pragma journal_mode = wal", (), |row| row.get(0))?;
    if mode != "wal" {
        let refused = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
        return Err(rusqlite::Error::SqliteFailure(
            refused,
            Some("writing ahead is not possible here".to_owned()),
        ));
    }
    // After a burst, the file is cut back to this many bytes.
    connection.query_row("pragma journal_size_limit = 67108864", (), |_| Ok(()))?;
    // What was erased just before a crash may still stand there.
    empty_the_file_written_ahead(connection)
}

/// Moves everything that was written ahead into the database, and cuts the file to nothing.
pub(super) fn empty_the_file_written_ahead(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.query_row("pragma wal_checkpoint(truncate)", (), |_| Ok(()))
}
