//! `countersign completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;
use clap_complete::Shell as Dialect;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For which shell.
    #[arg(value_enum)]
    shell: Dialect,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    let mut command = crate::args::Args::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "countersign", &mut script);
    shell.out.write_all(&script)?;
    Ok(Exit::Ok)
}
