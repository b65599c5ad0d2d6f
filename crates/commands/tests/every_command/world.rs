//! The world the commands are given in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use commands::document::{DirectoryFile, plain_digest};
use commands::scenario::{CommandRow, WhoRow};
use commands::{Handled, Order, Refusal, handle};
use engine::fact::{Change, Digest, Fact};
use engine::{Directory, Evidence, Figure};
use jiff::Timestamp;
use rulebook::{Rulebook, Source};

use super::row::Row;

/// The world under each choice of switches it was asked for.
pub(crate) struct World {
    facts: Vec<Fact>,
    made: RefCell<BTreeMap<BTreeMap<String, String>, Directory>>,
}

/// Returns a rulebook that is shipped, under a choice of switches.
pub(crate) fn rulebook(name: &str, switches: &BTreeMap<String, String>) -> Arc<Rulebook> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let text = std::fs::read_to_string(root.join(format!("{name}.toml"))).unwrap();
    let source = Source::parse(name, &text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let compiled = source.compile(switches);
    Arc::new(compiled.unwrap_or_else(|wrong| panic!("{wrong}")))
}

fn now() -> Timestamp {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

impl World {
    pub(crate) fn read() -> Self {
        let text = include_str!("world.yaml");
        let file =
            DirectoryFile::parse("world.yaml", text).unwrap_or_else(|wrong| panic!("{wrong}"));
        let facts = file.facts(&rulebook("meta", &BTreeMap::new()), &mut plain_digest);
        Self {
            facts: facts.unwrap_or_else(|wrong| panic!("{wrong}")).facts,
            made: RefCell::default(),
        }
    }

    /// Returns the world under a rulebook.
    pub(crate) fn under(&self, rulebook: &Arc<Rulebook>) -> Directory {
        let mut directory = Directory::new(Arc::clone(rulebook), 0);
        for fact in &self.facts {
            directory.apply(&Change::Set(fact.clone()));
        }
        directory
    }

    /// Gives a command to a copy of the world; returns what it answered and the world after.
    pub(crate) fn give(&self, name: &str, row: &Row) -> Result<(Handled, Directory), Refusal> {
        let directory = match self.made.borrow().get(&row.under) {
            Some(directory) => directory.clone(),
            None => self.under(&rulebook("meta", &row.under)),
        };
        let mut made = self.made.borrow_mut();
        made.entry(row.under.clone())
            .or_insert_with(|| directory.clone());
        give(directory, name, row)
    }
}

/// Gives a command; returns what it answered and the world after.
pub(crate) fn give(
    mut directory: Directory,
    name: &str,
    row: &Row,
) -> Result<(Handled, Directory), Refusal> {
    let wrong = |wrong: &dyn std::fmt::Display| -> ! { panic!("{name}: {}: {wrong}", row.say) };
    let written = serde_json::json!({ name: row.body }).to_string();
    let command: CommandRow = serde_saphyr::from_str(&written).unwrap_or_else(|it| wrong(&it));
    let command = command.command(&directory).unwrap_or_else(|it| wrong(&it));
    let by = match row.by.contains(':') {
        true => row.by.clone(),
        false => format!("person:{}", row.by),
    };
    let by: WhoRow = by.parse().unwrap();
    let mut evidence = Evidence::default();
    evidence.figures.active_ads = row.active_ads.map(|value| Figure { value, at: now() });
    let mut keep_text = |text: &str| plain_digest("", text);
    let mut order = Order {
        by: by.credential(&directory),
        delegate: None,
        evidence,
        now: now(),
        id: "a command",
        entropy: Digest::of("entropy").0,
        keep_text: &mut keep_text,
    };
    let handled = handle(&directory, &command, &mut order)?;
    for change in &handled.changes {
        directory.apply(change);
    }
    Ok((handled, directory))
}
