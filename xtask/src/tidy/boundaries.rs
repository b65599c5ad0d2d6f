//! The boundaries between crates, as `xtask/boundaries.toml` draws them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::lock::Lock;
use super::manifest::{self, Dependency, Manifest, Section};
use super::rust_source::{RustSource, names};
use super::{Finding, Tree};

const FILE: &str = "xtask/boundaries.toml";

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Boundaries {
    #[serde(rename = "crate")]
    crates: BTreeMap<String, Rules>,
    pure: Pure,
    #[serde(default)]
    only: Vec<Only>,
}

/// What one crate may do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    uses: Vec<String>,
    #[serde(default)]
    pure: bool,
    #[serde(default)]
    prints: bool,
    #[serde(default)]
    tests_only: bool,
}

/// What no pure crate may do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pure {
    packages_anywhere: Vec<String>,
    packages_named: Vec<String>,
    /// Path in the source, and why not.
    paths: BTreeMap<String, String>,
}

/// Packages that belong to a few crates alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Only {
    packages: Vec<String>,
    by: Vec<String>,
    reason: String,
}

impl Boundaries {
    fn read(tree: &Tree) -> Result<Self> {
        toml::from_str(tree.get(FILE)?).with_context(|| format!("in `{FILE}`"))
    }

    fn is_pure(&self, name: &str) -> bool {
        self.crates.get(name).is_some_and(|rules| rules.pure)
    }
}

/// A crate depends only on the crates that its row names; tests may use the crates made for them.
pub(super) fn arrows(tree: &Tree) -> Result<Vec<Finding>> {
    let boundaries = Boundaries::read(tree)?;
    let crates = manifest::crates(tree)?;
    let mut found = Vec::new();
    for from in &crates {
        let Some(rules) = boundaries.crates.get(&from.name) else {
            let what = format!("crate `{}` has no row in `{FILE}`", from.name);
            let mend = format!("add `[crate.{}]` with what it may use", from.name);
            found.push(Finding::of(&from.path, what, mend));
            continue;
        };
        for dependency in from
            .dependencies
            .iter()
            .filter(|dependency| dependency.is_ours)
        {
            let to = crate_of(&crates, dependency)
                .with_context(|| format!("`{}` is no crate of this tree", dependency.package))?;
            let is_test = dependency.section == Section::Dev;
            let is_for_tests = boundaries
                .crates
                .get(to)
                .is_some_and(|rules| rules.tests_only);
            if is_for_tests && !is_test {
                let what = format!("`{}` ships `{to}`, which is for tests only", from.name);
                let mend = "move the line to `[dev-dependencies]`";
                found.push(Finding::of(&from.path, what, mend).at(dependency.line));
            } else if !is_for_tests && !rules.uses.iter().any(|used| used == to) {
                let what = format!("`{}` may not use `{to}`", from.name);
                let mend = format!(
                    "move the code that needs it, or pass a value; the arrows stand in `{FILE}`"
                );
                found.push(Finding::of(&from.path, what, mend).at(dependency.line));
            }
        }
    }
    Ok(found)
}

fn crate_of<'c>(crates: &'c [Manifest], dependency: &Dependency) -> Option<&'c str> {
    let ours = crates
        .iter()
        .find(|manifest| manifest.package == dependency.package)?;
    Some(&ours.name)
}

/// A pure crate depends on nothing that waits, measures, guesses, reads or writes.
pub(super) fn pure_crates(tree: &Tree) -> Result<Vec<Finding>> {
    let boundaries = Boundaries::read(tree)?;
    let lock = Lock::read(tree)?;
    let mut found = Vec::new();
    for from in manifest::crates(tree)?
        .iter()
        .filter(|it| boundaries.is_pure(&it.name))
    {
        let shipped = from
            .dependencies
            .iter()
            .filter(|it| it.section != Section::Dev);
        for dependency in shipped.filter(|dependency| !dependency.is_ours) {
            if let Some(why) = impurity(dependency, &boundaries.pure, &lock) {
                let what = format!("`{}` is pure and may not depend on {why}", from.name);
                let mend = "take a value instead, or do this in `node` or above";
                found.push(Finding::of(&from.path, what, mend).at(dependency.line));
            }
        }
    }
    Ok(found)
}

