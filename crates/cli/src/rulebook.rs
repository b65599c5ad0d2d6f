//! `countersign rulebook`: check, show and activate a platform's rules.

mod activate;
mod check;
mod show;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Check rulebooks: every name, every role, every switch.
    Check(check::Args),
    /// Show a rulebook as tables: roles and what they can do, levels, scopes, operations.
    Show(show::Args),
    /// Make a rulebook, or other switches, the active one of a realm.
    Activate(activate::Args),
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    match &args.subcommand {
        Subcommand::Check(args) => check::run(args, shell),
        Subcommand::Show(args) => show::run(args, shell),
        Subcommand::Activate(args) => activate::run(args, shell),
    }
}
