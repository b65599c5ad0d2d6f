//! Measures the tables: `cargo run --release -p countersign-engine --example tables`.
//!
//! Prints nanoseconds for each step, at 1 and 4 million entries. *Independent* look-ups do not wait
//! for each other; in *dependent* ones each finds the key of the next. The floor is a flat table of
//! the same slots, as full, in one piece, that cannot be shared. Every number is the best of three.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use engine::table::{PageVec, Slot, SlotMap, pair_hash};

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    /// The key of another entry; all entries are one circle.
    next: u32,
    taken: u32,
    _rest: u32,
}

impl Slot for Entry {
    fn hash(&self) -> u64 {
        pair_hash(self.key, 7)
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
    fn new(entries: &[Entry]) -> Self {
        // As full as the pages of a `SlotMap` are on average.
        let mut flat = Self {
            slots: vec![Entry::default(); entries.len() * 100 / 62],
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
        for slot in after.iter().chain(before) {
            if slot.is_vacant() {
                return None;
            }
            if want(slot) {
                return Some(*slot);
            }
        }
        None
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

    fn shuffle(&mut self, keys: &mut [u32]) {
        for at in (1..keys.len()).rev() {
            keys.swap(at, self.below(at + 1));
        }
    }
}

const LOOKUPS: usize = 2_000_000;

/// Returns the nanoseconds for one of `count` steps that `work` does, best of three.
fn time<T>(count: usize, mut work: impl FnMut() -> T) -> f64 {
    let runs = (0..3).map(|_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_nanos() as f64 / count as f64
    });
    runs.fold(f64::INFINITY, f64::min)
}

fn independent(keys: &[u32], find: impl Fn(u32) -> Option<Entry>) -> f64 {
    time(keys.len(), || {
        let found = keys.iter().filter_map(|key| find(*key));
        found.fold(0_u32, |sum, entry| sum ^ entry.next)
    })
}

fn dependent(find: impl Fn(u32) -> Option<Entry>) -> f64 {
    time(LOOKUPS, || {
        (0..LOOKUPS).fold(0, |key, _| find(key).map_or(0, |entry| entry.next))
    })
}

/// Look-ups in batches of 16: first all first lines, then all answers.
fn staged(keys: &[u32], table: &SlotMap<Entry>) -> f64 {
    time(keys.len(), || {
        let mut sum = 0;
        for batch in keys.chunks(16) {
            let hashes = batch.iter().map(|key| pair_hash(*key, 7));
            let taken = hashes.filter(|hash| table.first_line(*hash)).count();
            sum ^= taken as u32;
            for key in batch {
                let found = table.find(pair_hash(*key, 7), |slot| slot.key == *key);
                sum ^= found.map_or(0, |entry| entry.next);
            }
        }
        sum
    })
}

struct Report<W> {
    out: W,
}

impl<W: Write> Report<W> {
    fn line(&mut self, what: &str, numbers: &[f64]) -> io::Result<()> {
        write!(self.out, "{what:<44}")?;
        for number in numbers {
            write!(self.out, "{number:>12.1}")?;
        }
        writeln!(self.out)
    }

    fn slot_map(&mut self, len: usize) -> io::Result<()> {
        let mut numbers = Numbers(len as u64 | 1);
        let mut circle: Vec<u32> = (0..len as u32).collect();
        numbers.shuffle(&mut circle);
        let follow = circle.iter().cycle().skip(1);
        let pairs = circle.iter().zip(follow);
        let mut entries: Vec<Entry> = pairs
            .map(|(&key, &next)| Entry {
                key,
                next,
                taken: 1,
                _rest: 0,
            })
            .collect();
        entries.sort_unstable_by_key(|entry| pair_hash(entry.key, 99));
        let keys: Vec<u32> = (0..LOOKUPS).map(|_| numbers.below(len) as u32).collect();
        let absent: Vec<u32> = keys.iter().map(|key| !key).collect();

        let flat = Flat::new(&entries);
        let in_flat = |key| flat.find(pair_hash(key, 7), |slot| slot.key == key);
        let mut table = SlotMap::new();
        let insert = time(len, || {
            table = SlotMap::new();
            entries.iter().for_each(|entry| table.insert(*entry));
        });
        let in_table = |key| table.find(pair_hash(key, 7), |slot| slot.key == key);
        let all_in_table = |key| {
            let found = table.find_all(pair_hash(key, 7), |slot| slot.key == key);
            found.last()
        };
        writeln!(
            self.out,
            "\n{:<44}{:>12}{:>12}",
            format!("SlotMap, {len} slots"),
            "flat",
            "pages"
        )?;
        self.line(
            "find, independent",
            &[independent(&keys, in_flat), independent(&keys, in_table)],
        )?;
        self.line(
            "find, dependent",
            &[dependent(in_flat), dependent(in_table)],
        )?;
        self.line(
            "find, absent",
            &[
                independent(&absent, in_flat),
                independent(&absent, in_table),
            ],
        )?;
        self.line(
            "find, batches of 16 with first_line",
            &[f64::NAN, staged(&keys, &table)],
        )?;
        self.line(
            "find_all, independent",
            &[f64::NAN, independent(&keys, all_in_table)],
        )?;
        let flat_bytes = flat.slots.len() * size_of::<Entry>();
        let per_slot = |bytes: usize| bytes as f64 / len as f64;
        self.line(
            "bytes a slot",
            &[per_slot(flat_bytes), per_slot(table.bytes())],
        )?;
        self.line("insert", &[f64::NAN, insert])?;
        self.slot_map_clones(table, &keys)
    }

    fn slot_map_clones(&mut self, mut table: SlotMap<Entry>, keys: &[u32]) -> io::Result<()> {
        let write = |table: &mut SlotMap<Entry>, key: u32| {
            let hash = pair_hash(key, 7);
            let want = |slot: &Entry| slot.key == key;
            if let Some(found) = table.find(hash, want) {
                table.replace(hash, want, found);
            }
        };
        let keys = keys.get(..100_000).unwrap_or_default();
        let alone = time(keys.len(), || {
            keys.iter().for_each(|key| write(&mut table, *key))
        });
        self.line("replace, not shared", &[f64::NAN, alone])?;
        for writes in [1, 10, 100] {
            let keys = keys.get(..20_000).unwrap_or_default();
            let nanos = time(keys.len() / writes, || {
                for batch in keys.chunks(writes) {
                    let old = table.clone();
                    batch.iter().for_each(|key| write(&mut table, *key));
                    drop(old);
                }
            });
            let what = format!("clone, replace {writes}, drop the old");
            self.line(&what, &[f64::NAN, nanos])?;
        }
        Ok(())
    }

    fn page_vec(&mut self, len: usize) -> io::Result<()> {
        type Row = [u32; 12];
        let mut numbers = Numbers(len as u64 | 1);
        let mut circle: Vec<u32> = (0..len as u32).collect();
        numbers.shuffle(&mut circle);
        let mut flat = vec![Row::default(); len];
        for (at, next) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            if let Some(row) = flat.get_mut(*at as usize) {
                row[0] = *next;
            }
        }
        let keys: Vec<u32> = (0..LOOKUPS).map(|_| numbers.below(len) as u32).collect();
        let mut table = PageVec::new();
        let push = time(len, || {
            table = PageVec::new();
            flat.iter().for_each(|row| {
                table.push(*row);
            });
        });
        let entry = |row: &Row| Entry {
            next: row[0],
            ..Entry::default()
        };
        let in_flat = |at: u32| flat.get(at as usize).map(entry);
        let in_table = |at: u32| table.get(at).map(entry);
        let title = format!("PageVec, {len} rows of {} bytes", size_of::<Row>());
        writeln!(self.out, "\n{title:<44}{:>12}{:>12}", "flat", "pages")?;
        self.line(
            "get, independent",
            &[independent(&keys, in_flat), independent(&keys, in_table)],
        )?;
        self.line("get, dependent", &[dependent(in_flat), dependent(in_table)])?;
        let all = time(len, || table.iter().fold(0, |sum, row| sum ^ row[0]));
        let all_flat = time(len, || flat.iter().fold(0, |sum, row| sum ^ row[0]));
        self.line("iter, a row", &[all_flat, all])?;
        let per_row = |bytes: usize| bytes as f64 / len as f64;
        self.line(
            "bytes a row",
            &[per_row(size_of_val(&*flat)), per_row(table.bytes())],
        )?;
        self.line("push", &[f64::NAN, push])?;
        for writes in [1, 10, 100] {
            let keys = keys.get(..20_000).unwrap_or_default();
            let nanos = time(keys.len() / writes, || {
                for batch in keys.chunks(writes) {
                    let old = table.clone();
                    for at in batch {
                        if let Some(row) = table.get_mut(*at) {
                            row[1] += 1;
                        }
                    }
                    drop(old);
                }
            });
            let what = format!("clone, write {writes}, drop the old");
            self.line(&what, &[f64::NAN, nanos])?;
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
