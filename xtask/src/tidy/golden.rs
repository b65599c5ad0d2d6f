//! Golden files: how each kind of fact is written in the ledger, kept for ever.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree};

const FACT: &str = "crates/engine/src/fact.rs";
const GOLDEN: &str = "crates/engine/golden";

/// Each kind of fact has a golden file, and each golden file has a kind.
///
/// A ledger outlives the code that wrote it. Without the file, a renamed field would read old
/// entries as empty and no test would notice.
pub(super) fn facts(tree: &Tree) -> Result<Vec<Finding>> {
    let kinds = kinds(tree.find(FACT).unwrap_or_default());
    let goldens: BTreeSet<&str> = tree
        .texts()
        .filter_map(|(path, _)| {
            path.strip_prefix(GOLDEN)?
                .strip_prefix('/')?
                .strip_suffix(".json")
        })
        .collect();
    if kinds.is_empty() && (tree.holds(FACT) || !goldens.is_empty()) {
        let mend = "`facts!` lists the kinds; teach xtask/src/tidy/golden.rs if that changed";
        return Ok(vec![Finding::of(FACT, "no kind of fact was found", mend)]);
    }
    let unwritten = kinds.iter().filter(|(kind, _)| !goldens.contains(kind));
    let mut found: Vec<Finding> = unwritten
        .map(|(kind, line)| {
            let what = format!("the fact `{kind}` has no golden file");
            let mend = format!("write `{GOLDEN}/{kind}.json`; docs/adding-a-fact.md says how");
            Finding::of(FACT, what, mend).at(*line)
        })
        .collect();
    let unknown = goldens
        .iter()
        .filter(|name| !kinds.iter().any(|(kind, _)| kind == *name));
    found.extend(unknown.map(|name| {
        let mend = "a kind that was ever written is read for ever: put its row back";
        Finding::of(
            format!("{GOLDEN}/{name}.json"),
            format!("no fact is called `{name}`"),
            mend,
        )
    }));
    Ok(found)
}

/// The kinds that `facts! { … }` lists, each as the text at the end of its line, with the line.
fn kinds(text: &str) -> Vec<(&str, usize)> {
    let lines = text
        .lines()
        .enumerate()
        .skip_while(|(_, line)| *line != "facts! {");
    let listed = lines.skip(1).take_while(|(_, line)| *line != "}");
    listed
        .filter_map(|(index, line)| {
            let (_, kind) = line.strip_suffix("\",")?.rsplit_once('"')?;
            Some((kind, index + 1))
        })
        .collect()
}
