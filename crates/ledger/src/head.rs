//! The end of a log: what the next entry must follow.

use jiff::Timestamp;

use crate::entry::Entry;
use crate::hash::{Fields, Hash};
use crate::log_id::LogId;
use crate::position::{Epoch, Position};

/// The end of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub log: LogId,
    /// Which life of it.
    pub epoch: Epoch,
    /// The position of the last entry; 0 when there is none.
    pub position: Position,
    /// The hash of the last entry; of the log's id when there is none.
    pub hash: Hash,
    /// The time of the last entry; 1970 when there is none.
    pub time: Timestamp,
    /// Whether the times of this log can be trusted.
    pub clock: LogClock,
}

/// By which clock the entries of a log were timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogClock {
    /// By the machine's clock, always.
    Real,
    /// By a clock that could be set, at least once. This is never taken back.
    Test,
}

/// Why an entry does not follow a head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLink {
    /// Its position is not the next one.
    #[error("position {expected} is expected, and {found} was found")]
    Position {
        /// The next position.
        expected: Position,
        /// The entry's.
        found: Position,
    },
    /// Its hash is not that of its content after the entry ahead of it.
    #[error("the hash of entry {0} is not that of its content after the entry ahead of it")]
    Hash(Position),
    /// Its time is before that of the entry ahead of it, or finer than milliseconds.
    #[error(
        "the time of entry {0} is before that of the entry ahead of it, or has more than milliseconds"
    )]
    Time(Position),
}

impl Head {
    /// Returns the head of the empty log `log`, by the machine's clock.
    #[must_use]
    pub fn empty(log: LogId) -> Self {
        Self {
            log,
            epoch: Epoch::FIRST,
            position: Position::EMPTY,
            // The first entry is chained to the log's id: no entry of one log is a first entry of
            // another.
            hash: Fields::new("countersign ledger log 1")
                .bytes(log.as_bytes())
                .hash(),
            time: Timestamp::UNIX_EPOCH,
            clock: LogClock::Real,
        }
    }

    /// Returns the time of an entry sealed at `now`: the later of `now` and the last entry's, in
    /// whole milliseconds.
    #[must_use]
    pub fn time_of_next(&self, now: Timestamp) -> Timestamp {
        whole_milliseconds(now).max(self.time)
    }

    /// Returns the head after `entry`, once its position, time and hash are checked against this
    /// one.
    pub fn follow(&self, entry: &Entry) -> Result<Self, BrokenLink> {
        if entry.position != self.position.next() {
            return Err(BrokenLink::Position {
                expected: self.position.next(),
                found: entry.position,
            });
        }
        if entry.hash != entry.hash_after(&self.hash) {
            return Err(BrokenLink::Hash(entry.position));
        }
        if entry.time < self.time || entry.time != whole_milliseconds(entry.time) {
            return Err(BrokenLink::Time(entry.position));
        }
        Ok(Self {
            position: entry.position,
            hash: entry.hash,
            time: entry.time,
            ..self.clone()
        })
    }

    /// Returns the head after all of `entries`, in order. Errors: the first that does not follow.
    pub fn follow_all(&self, entries: &[Entry]) -> Result<Self, BrokenLink> {
        entries
            .iter()
            .try_fold(self.clone(), |head, entry| head.follow(entry))
    }

    /// Returns whether both are the same end of the same life of the same log.
    #[must_use]
    pub fn is_same_end(&self, other: &Self) -> bool {
        self.log == other.log
            && self.epoch == other.epoch
            && self.position == other.position
            && self.hash == other.hash
    }
}

fn whole_milliseconds(time: Timestamp) -> Timestamp {
    // Cannot fail, since the milliseconds come from a time that is in range.
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{BrokenLink, Head};
    use crate::position::Position;
    use crate::toy;

    #[test]
    fn a_clock_set_back_does_not_turn_the_log() {
        let head = toy::head();
        let noon: Timestamp = "2026-05-03T12:00:00.0009Z".parse().unwrap();
        let first = toy::draft("c1", "{}").seal(&head, noon);
        assert_eq!(first.time.to_string(), "2026-05-03T12:00:00Z");
        let head = head.follow(&first).unwrap();
        let second = toy::draft("c2", "{}").seal(&head, "2026-05-03T11:00:00Z".parse().unwrap());
        assert_eq!(second.time, first.time);
        assert!(head.follow(&second).is_ok());
    }

    #[test]
    fn only_the_next_entry_follows() {
        let [first, second, third] = toy::entries::<3>();
        let head = toy::head();
        assert!(
            head.follow_all(&[first.clone(), second.clone(), third.clone()])
                .is_ok()
        );
        assert_eq!(
            head.follow_all(&[first.clone(), third]),
            Err(BrokenLink::Position {
                expected: Position::new(2),
                found: Position::new(3)
            })
        );
        let mut late = second;
        late.body = crate::entry::Body::Kept("{\"edited\":true}".into());
        assert_eq!(
            head.follow_all(&[first, late]),
            Err(BrokenLink::Hash(Position::new(2)))
        );
    }

    #[test]
    fn an_entry_that_runs_backwards_is_refused_even_with_a_right_hash() {
        let [first, mut second] = toy::entries::<2>();
        second.time = first
            .time
            .checked_sub(jiff::SignedDuration::from_millis(1))
            .unwrap();
        second.hash = second.hash_after(&first.hash);
        let head = toy::head().follow(&first).unwrap();
        assert_eq!(
            head.follow(&second),
            Err(BrokenLink::Time(Position::new(2)))
        );
    }

    #[test]
    fn a_withheld_body_keeps_the_chain() {
        let entries = toy::entries::<3>();
        let withheld: Vec<_> = entries.iter().map(crate::entry::Entry::withheld).collect();
        assert!(withheld.iter().all(|entry| entry.body.text().is_none()));
        assert_eq!(
            toy::head().follow_all(&withheld),
            toy::head().follow_all(&entries)
        );
    }

    #[test]
    fn a_first_entry_belongs_to_its_log() {
        let [first] = toy::entries::<1>();
        let other = Head::empty(crate::log_id::LogId::from_random([9; 16]));
        assert_eq!(
            other.follow(&first),
            Err(BrokenLink::Hash(Position::new(1)))
        );
    }
}
