//! The command that became an entry: its id, and the digest of what was asked.

use std::fmt;

use crate::hash::Hash;

/// The id of a command, chosen by who gives it, so that a repeat can be told from a new command.
///
/// Unique per actor. A client's id has 1 to 128 visible ASCII characters and no `/`; the slash is
/// kept for the ids that are made from others: an item of a bulk, a due command of the system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(Box<str>);

/// The text cannot be a command id.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot be a command id: 1 to 128 visible ASCII characters without `/` are expected")]
pub struct CommandIdError(String);

const CLIENT_BYTES_MAX: usize = 128;
const STORED_BYTES_MAX: usize = 400;

impl CommandId {
    /// Returns the id that a client chose. Errors: empty, too long, not visible ASCII, or with a
    /// `/`.
    pub fn parse(text: &str) -> Result<Self, CommandIdError> {
        if text.len() > CLIENT_BYTES_MAX || text.contains('/') {
            return Err(CommandIdError(text.to_owned()));
        }
        Self::from_stored(text)
    }

    /// Returns the id as a store kept it; made ids with their `/` too. Errors: empty, longer than
    /// 400, not visible ASCII.
    pub fn from_stored(text: &str) -> Result<Self, CommandIdError> {
        if (1..=STORED_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Ok(Self(text.into()));
        }
        Err(CommandIdError(text.to_owned()))
    }

    /// Returns the id of item `index` (counted from 0) of the bulk that has this id.
    pub fn item(&self, index: u32) -> Result<Self, CommandIdError> {
        Self::from_stored(&format!("{}/{index}", self.0))
    }

    /// Returns the id of a command that the system gives by itself: the same for every node that
    /// finds it due.
    ///
    /// `kind` says what is to be done (`expire_grant`), `subject` to what, `due` when it fell due.
    pub fn due(kind: &str, subject: &str, due: jiff::Timestamp) -> Result<Self, CommandIdError> {
        Self::from_stored(&format!("{kind}/{subject}/{}", due.as_millisecond()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A keyed digest of what a command asked, to tell a repeat from another command under the same id.
///
/// It must be keyed with a secret of the installation: a command may carry a name or an address,
/// and a plain digest of it in the log would still confirm a guess after the text was erased.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandDigest(Hash);

impl CommandDigest {
    /// Takes 32 bytes that are a keyed digest already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Hash::from_bytes(bytes))
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for CommandDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for CommandDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What an entry says about its command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The id, unique per actor.
    pub id: CommandId,
    /// The keyed digest of what was asked.
    pub digest: CommandDigest,
}

#[cfg(test)]
mod tests {
    use super::CommandId;

    #[test]
    fn a_client_cannot_take_the_id_of_a_bulk_item() {
        let bulk = CommandId::parse("import-7").unwrap();
        let item = bulk.item(3).unwrap();
        assert_eq!(item.as_str(), "import-7/3");
        assert!(CommandId::parse(item.as_str()).is_err());
        assert_eq!(CommandId::from_stored(item.as_str()).unwrap(), item);
    }

    #[test]
    fn due_commands_are_the_same_on_every_node() {
        let noon: jiff::Timestamp = "2026-05-03T12:00:00Z".parse().unwrap();
        let id = CommandId::due("expire_grant", "grant_1", noon).unwrap();
        assert_eq!(id.as_str(), "expire_grant/grant_1/1777809600000");
    }

    #[test]
    fn ids_are_short_and_visible() {
        for text in ["", "a b", "é", "a/b", &"x".repeat(129)] {
            assert!(CommandId::parse(text).is_err(), "{text}");
        }
        assert!(
            CommandId::parse(&"x".repeat(128))
                .unwrap()
                .item(u32::MAX)
                .is_ok()
        );
    }
}
