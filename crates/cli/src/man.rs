//! `countersign man`: the manual, one page a command.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which command: `ledger log`; the whole program, if left out.
    command: Vec<String>,
    /// Write every page into this folder, which is made if it is new.
    #[arg(long, conflicts_with = "command")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    let mut command = crate::args::Args::command();
    // Gives every command its whole name, which is its page's.
    command.build();
    if let Some(folder) = &args.folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
        clap_mangen::generate_to(command, folder)
            .with_context(|| format!("cannot write into `{}`", folder.display()))?;
        return Ok(Exit::Ok);
    }
    let page = args
        .command
        .iter()
        .try_fold(&command, |command, name| command.find_subcommand(name))
        .ok_or_else(|| unknown(&command, &args.command))?;
    let mut text = Vec::new();
    Man::new(page.clone()).render(&mut text)?;
    shell.out.write_all(&text)?;
    Ok(Exit::Ok)
}

fn unknown(command: &Command, asked: &[String]) -> anyhow::Error {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    anyhow!(
        "there is no command `{}`; there are: {}",
        asked.join(" "),
        known.join(", ")
    )
}
