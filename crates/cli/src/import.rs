//! `countersign import`: a directory file into a realm. The plan first, then all of it or nothing.

mod file;
mod folder;
mod plan;
mod there;

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use api::ImportAnswer;

use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::place::{Place, PlaceArgs};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each line of the plan is one fact: + is new, ~ is different, - ends. Nothing is imported from a \
    file with a mistake."
)]
pub(crate) struct Args {
    /// The directory file.
    file: PathBuf,
    /// Say what would change, and change nothing. Against a directory file there is nothing else.
    #[arg(long)]
    plan: bool,
    /// What the file does not say ends. Without this it stays.
    #[arg(long)]
    replace: bool,
    /// The import's own id: given again under it, nothing is done twice. One is made, if left out.
    #[arg(long, conflicts_with = "plan")]
    id: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match args.place.find()? {
        Some(Place::Data(folder)) => folder::run(args, &folder, shell),
        Some(Place::Server(client)) => there::run(args, &client, shell),
        _ if !args.plan => Err(anyhow!(
            "into what? Name `--data FOLDER` or `--server URL`; or say what would change with `--plan`"
        )),
        Some(Place::File(present)) => file::run(args, Some(&present), shell),
        None => file::run(args, None, shell),
    }
}

/// Tells what would change, one line a change, and how much.
fn tell_plan(answer: &ImportAnswer, shell: &mut Shell<'_>) -> Result<()> {
    for change in &answer.changes {
        let paint = match change.chars().next() {
            Some('+') => Paint::Good,
            Some('-') => Paint::Bad,
            _ => Paint::Strong,
        };
        let line = shell.paint(paint, change);
        shell.line(line)?;
    }
    let told = answer.changes.len();
    let all = total(&answer.adds) + total(&answer.changed) + total(&answer.ends);
    if told < all {
        shell.say(format!("… and {} more", all - told));
    }
    shell.say(format!("plan: {}", counts(answer)));
    Ok(())
}

/// Tells what an import did.
fn tell_done(answer: &ImportAnswer, shell: &mut Shell<'_>) -> Result<()> {
    if shell.output == Output::Json {
        return shell.json(answer);
    }
    let place = answer.position;
    let place = place.map_or_else(String::new, |position| format!("; entry {position}"));
    shell.say(match answer.outcome.as_ref() {
        "unchanged" => "unchanged: all was so already".to_owned(),
        "repeated" => format!("repeated: it had been done before{place}"),
        outcome => format!("{outcome}: {}{place}", counts(answer)),
    });
    Ok(())
}

fn counts(answer: &ImportAnswer) -> String {
    format!(
        "{} added, {} changed, {} removed, {} unchanged",
        total(&answer.adds),
        total(&answer.changed),
        total(&answer.ends),
        answer.unchanged
    )
}

fn total<K>(counts: &std::collections::BTreeMap<K, usize>) -> usize {
    counts.values().sum()
}
