//! Side by side with peers: the same world, the same questions, one table.
//!
//! Every engine runs in a child process of its own (`bench peer NAME --scale N`), one after another:
//! memory really returns, and no engine meets the heap another one left. The parent only starts
//! children, and prints and writes what they tell.
//!
//! Read `world` and `questions` first (what is asked), then `engine` (how it is measured), then
//! `floor`, `ours` and `peers`. Not here: servers, networks, and anything that needs a second machine.

#![cfg_attr(
    not(all(feature = "casbin", feature = "cedar", feature = "regorus")),
    allow(dead_code, reason = "only the peers need some of the world's names")
)]

mod engine;
mod floor;
mod machine;
mod measure;
mod ours;
mod peers;
mod questions;
mod random;
mod report;
mod terms;
mod world;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::machine::Machine;
use crate::report::{Asked, Report, Row, Told};
use crate::world::World;

/// Measures authorization engines on one advertising world.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    child: Option<Child>,
    #[command(flatten)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Child {
    /// Measures one engine in this process and prints its rows as JSON.
    Peer {
        engine: Name,
        #[command(flatten)]
        settings: Settings,
        #[arg(long, default_value_t = 1)]
        scale: u32,
    },
}

#[derive(Debug, Args)]
struct Run {
    /// Sizes of the world, in thousands of businesses.
    #[arg(long, value_delimiter = ',', default_value = "1", value_parser = clap::value_parser!(u32).range(1..=100))]
    scale: Vec<u32>,
    /// Engines to run, in this order.
    #[arg(long, value_delimiter = ',', default_values_t = Name::value_variants().iter().copied())]
    only: Vec<Name>,
    /// Where to write the report as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where to write the report as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Lets the allocator of every engine ask for huge pages.
    #[arg(long)]
    huge_pages: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone, Copy, Args)]
struct Settings {
    /// Where the world's randomness starts.
    #[arg(long, default_value_t = 20_261_122)]
    seed: u64,
    /// Measured repetitions; the figure is their median.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=100))]
    repetitions: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Floor,
    Ours,
    #[cfg(feature = "cedar")]
    Cedar,
    #[cfg(feature = "casbin")]
    Casbin,
    #[cfg(feature = "regorus")]
    Regorus,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Floor => "floor",
            Self::Ours => "ours",
            #[cfg(feature = "cedar")]
            Self::Cedar => "cedar",
            #[cfg(feature = "casbin")]
            Self::Casbin => "casbin",
            #[cfg(feature = "regorus")]
            Self::Regorus => "regorus",
        })
    }
}

impl Name {
    const fn needs_mib_at_scale_1(self) -> f64 {
        match self {
            Self::Floor => floor::NEEDS_MIB,
            Self::Ours => ours::NEEDS_MIB,
            #[cfg(feature = "cedar")]
            Self::Cedar => peers::cedar::NEEDS_MIB,
            #[cfg(feature = "casbin")]
            Self::Casbin => peers::casbin::NEEDS_MIB,
            #[cfg(feature = "regorus")]
            Self::Regorus => peers::regorus::NEEDS_MIB,
        }
    }

    fn measure(self, world: &World, repetitions: usize) -> anyhow::Result<Vec<Row>> {
        match self {
            Self::Floor => floor::run(world, repetitions),
            Self::Ours => engine::run::<ours::Countersign>(world, repetitions),
            #[cfg(feature = "cedar")]
            Self::Cedar => engine::run::<peers::cedar::Cedar>(world, repetitions),
            #[cfg(feature = "casbin")]
            Self::Casbin => engine::run::<peers::casbin::Casbin>(world, repetitions),
            #[cfg(feature = "regorus")]
            Self::Regorus => engine::run::<peers::regorus::Regorus>(world, repetitions),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.child {
        Some(Child::Peer {
            engine,
            settings,
            scale,
        }) => {
            let world = World::new(scale, settings.seed);
            let rows = engine.measure(&world, settings.repetitions as usize)?;
            let told = Told {
                asked_of: asked_of(&world),
                rows,
            };
            println!("{}", serde_json::to_string(&told)?);
            Ok(())
        }
        None => run_all(&cli.run),
    }
}

fn run_all(run: &Run) -> anyhow::Result<()> {
    let mut report = Report {
        command: command_line(),
        seed: run.settings.seed,
        machine: Machine::look(run.huge_pages),
        worlds: Vec::new(),
        rows: Vec::new(),
    };
    for scale in &run.scale {
        for engine in &run.only {
            eprintln!("{engine} at {scale}× ...");
            match run_child(*engine, *scale, run)? {
                Outcome::Measured(told) => {
                    if !report.worlds.contains(&told.asked_of) {
                        report.worlds.push(told.asked_of);
                    }
                    report.rows.extend(told.rows);
                }
                Outcome::TooLarge(note) => {
                    report
                        .rows
                        .push(Row::skipped(*scale, &engine.to_string(), note));
                }
            }
        }
    }
    let markdown = report.markdown();
    println!("{markdown}");
    if let Some(path) = &run.markdown {
        std::fs::write(path, &markdown).context("could not write the Markdown report")?;
    }
    if let Some(path) = &run.json {
        std::fs::write(path, serde_json::to_string_pretty(&report)?)
            .context("could not write the JSON report")?;
    }
    Ok(())
}

fn command_line() -> String {
    let words = std::env::args().skip(1);
    std::iter::once("bench".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

enum Outcome {
    Measured(Told),
    /// The machine has not enough free memory now; the text says how much is missing.
    TooLarge(String),
}

fn asked_of(world: &World) -> Asked {
    let questions = questions::draw(world, 20_000);
    let allowed = questions
        .iter()
        .filter(|q| questions::answer(world, q))
        .count();
    let allowed_percent = allowed as f64 * 100.0 / questions.len() as f64;
    Asked {
        world: world.size(),
        allowed_percent,
    }
}

fn run_child(engine: Name, scale: u32, run: &Run) -> anyhow::Result<Outcome> {
    // The world and the questions come on top of what the engine needs.
    let needs_mib = (engine.needs_mib_at_scale_1() + 4.0) * f64::from(scale) + 200.0;
    let available_mib = machine::available_mib();
    if available_mib < needs_mib {
        let note = format!("needs about {needs_mib:.0} MiB, {available_mib:.0} were free");
        return Ok(Outcome::TooLarge(note));
    }
    let mut command = Command::new(std::env::current_exe().context("could not find this program")?);
    command.args(["peer", &engine.to_string(), "--scale", &scale.to_string()]);
    command.args(["--seed", &run.settings.seed.to_string()]);
    command.args(["--repetitions", &run.settings.repetitions.to_string()]);
    if run.huge_pages {
        command.env("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    }
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start the child for {engine}"))?;
    if !output.status.success() {
        bail!(
            "the child for {engine} at {scale}× ended with {}",
            output.status
        );
    }
    let told = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("could not read what the child for {engine} told"))?;
    Ok(Outcome::Measured(told))
}
