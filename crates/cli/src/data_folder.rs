//! A data directory: what a server keeps, used while no server has it open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use engine::Directory;
use engine::fact::TextDigest;
use ledger::{Position, Realm};
use node::installation::{Installation, directory};
use node::realms::Realms;
use node::view::View;
use node::{Clock as _, RealClock};

use api::At;

/// The name of the log's file in a data directory.
const LOG: &str = "countersign.db";

/// A data directory, and the realm in it that is meant.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    folder: PathBuf,
    realm: Option<String>,
}

/// An installation that this process has open, and the realm that is meant.
pub(crate) struct OpenData {
    pub(crate) installation: Arc<Installation>,
    pub(crate) realm: Realm,
}

impl DataFolder {
    pub(crate) const fn new(folder: PathBuf, realm: Option<String>) -> Self {
        Self { folder, realm }
    }

    /// Returns the file of the log. The file itself may be named in place of its folder.
    pub(crate) fn log(&self) -> PathBuf {
        match self.folder.is_file() {
            true => self.folder.clone(),
            false => self.folder.join(LOG),
        }
    }

    /// Returns the folder.
    pub(crate) fn folder(&self) -> &Path {
        match self.folder.is_file() {
            true => self.folder.parent().unwrap_or(Path::new("")),
            false => &self.folder,
        }
    }

    /// Returns the realm that was named, as it was named.
    pub(crate) fn realm_named(&self) -> Option<&str> {
        self.realm.as_deref()
    }

    /// Opens the installation; it must be there.
    pub(crate) fn open(&self) -> Result<OpenData> {
        let folder = self.folder();
        if !self.log().is_file() {
            return Err(anyhow!(
                "there is no installation in `{}`: `countersign realm create` makes one",
                folder.display()
            ));
        }
        // Nobody waits for the writer: whatever it was given has been answered, and so is durable.
        let (installation, _writer) = Installation::open(folder, Arc::new(RealClock))
            .with_context(|| {
                format!(
                    "cannot use the data directory `{}` (ask a running server with `--server`)",
                    folder.display()
                )
            })?;
        let realm = self.realm(&installation)?;
        Ok(OpenData {
            installation: Arc::new(installation),
            realm,
        })
    }

    fn realm(&self, installation: &Installation) -> Result<Realm> {
        let view = installation.view();
        let names: Vec<&Realm> = view.state.iter().map(|(realm, _)| realm).collect();
        let all = || {
            let names: Vec<&str> = names.iter().map(|realm| realm.as_str()).collect();
            names.join(", ")
        };
        match (&self.realm, names.as_slice()) {
            (Some(named), names) => {
                let found = names.iter().find(|realm| realm.as_str() == named);
                found.map(|realm| (*realm).clone()).ok_or_else(|| {
                    anyhow!(
                        "there is no realm `{named}` in the data directory; it has: {}",
                        all()
                    )
                })
            }
            (None, [only]) => Ok((*only).clone()),
            (None, []) => Err(anyhow!("the data directory has no realm")),
            (None, _) => Err(anyhow!(
                "the data directory has several realms: say which with `--realm`, one of {}",
                all()
            )),
        }
    }
}

impl OpenData {
    /// Returns the realm as it was, or is, and the time to ask at.
    pub(crate) fn directory(&self, at: Option<At>) -> Result<(Directory, jiff::Timestamp)> {
        let (view, now): (Arc<View<Realms>>, _) = match at {
            None => (self.installation.view(), RealClock.now()),
            Some(At::Time(time)) => (self.installation.at_time(time)?, time),
            Some(At::Position(position)) => {
                let end = self.installation.view().head.position;
                if position > end.get() {
                    return Err(anyhow!("the log ends at {end}"));
                }
                let view = self.installation.at_position(Position::new(position))?;
                let time = view.head.time;
                (view, time)
            }
        };
        let found = directory(&view, &self.realm);
        let found = found.ok_or_else(|| match at {
            Some(_) => anyhow!("realm `{}` was not there then", self.realm.as_str()),
            None => anyhow!(
                "realm `{}` is being loaded: give the same import again to go on",
                self.realm.as_str()
            ),
        })?;
        Ok((found.clone(), now))
    }

    /// Returns a free text; nothing if it was erased.
    pub(crate) fn text(&self, digest: &TextDigest) -> Option<String> {
        self.installation.text(digest).ok().flatten()
    }
}
