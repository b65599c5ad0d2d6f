//! `countersign token`: which tokens there are, and what was renewed.

mod collect;
mod list;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// List tokens: whose, for which app, until when, and who has seen their secrets.
    List(list::Args),
    /// Get the secret of a token that was renewed by itself. It is shown this once.
    Collect(collect::Args),
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    match &args.subcommand {
        Subcommand::List(args) => list::run(args, shell),
        Subcommand::Collect(args) => collect::run(args, shell),
    }
}
