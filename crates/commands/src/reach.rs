//! What somebody can reach: the things on which any operation at all is allowed.

use std::collections::BTreeSet;

use engine::{Credential, Directory, Search, Thing};
use rulebook::{KindId, Need, Operation, Rules, Target};

/// Returns the things of these kinds on which the credential's holder may do something that needs a
/// right on them.
///
/// What needs no right on the thing (a scope alone, say) is no reach: everybody would reach
/// everything. Sorted; complete.
#[must_use]
pub fn reach(
    directory: &Directory,
    credential: &Credential,
    kinds: &[KindId],
    search: &Search<'_>,
) -> BTreeSet<Thing> {
    let rulebook = directory.rulebook();
    let mut things = BTreeSet::new();
    for kind in kinds {
        let operations: BTreeSet<&str> = rulebook
            .profiles
            .iter()
            .flat_map(|rules| operations_on(rules, *kind))
            .collect();
        let name = rulebook.rules(0).names.kind_name(*kind);
        for operation in operations {
            let page = engine::what_can(directory, credential, operation, name, None, search);
            things.extend(page.items);
        }
    }
    things
}

/// Returns the operations that need a right on a resource of this kind.
fn operations_on(rules: &Rules, kind: KindId) -> impl Iterator<Item = &str> {
    rules
        .operations
        .iter()
        .flatten()
        .filter(move |operation| needs_right_on(operation, kind))
        .map(|operation| operation.name.as_str())
}

fn needs_right_on(operation: &Operation, kind: KindId) -> bool {
    operation.needs.iter().any(|need| is_on(need, kind))
}

fn is_on(need: &Need, kind: KindId) -> bool {
    (need.target == Target::Resource && need.kind == kind)
        || need.or.iter().any(|other| is_on(other, kind))
}
