//! When each token was last used: fed by decisions that are asked with one. Evidence for people who
//! clean up; no decision looks at it, and it is no entry.
//!
//! It is held in memory and written down when the installation is left, and every now and then.
//! What was used since it was last written down is forgotten when the process is killed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::fact::Digest;
use jiff::Timestamp;
use ledger::row::{RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use ledger::{ReadError, Store};

/// The most tokens whose last use is remembered; the one unused for longest goes first.
const MOST: usize = 100_000;
/// The row that keeps it: one row for all, since it is written as a whole.
const ROW: &str = "last-use";

/// The last use of each token, by the digest of its secret.
#[derive(Debug, Default)]
pub struct LastUse {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    used: BTreeMap<[u8; 32], i64>,
    changed: bool,
}

impl LastUse {
    /// Reads what was written down. A line that is none is passed over.
    ///
    /// Errors: the row could not be read.
    pub fn load(store: &dyn Store) -> Result<Self, ReadError> {
        let row = store.row(&RowKey::new(Table::Session, ROW))?;
        let text = row.map(|row| String::from_utf8_lossy(&row.value).into_owned());
        let lines = text.iter().flat_map(|text| text.lines());
        let used = lines.filter_map(|line| {
            let (digest, at) = line.split_once(' ')?;
            Some((
                Digest::try_from(digest.to_owned()).ok()?.0,
                at.parse().ok()?,
            ))
        });
        Ok(Self {
            known: Mutex::new(Known {
                used: used.collect(),
                changed: false,
            }),
        })
    }

    /// Notes that a token was used.
    pub fn note(&self, digest: &Digest, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = now.as_millisecond();
        known.used.insert(digest.0, at);
        known.changed = true;
        if known.used.len() > MOST {
            let oldest = known.used.iter().min_by_key(|(_, at)| **at);
            let oldest = oldest.map(|(digest, _)| *digest);
            oldest.map(|digest| known.used.remove(&digest));
        }
    }

    /// Returns when a token was last used, if that is remembered.
    #[must_use]
    pub fn of(&self, digest: &Digest) -> Option<Timestamp> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.used.get(&digest.0).copied()?;
        Timestamp::from_millisecond(at).ok()
    }

    /// Writes down what is new, if anything is.
    pub fn save(&self, store: &dyn Store) -> Result<(), WriteRowsError> {
        let mut text = String::new();
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if !known.changed {
                return Ok(());
            }
            for (digest, at) in &known.used {
                text.push_str(&format!("{} {at}\n", Digest(*digest)));
            }
            known.changed = false;
        }
        let key = RowKey::new(Table::Session, ROW);
        store.write_rows(&[RowWrite::put(key, text.into_bytes())])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use engine::fact::Digest;
    use jiff::Timestamp;
    use ledger::{LogId, MemoryStore};

    use super::LastUse;

    #[test]
    fn what_was_used_is_known_after_it_was_written_down_and_read_again() {
        let store = MemoryStore::new(LogId::from_random([7; 16]));
        let noon: Timestamp = "2026-05-03T12:00:00Z".parse().unwrap();
        let used = LastUse::load(&store).unwrap();
        used.note(&Digest::of("one"), noon);
        assert_eq!(used.of(&Digest::of("one")), Some(noon));
        let forgotten = LastUse::load(&store).unwrap();
        assert_eq!(forgotten.of(&Digest::of("one")), None);
        used.save(&store).unwrap();
        let known = LastUse::load(&store).unwrap();
        assert_eq!(known.of(&Digest::of("one")), Some(noon));
        assert_eq!(known.of(&Digest::of("two")), None);
    }
}
