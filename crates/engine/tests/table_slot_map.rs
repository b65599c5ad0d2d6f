//! `SlotMap` against `HashMap<_, Vec<_>>`: the same steps, the same slots, and old clones that
//! never change.

use std::collections::HashMap;

use engine::table::{Slot, SlotMap, pair_hash};
use proptest::prelude::*;

/// A key, a value, and how the key is hashed: well, or so badly that it hurts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Entry {
    key: u32,
    value: u32,
    hashing: u32,
    taken: u32,
}

const GOOD: u32 = 0;
/// Eight hashes in all.
const FEW: u32 = 1;
const ONE: u32 = 2;
/// All slots start at one place of their page.
const SAME_HOME: u32 = 3;
/// All slots start at the last place of their page, so runs go around the end.
const LAST_HOME: u32 = 4;
/// All pages but one are never used.
const SAME_TOP: u32 = 5;
/// One half of the pages has few slots, so some chunks have one page and others many.
const LOPSIDED: u32 = 6;

fn hash_of(key: u32, hashing: u32) -> u64 {
    let good = pair_hash(key, 0);
    match hashing {
        GOOD => good,
        FEW => pair_hash(key % 8, 0),
        ONE => 0x0123_4567_89ab_cdef,
        SAME_HOME => good & !0xffff_ffff,
        LAST_HOME => good | 0xffff_ffff,
        SAME_TOP => good & 0xffff_ffff,
        LOPSIDED if key.is_multiple_of(500) => good >> 1,
        LOPSIDED => good | 1 << 63,
        _ => unreachable!(),
    }
}

fn entry(key: u32, value: u32, hashing: u32) -> Entry {
    Entry {
        key,
        value,
        hashing,
        taken: 1,
    }
}

impl Slot for Entry {
    type Slots = [Self; 254];

    fn hash(&self) -> u64 {
        hash_of(self.key, self.hashing)
    }

    fn is_vacant(&self) -> bool {
        self.taken == 0
    }
}

/// The naive model: for each key its values, sorted.
type Model = HashMap<u32, Vec<u32>>;

#[derive(Clone, Debug)]
enum Step {
    Insert(u32, u32),
    InsertRange(u32, u16),
    Replace(u32, u32, u32),
    Remove(u32),
    RemoveRange(u32, u16),
    Keep,
}

/// Steps on keys below `keys`.
fn any_step(keys: u32) -> impl Strategy<Value = Step> {
    let value = 0..4_u32;
    prop_oneof![
        6 => (0..keys, value.clone()).prop_map(|(key, value)| Step::Insert(key, value)),
        2 => (0..keys, 0..400_u16).prop_map(|(from, count)| Step::InsertRange(from, count)),
        3 => (0..keys, value.clone(), value).prop_map(|(key, old, new)| Step::Replace(key, old, new)),
        6 => (0..keys).prop_map(Step::Remove),
        2 => (0..keys, 0..300_u16).prop_map(|(from, count)| Step::RemoveRange(from, count)),
        1 => Just(Step::Keep),
    ]
}

struct World {
    hashing: u32,
    table: SlotMap<Entry>,
    model: Model,
}

impl World {
    fn new(hashing: u32) -> Self {
        Self {
            hashing,
            table: SlotMap::new(),
            model: Model::new(),
        }
    }

    fn insert(&mut self, key: u32, value: u32) {
        self.table.insert(entry(key, value, self.hashing));
        let values = self.model.entry(key).or_default();
        values.push(value);
        values.sort_unstable();
    }

    fn replace(&mut self, key: u32, old: u32, new: u32) {
        let hash = hash_of(key, self.hashing);
        let want = |slot: &Entry| slot.key == key && slot.value == old;
        let found = self
            .table
            .replace(hash, want, entry(key, new, self.hashing));
        let values = self.model.entry(key).or_default();
        let expected = values.iter_mut().find(|value| **value == old);
        assert_eq!(found.map(|slot| slot.value), expected.as_deref().copied());
        if let Some(value) = expected {
            *value = new;
        }
        values.sort_unstable();
    }

