//! `countersign import`: a directory file as facts.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use commands::document::plain_digest;

use crate::exit::Exit;
use crate::fact_file::Line;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each line of the output is one fact, or one text whose digest a fact holds, as JSON. \
    `countersign export` reads them."
)]
pub(crate) struct Args {
    /// The directory file.
    file: PathBuf,
    /// Import it under this rulebook instead: its name or file.
    #[arg(long, value_name = "NAME|FILE")]
    rulebook: Option<String>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let file = sources::directory(&args.file)?;
    let source = match &args.rulebook {
        Some(named) => sources::rulebook(named, None)?,
        None => sources::rulebook(&file.document().rulebook, Some(&args.file))?,
    };
    let rulebook = file.document().compile(&source);
    let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
    let facts = file.facts(&rulebook, &mut plain_digest);
    let facts = facts.map_err(|wrong| anyhow!("{wrong}"))?;
    for text in &facts.texts {
        shell.line(Line::of_text(text).to_json()?)?;
    }
    for fact in &facts.facts {
        shell.line(Line::Fact(fact.clone()).to_json()?)?;
    }
    shell.say(format!(
        "{} facts and {} texts, under rulebook `{}` {}",
        facts.facts.len(),
        facts.texts.len(),
        rulebook.name,
        rulebook.version
    ));
    Ok(Exit::Ok)
}
