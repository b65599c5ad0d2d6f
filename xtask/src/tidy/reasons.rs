use anyhow::Result;

use super::manifest::{self, WORKSPACE};
use super::{Finding, Tree};

/// Each third-party dependency of the workspace says why it is there.
///
/// The reason is a comment directly above the line. A comment that ends with `:` is the reason of
/// all lines below it, up to the next comment or blank line.
pub(super) fn reasons(tree: &Tree) -> Result<Vec<Finding>> {
    let lines: Vec<&str> = tree.get(WORKSPACE)?.lines().map(str::trim).collect();
    let dependencies = manifest::workspace_dependencies(tree)?;
    let silent = dependencies.iter().filter(|(_, dependency)| {
        let above = lines.get(..dependency.line - 1).unwrap_or_default();
        !dependency.is_ours && !has_reason(above)
    });
    Ok(silent
        .map(|(name, dependency)| {
            let what = format!("`{name}` does not say why it is here");
            let mend = "write above it why, what we would do without it, and the alternatives";
            Finding::of(WORKSPACE, what, mend).at(dependency.line)
        })
        .collect())
}

fn has_reason(above: &[&str]) -> bool {
    match above.split_last() {
        Some((last, _)) if last.starts_with('#') => true,
        _ => {
            let in_group = above.iter().rev().take_while(|line| !line.is_empty());
            let heading = in_group.copied().find(|line| line.starts_with('#'));
            heading.is_some_and(|line| line.ends_with(':'))
        }
    }
}

/// Versions stand in the workspace, where the reasons stand; a crate only names the dependency.
pub(super) fn own_versions(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for from in manifest::crates(tree)? {
        for dependency in from.dependencies.iter().filter(|it| !it.inherited) {
            let what = format!("`{}` is not taken from the workspace", dependency.package);
            let mend = "write `{ workspace = true }`; version and reason go to the root's \
                        `[workspace.dependencies]`";
            found.push(Finding::of(&from.path, what, mend).at(dependency.line));
        }
    }
    Ok(found)
}