    fn remove(&mut self, key: u32) {
        let hash = hash_of(key, self.hashing);
        let removed = self.table.remove(hash, |slot| slot.key == key);
        let values = self.model.entry(key).or_default();
        match removed {
            None => assert!(values.is_empty(), "{key} has {values:?}"),
            Some(slot) => {
                assert_eq!(slot.key, key);
                let at = values.iter().position(|value| *value == slot.value);
                assert_eq!(at.map(|at| values.remove(at)), Some(slot.value));
            }
        }
    }

    fn take(&mut self, step: Step, kept: &mut Vec<(SlotMap<Entry>, Model)>) {
        match step {
            Step::Insert(key, value) => self.insert(key, value),
            Step::InsertRange(from, count) => {
                for key in from..from + u32::from(count) {
                    self.insert(key, key % 4);
                }
            }
            Step::Replace(key, old, new) => self.replace(key, old, new),
            Step::Remove(key) => self.remove(key),
            Step::RemoveRange(from, count) => {
                for key in from..from + u32::from(count) {
                    self.remove(key);
                }
            }
            Step::Keep => kept.push((self.table.clone(), self.model.clone())),
        }
    }
}

#[track_caller]
fn assert_same(table: &SlotMap<Entry>, model: &Model, hashing: u32) {
    let len: usize = model.values().map(Vec::len).sum();
    assert_eq!(table.len(), len);
    assert_eq!(table.is_empty(), len == 0);
    for (&key, values) in model {
        let hash = hash_of(key, hashing);
        let found = table.find(hash, |slot| slot.key == key).copied();
        assert_eq!(found.is_some(), !values.is_empty(), "key {key}");
        let all = table.find_all(hash, |slot| slot.key == key);
        let mut all: Vec<u32> = all.map(|slot| slot.value).collect();
        all.sort_unstable();
        assert_eq!(&all, values, "key {key}");
    }
    let expected = model.iter().flat_map(|(&key, values)| {
        let slots = values.iter().map(move |&value| entry(key, value, hashing));
        slots.collect::<Vec<_>>()
    });
    let mut expected: Vec<Entry> = expected.collect();
    let mut slots: Vec<Entry> = table.iter().collect();
    expected.sort_unstable();
    slots.sort_unstable();
    assert!(
        slots == expected,
        "iteration gives exactly the slots inserted"
    );
    let absent = u32::MAX;
    assert_eq!(
        table.find(hash_of(absent, hashing), |slot| slot.key == absent),
        None
    );
}

