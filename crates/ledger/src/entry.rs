//! One entry: one command and everything it changed.

use jiff::Timestamp;

use crate::actor::Actor;
use crate::command::Command;
use crate::hash::{Fields, Hash};
use crate::head::Head;
use crate::position::Position;
use crate::realm::Realm;

/// An entry before it has a position, a time and a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The realm that the entry changes.
    pub realm: Realm,
    /// Who gave the command.
    pub actor: Actor,
    /// The command's id and digest.
    pub command: Command,
    /// The changes, as JSON. The ledger never looks inside; it is hashed and kept as it stands
    /// here.
    pub body: String,
}

impl Draft {
    /// Returns the entry that follows `head`.
    ///
    /// Its time is the later of `now` and the head's time, in whole milliseconds: a clock that was
    /// set back does not make the log run backwards.
    #[must_use]
    pub fn seal(self, head: &Head, now: Timestamp) -> Entry {
        let mut entry = Entry {
            position: head.position.next(),
            realm: self.realm,
            time: head.time_of_next(now),
            actor: self.actor,
            command: self.command,
            body: Body::Kept(self.body.into()),
            hash: head.hash,
        };
        entry.hash = entry.hash_after(&head.hash);
        entry
    }

    /// Returns the entry that follows `head`, as [`Draft::seal`] does, and moves `head` on to it.
    #[must_use]
    pub fn seal_onto(self, head: &mut Head, now: Timestamp) -> Entry {
        let entry = self.seal(head, now);
        head.position = entry.position;
        head.hash = entry.hash;
        head.time = entry.time;
        entry
    }
}

/// An entry as it stands in a log.
///
/// The fields are open, since an entry that was read proves nothing by itself: whether it is
/// genuine, only [`Head::follow`] and [`crate::verify`] say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands; 1 for the first.
    pub position: Position,
    /// The realm that it changed.
    pub realm: Realm,
    /// When, in whole milliseconds, UTC. Never before the entry ahead of it.
    pub time: Timestamp,
    /// Who gave the command.
    pub actor: Actor,
    /// The command's id and digest.
    pub command: Command,
    /// The changes.
    pub body: Body,
    /// The digest of everything above and of the entry ahead of it.
    pub hash: Hash,
}

/// The changes of an entry, or their digest where they are withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The changes, as JSON, byte for byte as they were hashed.
    Kept(Box<str>),
    /// The digest alone, in an export for somebody who may not read the changes. The chain still
    /// verifies.
    Withheld(Hash),
}

impl Body {
    /// Returns the changes; nothing when they are withheld.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Kept(text) => Some(text),
            Self::Withheld(_) => None,
        }
    }

    /// Returns the digest under which the body stands in the chain.
    #[must_use]
    pub fn digest(&self) -> Hash {
        match self {
            Self::Kept(text) => Fields::new("countersign ledger body 1").text(text).hash(),
            Self::Withheld(digest) => *digest,
        }
    }

    /// Returns the same body with only its digest left.
    #[must_use]
    pub fn withheld(&self) -> Self {
        Self::Withheld(self.digest())
    }
}

impl Entry {
    /// Returns the same entry without its changes, for an export.
    #[must_use]
    pub fn withheld(&self) -> Self {
        Self {
            body: self.body.withheld(),
            ..self.clone()
        }
    }

    /// Returns the hash that the entry must have when `previous` is the hash ahead of it. The
    /// entry's own `hash` is not read.
    #[must_use]
    pub fn hash_after(&self, previous: &Hash) -> Hash {
        self.fields_after(previous).hash()
    }

    /// Returns the exact bytes of which [`Entry::hash_after`] is the SHA-256: a label with a
    /// version, then each field behind its length (8 bytes, big endian).
    #[must_use]
    pub fn hashed_bytes(&self, previous: &Hash) -> Vec<u8> {
        self.fields_after(previous).into_bytes()
    }

    fn fields_after(&self, previous: &Hash) -> Fields {
        let kind = match self.actor {
            Actor::System => "system",
            Actor::Principal(_) => "principal",
        };
        Fields::new("countersign ledger entry 1")
            .bytes(previous.as_bytes())
            .bytes(&self.position.get().to_be_bytes())
            .text(self.realm.as_str())
            .bytes(&self.time.as_millisecond().to_be_bytes())
            .text(kind)
            .optional_text(self.actor.who())
            .optional_text(self.actor.app())
            .optional_text(self.actor.token())
            .text(self.command.id.as_str())
            .bytes(self.command.digest.as_bytes())
            .bytes(self.body.digest().as_bytes())
    }
}
