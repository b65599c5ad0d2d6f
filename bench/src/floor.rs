//! The floor: what the memory of this machine allows, whatever the code.
//!
//! A decision that looks things up cannot be faster than its look-ups. So the same working set that
//! a flat table of all assignments needs is measured in four ways: one probe of such a table and one
//! plain load, each *dependent* (the next address comes out of the previous answer: latency)
//! and *independent* (the CPU may overlap them: throughput).

use std::hint::black_box;

use anyhow::{Context, ensure};
use memmap2::{Advice, MmapMut};

use crate::machine;
use crate::measure;
use crate::random::Random;
use crate::report::Row;
use crate::world::World;

/// Memory that the children of this engine need at scale 1, in MiB; it grows with the scale.
pub const NEEDS_MIB: f64 = 3.0;

/// Loads in each repetition.
const LOADS: usize = 1 << 20;
const LINE_WORDS: usize = 8;
/// This part of the table's slots is taken.
const FULL: f64 = 0.55;

/// Pages of 4 KiB, or 2 MiB where the kernel gives them.
#[derive(Debug, Clone, Copy)]
enum Pages {
    Small,
    Huge,
}

impl Pages {
    const fn name(self) -> &'static str {
        match self {
            Self::Small => "4 KiB pages",
            Self::Huge => "huge pages",
        }
    }
}

pub fn run(world: &World, repetitions: usize) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for pages in [Pages::Small, Pages::Huge] {
        let (table, keys) = FlatTable::of_assignments(world, pages)?;
        let bytes = table.slots.len();
        let mut probes = Probes {
            keys,
            random: Random::new(world.seed),
        };
        rows.push(dependent_probes(&table, &mut probes, pages, repetitions)?);
        rows.push(independent_probes(&table, &mut probes, pages, repetitions)?);
        drop(table);
        rows.extend(plain_loads(bytes, pages, repetitions)?);
    }
    for row in &mut rows {
        row.scale = world.scale;
    }
    Ok(rows)
}

/// `(user, account)` to tasks, in one array of 16-byte slots: a key word and a value word.
struct FlatTable {
    slots: MmapMut,
    slot_count: u64,
    huge_mib: f64,
}

impl FlatTable {
    fn of_assignments(world: &World, pages: Pages) -> anyhow::Result<(Self, Vec<u64>)> {
        let assignments = world.size().assignments;
        let slot_count = (assignments as f64 / FULL) as u64;
        let huge_before = machine::huge_mib();
        let slots = map(slot_count as usize * 16, pages)?;
        let mut table = Self {
            slots,
            slot_count,
            huge_mib: 0.0,
        };
        let mut keys = Vec::with_capacity(assignments);
        for account in world.accounts() {
            for assignment in world.assignments(account) {
                // A key is never 0: that marks an empty slot.
                let key = u64::from(assignment.user.0 + 1) << 32 | u64::from(account.0);
                table.insert(key, assignment.tasks.index() as u64);
                keys.push(key);
            }
        }
        table.huge_mib = machine::huge_mib() - huge_before;
        Ok((table, keys))
    }

    fn insert(&mut self, key: u64, tasks: u64) {
        let mut slot = self.home(key);
        let words: &mut [u64] = bytemuck::cast_slice_mut(&mut self.slots);
        while words[2 * slot] != 0 && words[2 * slot] != key {
            slot = if slot + 1 == self.slot_count as usize {
                0
            } else {
                slot + 1
            };
        }
        words[2 * slot] = key;
        words[2 * slot + 1] |= tasks;
    }

    fn get(&self, key: u64) -> u64 {
        let words: &[u64] = bytemuck::cast_slice(&self.slots);
        let mut slot = self.home(key);
        loop {
            match words[2 * slot] {
                found if found == key => return words[2 * slot + 1],
                0 => return 0,
                _ => {
                    slot = if slot + 1 == self.slot_count as usize {
                        0
                    } else {
                        slot + 1
                    }
                }
            }
        }
    }

    fn home(&self, key: u64) -> usize {
        let folded = u128::from(key) * 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
        let hash = (folded >> 64) as u64 ^ folded as u64;
        ((u128::from(hash) * u128::from(self.slot_count)) >> 64) as usize
    }
}

