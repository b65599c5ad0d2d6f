//! `countersign bulk`: a file of commands, each done by itself, in order.

mod bar;
mod file;
mod folder;
mod there;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use api::BulkItem;
use commands::scenario::{CommandRow, EvidenceRow, WhoRow};
use engine::DelegateId;

use crate::does::new_id;
use crate::exit::Exit;
use crate::order::Giver;
use crate::output::Output;
use crate::place::Place;
use crate::shell::Shell;
use crate::sources;
use crate::world::WorldArgs;

/// How many commands are given before it is said how far the bulk is.
const PART: usize = 200;
/// How many refused commands are told one by one.
const TOLD: usize = 20;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The file has one command a line, as in `{ child.create: { parent: \"7000\", id: c-1 } }`. What is wrong with \
    one command is told at its number; the others are done, and no command is half done. Give the same bulk again under its \
    `--id`: nothing is done twice. With `--for-each` the file is a template: `{}` in it stands for each line of the list."
)]
pub(crate) struct Args {
    /// The commands, one a line.
    file: PathBuf,
    /// Give every command of the file once for each line of this list, `{}` replaced by the line.
    #[arg(long, value_name = "LIST")]
    for_each: Option<PathBuf>,
    /// Say what would become of each, and do nothing.
    #[arg(long)]
    plan: bool,
    /// By whom: `person:ID`, `token:ID`, … With a server, the API token says it.
    #[arg(long = "as", value_name = "WHO", conflicts_with = "server")]
    who: Option<WhoRow>,
    /// The employee, known elsewhere and mapped to the assets, for whom a system user gives them.
    #[arg(long, value_name = "ID")]
    delegate: Option<DelegateId>,
    /// What was measured, as in a scenario: `{ second_factor: true }`.
    #[arg(long, value_name = "YAML")]
    evidence: Option<EvidenceRow>,
    /// Write the directory as it is then to this file, not to the output. It may be the one read.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "server"])]
    to: Option<PathBuf>,
    /// The bulk's own id. One is made, if left out.
    #[arg(long, conflicts_with = "directory")]
    id: Option<String>,
    #[command(flatten)]
    world: WorldArgs,
}

impl Args {
    fn who(&self) -> Result<&WhoRow> {
        let who = self.who.as_ref();
        who.ok_or_else(|| {
            anyhow!("who gives the commands? Say it with `--as`, as in `--as person:ana`")
        })
    }

    fn giver(&self) -> Result<Giver<'_>> {
        Ok(Giver {
            who: self.who()?,
            delegate: self.delegate.as_ref(),
            evidence: self.evidence.as_ref(),
        })
    }

    fn id(&self) -> Result<String> {
        match &self.id {
            Some(id) => Ok(id.clone()),
            None => new_id(),
        }
    }
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let begun = Instant::now();
    let rows = rows(args)?;
    let place = args.world.place.place()?;
    if !matches!(place, Place::File(_))
        && (args.world.at.is_some() || args.world.rulebook.is_some())
    {
        return Err(anyhow!(
            "the ledger is written now and under the active rulebook: leave `--at` and `--rulebook` out"
        ));
    }
    let items = match place {
        Place::File(_) => file::run(args, &rows, shell)?,
        Place::Data(folder) => folder::run(args, &rows, &folder, shell)?,
        Place::Server(client) => there::run(args, &rows, &client, shell)?,
    };
    tell(&items, begun, shell)
}

/// Returns the commands of the file, once for each line of the list if there is one.
fn rows(args: &Args) -> Result<Vec<CommandRow>> {
    let text = sources::read(&args.file)?;
    match &args.for_each {
        None => read(&args.file, &text),
        Some(list) => {
            let lines = sources::read(list)?;
            let mut rows = Vec::new();
            for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
                rows.extend(read(&args.file, &text.replace("{}", line))?);
            }
            Ok(rows)
        }
    }
}

