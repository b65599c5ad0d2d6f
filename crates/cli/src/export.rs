//! `countersign export`: the facts as a directory file.

use std::cell::RefCell;

use anyhow::{Result, anyhow};
use commands::document::DirectoryDocument;
use engine::fact::TextDigest;

use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::output::Output;
use crate::place::{HEADING, Place, PlaceArgs};
use crate::shell::Shell;
use crate::world::{Source, WorldArgs};
use api::At;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "From a directory file this writes it anew: rows in a fixed order, what was left out filled in, \
    digests in place of secrets."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// As it was then: `2026-05-03`, `2026-05-03T12:00:00Z`, or a position in the log.
    #[arg(long, help_heading = HEADING, value_name = "TIME|POSITION", conflicts_with = "directory")]
    at: Option<At>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let document = match args.place.place()? {
        Place::File(_) => of_file(args)?,
        Place::Data(folder) => of_folder(&folder, args.at)?,
        Place::Server(client) => {
            let at = args.at.map_or_else(String::new, |at| format!("?at={at}"));
            let kind = match shell.output {
                Output::Table => "application/yaml",
                Output::Json => "application/json",
            };
            let answer = client.get_text(&format!("/api/v1/export{at}"), kind)?;
            shell.line(answer.text.trim_end())?;
            return Ok(Exit::Ok);
        }
    };
    match shell.output {
        Output::Table => write!(shell.out, "{}", document.to_yaml()?)?,
        Output::Json => shell.json(&document)?,
    }
    Ok(Exit::Ok)
}

fn of_file(args: &Args) -> Result<DirectoryDocument> {
    let world = WorldArgs {
        place: args.place.clone(),
        rulebook: None,
        at: None,
    };
    match world.source()? {
        Source::Here(world) => Ok(world.document()),
        Source::There(_) => Err(anyhow!("the facts are in no file")),
    }
}

fn of_folder(folder: &DataFolder, at: Option<At>) -> Result<DirectoryDocument> {
    let opened = folder.open()?;
    let (directory, _) = opened.directory(at)?;
    let unread = RefCell::new(None);
    let text = |digest: &TextDigest| {
        opened.installation.text(digest).unwrap_or_else(|error| {
            unread.replace(Some(error));
            None
        })
    };
    let document = DirectoryDocument::from_facts(&directory.facts(), &text);
    // A text that could not be read must not look like one that was erased.
    match unread.into_inner() {
        Some(error) => Err(error.into()),
        None => Ok(document),
    }
}
