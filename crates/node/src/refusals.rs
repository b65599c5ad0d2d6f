//! Refusals, kept for a while beside the log, so that one can be explained by the id that was told
//! with it. They are no entries: nothing is decided on them, and they go after a week.
//!
//! Each app has a ring of [`QUOTA`] places, and its newest refusal takes the place of its oldest, so
//! that one app that is refused all day pushes nobody else's away. All rings together hold [`MOST`].
//! An id says where its refusal stands, under a mask: it tells nothing to whoever has it, neither of
//! which app it is nor of how many there are.
//!
//! Whoever is refused does not wait for the store. What is new is held in memory and written down in
//! one go; a process that is killed forgets what it was refused since the last time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ledger::row::{RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use ledger::{ReadError, Realm, Store};
use sha2::{Digest as _, Sha256};

use crate::keys::Keys;

/// The most refusals kept of one app.
pub const QUOTA: u32 = 10_000;
/// The most refusals kept of all apps.
pub const MOST: usize = 1_000_000;
/// How long one is kept.
pub const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The longest record, in bytes. A longer one is not kept.
pub const LONGEST: usize = 8 * 1024;

/// The most that wait to be written. What comes beyond is not kept.
const MOST_WAITING: usize = 20_000;
/// Rows of one write.
const AT_ONCE: usize = 1_000;
/// Rows between two looks at whether there are too many.
const TRIM_EVERY: usize = 10_000;
/// What every id begins with.
const LEAD: char = 'A';

const RANDOM: usize = 7;
const RING: usize = 6;
const SLOT: usize = 3;
const ID: usize = RANDOM + RING + SLOT;

/// An id, as bytes: random ones, then ring and place under a mask.
type Id = [u8; ID];
/// Which ring: some bytes of the digest of realm and app.
type Ring = [u8; RING];

/// The refusals that are kept.
#[derive(Debug, Default)]
pub struct Refusals {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// How many each ring has taken in, as far as this process has asked.
    taken: BTreeMap<Ring, u32>,
    /// What is not written yet, by the key of its row.
    waiting: BTreeMap<String, Waiting>,
    since_trim: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    value: Vec<u8>,
    until: Timestamp,
}

impl Refusals {
    /// Keeps a record of a refusal of an app, from `now` on, and returns the id under which it is
    /// found. `random` must be new.
    ///
    /// A record that is too long, or comes while too many wait, has an id that finds nothing.
    /// Errors: the store could not be read.
    pub fn keep(
        &self,
        (store, keys): (&dyn Store, &Keys),
        (realm, app): (&Realm, &str),
        record: &[u8],
        random: [u8; RANDOM],
        now: Timestamp,
    ) -> Result<String, ReadError> {
        let ring = ring(realm, app);
        let mut kept = self.kept();
        let taken = match kept.taken.get(&ring) {
            Some(taken) => *taken,
            None => taken_before(store, ring)?,
        };
        let slot = taken % QUOTA;
        let id = masked(keys, random, ring, slot);
        if record.len() <= LONGEST && kept.waiting.len() < MOST_WAITING {
            kept.taken.insert(ring, taken.wrapping_add(1));
            let waiting = Waiting {
                value: [id.as_slice(), record].concat(),
                until: now.checked_add(LIFE).unwrap_or(Timestamp::MAX),
            };
            kept.waiting.insert(key(ring, slot), waiting);
        }
        Ok(format!("{LEAD}{}", URL_SAFE_NO_PAD.encode(id)))
    }

    /// Returns the record with an id; nothing if there is none, or its life is over at `now`.
    pub fn find(
        &self,
        (store, keys): (&dyn Store, &Keys),
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(id) = parsed(id) else {
            return Ok(None);
        };
        let (ring, slot) = unmasked(keys, &id);
        let key = key(ring, slot);
        let waiting = self.kept().waiting.get(&key).cloned();
        let found = match waiting {
            Some(waiting) => Some((waiting.value, waiting.until)),
            None => {
                let row = store.row(&RowKey::new(Table::Refusal, &key))?;
                row.and_then(|row| Some((row.value, row.until?)))
            }
        };
        Ok(found.and_then(|(value, until)| {
            let (own, record) = value.split_at_checked(ID)?;
            (own == id && until > now).then(|| record.to_vec())
        }))
    }

    /// Writes down what is new; returns how many.
    pub fn save(&self, store: &dyn Store) -> Result<usize, WriteRowsError> {
        let mut written = 0;
        loop {
            let batch: Vec<(String, Waiting)> = {
                let kept = self.kept();
                let first = kept.waiting.iter().take(AT_ONCE);
                first.map(|(key, one)| (key.clone(), one.clone())).collect()
            };
            if batch.is_empty() {
                break;
            }
            let mut writes: Vec<RowWrite> = batch
                .iter()
                .map(|(key, one)| {
                    let key = RowKey::new(Table::Refusal, key);
                    RowWrite::put_until(key, one.value.clone(), one.until)
                })
                .collect();
            writes.extend(self.counts_of(&batch));
            store.write_rows(&writes)?;
            written += batch.len();
            let mut kept = self.kept();
            for (key, one) in &batch {
                // Another may have taken the place in between.
                if kept.waiting.get(key) == Some(one) {
                    kept.waiting.remove(key);
                }
            }
        }
        self.trim(store, written)?;
        Ok(written)
    }

