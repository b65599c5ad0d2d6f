//! `countersign ledger verify`.

use ::ledger::verify::{Verdict, verify_store};
use ::ledger::{Head, LogClock, NoteVerifier};
use anyhow::{Result, anyhow};
use serde::Deserialize;
use serde_json::json;

use super::{no_log, open, verifier};
use crate::client::Client;
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::place::{Place, PlaceArgs};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// The public key of the checkpoints, as it was given away. That of the installation's own key file, if left out.
    #[arg(long, value_name = "KEY", conflicts_with = "server")]
    key: Option<NoteVerifier>,
}

/// A server's word on its log.
#[derive(Debug, Deserialize)]
struct Word {
    whole: bool,
    verdict: String,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match args.place.place()? {
        Place::File(_) => Err(no_log()),
        Place::Data(folder) => here(args, &folder, shell),
        Place::Server(_) if args.key.is_some() => Err(anyhow!(
            "a server verifies with its own key: verify a copy of its data directory with yours"
        )),
        Place::Server(client) => there(&client, shell),
    }
}

fn here(args: &Args, folder: &DataFolder, shell: &mut Shell<'_>) -> Result<Exit> {
    let store = open(folder)?;
    let verifier = match &args.key {
        Some(key) => Some(key.clone()),
        None => verifier(folder, &store)?,
    };
    if verifier.is_none() {
        shell.say("no key is known, so no checkpoint is looked at: name one with `--key`");
    }
    match verify_store(&store, verifier.as_ref())? {
        Verdict::Sound { head, checkpoints } => sound(&head, checkpoints, shell),
        Verdict::Broken(defect) => {
            let error = anyhow::Error::new(defect);
            match shell.output {
                Output::Json => {
                    shell.json(&json!({ "sound": false, "defect": error.to_string() }))?;
                }
                Output::Table => broken(&error.to_string(), shell)?,
            }
            for cause in error.chain().skip(1) {
                shell.say(format!("  because: {cause}"));
            }
            Ok(Exit::Findings)
        }
    }
}

fn there(client: &Client, shell: &mut Shell<'_>) -> Result<Exit> {
    let word: Word = client.post("/api/v1/ledger/verify", &json!({}))?;
    match (shell.output, word.whole) {
        (Output::Json, _) => {
            shell.json(&json!({ "sound": word.whole, "verdict": word.verdict }))?;
        }
        (Output::Table, true) => {
            let mark = shell.paint(Paint::Good, "✓ sound");
            shell.line(format!("{mark}  {}", word.verdict))?;
        }
        (Output::Table, false) => broken(&word.verdict, shell)?,
    }
    shell
        .say("this is the server's own word; verify a copy of its data directory to rely on yours");
    Ok(match word.whole {
        true => Exit::Ok,
        false => Exit::Findings,
    })
}

fn broken(defect: &str, shell: &mut Shell<'_>) -> Result<()> {
    let mark = shell.paint(Paint::Bad, "✗ broken");
    Ok(shell.line(format!("{mark}  {defect}"))?)
}

fn sound(head: &Head, checkpoints: usize, shell: &mut Shell<'_>) -> Result<Exit> {
    let has_test_times = head.clock == LogClock::Test;
    match shell.output {
        Output::Json => shell.json(&json!({
            "sound": true,
            "log": head.log.to_string(),
            "entries": head.position.get(),
            "hash": head.hash.to_string(),
            "checkpoints": checkpoints,
            "test_clock": has_test_times,
        }))?,
        Output::Table => {
            let mark = shell.paint(Paint::Good, "✓ sound");
            shell.line(format!(
                "{mark}  {} entries, {checkpoints} checkpoints compared; the last entry's hash is {}",
                head.position.get(),
                head.hash
            ))?;
        }
    }
    if has_test_times {
        shell.say("this log ran with a clock that can be set: its times prove nothing");
    }
    Ok(Exit::Ok)
}
