//! What somebody can reach: the things on which any operation at all is allowed.

use std::collections::BTreeSet;

use engine::fact::{Fact, Key};
use engine::{
    AssetId, Context, Credential, Directory, Evidence, Figure, Figures, Proof, Rate, Request,
    Search, Thing,
};
use jiff::Timestamp;
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

/// Is anything allowed on this asset that takes a right on it? Whatever else could stand against it is
/// taken for in order: the second factor passed, the proof given, fresh figures.
#[must_use]
pub fn reaches(
    directory: &Directory,
    credential: &Credential,
    asset: &AssetId,
    now: Timestamp,
) -> bool {
    let Some(Fact::Asset(fact)) = directory.fact(&Key::Asset(asset.clone())) else {
        return false;
    };
    let rulebook = directory.rulebook();
    let Some(kind) = rulebook.rules(0).names.kind(&fact.kind) else {
        return false;
    };
    let evidence = in_order(now);
    let operations: BTreeSet<&str> = rulebook
        .profiles
        .iter()
        .flat_map(|rules| operations_on(rules, kind))
        .collect();
    operations.into_iter().any(|operation| {
        let request = Request {
            credential: credential.clone(),
            operation: operation.to_owned(),
            resource: Thing::Asset(asset.clone()),
            with: Vec::new(),
            context: Context::default(),
        };
        engine::decide(directory, &request, &evidence, now).is_allowed()
    })
}

fn in_order(now: Timestamp) -> Evidence {
    let figure = |value| Some(Figure { value, at: now });
    Evidence {
        second_factor: true,
        proof: Proof::Valid,
        rate: Rate::Within,
        figures: Figures {
            daily_budget_total: figure(0),
            cpa: figure(0),
            roas: figure(u64::MAX),
            spend_total: figure(0),
            active_ads: figure(0),
        },
        ..Evidence::default()
    }
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
