//! Tidy: the rules of this project that a machine can keep.
//!
//! A check is a function from the [`Tree`] to [`Finding`]s. Each finding names the file, the line
//! where there is one, what is wrong and how to mend it. Checks know nothing of each other, and
//! what may differ between projects (arrows, forbidden crates) is data in `xtask/boundaries.toml`.
//!
//! Adding a check: write its module, add a row to [`CHECKS`], add a row that fails to
//! `xtask/tests/tidy.rs`. The tests refuse a check that was never seen to fail.

mod finding;
mod tree;

mod manifest;
mod rust_source;

mod boundaries;
mod documents;
mod golden;
mod lock;
mod naming;
mod reasons;
mod size;
mod words;

pub mod ratchet;

pub use finding::Finding;
pub use tree::Tree;

use anyhow::{Context, Result};

/// One rule: its name, and what looks for breaches of it.
#[derive(Debug)]
pub struct Check {
    /// How the tests and the messages call it.
    pub name: &'static str,
    look: fn(&Tree) -> Result<Vec<Finding>>,
}

/// Every rule, in the order in which findings are printed.
pub const CHECKS: &[Check] = &[
    Check {
        name: "arrows",
        look: boundaries::arrows,
    },
    Check {
        name: "pure crates",
        look: boundaries::pure_crates,
    },
    Check {
        name: "pure sources",
        look: boundaries::pure_sources,
    },
    Check {
        name: "only one may name",
        look: boundaries::only_one_may_name,
    },
    Check {
        name: "printing",
        look: boundaries::printing,
    },
    Check {
        name: "file size",
        look: size::files,
    },
    Check {
        name: "function size",
        look: size::functions,
    },
    Check {
        name: "module files",
        look: naming::module_files,
    },
    Check {
        name: "names",
        look: naming::names,
    },
    Check {
        name: "reasons",
        look: reasons::reasons,
    },
    Check {
        name: "own versions",
        look: reasons::own_versions,
    },
    Check {
        name: "package count",
        look: ratchet::packages,
    },
    Check {
        name: "duplicate packages",
        look: lock::duplicates,
    },
    Check {
        name: "forbidden words",
        look: words::forbidden,
    },
    Check {
        name: "golden facts",
        look: golden::facts,
    },
    Check {
        name: "architecture names crates",
        look: documents::architecture,
    },
    Check {
        name: "seeds name scenarios",
        look: documents::seeds,
    },
    Check {
        name: "links",
        look: documents::links,
    },
];

/// Everything that breaks a rule in this tree.
///
/// Errors: when a file tidy itself needs (a manifest, its own rules) is missing or does not parse.
pub fn findings(tree: &Tree) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    for check in CHECKS {
        all.extend(findings_of(check, tree)?);
    }
    Ok(all)
}

/// What one check finds, by file and line.
pub fn findings_of(check: &Check, tree: &Tree) -> Result<Vec<Finding>> {
    let mut found =
        (check.look)(tree).with_context(|| format!("the check `{}` could not run", check.name))?;
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(found)
}
