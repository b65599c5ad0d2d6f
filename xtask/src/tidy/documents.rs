//! Documents that must stay true of the tree.

use std::collections::BTreeSet;

use anyhow::Result;

use super::manifest;
use super::{Finding, Tree};

const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";
const SEEDS: &str = "docs/seeds.md";

/// The map names every crate, as `` `name` ``.
pub(super) fn architecture(tree: &Tree) -> Result<Vec<Finding>> {
    let map = tree.get(ARCHITECTURE)?;
    let crates = manifest::crates(tree)?;
    let unnamed = crates
        .iter()
        .filter(|it| !map.contains(&format!("`{}`", it.name)));
    Ok(unnamed
        .map(|it| {
            let what = format!("crate `{}` is not on the map", it.name);
            let mend = "say in one line what it is for and what it may not do";
            Finding::of(ARCHITECTURE, what, mend)
        })
        .collect())
}

/// The table of rules and scenarios names only scenario files that are there.
pub(super) fn seeds(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (index, line) in tree.find(SEEDS).unwrap_or_default().lines().enumerate() {
        for word in line.split(|c: char| !is_of_path(c)) {
            let word = word.trim_end_matches(['.', '/']);
            if names_scenario(word) && !is_scenario(tree, word) {
                let mend = "mend the name, or write the scenario";
                found
                    .push(Finding::of(SEEDS, format!("`{word}` is not there"), mend).at(index + 1));
            }
        }
    }
    Ok(found)
}

fn names_scenario(word: &str) -> bool {
    word.starts_with("scenarios/") || word.ends_with(".yaml")
}

/// The page may leave the directory out: `partners.yaml` stands for any file of that name.
fn is_scenario(tree: &Tree, word: &str) -> bool {
    let ending = format!("/{word}");
    let mut scenarios = tree
        .texts()
        .filter(|(path, _)| path.starts_with("scenarios/"));
    tree.holds(word) || scenarios.any(|(path, _)| path.ends_with(&ending))
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_')
}

/// Each relative link of a page leads to a file of the tree, whatever heading it asks for.
pub(super) fn links(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        let mut seen = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let targets = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next());
            for target in targets.filter_map(|target| target.split('#').next()) {
                let is_relative = !target.is_empty() && !target.contains(':');
                if is_relative && !tree.holds(&resolve(path, target)) && seen.insert(target) {
                    let what = format!("the link to `{target}` leads nowhere");
                    let mend = "mend the path, which is relative to this page";
                    found.push(Finding::of(path, what, mend).at(index + 1));
                }
            }
        }
    }
    Ok(found)
}

/// The path, from the root, of what `page` calls `target`.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
