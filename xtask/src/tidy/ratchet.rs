//! Numbers that may only shrink.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::lock::{LOCK, Lock};
use super::{Finding, Tree};

/// Where the numbers stand.
pub const FILE: &str = "xtask/ratchets.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratchets {
    /// Third-party packages in `Cargo.lock`.
    packages: usize,
}

/// A file of ratchets, one of them lower than before.
#[derive(Debug)]
pub struct Lowered {
    /// The number that stood there.
    pub from: usize,
    /// The number that is enough today.
    pub to: usize,
    /// The whole file with the new number.
    pub text: String,
}

/// The lock holds no more third-party packages than the ratchet allows.
pub(super) fn packages(tree: &Tree) -> Result<Vec<Finding>> {
    let (most, now) = (read(tree)?.packages, packages_now(tree)?);
    if now <= most {
        return Ok(vec![]);
    }
    let what = format!("{now} third-party packages are locked; the ratchet is {most}");
    let mend = format!(
        "see with `cargo tree` who brings the new ones, then drop one or switch a feature off. \
         Raise `packages` in `{FILE}` only with a page in docs/decisions that says what they buy"
    );
    Ok(vec![Finding::of(LOCK, what, mend)])
}

/// The ratchets turned to today's numbers; nothing when no number is lower.
pub fn lowered(tree: &Tree) -> Result<Option<Lowered>> {
    let (from, to) = (read(tree)?.packages, packages_now(tree)?);
    if to >= from {
        return Ok(None);
    }
    let text = tree
        .get(FILE)?
        .replace(&format!("packages = {from}"), &format!("packages = {to}"));
    Ok(Some(Lowered { from, to, text }))
}

fn read(tree: &Tree) -> Result<Ratchets> {
    toml::from_str(tree.get(FILE)?).with_context(|| format!("in `{FILE}`"))
}

fn packages_now(tree: &Tree) -> Result<usize> {
    Ok(Lock::read(tree)?
        .package
        .iter()
        .filter(|package| package.is_third_party())
        .count())
}
