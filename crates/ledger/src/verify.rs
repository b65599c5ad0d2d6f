//! Is this log what it was? Walks the entries and names the first that is not.

use crate::checkpoint::{Checkpoint, OpenCheckpointError};
use crate::entry::Entry;
use crate::head::{BrokenLink, Head};
use crate::log_id::LogId;
use crate::note::NoteVerifier;
use crate::position::Position;
use crate::store::{ReadError, Store, entries};

/// What a walk over a log found. A broken log is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Every entry follows the one ahead of it, and every checkpoint agrees.
    Sound {
        /// The end of the log, worked out from the entries alone.
        head: Head,
        /// How many checkpoints were compared with the entries.
        checkpoints: usize,
    },
    /// The first defect.
    Broken(Defect),
}

/// What is wrong with a log. Positions are those of the first bad entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// The content of the entry is not what was hashed.
    #[error("entry {0} was edited, or entries ahead of it were removed and the rest numbered anew")]
    Edited(Position),
    /// What stands there cannot be read as an entry.
    #[error("entry {position} cannot be read: {reason}")]
    Unreadable {
        /// Where.
        position: Position,
        /// What is wrong with it.
        reason: String,
    },
    /// Entries are missing.
    #[error("entries {first} to {last} were removed")]
    Removed {
        /// The first that is missing.
        first: Position,
        /// The last that is missing.
        last: Position,
    },
    /// Two entries stand in each other's place.
    #[error(
        "entries {first} and {second} were swapped: what stands at {second} belongs at {first}"
    )]
    Swapped {
        /// The earlier place.
        first: Position,
        /// The later place.
        second: Position,
    },
    /// An entry comes again, or after a later one.
    #[error("entry {found} stands where entry {expected} belongs")]
    OutOfOrder {
        /// The position that is next.
        expected: Position,
        /// The position that was found.
        found: Position,
    },
    /// The entry's time is before that of the entry ahead of it.
    #[error("the time of entry {0} is before that of the entry ahead of it")]
    BackInTime(Position),
    /// The store's head is not the end of its entries.
    #[error(
        "the head says that the log ends at {head} with {head_hash}, and its entries end at {end} with {end_hash}"
    )]
    Head {
        /// Where the head says that the log ends.
        head: Position,
        /// The hash in the head.
        head_hash: crate::hash::Hash,
        /// Where the entries end.
        end: Position,
        /// The hash of the last entry.
        end_hash: crate::hash::Hash,
    },
    /// The head says that the log never ran with a test clock, and a checkpoint says that it did.
    #[error(
        "the checkpoint at {0} says that the log ran with a test clock, and the head denies it"
    )]
    ClockDenied(Position),
    /// A checkpoint is not signed by the key that should have signed it.
    #[error("the checkpoint that claims position {} is not to be trusted", .claims.map_or("nothing".to_owned(), |at| at.to_string()))]
    CheckpointUntrusted {
        /// The position that it claims.
        claims: Option<Position>,
        /// What is wrong with it.
        #[source]
        source: OpenCheckpointError,
    },
    /// A checkpoint is signed for another log.
    #[error("a checkpoint is of log `{checkpoint}`, and this is log `{here}`")]
    CheckpointOfOtherLog {
        /// The checkpoint's log.
        checkpoint: LogId,
        /// This one.
        here: LogId,
    },
    /// A checkpoint was signed with another hash at this position: the past was rewritten.
    #[error("entry {0} is not the one that was signed: the log was rewritten up to there")]
    CheckpointMismatch(Position),
    /// A checkpoint was signed for a position that the log no longer has.
    #[error(
        "a checkpoint was signed at {signed}, and the log ends at {end}: the newest entries are gone"
    )]
    CheckpointBeyondEnd {
        /// The position that was signed.
        signed: Position,
        /// Where the log ends.
        end: Position,
    },
}

