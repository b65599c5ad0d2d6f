//! The facts that are asked here, in this process, and when.

use std::path::PathBuf;
use std::sync::Arc;

use ::rulebook::Rulebook;
use anyhow::{Result, anyhow};
use commands::document::{DirectoryDocument, DirectoryFile, FreeText, plain_digest};
use engine::fact::{Change, Fact, Key, TextDigest, TwoFactor};
use engine::{Directory, Thing};
use jiff::Timestamp;
use node::{Clock as _, RealClock};

use crate::client::Client;
use crate::data_folder::{DataFolder, OpenData};
use crate::place::{HEADING, Place, PlaceArgs};
use crate::sources;
use api::At;

/// Where the facts are, and which moment is meant.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct WorldArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Ask under this rulebook instead: its name or file. Not of a server.
    #[arg(long, help_heading = HEADING, value_name = "NAME|FILE", conflicts_with = "server")]
    pub(crate) rulebook: Option<String>,
    /// Ask about this moment: `2026-05-03`, `2026-05-03T12:00:00Z`, or a position in the log. Now,
    /// if left out.
    #[arg(long, help_heading = HEADING, value_name = "TIME|POSITION")]
    pub(crate) at: Option<At>,
}

/// Facts that are here, or a server that has them.
pub(crate) enum Source {
    /// Here.
    Here(Box<World>),
    /// There.
    There(Client),
}

/// Facts that are here.
pub(crate) struct World {
    pub(crate) directory: Directory,
    pub(crate) now: Timestamp,
    /// The rulebook as the directory file names it: by a path, perhaps.
    rulebook_named: Option<String>,
    texts: Texts,
}

/// Where free texts are.
enum Texts {
    Listed(Vec<FreeText>),
    Kept(OpenData),
}

impl WorldArgs {
    /// Returns where to ask.
    pub(crate) fn source(&self) -> Result<Source> {
        Ok(match self.place.place()? {
            Place::File(path) => Source::Here(Box::new(self.of_file(path)?)),
            Place::Data(folder) => Source::Here(Box::new(self.of_folder(&folder)?)),
            Place::Server(_) if self.rulebook.is_some() => {
                return Err(anyhow!(
                    "a server asks under its active rulebook: leave `--rulebook` out"
                ));
            }
            Place::Server(client) => Source::There(client),
        })
    }

    /// A server lists what is, not what was.
    pub(crate) fn only_now(&self, what: &str) -> Result<()> {
        match self.at {
            None => Ok(()),
            Some(_) => Err(anyhow!(
                "a server lists the {what} of now: leave `--at` out"
            )),
        }
    }

    fn of_file(&self, path: PathBuf) -> Result<World> {
        let now = match self.at {
            None => RealClock.now(),
            Some(At::Time(time)) => time,
            Some(At::Position(_)) => {
                return Err(anyhow!(
                    "a directory file has no log, so no positions: name a time"
                ));
            }
        };
        let file = sources::directory(&path)?;
        let rulebook = Arc::new(self.rulebook_of(&file, path)?);
        let facts = file.facts(&rulebook, &mut plain_digest);
        let facts = facts.map_err(|wrong| anyhow!("{wrong}"))?;
        // The file is the asker's own: nobody else chooses its ids, so any seed will do.
        let mut directory = Directory::new(rulebook, 0);
        for fact in facts.facts {
            directory.apply(&Change::Set(fact));
        }
        Ok(World {
            directory,
            now,
            rulebook_named: Some(file.document().rulebook.clone()),
            texts: Texts::Listed(facts.texts),
        })
    }

    fn rulebook_of(&self, file: &DirectoryFile, path: PathBuf) -> Result<Rulebook> {
        let source = match &self.rulebook {
            Some(named) => sources::rulebook(named, None)?,
            None => sources::rulebook(&file.document().rulebook, Some(&path))?,
        };
        let rulebook = file.document().compile(&source);
        rulebook.map_err(|wrong| anyhow!("{wrong}"))
    }

    fn of_folder(&self, folder: &DataFolder) -> Result<World> {
        let opened = folder.open()?;
        let (mut directory, now) = opened.directory(self.at)?;
        if let Some(named) = &self.rulebook {
            let switches = directory
                .settings()
                .map(|settings| settings.switches.clone());
            let source = sources::rulebook(named, None)?;
            let rulebook = source.compile(&switches.unwrap_or_default());
            let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
            directory = directory.under(Arc::new(rulebook));
        }
        Ok(World {
            directory,
            now,
            rulebook_named: None,
            texts: Texts::Kept(opened),
        })
    }
}

impl World {
    /// Returns a free text; nothing if it was erased.
    pub(crate) fn text(&self, digest: &TextDigest) -> Option<String> {
        match &self.texts {
            Texts::Listed(texts) => {
                let known = texts.iter().find(|text| text.digest == *digest);
                known.map(|text| text.text.clone())
            }
            Texts::Kept(opened) => opened.text(digest),
        }
    }

    /// Returns the facts as a directory file says them.
    pub(crate) fn document(&self) -> DirectoryDocument {
        let text = |digest: &TextDigest| self.text(digest);
        let mut document = DirectoryDocument::from_facts(&self.directory.facts(), &text);
        if let Some(named) = &self.rulebook_named {
            document.rulebook.clone_from(named);
        }
        document
    }

    /// Adds texts that a command brought.
    pub(crate) fn add_texts(&mut self, more: Vec<FreeText>) {
        if let Texts::Listed(texts) = &mut self.texts {
            texts.extend(more);
        }
    }

    /// Returns the name of a thing, if it has one.
    pub(crate) fn name(&self, thing: &str) -> Option<String> {
        let key = match thing.parse().ok()? {
            Thing::Business(id) => Key::Business(id),
            Thing::Person(id) => Key::Person(id),
            Thing::SystemUser(id) => Key::SystemUser(id),
            Thing::App(id) => Key::App(id),
            Thing::Asset(id) => Key::Asset(id),
            Thing::Group(id) => Key::Group(id),
            Thing::Realm => return None,
        };
        let name = match self.directory.fact(&key)? {
            Fact::Business(fact) => fact.name,
            Fact::Person(fact) => fact.name,
            Fact::SystemUser(fact) => fact.name,
            Fact::App(fact) => fact.name,
            Fact::Asset(fact) => fact.name,
            Fact::Group(fact) => fact.name,
            _ => None,
        };
        self.text(&name?)
    }

    /// Does a business of this world demand the second factor of anybody?
    pub(crate) fn demands_second_factor(&self) -> bool {
        let facts = self.directory.facts();
        facts
            .iter()
            .any(|fact| matches!(fact, Fact::Business(one) if one.two_factor != TwoFactor::None))
    }
}
