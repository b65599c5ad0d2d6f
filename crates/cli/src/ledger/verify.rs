//! `countersign ledger verify`.

use ::ledger::verify::{Verdict, verify_store};
use ::ledger::{Head, LogClock, NoteVerifier};
use anyhow::Result;
use serde_json::json;

use super::DataArgs;
use crate::args::Output;
use crate::exit::Exit;
use crate::paint::Paint;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The public key of the checkpoints, as it was given away. That of the installation's own key file, if left out.
    #[arg(long, value_name = "KEY")]
    key: Option<NoteVerifier>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let store = args.data.open()?;
    let verifier = match &args.key {
        Some(key) => Some(key.clone()),
        None => args.data.verifier(&store)?,
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
                    shell.json(&json!({ "sound": false, "defect": error.to_string() }))?
                }
                Output::Table => {
                    let mark = shell.paint(Paint::Bad, "✗ broken");
                    shell.line(format!("{mark}  {error}"))?;
                }
            }
            for cause in error.chain().skip(1) {
                shell.say(format!("  because: {cause}"));
            }
            Ok(Exit::Findings)
        }
    }
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