/// Walks `entries`, which must begin right after `start`, and compares `checkpoints` (already
/// opened) on the way.
///
/// Returns the first defect, or the end of a sound log. `start` is [`Head::empty`] for a whole log;
/// checkpoints of positions before it are not looked at. Entries with withheld bodies are as good
/// as others. Errors: an entry could not be read for a reason that says nothing about the log.
pub fn verify(
    start: &Head,
    entries: impl IntoIterator<Item = Result<Entry, ReadError>>,
    checkpoints: &[Checkpoint],
) -> Result<Verdict, ReadError> {
    let mut due: Vec<&Checkpoint> = checkpoints
        .iter()
        .filter(|at| at.position >= start.position)
        .collect();
    due.sort_by_key(|checkpoint| checkpoint.position);
    if let Some(foreign) = due.iter().find(|checkpoint| checkpoint.log != start.log) {
        let defect = Defect::CheckpointOfOtherLog {
            checkpoint: foreign.log,
            here: start.log,
        };
        return Ok(Verdict::Broken(defect));
    }
    let compared = due.len();
    let mut due = due.into_iter().peekable();
    let mut head = start.clone();
    let mut rest = entries.into_iter();
    loop {
        while let Some(checkpoint) = due.next_if(|checkpoint| checkpoint.position == head.position)
        {
            if checkpoint.hash != head.hash {
                return Ok(Verdict::Broken(Defect::CheckpointMismatch(head.position)));
            }
        }
        let entry = match rest.next() {
            None => break,
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return unreadable(error).map(Verdict::Broken),
        };
        head = match head.follow(&entry) {
            Ok(next) => next,
            Err(link) => return Ok(Verdict::Broken(diagnose(&head, &entry, &link, rest))),
        };
    }
    Ok(match due.next() {
        Some(beyond) => Verdict::Broken(Defect::CheckpointBeyondEnd {
            signed: beyond.position,
            end: head.position,
        }),
        None => Verdict::Sound {
            head,
            checkpoints: compared,
        },
    })
}

/// Verifies a whole store: its entries, its head, and, with the public key of its checkpoints,
/// those too.
pub fn verify_store(
    store: &dyn Store,
    verifier: Option<&NoteVerifier>,
) -> Result<Verdict, ReadError> {
    let head = store.head()?;
    let checkpoints = match verifier {
        None => Vec::new(),
        Some(verifier) => match open_checkpoints(store, verifier)? {
            Ok(checkpoints) => checkpoints,
            Err(defect) => return Ok(Verdict::Broken(defect)),
        },
    };
    let walked = verify(
        &Head::empty(head.log),
        entries(store, Position::FIRST),
        &checkpoints,
    )?;
    let Verdict::Sound {
        head: end,
        checkpoints: compared,
    } = walked
    else {
        return Ok(walked);
    };
    if let Some(defect) = head_defect(&head, &end, &checkpoints) {
        return Ok(Verdict::Broken(defect));
    }
    Ok(Verdict::Sound {
        head,
        checkpoints: compared,
    })
}

type Opened = Result<Vec<Checkpoint>, Defect>;

fn open_checkpoints(store: &dyn Store, verifier: &NoteVerifier) -> Result<Opened, ReadError> {
    let signed = store.checkpoints(Position::EMPTY, usize::MAX)?;
    Ok(signed
        .iter()
        .map(|signed| {
            signed
                .open(verifier)
                .map_err(|source| Defect::CheckpointUntrusted {
                    claims: signed.claim().map(|claim| claim.position),
                    source,
                })
        })
        .collect())
}

fn head_defect(head: &Head, end: &Head, checkpoints: &[Checkpoint]) -> Option<Defect> {
    if end.position < head.position {
        return Some(Defect::Removed {
            first: end.position.next(),
            last: head.position,
        });
    }
    if (head.position, head.hash) != (end.position, end.hash) {
        return Some(Defect::Head {
            head: head.position,
            head_hash: head.hash,
            end: end.position,
            end_hash: end.hash,
        });
    }
    checkpoints
        .iter()
        .find(|checkpoint| {
            checkpoint.clock == crate::head::LogClock::Test && checkpoint.clock != head.clock
        })
        .map(|checkpoint| Defect::ClockDenied(checkpoint.position))
}

fn unreadable(error: ReadError) -> Result<Defect, ReadError> {
    match error {
        ReadError::Unreadable { position, source } => Ok(Defect::Unreadable {
            position,
            reason: source.to_string(),
        }),
        other @ ReadError::Failed(_) => Err(other),
    }
}

/// Says what happened where the chain breaks, by looking for the entry that belongs there among
/// those that follow.
fn diagnose(
    head: &Head,
    found: &Entry,
    link: &BrokenLink,
    rest: impl Iterator<Item = Result<Entry, ReadError>>,
) -> Defect {
    let expected = head.position.next();
    if let BrokenLink::Time(position) = link {
        return Defect::BackInTime(*position);
    }
    if found.position < expected {
        return Defect::OutOfOrder {
            expected,
            found: found.position,
        };
    }
    let belongs_here = |entry: &Entry| {
        let here = Entry {
            position: expected,
            ..entry.clone()
        };
        here.hash == here.hash_after(&head.hash)
    };
    if let Some(second) = rest.filter_map(Result::ok).find(belongs_here) {
        // An export may have lines in the wrong order, each with its own position; a table has
        // contents swapped.
        let second = if second.position == expected {
            found.position
        } else {
            second.position
        };
        return Defect::Swapped {
            first: expected,
            second,
        };
    }
    match found.position.get().checked_sub(1) {
        Some(last) if found.position > expected => Defect::Removed {
            first: expected,
            last: Position::new(last),
        },
        _ => Defect::Edited(expected),
    }
}

#[cfg(test)]
mod tests;
