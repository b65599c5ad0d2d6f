//! Who tried too often.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Who;

/// How many wrong tries a person has.
const MOST: u32 = 5;
/// How long they count, and how long whoever used them up waits.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How many people are remembered. Beyond that everybody who is not waits.
const MOST_PEOPLE: usize = 100_000;

/// Wrong tries, in memory: a restart forgives them, which costs a guesser a restart of ours.
#[derive(Debug, Default)]
pub struct Tries {
    wrong: Mutex<BTreeMap<String, Wrong>>,
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    since: Timestamp,
}

impl Wrong {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) >= WINDOW
    }
}

impl Tries {
    /// Must the person wait? Also one who is not there, so that nobody learns who is.
    pub(super) fn must_wait(&self, who: Who<'_>, now: Timestamp) -> bool {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= MOST_PEOPLE {
            wrong.retain(|_, one| !one.is_over(now));
        }
        match wrong.get(&name(who)) {
            Some(one) => one.count >= MOST && !one.is_over(now),
            None => wrong.len() >= MOST_PEOPLE,
        }
    }

    pub(super) fn failed(&self, who: Who<'_>, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Wrong {
            count: 0,
            since: now,
        };
        let one = wrong.entry(name(who)).or_insert(fresh);
        if one.is_over(now) {
            *one = fresh;
        }
        one.count += 1;
    }

    pub(super) fn succeeded(&self, who: Who<'_>) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(&name(who));
    }
}

fn name(who: Who<'_>) -> String {
    format!("{}/{}", who.realm.as_str(), who.person)
}