fn impurity(dependency: &Dependency, pure: &Pure, lock: &Lock) -> Option<String> {
    let package = dependency.package.as_str();
    if pure.packages_named.iter().any(|refused| refused == package) {
        return Some(format!("`{package}`"));
    }
    let reached = lock.reached_from(package);
    pure.packages_anywhere.iter().find_map(|refused| {
        let asked_by = reached.get(refused.as_str())?;
        Some(match *asked_by == refused {
            true => format!("`{refused}`"),
            false => format!("`{package}`: `{asked_by}` beneath it brings `{refused}`"),
        })
    })
}

/// The sources of a pure crate, tests aside, name no clock, file, network or environment.
pub(super) fn pure_sources(tree: &Tree) -> Result<Vec<Finding>> {
    let boundaries = Boundaries::read(tree)?;
    let mut found = Vec::new();
    for (path, text) in tree.shipped_rust() {
        if !crate_at(path).is_some_and(|name| boundaries.is_pure(name)) {
            continue;
        }
        let source = RustSource::read(text);
        let lines = source
            .shipped_lines()
            .map(|line| (line.number, line.code.clone()));
        // `use std::{fs, env}` says no path in one piece, so uses are looked at taken apart.
        let said: Vec<(usize, String)> = lines.chain(source.uses()).collect();
        let mut breaches = BTreeMap::new();
        for (refused, why) in &boundaries.pure.paths {
            for (line, _) in said.iter().filter(|(_, code)| names(code, refused)) {
                breaches.entry(*line).or_insert((refused, why));
            }
        }
        found.extend(breaches.into_iter().map(|(line, (refused, why))| {
            Finding::of(path, format!("a pure crate says `{refused}`"), why).at(line)
        }));
    }
    Ok(found)
}

/// Some packages belong to one crate alone, so that what they do happens in one place.
pub(super) fn only_one_may_name(tree: &Tree) -> Result<Vec<Finding>> {
    let boundaries = Boundaries::read(tree)?;
    let mut found = Vec::new();
    for from in manifest::crates(tree)? {
        for dependency in from
            .dependencies
            .iter()
            .filter(|it| it.section != Section::Dev)
        {
            let breaches = boundaries
                .only
                .iter()
                .filter(|only| only.packages.contains(&dependency.package))
                .filter(|only| !only.by.contains(&from.name));
            found.extend(breaches.map(|only| {
                let what = format!("`{}` depends on `{}`", from.name, dependency.package);
                let mend = format!("{}: move the code there", only.reason);
                Finding::of(&from.path, what, mend).at(dependency.line)
            }));
        }
    }
    Ok(found)
}

/// Only a crate with a person in front of it writes to the terminal; the others return or log.
pub(super) fn printing(tree: &Tree) -> Result<Vec<Finding>> {
    const WAYS: [&str; 7] = [
        "print!",
        "println!",
        "eprint!",
        "eprintln!",
        "dbg!",
        "io::stdout",
        "io::stderr",
    ];
    let boundaries = Boundaries::read(tree)?;
    let mut found = Vec::new();
    for (path, text) in tree.shipped_rust() {
        let rules = crate_at(path).and_then(|name| boundaries.crates.get(name));
        if rules.is_some_and(|rules| rules.prints) {
            continue;
        }
        for line in RustSource::read(text).shipped_lines() {
            if let Some(way) = WAYS.iter().find(|way| prints(&line.code, way)) {
                let what = format!("`{way}` outside the crates that print");
                let mend = "return the text to the caller, or log an event with `tracing`";
                found.push(Finding::of(path, what, mend).at(line.number));
            }
        }
    }
    Ok(found)
}

/// Macros end in `!`, which no word follows, so only what stands before it matters.
fn prints(code: &str, way: &str) -> bool {
    way.strip_suffix('!').map_or_else(
        || names(code, way),
        |name| names(code, name) && code.contains(way),
    )
}

/// The crate that a file belongs to.
fn crate_at(path: &str) -> Option<&str> {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["crates", name, ..] => Some(name),
        ["xtask", ..] => Some("xtask"),
        _ => None,
    }
}
