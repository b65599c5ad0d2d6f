//! One process per file.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The right to be the only one with a store's file open; given back when dropped, or when the
/// process dies.
#[derive(Debug)]
pub(crate) struct FileLock {
    // Held for its lock alone. The file stays when the lock is given back: to delete it would let
    // two processes hold locks on two files of one name.
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another holds it; what he wrote about himself.
    Held { by: String },
    /// The lock file cannot be opened or locked.
    Io(std::io::Error),
}

impl FileLock {
    /// Takes the lock of `store`, at once or not at all.
    ///
    /// The lock is on a file beside the store's, never on that itself: closing any handle of a file
    /// gives up all the locks that SQLite holds on it.
    pub(crate) fn take(store: &Path) -> Result<Self, LockError> {
        let path = path_beside(store);
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held {
                    by: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
        file.set_len(0)
            .and_then(|()| write!(file, "process {}", std::process::id()))
            .map_err(LockError::Io)?;
        Ok(Self { _file: file })
    }
}

fn path_beside(store: &Path) -> PathBuf {
    let mut path = OsString::from(store);
    path.push(".lock");
    path.into()
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.is_empty() => text,
        _ => "another process".to_owned(),
    }
}