fn follow(hashing: u32, steps: Vec<Step>) {
    let mut world = World::new(hashing);
    let mut kept = Vec::new();
    for step in steps {
        world.take(step, &mut kept);
    }
    assert_same(&world.table, &world.model, hashing);
    for (table, model) in &kept {
        assert_same(table, model, hashing);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_behaves_like_a_multimap(
        hashing in GOOD..=LOPSIDED,
        steps in prop::collection::vec(any_step(600), 0..80),
    ) {
        follow(hashing, steps);
    }

    #[test]
    fn many_slots_behave_like_a_multimap(steps in prop::collection::vec(any_step(20_000), 0..400)) {
        follow(GOOD, steps);
    }
}

fn filled(hashing: u32, len: u32) -> World {
    let mut world = World::new(hashing);
    for key in 0..len {
        world.insert(key, key % 4);
    }
    world
}

#[test]
fn each_number_of_slots_around_a_page_is_right() {
    for hashing in GOOD..=LOPSIDED {
        for len in [
            0, 1, 2, 214, 215, 216, 217, 253, 254, 255, 256, 257, 508, 509, 600,
        ] {
            let mut world = filled(hashing, len);
            assert_same(&world.table, &world.model, hashing);
            for key in 0..len {
                world.remove(key);
                if key % 64 == 0 {
                    assert_same(&world.table, &world.model, hashing);
                }
            }
            assert!(world.table.is_empty() && world.table.iter().next().is_none());
        }
    }
}

#[test]
fn slots_of_one_hash_fill_more_than_a_page_and_come_out_again() {
    let mut world = filled(ONE, 5_000);
    assert_same(&world.table, &world.model, ONE);
    let old = (world.table.clone(), world.model.clone());
    for key in (0..5_000).rev().step_by(2).chain((0..5_000).step_by(2)) {
        world.remove(key);
    }
    assert!(world.table.is_empty());
    assert_same(&old.0, &old.1, ONE);
}

#[test]
fn slots_of_one_hash_among_others_split_no_page_for_ever() {
    let mut world = filled(GOOD, 20_000);
    let before = world.table.bytes();
    for key in 0..5_000 {
        let slot = entry(key, 9, ONE);
        world.table.insert(slot);
    }
    let hash = hash_of(0, ONE);
    let ones = world.table.find_all(hash, |slot| slot.hashing == ONE);
    assert_eq!(ones.count(), 5_000);
    // Their own 80 kB, and a few pages that were split in vain.
    assert!(world.table.bytes() < before + 250_000);
    for key in 0..20_000 {
        let slot = world.table.find(hash_of(key, GOOD), |slot| {
            *slot == entry(key, key % 4, GOOD)
        });
        assert!(slot.is_some());
    }
}

#[test]
fn long_runs_close_when_a_slot_in_their_middle_goes() {
    for hashing in [SAME_HOME, LAST_HOME] {
        // Below a page: one run of 200, which for the last home goes around the end.
        for gone in [0, 1, 99, 198, 199] {
            let mut world = filled(hashing, 200);
            world.remove(gone);
            assert_same(&world.table, &world.model, hashing);
            world.insert(gone, 3);
            assert_same(&world.table, &world.model, hashing);
        }
    }
}

#[test]
fn a_full_page_that_loses_slots_still_finds_the_others() {
    // Hashes that share 32 top bits but start all over the page: full, then with slots behind it.
    for len in [254, 255, 300] {
        for gone in (0..len).step_by(7) {
            let mut world = filled(SAME_TOP, len);
            for key in 0..=gone.min(60) {
                world.remove((gone + key * 7) % len);
            }
            assert_same(&world.table, &world.model, SAME_TOP);
        }
    }
}

#[test]
fn many_slots_split_chunks_and_stay_in_place() {
    // About 800 pages: more than one chunk has ways for.
    const LEN: u32 = 120_000;
    for hashing in [GOOD, LOPSIDED] {
        let mut table = SlotMap::new();
        let mut old = Vec::new();
        for key in 0..LEN {
            if key % 25_000 == 0 {
                old.push((key, table.clone()));
            }
            table.insert(entry(key, !key, hashing));
        }
        old.push((LEN, table.clone()));
        for key in 0..LEN {
            let hash = hash_of(key, hashing);
            assert!(table.remove(hash, |slot| slot.key == key).is_some());
        }
        assert!(table.is_empty() && table.iter().next().is_none());
        for (len, table) in old {
            assert_eq!(table.len(), len as usize);
            assert_eq!(table.iter().count(), len as usize);
            for key in 0..LEN {
                let found = table
                    .find(hash_of(key, hashing), |slot| slot.key == key)
                    .copied();
                assert_eq!(found.map(|slot| slot.value), (key < len).then_some(!key));
            }
        }
    }
}

#[test]
fn a_miss_copies_nothing() {
    let mut world = filled(GOOD, 100);
    let old = world.table.clone();
    let hash = hash_of(7, GOOD);
    assert_eq!(world.table.remove(hash, |_| false), None);
    assert_eq!(
        world.table.replace(hash, |_| false, entry(7, 0, GOOD)),
        None
    );
    world.table.insert(Entry::default());
    assert_eq!(world.table.len(), 100);
    assert_same(&old, &world.model, GOOD);
    assert_same(&world.table, &world.model, GOOD);
}

#[test]
fn memory_stays_within_the_promised_share() {
    let mut table = SlotMap::new();
    assert!(table.bytes() < 256);
    for key in 0..200_000 {
        table.insert(entry(key, 0, GOOD));
    }
    let slots = 200_000 * 16;
    assert!(table.bytes() > slots);
    // Pages are between 42 and 85 % full after a split, and 60 to 70 % on average.
    assert!(
        table.bytes() < slots * 2,
        "{} bytes for {slots}",
        table.bytes()
    );
}
