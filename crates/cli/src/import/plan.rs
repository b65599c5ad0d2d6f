//! What would change between two sets of facts.

use std::collections::BTreeMap;

use api::ImportAnswer;
use engine::fact::{Change, Fact, Key};

/// Returns the facts by what names them; how the realm is set is not among them.
pub(super) fn by_key(facts: impl IntoIterator<Item = Fact>) -> BTreeMap<Key, Fact> {
    facts
        .into_iter()
        .filter(|fact| !matches!(fact, Fact::Settings(_)))
        .map(|fact| (fact.key(), fact))
        .collect()
}

/// Returns the changes from one set of facts to another, and how many facts stay as they are.
pub(super) fn between(
    present: &BTreeMap<Key, Fact>,
    wanted: &BTreeMap<Key, Fact>,
    replace: bool,
) -> (Vec<Change>, usize) {
    let differs = |fact: &&Fact| present.get(&fact.key()) != Some(fact);
    let sets = wanted.values().filter(differs).cloned().map(Change::Set);
    let mut changes: Vec<Change> = sets.collect();
    let mut unchanged = wanted.len() - changes.len();
    let others = present.keys().filter(|key| !wanted.contains_key(key));
    match replace {
        // What depends on others goes before them.
        true => changes.extend(others.rev().cloned().map(Change::End)),
        false => unchanged += others.count(),
    }
    (changes, unchanged)
}

/// Returns a plan as it is told: one line a change, and counts.
pub(super) fn planned<'c>(
    present: &BTreeMap<Key, Fact>,
    changes: impl Iterator<Item = &'c Change>,
    unchanged: usize,
) -> ImportAnswer {
    let mut answer = ImportAnswer {
        outcome: "planned".into(),
        adds: BTreeMap::new(),
        changed: BTreeMap::new(),
        ends: BTreeMap::new(),
        unchanged,
        changes: Vec::new(),
        entries: 0,
        position: None,
        state: String::new(),
    };
    for change in changes {
        let before = match change {
            Change::Set(fact) => present.get(&fact.key()),
            Change::End(_) => None,
        };
        let counts = match (change, before) {
            (Change::End(_), _) => &mut answer.ends,
            (_, None) => &mut answer.adds,
            (_, Some(_)) => &mut answer.changed,
        };
        *counts.entry(change.kind().to_owned()).or_default() += 1;
        answer.changes.push(api::plan_sentence(change, before));
    }
    answer
}
