//! The way from the documents to the rules, `docs/seeds.md`, stays true: every rule it names is
//! asked both ways, and everything it points at is there.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod page;
mod platform;

use std::collections::{BTreeMap, BTreeSet};

use commands::scenario::json_schema as scenario_schema;
use page::{Page, is_rule};
use platform::{Asked, Platform};
use rulebook::{Operation, Reason};

/// Each family of rules, and how many the documents give.
const FAMILIES: [(&str, usize); 5] = [("M", 9), ("P", 7), ("B", 9), ("PN", 8), ("A", 7)];

/// Rules that nobody can be refused by: they are notices.
const ONLY_TOLD: [&str; 1] = ["P7"];

fn platforms() -> [Platform; 2] {
    [Platform::read("meta"), Platform::read("pinterest")]
}

fn rules() -> BTreeSet<String> {
    FAMILIES
        .iter()
        .flat_map(|(family, many)| (1..=*many).map(move |number| format!("{family}{number}")))
        .collect()
}

#[test]
fn the_page_names_every_rule_and_no_other() {
    assert_eq!(Page::read().rules(), rules());
}

#[test]
fn every_rule_is_asked_with_a_yes_and_with_a_no() {
    let mut asked: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for platform in platforms() {
        for one in &platform.asked {
            assert!(
                one.rules.iter().all(|rule| is_rule(rule)),
                "{}: `{:?}` are not all rules of the page",
                one.words,
                one.rules
            );
            for rule in &one.rules {
                asked.entry(rule.clone()).or_default().extend(one.yes);
            }
        }
    }
    let lacking: Vec<String> = rules()
        .into_iter()
        .filter(|rule| {
            let met = asked.get(rule).cloned().unwrap_or_default();
            let wanted: &[bool] = match ONLY_TOLD.contains(&rule.as_str()) {
                true => &[true],
                false => &[true, false],
            };
            !wanted.iter().all(|answer| met.contains(answer))
        })
        .collect();
    assert_eq!(lacking, Vec::<String>::new());
}

#[test]
fn every_scenario_pointed_at_is_there_and_every_rule_is_in_one_of_its_own() {
    let platforms = platforms();
    let mut wrong = Vec::new();
    let mut own: BTreeMap<String, bool> = BTreeMap::new();
    for row in Page::read().rows {
        let platform = &platforms[row.platform];
        for file in &row.files {
            if !platform.holds(file) {
                wrong.push(format!("line {}: no `{file}`", row.line));
            }
            let asks = platform
                .asked
                .iter()
                .any(|one| one.file == *file && one.rules.contains(&row.rule));
            *own.entry(row.rule.clone()).or_default() |= asks;
        }
    }
    wrong.extend(
        own.iter()
            .filter(|(rule, asks)| is_rule(rule) && !**asks)
            .map(|(rule, _)| format!("no file in the rows of {rule} asks about it")),
    );
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_entry_pointed_at_is_in_the_rulebook() {
    let platforms = platforms();
    let directory = serde_json::to_string(&commands::document::json_schema()).unwrap();
    let scenario = serde_json::to_string(&scenario_schema()).unwrap();
    let is_word_of_files = |word: &str| {
        let quoted = format!("\"{word}\"");
        directory.contains(&quoted) || scenario.contains(&quoted)
    };
    let mut entries = 0;
    let mut wrong = Vec::new();
    for row in Page::read().rows {
        let entry = &platforms[row.platform].entries;
        for name in &row.entries {
            entries += 1;
            let known =
                entry.has(name) || Reason::from_code(name).is_some() || is_word_of_files(name);
            if !known {
                wrong.push(format!("line {}: `{name}`", row.line));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(entries > 200, "only {entries} entries were looked up");
}

#[test]
fn every_operation_is_asked_with_a_yes_and_with_a_no() {
    let mut lacking = Vec::new();
    for platform in platforms() {
        let rules = platform.rulebook.rules(0);
        for operation in rules.operations.iter().flatten() {
            let of: Vec<&Asked> = platform.asked_of(&operation.name).collect();
            let mut lacks = |what: &str| lacking.push(format!("{}: {what}", operation.name));
            let is_asked = |answer| of.iter().any(|one| one.yes == Some(answer));
            if !is_asked(true) && !operation.forbidden {
                lacks("nobody is allowed");
            }
            if !is_asked(false) && may_be_refused(operation) {
                lacks("nobody is refused");
            }
            if names_scopes(operation) && !operation.first_party {
                let by_token = |answer| of.iter().any(|one| one.token && one.yes == Some(answer));
                if !by_token(true) && !operation.forbidden {
                    lacks("no token is allowed");
                }
                if !of.iter().any(|one| one.without_scope) {
                    lacks("no token is refused for a missing permission");
                }
            }
        }
    }
    assert_eq!(lacking, Vec::<String>::new());
}

fn names_scopes(operation: &Operation) -> bool {
    !operation.all_scopes.is_empty() || !operation.any_scope.is_empty()
}

/// Is anything asked of anybody?
fn may_be_refused(operation: &Operation) -> bool {
    !operation.needs.is_empty()
        || names_scopes(operation)
        || operation.first_party
        || operation.forbidden
}
