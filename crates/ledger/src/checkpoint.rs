//! Signed checkpoints: "the log ended like this".
//!
//! Somebody who can rewrite the whole database can also make every hash anew. What he cannot make
//! is the signature, nor can he take back a checkpoint that stands elsewhere already: in a mailbox,
//! at an auditor's.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::head::{Head, LogClock};
use crate::log_id::LogId;
use crate::note::{NoteSigner, NoteVerifier, OpenNoteError};
use crate::position::{Epoch, Position};

const FIRST_LINE: &str = "countersign ledger checkpoint 1";

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub log: LogId,
    /// Which life of it.
    pub epoch: Epoch,
    /// The position of the last entry.
    pub position: Position,
    /// The hash of the last entry.
    pub hash: Hash,
    /// Whether the log's times can be trusted.
    pub clock: LogClock,
}

/// A checkpoint with its signature, as text.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: String,
}

/// Why a text is no checkpoint of the key's owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenCheckpointError {
    /// The note around it is not as it should be.
    #[error("the checkpoint is not signed as it should be")]
    Note(#[source] OpenNoteError),
    /// It is signed, and it is no checkpoint.
    #[error("the signed text is no checkpoint of a ledger")]
    Content,
}

impl Checkpoint {
    /// Returns the checkpoint of `head`.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        Self {
            log: head.log,
            epoch: head.epoch,
            position: head.position,
            hash: head.hash,
            clock: head.clock,
        }
    }

    /// Returns the checkpoint as a signed note.
    ///
    /// Keep it before you give it away: a signer must never sign two heads of which neither follows
    /// the other, and can see that only from what it signed before.
    #[must_use]
    pub fn sign(&self, signer: &NoteSigner) -> SignedCheckpoint {
        SignedCheckpoint {
            note: signer.sign(&self.to_string()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let checkpoint = Self {
            log: lines.next()?.parse().ok()?,
            epoch: Epoch::new(lines.next()?.strip_prefix("epoch ")?.parse().ok()?),
            position: Position::new(lines.next()?.strip_prefix("position ")?.parse().ok()?),
            hash: Hash::from_bytes(STANDARD.decode(lines.next()?).ok()?.try_into().ok()?),
            clock: match lines.next()? {
                "clock real" => LogClock::Real,
                "clock test" => LogClock::Test,
                _ => return None,
            },
        };
        (checkpoint.to_string() == text).then_some(checkpoint)
    }
}

impl fmt::Display for Checkpoint {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = match self.clock {
            LogClock::Real => "real",
            LogClock::Test => "test",
        };
        let hash = STANDARD.encode(self.hash.as_bytes());
        writeln!(
            f,
            "{FIRST_LINE}\n{}\nepoch {}\nposition {}\n{hash}\nclock {clock}",
            self.log, self.epoch, self.position
        )
    }
}

impl SignedCheckpoint {
    /// Takes a text for a signed checkpoint; [`SignedCheckpoint::open`] says whether it is one.
    #[must_use]
    pub fn from_text(note: String) -> Self {
        Self { note }
    }

    /// Returns the text, signature and all.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.note
    }

    /// Returns what the checkpoint says, once `verifier`'s signature is found to be right.
    pub fn open(&self, verifier: &NoteVerifier) -> Result<Checkpoint, OpenCheckpointError> {
        let text = verifier
            .open(&self.note)
            .map_err(OpenCheckpointError::Note)?;
        Checkpoint::parse(text).ok_or(OpenCheckpointError::Content)
    }

    /// Returns what the checkpoint says, whoever signed it or not. To file it, never to trust it.
    #[must_use]
    pub fn claim(&self) -> Option<Checkpoint> {
        let (text, _) = self.note.rsplit_once("\n\n")?;
        Checkpoint::parse(&format!("{text}\n"))
    }
}

impl fmt::Debug for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.note, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, OpenCheckpointError, SignedCheckpoint};
    use crate::note::NoteSigner;
    use crate::toy;

    fn signer() -> NoteSigner {
        NoteSigner::from_seed("log_07", &[3; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_reads_like_this() {
        let text = Checkpoint::of(&toy::head()).to_string();
        let expected = format!(
            "countersign ledger checkpoint 1\nlog_{}\nepoch 1\nposition 0\n",
            "07".repeat(16)
        );
        assert!(text.starts_with(&expected), "{text}");
        assert!(text.ends_with("=\nclock real\n"), "{text}");
    }

    #[test]
    fn a_checkpoint_comes_back_from_its_text() {
        let [first] = toy::entries::<1>();
        let checkpoint = Checkpoint::of(&toy::head().follow(&first).unwrap());
        let signed = SignedCheckpoint::from_text(checkpoint.sign(&signer()).as_str().to_owned());
        assert_eq!(signed.open(&signer().verifier()).unwrap(), checkpoint);
        assert_eq!(signed.claim(), Some(checkpoint));
    }

    #[test]
    fn a_signed_text_of_another_kind_is_no_checkpoint() {
        let text = Checkpoint::of(&toy::head()).to_string();
        for other in [
            "hello\n".to_owned(),
            text.replace("epoch 1", "epoch 01"),
            format!("{text}more\n"),
        ] {
            let signed = SignedCheckpoint::from_text(signer().sign(&other));
            assert_eq!(
                signed.open(&signer().verifier()),
                Err(OpenCheckpointError::Content),
                "{other}"
            );
        }
    }
}
