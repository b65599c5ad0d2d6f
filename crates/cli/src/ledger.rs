//! `countersign ledger`: the log of an installation, read and verified, with or without a server.

mod log;
mod verify;

use ::ledger::{NoteVerifier, Store as _};
use anyhow::{Context as _, Result, anyhow};
use node::Keys;
use serde::Deserialize;
use store::SqliteStore;

use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::place::{Place, PlaceArgs};
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
    /// Print the public key of the installation's checkpoints and certificates, to give away.
    Key(KeyArgs),
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.subcommand {
        Subcommand::Log(args) => log::run(args, shell),
        Subcommand::Verify(args) => verify::run(args, shell),
        Subcommand::Key(args) => key(args, shell),
    }
}

#[derive(Debug, clap::Args)]
struct KeyArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

fn key(args: &KeyArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let key = match args.place.place()? {
        Place::File(_) => return Err(no_log()),
        Place::Server(client) => client.get::<HeadWord>("/api/v1/ledger/head")?.key,
        Place::Data(folder) => {
            let store = open(&folder)?;
            let key = verifier(&folder, &store)?;
            key.ok_or_else(|| anyhow!("there is no key file beside the log"))?
                .to_string()
        }
    };
    shell.line(key)?;
    Ok(Exit::Ok)
}

/// What a server says of the end of its log, as far as it is asked for here.
#[derive(Debug, Deserialize)]
struct HeadWord {
    key: String,
}

/// Opens the log in a data directory; it must be there. Nothing but the log is read: not what it
/// says, which may be what is in doubt.
fn open(folder: &DataFolder) -> Result<SqliteStore> {
    let path = folder.log();
    SqliteStore::open(&path)
        .with_context(|| format!("cannot open the log in `{}`", folder.folder().display()))
}

/// Returns the public key of the installation's checkpoints, from its key file; nothing without one.
fn verifier(folder: &DataFolder, store: &SqliteStore) -> Result<Option<NoteVerifier>> {
    let path = folder.folder().join("countersign.keys");
    if !path.exists() {
        return Ok(None);
    }
    let keys = Keys::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let signer = keys.signer(store.head()?.log);
    let signer =
        signer.ok_or_else(|| anyhow!("the key in `{}` cannot sign this log", path.display()))?;
    Ok(Some(signer.verifier()))
}

/// The log of a file that is no log.
fn no_log() -> anyhow::Error {
    anyhow!("a directory file has no log: name `--data FOLDER` or `--server URL`")
}
