//! `countersign certificate`: is a certificate what it says, with nothing but a public key?

use std::path::PathBuf;

use ::ledger::NoteVerifier;
use anyhow::{Context as _, Result};
use node::certificate::Certificate;
use serde_json::json;

use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Verify a certificate of removal. No server and no log is asked.
    Verify(VerifyArgs),
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    /// The certificate.
    file: PathBuf,
    /// The public key of the installation's checkpoints, as it was given away (`ledger key`).
    #[arg(long, value_name = "KEY")]
    key: NoteVerifier,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let Subcommand::Verify(args) = &args.subcommand;
    let name = args.file.display();
    let text =
        std::fs::read_to_string(&args.file).with_context(|| format!("cannot read `{name}`"))?;
    match Certificate::verify(&text, &args.key) {
        Ok(certificate) => {
            let said = &certificate.statement;
            match shell.output {
                Output::Json => shell.json(&json!({ "genuine": true, "statement": said }))?,
                Output::Table => {
                    let mark = shell.paint(Paint::Good, "✓ genuine");
                    shell.line(format!(
                        "{mark}  at {}, entry {} of {}: nothing of business:{} was left on {} assets of {}",
                        said.time,
                        said.position,
                        said.log,
                        said.subject.partner,
                        said.assets.len(),
                        said.businesses.join(", ")
                    ))?;
                }
            }
            if said.clock == "test" {
                shell.say("that log ran with a clock that can be set: its times prove nothing");
            }
            Ok(Exit::Ok)
        }
        Err(wrong) => {
            let wrong = anyhow::Error::new(wrong);
            match shell.output {
                Output::Json => {
                    shell.json(&json!({ "genuine": false, "wrong": wrong.to_string() }))?;
                }
                Output::Table => {
                    let mark = shell.paint(Paint::Bad, "✗ not genuine");
                    shell.line(format!("{mark}  {wrong}"))?;
                }
            }
            for cause in wrong.chain().skip(1) {
                shell.say(format!("  because: {cause}"));
            }
            Ok(Exit::Findings)
        }
    }
}
