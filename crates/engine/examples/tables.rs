//! Measures the tables: `cargo run --release -p countersign-engine --example tables`.
//!
//! Prints nanoseconds for each step, at 1 and 4 million entries. *Independent* look-ups do not wait
//! for each other; in *dependent* ones each finds the key of the next. The floor is a flat table of
//! the same slots in the same memory: in one piece, so that nothing of it can be shared. Every
//! number is the best of five, and good to about a tenth on a quiet machine.

use std::hint::black_box;
use std::io::{self, StdoutLock, Write};
use std::time::Instant;

use engine::table::{PageVec, Slot, SlotMap, Spot, pair_hash};

const LOOKUPS: usize = 1_000_000;

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    /// The key of another entry; all entries are one circle.
    next: u32,
    taken: u32,
    _rest: u32,
}

/// 48 bytes; the first number leads to another row, and all rows are one circle.
type Row = [u32; 12];

fn hash(key: u32) -> u64 {
    pair_hash(key, 7)
}

impl Slot for Entry {
    type Slots = [Self; 254];

    fn hash(&self) -> u64 {
        hash(self.key)
    }

    fn is_vacant(&self) -> bool {
        self.taken == 0
    }
}

/// The floor: all slots in one piece.
struct Flat {
    slots: Vec<Entry>,
}

impl Flat {
    fn new(entries: &[Entry], bytes: usize) -> Self {
        let mut flat = Self {
            slots: vec![Entry::default(); bytes / size_of::<Entry>()],
        };
        for entry in entries {
            let home = flat.home(entry.hash());
            let (before, after) = flat.slots.split_at_mut(home);
            let mut places = after.iter_mut().chain(before);
            if let Some(place) = places.find(|place| place.is_vacant()) {
                *place = *entry;
            }
        }
        flat
    }

    fn home(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn find(&self, hash: u64, want: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let (before, after) = self.slots.split_at(self.home(hash));
        for slot in after {
            if slot.is_vacant() {
                return None;
            }
            if want(slot) {
                return Some(*slot);
            }
        }
        before.iter().find(|slot| want(slot)).copied()
    }
}

/// A stream of numbers that look random; the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * end as u128) >> 64) as usize
    }

    fn keys(&mut self, len: usize) -> Vec<u32> {
        (0..LOOKUPS).map(|_| self.below(len) as u32).collect()
    }

    /// Returns all numbers below `len`, each with the next one of a circle through all of them.
    fn circle(&mut self, len: usize) -> Vec<(u32, u32)> {
        let mut order: Vec<u32> = (0..len as u32).collect();
        for at in (1..len).rev() {
            order.swap(at, self.below(at + 1));
        }
        let next = order.iter().cycle().skip(1);
        order.iter().copied().zip(next.copied()).collect()
    }
}

/// Returns the nanoseconds for one of `count` steps that `work` does, best of five.
fn time<T>(count: usize, mut work: impl FnMut() -> T) -> f64 {
    let runs = (0..5).map(|_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_nanos() as f64 / count as f64
    });
    runs.fold(f64::INFINITY, f64::min)
}

fn independent(keys: &[u32], find: impl Fn(u32) -> Option<u32>) -> f64 {
    time(keys.len(), || {
        let found = keys.iter().filter_map(|key| find(*key));
        found.fold(0, |sum, next| sum ^ next)
    })
}

fn dependent(find: impl Fn(u32) -> Option<u32>) -> f64 {
    time(LOOKUPS, || {
        (0..LOOKUPS).fold(0, |key, _| find(key).unwrap_or(0))
    })
}

/// Look-ups in batches of 16: all are asked for before the first is read.
fn staged(keys: &[u32], table: &SlotMap<Entry>) -> f64 {
    let find = |key| table.find(hash(key), |slot| slot.key == key);
    time(keys.len(), || {
        let batches = keys.chunks(16).map(|batch| {
            let spots = batch.iter().filter_map(|key| table.spot(hash(*key)));
            spots.for_each(Spot::prefetch);
            let found = batch.iter().filter_map(|key| find(*key));
            found.fold(0, |sum, entry| sum ^ entry.next)
        });
        batches.fold(0, |sum, batch| sum ^ batch)
    })
}

/// Returns the nanoseconds for each write, when the table is cloned before each `batch` of them
/// and the clone is dropped afterwards.
fn cloned_and_written<T: Clone>(
    table: &mut T,
    keys: &[u32],
    batch: usize,
    write: impl Fn(&mut T, u32),
) -> f64 {
    let keys = keys.get(..batch * 40).unwrap_or(keys);
    time(keys.len(), || {
        for batch in keys.chunks(batch) {
            let old = table.clone();
            batch.iter().for_each(|key| write(table, *key));
            drop(black_box(old));
        }
    })
}

struct Report<'a> {
    out: StdoutLock<'a>,
}

