use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Finding, Tree};

pub(super) const LOCK: &str = "Cargo.lock";
const DENY: &str = "deny.toml";

/// What `Cargo.lock` says.
#[derive(Debug, Deserialize)]
pub(super) struct Lock {
    #[serde(default)]
    pub(super) package: Vec<Package>,
}

/// One package, ours or from elsewhere.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    version: String,
    /// Nothing for a crate of the workspace.
    source: Option<String>,
    /// Each is a name, with the version behind it where two are locked.
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Package {
    pub(super) fn is_third_party(&self) -> bool {
        self.source.is_some()
    }
}

impl Lock {
    pub(super) fn read(tree: &Tree) -> Result<Self> {
        toml::from_str(tree.get(LOCK)?).with_context(|| format!("in `{LOCK}`"))
    }

    /// Everything that package `from` leads to, itself included, with the package that asked.
    ///
    /// Only third-party packages are followed: those list no tests of their own in the lock.
    pub(super) fn reached_from<'l>(&'l self, from: &'l str) -> BTreeMap<&'l str, &'l str> {
        let mut asked_by = BTreeMap::from([(from, from)]);
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            let here = self
                .package
                .iter()
                .filter(|it| it.name == name && it.is_third_party());
            for dependency in here.flat_map(|package| &package.dependencies) {
                let next = dependency.split(' ').next().unwrap_or(dependency);
                if !asked_by.contains_key(next) {
                    asked_by.insert(next, name);
                    open.push(next);
                }
            }
        }
        asked_by
    }
}

/// The part of `deny.toml` that tidy reads; `cargo deny` reads all of it.
#[derive(Debug, Deserialize)]
struct Deny {
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Bans {
    #[serde(default)]
    skip: Vec<Skip>,
}

#[derive(Debug, Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    package: String,
}

/// A package in two versions is named, with its reason, in `deny.toml`; one version is not.
pub(super) fn duplicates(tree: &Tree) -> Result<Vec<Finding>> {
    let lock = Lock::read(tree)?;
    let deny: Deny = toml::from_str(tree.get(DENY)?).with_context(|| format!("in `{DENY}`"))?;
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in &lock.package {
        versions
            .entry(&package.name)
            .or_default()
            .insert(&package.version);
    }
    let skipped: BTreeSet<&str> = deny
        .bans
        .skip
        .iter()
        .map(|skip| skip.package.split('@').next().unwrap_or(&skip.package))
        .collect();
    let twice = versions
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1);
    let unnamed = twice.filter(|(name, _)| !skipped.contains(name));
    Ok(unnamed
        .map(|(name, versions)| {
            let versions: Vec<&str> = versions.into_iter().collect();
            Finding::of(
                LOCK,
                format!("`{name}` is locked in versions {}", versions.join(" and ")),
                format!(
                    "bring the dependencies to one version, or name the older one under \
                     `[bans] skip` of `{DENY}` with who still needs it"
                ),
            )
        })
        .collect())
}