/// Keys to ask for, drawn anew for each repetition so that none is warm from the one before.
struct Probes {
    keys: Vec<u64>,
    random: Random,
}

impl Probes {
    fn draw(&mut self) -> Vec<u64> {
        let limit = self.keys.len() as u32;
        (0..LOADS)
            .map(|_| self.keys[self.random.below(limit) as usize])
            .collect()
    }
}

fn dependent_probes(
    table: &FlatTable,
    probes: &mut Probes,
    pages: Pages,
    repetitions: usize,
) -> anyhow::Result<Row> {
    let drawn: Vec<Vec<u64>> = (0..=repetitions).map(|_| probes.draw()).collect();
    // Always zero, but the compiler cannot know: so each key waits for the answer before.
    let mask = black_box(0);
    let timing = measure::repeat(repetitions, LOADS, |repetition| {
        let mut answer = 0;
        for key in &drawn[repetition] {
            answer = table.get(key ^ (answer & mask));
            ensure!(answer != 0, "a key of the table was not found in it");
        }
        black_box(answer);
        Ok(())
    })?;
    let what = format!("flat table, dependent probe, {}", pages.name());
    Ok(Row::floor(what, timing, table.slots.len(), table.huge_mib))
}

fn independent_probes(
    table: &FlatTable,
    probes: &mut Probes,
    pages: Pages,
    repetitions: usize,
) -> anyhow::Result<Row> {
    let drawn: Vec<Vec<u64>> = (0..=repetitions).map(|_| probes.draw()).collect();
    let timing = measure::repeat(repetitions, LOADS, |repetition| {
        let sum = drawn[repetition]
            .iter()
            .fold(0_u64, |sum, key| sum + table.get(*key));
        ensure!(sum != 0, "no key of the table was found in it");
        Ok(())
    })?;
    let what = format!("flat table, independent probe, {}", pages.name());
    Ok(Row::floor(what, timing, table.slots.len(), table.huge_mib))
}

/// One load per cache line of as much memory as the table takes, in one random circle.
fn plain_loads(bytes: usize, pages: Pages, repetitions: usize) -> anyhow::Result<[Row; 2]> {
    let lines = bytes / (8 * LINE_WORDS);
    let huge_before = machine::huge_mib();
    let mut memory = map(lines * 8 * LINE_WORDS, pages)?;
    let words: &mut [u64] = bytemuck::cast_slice_mut(&mut memory);
    let mut order: Vec<u32> = (0..lines as u32).collect();
    let mut random = Random::new(bytes as u64);
    random.shuffle(&mut order);
    for (index, line) in order.iter().enumerate() {
        let next = order[(index + 1) % lines];
        words[*line as usize * LINE_WORDS] = u64::from(next);
    }
    let huge_mib = machine::huge_mib() - huge_before;
    let words = &*words;
    let mut line = u64::from(order[0]);
    let dependent = measure::repeat(repetitions, LOADS, |_| {
        for _ in 0..LOADS {
            line = words[line as usize * LINE_WORDS];
        }
        black_box(line);
        Ok(())
    })?;
    let drawn: Vec<Vec<u32>> = (0..=repetitions)
        .map(|_| (0..LOADS).map(|_| random.below(lines as u32)).collect())
        .collect();
    let independent = measure::repeat(repetitions, LOADS, |repetition| {
        let sum: u64 = drawn[repetition]
            .iter()
            .map(|l| words[*l as usize * LINE_WORDS])
            .sum();
        black_box(sum);
        Ok(())
    })?;
    let row = |kind, timing| {
        let what = format!("memory, {kind} load, {}", pages.name());
        Row::floor(what, timing, memory.len(), huge_mib)
    };
    Ok([row("dependent", dependent), row("independent", independent)])
}

fn map(bytes: usize, pages: Pages) -> anyhow::Result<MmapMut> {
    let memory = MmapMut::map_anon(bytes).context("could not map memory for the floor")?;
    let advice = match pages {
        Pages::Small => Advice::NoHugePage,
        Pages::Huge => Advice::HugePage,
    };
    memory
        .advise(advice)
        .context("could not choose the size of pages")?;
    Ok(memory)
}
