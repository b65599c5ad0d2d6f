//! `countersign do`: a command, as an administrator would give it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use commands::document::{DirectoryDocument, FreeText, plain_digest};
use commands::scenario::{CommandRow, EvidenceRow, WhoRow};
use commands::{Handled, Order, Refusal, handle};
use engine::fact::{ShareState, TextDigest};
use node::Random as _;
use serde_json::json;

use crate::args::Output;
use crate::exit::Exit;
use crate::question::{World, WorldArgs, credential};
use crate::shell::Shell;
use api::change_sentence;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// By whom: `person:ID`, `token:ID`, …
    who: WhoRow,
    /// The command, as in `{ member.remove: { business: "9001", person: ben } }`.
    command: CommandRow,
    /// What was measured, as in a scenario: `{ second_factor: true }`.
    #[arg(long, value_name = "YAML")]
    evidence: Option<EvidenceRow>,
    /// Write the directory as it is then to this file, not to the output. It may be the one read.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let mut world = args.world.world()?;
    let command = args.command.command(&world.directory)?;
    let mut texts: Vec<FreeText> = Vec::new();
    let mut keep_text = |text: &str| {
        let digest = plain_digest("", text);
        texts.push(FreeText {
            of: command.name().to_owned(),
            digest: digest.clone(),
            text: text.to_owned(),
        });
        digest
    };
    let mut entropy = [0; 32];
    node::SystemRandom.fill(&mut entropy)?;
    let id = format!("{}", world.now);
    let mut order = Order {
        by: credential(&args.who, &world.directory)?,
        evidence: args
            .evidence
            .clone()
            .unwrap_or_default()
            .evidence(world.now),
        now: world.now,
        id: &id,
        entropy,
        keep_text: &mut keep_text,
    };
    let handled = match handle(&world.directory, &command, &mut order) {
        Ok(handled) => handled,
        Err(Refusal::Denied { decision, .. }) => {
            for reason in decision.reasons.iter() {
                shell.say(format!("✗ {}  {}", reason.code(), reason.text()));
            }
            return Ok(Exit::Denied);
        }
        Err(refusal) => {
            return Err(anyhow!("{refusal}").context(format!("{} was refused", command.name())));
        }
    };
    for change in &handled.changes {
        world.directory.apply(change);
    }
    world.texts.extend(texts);
    tell(&world, &handled, args.to.as_deref(), shell)?;
    Ok(Exit::Ok)
}

/// The directory as it is now goes where data goes, what happened where talk goes.
fn tell(world: &World, handled: &Handled, to: Option<&Path>, shell: &mut Shell<'_>) -> Result<()> {
    if let Some(path) = to {
        std::fs::write(path, yaml(world)?)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if shell.output == Output::Json {
        let share = handled.answer.share.map(|state| match state {
            ShareState::Pending => "pending",
            ShareState::Accepted => "accepted",
        });
        return shell.json(&json!({
            "changes": handled.changes,
            "id": handled.answer.id,
            "secret": handled.answer.secret,
            "share": share,
        }));
    }
    for change in &handled.changes {
        shell.say(change_sentence(change));
    }
    if let Some(secret) = &handled.answer.secret {
        shell.say(format!("the secret, shown this once: {secret}"));
    }
    match to {
        Some(path) => shell.say(format!("the directory as it is now: {}", path.display())),
        None => write!(shell.out, "{}", yaml(world)?)?,
    }
    Ok(())
}

/// Returns the directory as it is now, as a file.
fn yaml(world: &World) -> Result<String> {
    let text = |digest: &TextDigest| {
        let known = world.texts.iter().find(|text| text.digest == *digest);
        known.map(|text| text.text.clone())
    };
    let mut document = DirectoryDocument::from_facts(&world.directory.facts(), &text);
    document
        .rulebook
        .clone_from(&world.file.document().rulebook);
    Ok(document.to_yaml()?)
}