fn read(file: &Path, text: &str) -> Result<Vec<CommandRow>> {
    let numbered = (1_usize..).zip(text.lines());
    let lines = numbered.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(number, line)| {
            // A list of YAML has its commands behind dashes, one a line.
            let line = line.trim();
            let line = line.strip_prefix("- ").unwrap_or(line);
            let row = line
                .parse::<CommandRow>()
                .map_err(|wrong| anyhow!("{wrong}"));
            row.with_context(|| format!("in `{}`, line {number}", file.display()))
        })
        .collect()
}

/// Tells what became of each, and at the end of all: how many, how many entries the ledger got, and
/// how long it took.
fn tell(items: &[BulkItem], begun: Instant, shell: &mut Shell<'_>) -> Result<Exit> {
    let counts = counts(items);
    let refused = counts.get("refused").copied().unwrap_or_default();
    if shell.output == Output::Json {
        for item in items {
            shell.line(serde_json::to_string(item)?)?;
        }
    } else {
        tell_each(items, shell)?;
        shell.say(format!("{} commands: {}", items.len(), in_words(&counts)));
        let took = begun.elapsed().as_secs_f64();
        shell.say(match written(items) {
            Some((entries, first, last)) => {
                format!("{entries} entries ({first} to {last}) in {took:.1} s")
            }
            None => format!("no entries, in {took:.1} s"),
        });
    }
    Ok(if refused > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

/// Returns how many items came out each way.
fn counts(items: &[BulkItem]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item.outcome.as_ref()).or_default() += 1;
    }
    counts
}

/// Returns counts in words: `1999 done, 1 refused`.
fn in_words(counts: &BTreeMap<&str, usize>) -> String {
    let words = counts.iter().map(|(word, count)| format!("{count} {word}"));
    words.collect::<Vec<_>>().join(", ")
}

/// Returns how many entries were written, and the first and the last of them.
fn written(items: &[BulkItem]) -> Option<(usize, u64, u64)> {
    let done = items.iter().filter(|item| item.outcome == "done");
    let positions: Vec<u64> = done.filter_map(|item| item.position).collect();
    let (first, last) = (positions.iter().min()?, positions.iter().max()?);
    Some((positions.len(), *first, *last))
}

fn tell_each(items: &[BulkItem], shell: &mut Shell<'_>) -> Result<()> {
    for change in items.iter().flat_map(|item| &item.changes) {
        shell.line(change)?;
    }
    for item in items {
        if let Some(secret) = &item.secret {
            shell.line(format!("{} {secret}", item.index))?;
        }
    }
    let refused = items
        .iter()
        .filter_map(|item| Some((item.index, item.problem.as_ref()?)));
    let refused: Vec<_> = refused.collect();
    for (index, problem) in refused.iter().take(TOLD) {
        let reasons: Vec<&str> = problem.reasons.iter().map(AsRef::as_ref).collect();
        let reasons = reasons.join(" ");
        shell.say(format!(
            "✗ command {}: {} {reasons} {}",
            // People count from one.
            index + 1,
            problem.code,
            problem.detail
        ));
    }
    if refused.len() > TOLD {
        shell.say(format!(
            "✗ and {} more: `--output json` has them all",
            refused.len() - TOLD
        ));
    }
    Ok(())
}

/// A command that was refused, as programs are told.
fn problem(refusal: &commands::Refusal) -> api::Problem {
    let problem = api::Problem::new(409, refusal.code(), "It was refused", refusal.to_string());
    match refusal {
        commands::Refusal::Denied { decision, .. } => {
            let reasons = decision.reasons.iter().map(rulebook::Reason::code);
            problem.reasons(reasons.collect())
        }
        _ => problem,
    }
}

/// The text that an item's command has is none.
fn unreadable(message: &str) -> api::Problem {
    api::Problem::new(400, "INVALID", "A field is not what it should be", message)
}