    /// Returns the writes that note how far the rings of a batch are.
    fn counts_of(&self, batch: &[(String, Waiting)]) -> Vec<RowWrite> {
        let mut newest: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for (key, one) in batch {
            let ring = key.split('/').next().unwrap_or_default();
            let until = newest.entry(ring).or_insert(one.until);
            *until = one.until.max(*until);
        }
        let kept = self.kept();
        let taken = kept.taken.iter().filter_map(|(ring, taken)| {
            let until = newest.get(hex(ring).as_str())?;
            let key = RowKey::new(Table::Refusal, &count_key(*ring));
            let value = taken.to_le_bytes().to_vec();
            Some(RowWrite::put_until(key, value, *until))
        });
        taken.collect()
    }

    fn trim(&self, store: &dyn Store, written: usize) -> Result<(), WriteRowsError> {
        let mut kept = self.kept();
        kept.since_trim += written;
        if kept.since_trim < TRIM_EVERY {
            return Ok(());
        }
        kept.since_trim = 0;
        drop(kept);
        store
            .trim_rows(Table::Refusal, MOST)
            .map_err(WriteRowsError::Write)?;
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ring(realm: &Realm, app: &str) -> Ring {
    let digest = Sha256::new()
        .chain_update(realm.as_str())
        .chain_update([0])
        .chain_update(app)
        .finalize();
    let mut ring = Ring::default();
    ring.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    ring
}

fn hex(ring: &Ring) -> String {
    ring.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(ring: Ring, slot: u32) -> String {
    format!("{}/{slot:06x}", hex(&ring))
}

fn count_key(ring: Ring) -> String {
    format!("count/{}", hex(&ring))
}

/// How many a ring took in before this process began.
fn taken_before(store: &dyn Store, ring: Ring) -> Result<u32, ReadError> {
    let row = store.row(&RowKey::new(Table::Refusal, &count_key(ring)))?;
    let bytes = row.and_then(|row| <[u8; 4]>::try_from(row.value.as_slice()).ok());
    Ok(bytes.map_or(0, u32::from_le_bytes))
}

fn masked(keys: &Keys, random: [u8; RANDOM], ring: Ring, slot: u32) -> Id {
    let place = ring.into_iter().chain(slot.to_le_bytes()).take(RING + SLOT);
    let hidden = place
        .zip(keys.refusal_mask(&random))
        .map(|(byte, mask)| byte ^ mask);
    let mut id = Id::default();
    id.iter_mut()
        .zip(random.into_iter().chain(hidden))
        .for_each(|(to, from)| *to = from);
    id
}

fn unmasked(keys: &Keys, id: &Id) -> (Ring, u32) {
    let (random, hidden) = id.split_at(RANDOM);
    let mask = keys.refusal_mask(random);
    let mut shown = hidden.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
    let mut ring = Ring::default();
    ring.iter_mut()
        .zip(shown.by_ref())
        .for_each(|(to, from)| *to = from);
    let mut slot = [0; 4];
    slot.iter_mut().zip(shown).for_each(|(to, from)| *to = from);
    (ring, u32::from_le_bytes(slot))
}

fn parsed(id: &str) -> Option<Id> {
    let bytes = URL_SAFE_NO_PAD.decode(id.strip_prefix(LEAD)?).ok()?;
    Id::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use ledger::row::{RowKey, Table};
    use ledger::{LogId, MemoryStore, Realm, Store as _};

    use super::{LIFE, LONGEST, QUOTA, Refusals};
    use crate::keys::Keys;
    use crate::random::SystemRandom;

    struct Shelf {
        store: MemoryStore,
        keys: Keys,
        realm: Realm,
        refusals: Refusals,
        noon: Timestamp,
        made: u64,
    }

    impl Shelf {
        fn new() -> Self {
            Self {
                store: MemoryStore::new(LogId::from_random([7; 16])),
                keys: Keys::generate(&SystemRandom).unwrap(),
                realm: Realm::parse("graph").unwrap(),
                refusals: Refusals::default(),
                noon: "2026-05-03T12:00:00Z".parse().unwrap(),
                made: 0,
            }
        }

        fn keep(&mut self, app: &str, record: &[u8]) -> String {
            self.made += 1;
            let mut random = [0; 7];
            random.copy_from_slice(&self.made.to_le_bytes()[..7]);
            let at = (&self.store as &dyn ledger::Store, &self.keys);
            let of = (&self.realm, app);
            let kept = self.refusals.keep(at, of, record, random, self.noon);
            kept.unwrap()
        }

        fn find(&self, id: &str, after: SignedDuration) -> Option<Vec<u8>> {
            let at = (&self.store as &dyn ledger::Store, &self.keys);
            let now = self.noon + after;
            self.refusals.find(at, id, now).unwrap()
        }

        /// The process ends, with or without having written down what is new, and begins again.
        fn again(&mut self, written: bool) {
            if written {
                self.refusals.save(&self.store).unwrap();
            }
            self.refusals = Refusals::default();
        }
    }

    const AT_ONCE: SignedDuration = SignedDuration::ZERO;

    #[test]
    fn one_is_found_by_its_id_at_once_and_after_the_process_began_again() {
        let mut shelf = Shelf::new();
        let id = shelf.keep("7001", b"no");
        assert_eq!((id.len(), &id[..1]), (23, "A"));
        assert_eq!(shelf.find(&id, AT_ONCE).as_deref(), Some(&b"no"[..]));
        shelf.again(true);
        assert_eq!(shelf.find(&id, AT_ONCE).as_deref(), Some(&b"no"[..]));
        // The next one does not take its place.
        let next = shelf.keep("7001", b"neither");
        shelf.again(true);
        assert_eq!(shelf.find(&id, AT_ONCE).as_deref(), Some(&b"no"[..]));
        assert_eq!(shelf.find(&next, AT_ONCE).as_deref(), Some(&b"neither"[..]));
    }

    #[test]
    fn a_process_that_is_killed_forgets_what_was_not_written() {
        let mut shelf = Shelf::new();
        let id = shelf.keep("7001", b"no");
        shelf.again(false);
        assert_eq!(shelf.find(&id, AT_ONCE), None);
        // Another one stands in its place now, and is not given away under its id.
        let next = shelf.keep("7001", b"other");
        assert_eq!(shelf.find(&id, AT_ONCE), None);
        assert!(shelf.find(&next, AT_ONCE).is_some());
    }

    #[test]
    fn a_week_is_its_life() {
        let mut shelf = Shelf::new();
        let id = shelf.keep("7001", b"no");
        let second = SignedDuration::from_secs(1);
        for written in [false, true] {
            if written {
                shelf.again(true);
            }
            assert!(shelf.find(&id, LIFE - second).is_some(), "{written}");
            assert!(shelf.find(&id, LIFE).is_none(), "{written}");
        }
        let swept = shelf.store.sweep_rows(shelf.noon + LIFE, 10).unwrap();
        assert_eq!(swept, 2, "the refusal, and how far the ring is");
    }

    #[test]
    fn an_app_pushes_away_its_own_oldest_and_nobody_elses() {
        let mut shelf = Shelf::new();
        let other = shelf.keep("7002", b"the other app's");
        let first = shelf.keep("7001", b"first");
        let second = shelf.keep("7001", b"second");
        for _ in 2..QUOTA {
            shelf.keep("7001", b"more");
        }
        assert!(shelf.find(&first, AT_ONCE).is_some());
        shelf.keep("7001", b"one too many");
        for written in [false, true] {
            if written {
                shelf.again(true);
            }
            assert!(shelf.find(&first, AT_ONCE).is_none(), "{written}");
            assert!(shelf.find(&second, AT_ONCE).is_some(), "{written}");
            assert!(shelf.find(&other, AT_ONCE).is_some(), "{written}");
        }
        let rows = shelf.store.rows(Table::Refusal, "", "", 100_000).unwrap();
        assert_eq!(rows.len(), QUOTA as usize + 1 + 2);
    }

    #[test]
    fn an_id_of_nothing_finds_nothing_and_an_id_tells_nothing() {
        let mut shelf = Shelf::new();
        let ids = [shelf.keep("7001", b"a"), shelf.keep("7001", b"b")];
        for id in [
            "",
            "A",
            "AAAA",
            "Ä",
            "A--------------------",
            &"A".repeat(23),
            &ids[0][1..],
        ] {
            assert_eq!(shelf.find(id, AT_ONCE), None, "{id}");
        }
        // Under other keys the same ids lead elsewhere.
        shelf.keys = Keys::generate(&SystemRandom).unwrap();
        assert_eq!(shelf.find(&ids[0], AT_ONCE), None);
        // Two refusals of one app in a row have nothing in common but the first letter.
        assert_ne!(ids[0][10..], ids[1][10..]);
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let mut shelf = Shelf::new();
        let id = shelf.keep("7001", &vec![b'x'; LONGEST + 1]);
        assert_eq!(shelf.find(&id, AT_ONCE), None);
        shelf.refusals.save(&shelf.store).unwrap();
        let rows = shelf.store.rows(Table::Refusal, "", "", 10).unwrap();
        assert!(rows.is_empty());
        let none = shelf.store.row(&RowKey::new(Table::Refusal, "count/none"));
        assert!(none.unwrap().is_none());
    }
}
