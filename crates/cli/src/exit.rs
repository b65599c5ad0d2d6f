//! How the process ends.

use std::process::ExitCode;

/// How the process ends. The numbers are promises to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Allowed, or done.
    Ok = 0,
    /// It could not be done.
    Error = 1,
    /// Denied.
    Denied = 3,
    /// Something was found: a failed question, a broken entry.
    Findings = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
