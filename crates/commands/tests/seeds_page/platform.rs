//! A platform's rulebook and scenarios, as the page points at them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use commands::scenario::{ExpectRow, FileKind, ScenarioFile, StepRow, WhoRow};
use rulebook::{Rulebook, Source};

/// A platform.
pub(crate) struct Platform {
    pub(crate) rulebook: Rulebook,
    pub(crate) entries: Entries,
    pub(crate) asked: Vec<Asked>,
    folder: PathBuf,
}

/// One step of a scenario.
pub(crate) struct Asked {
    pub(crate) file: String,
    pub(crate) words: String,
    pub(crate) rules: Vec<String>,
    /// The operation, if it is a question about one.
    pub(crate) operation: Option<String>,
    /// Allowed or done, denied or refused; nothing for lists.
    pub(crate) yes: Option<bool>,
    /// Does a token ask?
    pub(crate) token: bool,
    /// Is it refused for a missing permission?
    pub(crate) without_scope: bool,
}

impl Platform {
    pub(crate) fn read(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let text = std::fs::read_to_string(root.join(format!("rulebooks/{name}.toml"))).unwrap();
        let source = Source::parse(name, &text).unwrap_or_else(|wrong| panic!("{wrong}"));
        let rulebook = source.compile(&BTreeMap::new());
        let folder = root.join("scenarios").join(name);
        Self {
            rulebook: rulebook.unwrap_or_else(|wrong| panic!("{wrong}")),
            entries: Entries::of(&text),
            asked: asked(&folder),
            folder,
        }
    }

    pub(crate) fn holds(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    pub(crate) fn asked_of(&self, operation: &str) -> impl Iterator<Item = &Asked> {
        self.asked
            .iter()
            .filter(move |one| one.operation.as_deref() == Some(operation))
    }
}

fn asked(folder: &Path) -> Vec<Asked> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(FileKind::of(&text), FileKind::Scenario, "{file}");
        let scenario = ScenarioFile::parse(&file, &text).unwrap_or_else(|wrong| panic!("{wrong}"));
        let steps = scenario.document().steps.iter();
        all.extend(steps.map(|step| Asked::of(&file, &step.value)));
    }
    all
}

impl Asked {
    fn of(file: &str, step: &StepRow) -> Self {
        let words = step.words();
        let has = |list: Option<&Vec<String>>, reason: &str| {
            list.is_some_and(|list| list.iter().any(|one| one == reason))
        };
        Self {
            file: file.to_owned(),
            words: words.to_owned(),
            rules: step.rules.clone(),
            operation: step.ask.is_some().then(|| step.operation.clone()).flatten(),
            yes: match &step.expect {
                Some(ExpectRow::Word(word)) => Some(word == "allow" || word == "done"),
                Some(ExpectRow::Refused(_)) => Some(false),
                _ => None,
            },
            token: matches!(step.who, Some(WhoRow::Token(_) | WhoRow::Assumed(_))),
            without_scope: has(step.reasons.as_ref(), "SCOPE_MISSING"),
        }
    }
}

/// Everything a rulebook's text names: its tables and keys by path, its names and values.
pub(crate) struct Entries {
    paths: BTreeSet<Vec<String>>,
    values: BTreeSet<String>,
    pairs: BTreeSet<(String, String)>,
}

impl Entries {
    fn of(text: &str) -> Self {
        let mut entries = Self {
            paths: BTreeSet::new(),
            values: BTreeSet::new(),
            pairs: BTreeSet::new(),
        };
        let table: toml::Table = text.parse().unwrap();
        entries.add(&[], &toml::Value::Table(table));
        entries
    }

    fn add(&mut self, path: &[String], value: &toml::Value) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let mut path = path.to_vec();
                    path.push(key.clone());
                    self.add(&path, value);
                    self.paths.insert(path);
                }
            }
            toml::Value::Array(values) => values.iter().for_each(|value| self.add(path, value)),
            toml::Value::String(text) => self.value(path, text.clone()),
            other => self.value(path, other.to_string()),
        }
    }

    fn value(&mut self, path: &[String], text: String) {
        let key = path.last().cloned().unwrap_or_default();
        self.pairs.insert((key, text.clone()));
        self.values.insert(text);
    }

    /// Is there such an entry? Written as the page writes them: a table in brackets, `key = value`,
    /// the name of an operation, or the end of a path; `*` stands for any name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if bare.len() < name.len() {
            return self.paths.contains(&segments(bare));
        }
        if let Some((key, value)) = name.split_once(" = ") {
            let value = value.trim_matches('"');
            return self.pairs.contains(&(key.to_owned(), value.to_owned()));
        }
        if self.values.contains(name) || self.values.iter().any(|value| fits(name, value)) {
            return true;
        }
        let wanted = segments(name);
        self.paths.iter().any(|path| {
            path.len() >= wanted.len()
                && path[path.len() - wanted.len()..]
                    .iter()
                    .zip(&wanted)
                    .all(|(part, wanted)| wanted == "*" || part == wanted)
        })
    }
}

/// Does an operation fit `campaign.*` or `*.manage_users`?
fn fits(pattern: &str, value: &str) -> bool {
    match (pattern.strip_suffix(".*"), pattern.strip_prefix("*.")) {
        (Some(before), None) => value
            .strip_prefix(before)
            .is_some_and(|rest| rest.starts_with('.')),
        (None, Some(after)) => value
            .strip_suffix(after)
            .is_some_and(|rest| rest.ends_with('.')),
        _ => false,
    }
}

/// Returns the segments of a path; one in quotes may hold anything.
fn segments(path: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    for c in path.chars() {
        match (c, segments.last_mut()) {
            ('"', _) => quoted = !quoted,
            ('.', _) if !quoted => segments.push(String::new()),
            (_, Some(last)) => last.push(c),
            _ => {}
        }
    }
    segments
}
