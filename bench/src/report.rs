//! What is printed and written down.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::measure::{Latency, Timing};
use crate::world::Size;

/// What a child tells its parent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    pub asked_of: Asked,
    pub rows: Vec<Row>,
}

/// The world of one scale, and how many of a hundred questions the rule allows in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub world: Size,
    pub allowed_percent: f64,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub scale: u32,
    pub engine: String,
    pub what: String,
    /// Absent when it was not run; `note` then says why.
    pub timing: Option<Timing>,
    pub latency: Option<Latency>,
    /// CPU time of loading the world into the engine, in seconds.
    pub load_s: Option<f64>,
    /// What loading the engine added to the process's memory.
    pub resident_mib: Option<f64>,
    /// How much of the process's memory lay in huge pages.
    pub huge_mib: Option<f64>,
    /// The most the whole process ever held, the world and the questions included.
    pub peak_mib: Option<f64>,
    /// Answers compared with the reference; a run in which one differs ends with an error.
    pub checked: Option<usize>,
    pub note: Option<String>,
}

impl Row {
    pub fn floor(what: String, timing: Timing, bytes: usize, huge_mib: f64) -> Self {
        Self {
            scale: 0,
            engine: FLOOR.into(),
            what,
            timing: Some(timing),
            latency: None,
            load_s: None,
            resident_mib: Some(bytes as f64 / 1024.0 / 1024.0),
            huge_mib: Some(huge_mib),
            peak_mib: None,
            checked: None,
            note: None,
        }
    }

    pub fn skipped(scale: u32, engine: &str, note: String) -> Self {
        Self {
            scale,
            engine: engine.into(),
            what: "not run".into(),
            timing: None,
            latency: None,
            load_s: None,
            resident_mib: None,
            huge_mib: None,
            peak_mib: None,
            checked: None,
            note: Some(note),
        }
    }
}

const FLOOR: &str = "floor";
/// Ratios are to this line of the same scale: a decision needs at least one such probe.
const YARDSTICK: &str = "flat table, dependent probe, 4 KiB pages";

/// Everything of one run.
#[derive(Debug, Serialize)]
pub struct Report {
    pub command: String,
    pub seed: u64,
    pub machine: Machine,
    pub worlds: Vec<Asked>,
    pub rows: Vec<Row>,
}

impl Report {
    /// The report as Markdown: about the machine, then the table.
    pub fn markdown(&self) -> String {
        let machine = &self.machine;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "`{}`, seed {}\n", self.command, self.seed);
        let _ = writeln!(
            text,
            "{}, {} cores, {:.0} GiB, Linux {}, huge pages `{}` (allocator asks for them: {}), load average {} at the start.\n",
            machine.cpu,
            machine.cores,
            machine.memory_gib,
            machine.kernel,
            machine.huge_pages,
            if machine.allocator_asks_for_huge_pages {
                "yes"
            } else {
                "no"
            },
            machine.load_average,
        );
        for Asked {
            world,
            allowed_percent,
        } in &self.worlds
        {
            let _ = writeln!(
                text,
                "{}×: {} businesses, {} people, {} ad accounts, {} shares, {} assignments; \
                 {allowed_percent:.1} % of the questions are allowed.\n",
                world.scale,
                world.businesses,
                world.people,
                world.accounts,
                world.shares,
                world.assignments,
            );
        }
        text.push_str(&self.table());
        text
    }

    fn table(&self) -> String {
        let mut lines = vec![HEADINGS.map(str::to_owned)];
        lines.extend(self.rows.iter().map(|row| self.cells(row)));
        let widths: Vec<usize> = (0..HEADINGS.len())
            .map(|column| {
                lines
                    .iter()
                    .map(|line| line[column].chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                let width = widths[column];
                let _ = match column {
                    1 | 2 | 10 => write!(text, "| {cell:<width$} "),
                    _ => write!(text, "| {cell:>width$} "),
                };
            }
            text.push_str("|\n");
            if index == 0 {
                for width in &widths {
                    let _ = write!(text, "|{:-<1$}", "", width + 2);
                }
                text.push_str("|\n");
            }
        }
        text
    }

    fn cells(&self, row: &Row) -> [String; HEADINGS.len()] {
        let timing = row.timing.as_ref();
        let optional = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        [
            format!("{}×", row.scale),
            row.engine.clone(),
            row.what.clone(),
            optional(timing.map(|t| ns(t.median_ns))),
            optional(timing.map(|t| format!("{}–{}", ns(t.min_ns), ns(t.max_ns)))),
            optional(self.ratio(row).map(times)),
            optional(
                row.latency
                    .map(|l| format!("{} / {}", ns(l.p50_ns), ns(l.p99_ns))),
            ),
            optional(row.load_s.map(|s| format!("{s:.1} s"))),
            optional(row.resident_mib.map(|mib| match row.peak_mib {
                Some(peak) => format!("{mib:.0} / {peak:.0}"),
                None => format!("{mib:.0}"),
            })),
            optional(timing.map(|t| format!("{:.2}", t.busy))),
            row.note.clone().unwrap_or_else(|| {
                row.checked
                    .map_or_else(String::new, |n| format!("{n} answers agree"))
            }),
        ]
    }

    fn ratio(&self, row: &Row) -> Option<f64> {
        let floor = self.rows.iter().find(|other| {
            other.scale == row.scale && other.engine == FLOOR && other.what == YARDSTICK
        })?;
        Some(row.timing?.median_ns / floor.timing?.median_ns)
    }
}

const HEADINGS: [&str; 11] = [
    "scale",
    "engine",
    "what",
    "ns each",
    "min–max",
    "× floor",
    "p50 / p99",
    "load",
    "MiB / peak",
    "busy",
    "",
];

/// Nanoseconds throughout: units that change within a column are misread.
fn ns(value: f64) -> String {
    if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn times(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.0}")
    }
}
