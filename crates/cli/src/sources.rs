//! Files: rulebooks, directories, scenarios. The shipped rulebooks are in the binary.

use std::path::{Path, PathBuf};

use ::rulebook::Source;
use anyhow::{Context as _, Result, anyhow};
use commands::document::DirectoryFile;

/// The rulebooks in the binary, by name.
pub(crate) const SHIPPED: &[(&str, &str)] = &[
    ("meta", include_str!("../../../rulebooks/meta.toml")),
    (
        "pinterest",
        include_str!("../../../rulebooks/pinterest.toml"),
    ),
    (
        "retail-media",
        include_str!("../../../rulebooks/retail-media.toml"),
    ),
];

/// Reads a file as text.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Returns the path of a file that another file names.
pub(crate) fn beside(file: &Path, named: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(named)
}

/// Returns a rulebook by its shipped name, or from a file; a path is relative to `file`, if given.
pub(crate) fn rulebook(named: &str, file: Option<&Path>) -> Result<Source> {
    if let Some((name, text)) = SHIPPED.iter().find(|(name, _)| *name == named) {
        return Source::parse(&format!("{name}.toml"), text).map_err(|wrong| anyhow!("{wrong}"));
    }
    let path = match file {
        Some(file) => beside(file, named),
        None => PathBuf::from(named),
    };
    if !path.exists() {
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        return Err(anyhow!(
            "there is no rulebook `{named}`: it is none of the shipped ones ({}), and there is no file `{}`",
            names.join(", "),
            path.display()
        ));
    }
    let text = read(&path)?;
    Source::parse(&path.display().to_string(), &text).map_err(|wrong| anyhow!("{wrong}"))
}

/// Returns a directory file.
pub(crate) fn directory(path: &Path) -> Result<DirectoryFile> {
    let text = read(path)?;
    DirectoryFile::parse(&path.display().to_string(), &text).map_err(|wrong| anyhow!("{wrong}"))
}
