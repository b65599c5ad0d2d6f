//! What SQLite's errors mean to somebody who waits for an answer.

use ledger::WriteError;
use rusqlite::{Error, ErrorCode};

/// An error before the commit was asked for: the transaction is rolled back, so nothing was
/// written.
pub(super) fn before_commit(error: Error) -> WriteError {
    WriteError::Failed(Box::new(error))
}

/// An error of the commit itself.
///
/// When the disk fails (a write or a sync), what stands in the file that is written ahead is not
/// known to be durable and can yet come back after a crash; to ask the disk again would answer from
/// the system's memory. So the process must end. Anything else, as a full disk, leaves the process
/// able to look for itself.
pub(super) fn of_commit(error: Error) -> WriteError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => WriteError::Fatal(Box::new(error)),
        _ => WriteError::Unknown(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use ledger::WriteError;
    use rusqlite::{Error, ffi};

    use super::{before_commit, of_commit};

    fn error(code: i32) -> Error {
        Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn a_failed_sync_ends_the_process_and_a_full_disk_does_not() {
        for code in [
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_WRITE,
        ] {
            assert!(
                matches!(of_commit(error(code)), WriteError::Fatal(_)),
                "{code}"
            );
        }
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_NOMEM] {
            assert!(
                matches!(of_commit(error(code)), WriteError::Unknown(_)),
                "{code}"
            );
        }
        assert!(matches!(
            before_commit(error(ffi::SQLITE_FULL)),
            WriteError::Failed(_)
        ));
    }
}
