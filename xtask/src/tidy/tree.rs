use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The project's files, read once. Paths are relative to the root and written with `/`.
///
/// What `.gitignore` at the root names is left out, and so is Git's own directory, so that tidy
/// sees what a fresh clone would hold. Files that are not UTF-8 are known by name only.
#[derive(Debug)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads every file below `root`.
    ///
    /// Errors: a file that cannot be read, or a line of `.gitignore` in a form tidy does not know.
    pub fn read(root: &Path) -> Result<Self> {
        let ignored = Ignored::read(root)?;
        let mut tree = Self {
            files: BTreeMap::new(),
        };
        tree.read_below(root, "", &ignored)?;
        Ok(tree)
    }

    fn read_below(&mut self, root: &Path, below: &str, ignored: &Ignored) -> Result<()> {
        let here = root.join(below);
        for entry in here
            .read_dir()
            .with_context(|| format!("could not list `{below}`"))?
        {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                bail!("a file below `{below}` has a name that is not UTF-8");
            };
            let path = if below.is_empty() {
                name
            } else {
                format!("{below}/{name}")
            };
            if ignored.covers(&path) {
                continue;
            }
            // A symbolic link is neither followed nor read: what it names is read at its own place.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.read_below(root, &path, ignored)?;
            } else if kind.is_file() {
                let bytes = std::fs::read(entry.path())
                    .with_context(|| format!("could not read `{path}`"))?;
                self.files.insert(path, String::from_utf8(bytes).ok());
            }
        }
        Ok(())
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a file, or a directory with a file in it, stands at this path.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let directory = format!("{path}/");
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&directory))
    }

    /// The text of one file, if it is there and is text.
    pub(crate) fn find(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// The text of a file that has to be there.
    pub(crate) fn get(&self, path: &str) -> Result<&str> {
        self.find(path)
            .with_context(|| format!("`{path}` is missing"))
    }

    /// Every text file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every Rust file of the workspace. `bench` is a workspace of its own and keeps its own rules.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts()
            .filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("bench/"))
    }

    /// Rust files that end up in a binary: not tests, not benches, not examples.
    pub(crate) fn shipped_rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rust().filter(|(path, _)| {
            let is_source = path.split('/').any(|part| part == "src");
            let is_test = path
                .split('/')
                .any(|part| part == "tests" || part == "tests.rs");
            is_source && !is_test
        })
    }
}

/// What `.gitignore` leaves out, in the four plain forms that this project uses.
struct Ignored {
    rooted: Vec<String>,
    names: Vec<String>,
    suffixes: Vec<String>,
}

impl Ignored {
    fn read(root: &Path) -> Result<Self> {
        let file = root.join(".gitignore");
        let text = if file.exists() {
            std::fs::read_to_string(file)?
        } else {
            String::new()
        };
        let mut ignored = Self {
            rooted: vec![],
            names: vec![".git".into()],
            suffixes: vec![],
        };
        for line in text.lines().map(str::trim) {
            let plain = line.trim_end_matches('/');
            match plain.strip_prefix('/') {
                _ if line.is_empty() || line.starts_with('#') => {}
                Some(path) if !path.contains('*') => ignored.rooted.push(path.into()),
                None if !plain.contains(['*', '/', '!']) => ignored.names.push(plain.into()),
                None if is_suffix(plain) => ignored.suffixes.push(plain.replacen('*', "", 1)),
                _ => bail!(
                    "`.gitignore` has `{line}`; tidy knows `/path`, `name`, `name/` and `*.ending`"
                ),
            }
        }
        Ok(ignored)
    }

    fn covers(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.rooted.iter().any(|rooted| rooted == path)
            || self.names.iter().any(|known| known == name)
            || self
                .suffixes
                .iter()
                .any(|suffix| name.ends_with(suffix.as_str()))
    }
}

fn is_suffix(pattern: &str) -> bool {
    pattern
        .strip_prefix("*.")
        .is_some_and(|rest| !rest.contains(['*', '/']))
}
