//! `countersign do`: a command, as an administrator would give it.

use anyhow::{Result, anyhow};
use commands::document::{DirectoryDocument, FreeText, plain_digest};
use commands::scenario::{CommandRow, EvidenceRow, WhoRow};
use commands::{Handled, Order, Refusal, handle};
use engine::fact::{Change, ShareState, TextDigest};
use node::Random as _;
use serde_json::json;

use crate::args::Output;
use crate::exit::Exit;
use crate::fact_line::fact_line;
use crate::question::{World, WorldArgs, credential};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// By whom: `person:ID`, `token:ID`, …
    who: WhoRow,
    /// The command, as in `{ member.remove: { business: "9001", person: ben } }`.
    command: CommandRow,
    /// What was measured, as in a scenario: `{ second_factor: true }`.
    #[arg(long, value_name = "YAML")]
    evidence: Option<EvidenceRow>,
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
    tell(&world, &handled, shell)?;
    Ok(Exit::Ok)
}

/// The directory as it is now goes where data goes, what happened where talk goes.
fn tell(world: &World, handled: &Handled, shell: &mut Shell<'_>) -> Result<()> {
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
        match change {
            Change::Set(fact) => shell.say(format!("+ {}", fact_line(fact))),
            Change::End(key) => shell.say(format!("- {}", key_line(key))),
        }
    }
    if let Some(secret) = &handled.answer.secret {
        shell.say(format!("the secret, shown this once: {secret}"));
    }
    let text = |digest: &TextDigest| {
        let known = world.texts.iter().find(|text| text.digest == *digest);
        known.map(|text| text.text.clone())
    };
    let mut document = DirectoryDocument::from_facts(&world.directory.facts(), &text);
    document
        .rulebook
        .clone_from(&world.file.document().rulebook);
    write!(shell.out, "{}", document.to_yaml()?)?;
    Ok(())
}

/// Returns what ended, by its key.
fn key_line(key: &engine::fact::Key) -> String {
    let text = serde_json::to_value(key).map(|value| value.to_string());
    text.unwrap_or_else(|_| key.kind().to_owned())
}
