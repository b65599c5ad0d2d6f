//! `countersign schema`: the JSON Schema of a kind of file.

use clap::ValueEnum;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Of which kind of file.
    #[arg(value_enum)]
    file: Kind,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A directory file.
    Directory,
    /// A scenario file.
    Scenario,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    shell.json(&match args.file {
        Kind::Directory => commands::document::json_schema(),
        Kind::Scenario => commands::scenario::json_schema(),
    })?;
    Ok(Exit::Ok)
}
