//! Where the facts are: in a file, in a data directory, or with a running server.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use crate::client::Client;
use crate::data_folder::DataFolder;
use crate::next::quoted;

/// What stands above the flags of a place, in help.
pub(crate) const HEADING: &str = "Where the facts are";

/// Where the facts are.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PlaceArgs {
    /// A directory file. Or: COUNTERSIGN_DIRECTORY.
    #[arg(long, help_heading = HEADING, value_name = "FILE", conflicts_with_all = ["data", "server"])]
    pub(crate) directory: Option<PathBuf>,
    /// The data directory of an installation; no server may have it open. Or: COUNTERSIGN_DATA.
    #[arg(long, help_heading = HEADING, value_name = "FOLDER", conflicts_with = "server")]
    pub(crate) data: Option<PathBuf>,
    /// The realm in the data directory; its only one, if left out.
    #[arg(long, help_heading = HEADING, value_name = "NAME", conflicts_with_all = ["directory", "server"])]
    pub(crate) realm: Option<String>,
    /// A running server; COUNTERSIGN_TOKEN holds the API token. Or: COUNTERSIGN_SERVER.
    #[arg(long, help_heading = HEADING, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Trust the certificates in this file (PEM), and no others, of the server.
    #[arg(long, help_heading = HEADING, value_name = "FILE", conflicts_with_all = ["directory", "data"])]
    pub(crate) ca: Option<PathBuf>,
}

/// Where the facts are.
#[derive(Debug)]
pub(crate) enum Place {
    /// In a directory file.
    File(PathBuf),
    /// In a data directory.
    Data(DataFolder),
    /// With a server.
    Server(Client),
}

/// The variables that stand in for the three flags.
const VARIABLES: [&str; 3] = [
    "COUNTERSIGN_DIRECTORY",
    "COUNTERSIGN_DATA",
    "COUNTERSIGN_SERVER",
];

impl PlaceArgs {
    /// Returns where the facts are. What is said on the command line goes before the environment.
    ///
    /// Errors: nothing says where, or the environment says two places.
    pub(crate) fn place(&self) -> Result<Place> {
        self.find()?.ok_or_else(|| {
            anyhow!(
                "where are the facts? Name `--directory FILE`, `--data FOLDER` or `--server URL`"
            )
        })
    }

    /// Returns where the facts are; nothing if nobody says.
    pub(crate) fn find(&self) -> Result<Option<Place>> {
        let given = self.with_environment()?;
        if let Some(file) = given.directory {
            return Ok(Some(Place::File(file)));
        }
        if let Some(folder) = given.data {
            return Ok(Some(Place::Data(DataFolder::new(folder, given.realm))));
        }
        match given.server {
            Some(url) => Ok(Some(Place::Server(Client::new(&url, given.ca)?))),
            None => Ok(None),
        }
    }

    /// Returns the directory file, if that is where the facts are.
    pub(crate) fn file(&self) -> Result<Option<PathBuf>> {
        Ok(self.with_environment()?.directory)
    }

    /// Returns the flags that say the same place again, for a command to copy.
    pub(crate) fn words(&self) -> Result<String> {
        let given = self.with_environment()?;
        let path = |path: &PathBuf| path.display().to_string();
        let said = [
            ("--directory", given.directory.as_ref().map(path)),
            ("--data", given.data.as_ref().map(path)),
            ("--realm", given.realm),
            ("--server", given.server),
            ("--ca", given.ca.as_ref().map(path)),
        ];
        let said = said
            .into_iter()
            .filter_map(|(flag, value)| value.map(|value| format!("{flag} {}", quoted(&value))));
        Ok(said.collect::<Vec<_>>().join(" "))
    }

    fn with_environment(&self) -> Result<Self> {
        let mut given = self.clone();
        if given.directory.is_some() || given.data.is_some() || given.server.is_some() {
            return Ok(given);
        }
        let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let [directory, data, server] = VARIABLES.map(value);
        let several = [&directory, &data, &server];
        if several.iter().filter(|value| value.is_some()).count() > 1 {
            return Err(anyhow!(
                "the environment names several places ({}): say which with a flag",
                VARIABLES.join(", ")
            ));
        }
        given.directory = directory.map(PathBuf::from);
        given.data = data.map(PathBuf::from);
        given.server = server;
        Ok(given)
    }
}
