//! `countersign ledger`: the log of an installation, read and verified without a server.

mod log;
mod verify;

use std::path::{Path, PathBuf};

use ::ledger::{LogId, NoteVerifier, Store as _};
use anyhow::{Context as _, Result, anyhow};
use node::Keys;
use store::SqliteStore;

use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Print the entries: who did what, when.
    Log(log::Args),
    /// Is the log what it was? Names the first entry that is not.
    Verify(verify::Args),
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.subcommand {
        Subcommand::Log(args) => log::run(args, shell),
        Subcommand::Verify(args) => verify::run(args, shell),
    }
}

/// Where the log is.
#[derive(Debug, clap::Args)]
struct DataArgs {
    /// The data directory of an installation; no server may have it open.
    #[arg(value_name = "FOLDER", env = "COUNTERSIGN_DATA")]
    data: PathBuf,
}

impl DataArgs {
    /// Opens the log; it must be there.
    fn open(&self) -> Result<SqliteStore> {
        let path = self.data.join("countersign.db");
        SqliteStore::open(&path)
            .with_context(|| format!("cannot open the log in `{}`", self.data.display()))
    }

    /// Returns the public key of the installation's checkpoints, from its key file; nothing without one.
    fn verifier(&self, store: &SqliteStore) -> Result<Option<NoteVerifier>> {
        let log = store.head()?.log;
        verifier_in(&self.data.join("countersign.keys"), log)
    }
}

fn verifier_in(path: &Path, log: LogId) -> Result<Option<NoteVerifier>> {
    if !path.exists() {
        return Ok(None);
    }
    let keys = Keys::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let signer = keys.signer(log);
    let signer =
        signer.ok_or_else(|| anyhow!("the key in `{}` cannot sign this log", path.display()))?;
    Ok(Some(signer.verifier()))
}