impl Report<'_> {
    fn title(&mut self, what: &str) -> io::Result<()> {
        writeln!(self.out, "\n{what:<44}{:>12}{:>12}", "flat", "pages")
    }

    fn both(&mut self, what: &str, flat: f64, pages: f64) -> io::Result<()> {
        writeln!(self.out, "{what:<44}{flat:>12.1}{pages:>12.1}")
    }

    fn pages(&mut self, what: &str, pages: f64) -> io::Result<()> {
        writeln!(self.out, "{what:<44}{:>12}{pages:>12.1}", "")
    }

    fn slot_map(&mut self, len: usize) -> io::Result<()> {
        let mut numbers = Numbers(len as u64 | 1);
        let circle = numbers.circle(len).into_iter();
        let mut entries: Vec<Entry> = circle
            .map(|(key, next)| Entry {
                key,
                next,
                taken: 1,
                _rest: 0,
            })
            .collect();
        // Made in the order of their numbers, as the directory makes them.
        entries.sort_unstable_by_key(|entry| entry.key);
        let keys = numbers.keys(len);
        let absent: Vec<u32> = keys.iter().map(|key| !key).collect();
        let mut table = SlotMap::new();
        let insert = time(len, || {
            table = SlotMap::new();
            entries.iter().for_each(|entry| table.insert(*entry));
        });
        let flat = Flat::new(&entries, table.bytes());

        let in_flat = |key| {
            let found = flat.find(hash(key), |slot| slot.key == key);
            found.map(|entry| entry.next)
        };
        let in_pages = |key| {
            let found = table.find(hash(key), |slot| slot.key == key);
            found.map(|entry| entry.next)
        };
        let all_in_pages = |key| {
            let found = table.find_all(hash(key), |slot| slot.key == key);
            Some(found.fold(0, |sum, entry| sum ^ entry.next))
        };
        self.title(&format!("SlotMap, {len} slots"))?;
        let [one, two] = [independent(&keys, in_flat), independent(&keys, in_pages)];
        self.both("find, independent", one, two)?;
        self.both("find, dependent", dependent(in_flat), dependent(in_pages))?;
        let [one, two] = [
            independent(&absent, in_flat),
            independent(&absent, in_pages),
        ];
        self.both("find, absent", one, two)?;
        self.pages("find_all, independent", independent(&keys, all_in_pages))?;
        self.pages("prefetch, then find, by 16", staged(&keys, &table))?;
        self.pages("insert", insert)?;
        self.pages("bytes a slot", table.bytes() as f64 / len as f64)?;
        self.slot_map_clones(table, &keys)
    }

    fn slot_map_clones(&mut self, mut table: SlotMap<Entry>, keys: &[u32]) -> io::Result<()> {
        let write = |table: &mut SlotMap<Entry>, key: u32| {
            let want = |slot: &Entry| slot.key == key;
            if let Some(found) = table.find(hash(key), want) {
                table.replace(hash(key), want, *found);
            }
        };
        let alone = time(LOOKUPS / 10, || {
            keys.iter()
                .step_by(10)
                .for_each(|key| write(&mut table, *key));
        });
        self.pages("replace, nothing shared", alone)?;
        for batch in [1, 10, 100, 1000] {
            let each = cloned_and_written(&mut table, keys, batch, write);
            self.pages(&format!("clone, replace {batch}, drop: each replace"), each)?;
        }
        Ok(())
    }

    fn page_vec(&mut self, len: usize) -> io::Result<()> {
        let mut numbers = Numbers(len as u64 | 1);
        let mut circle = numbers.circle(len);
        circle.sort_unstable();
        let flat: Vec<Row> = circle.iter().map(|(_, next)| [*next; 12]).collect();
        let keys = numbers.keys(len);
        let mut table = PageVec::new();
        let push = time(len, || {
            table = PageVec::new();
            flat.iter().map(|row| table.push(*row)).fold(0, u32::max)
        });
        let in_flat = |at: u32| flat.get(at as usize).map(|row| row[0]);
        let in_pages = |at: u32| table.get(at).map(|row| row[0]);
        self.title(&format!("PageVec, {len} rows of 48 bytes"))?;
        let [one, two] = [independent(&keys, in_flat), independent(&keys, in_pages)];
        self.both("get, independent", one, two)?;
        self.both("get, dependent", dependent(in_flat), dependent(in_pages))?;
        let [one, two] = [
            time(len, || flat.iter().fold(0, |sum, row| sum ^ row[0])),
            time(len, || table.iter().fold(0, |sum, row| sum ^ row[0])),
        ];
        self.both("iter", one, two)?;
        self.pages("push", push)?;
        self.pages("bytes a row", table.bytes() as f64 / len as f64)?;
        let write = |table: &mut PageVec<Row>, at: u32| {
            if let Some(row) = table.get_mut(at) {
                row[1] += 1;
            }
        };
        for batch in [1, 10, 100, 1000] {
            let each = cloned_and_written(&mut table, &keys, batch, write);
            self.pages(&format!("clone, write {batch}, drop: each write"), each)?;
        }
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut report = Report {
        out: io::stdout().lock(),
    };
    for len in [1_000_000, 4_000_000] {
        report.slot_map(len)?;
        report.page_vec(len)?;
    }
    Ok(())
}
