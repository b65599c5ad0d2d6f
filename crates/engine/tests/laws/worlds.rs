//! Worlds for the laws: from which seeds, under which rulebooks, as directories.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use engine::fact::{Assignment, Change, Fact, Share, ShareState};
use engine::{Directory, Holder};
use rulebook::Rulebook;
use testkit::rulebooks;
use testkit::world::{Dice, World};

/// The made-up rulebook, which has everything, under many choices of its switches.
pub(crate) fn every_feature() -> Vec<Arc<Rulebook>> {
    rulebooks::every_feature().unwrap_or_else(|problems| panic!("{problems}"))
}

/// A rulebook that is shipped, under many choices of its switches.
pub(crate) fn shipped(name: &str) -> Vec<Arc<Rulebook>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let text = std::fs::read_to_string(root.join(name)).unwrap();
    rulebooks::variants(name, &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// So many worlds under rulebooks; a `part` has worlds of its own.
pub(crate) fn worlds(
    part: u64,
    count: u64,
    rulebooks: &[Arc<Rulebook>],
) -> impl Iterator<Item = World> {
    let seed = from_environment("LAWS_SEED", 1);
    let count = from_environment("LAWS_WORLDS", count);
    let first = (seed << 48) | (part << 32);
    (first..first + count).map(|seed| World::of(seed, rulebooks).unwrap())
}

/// The directory that holds the facts of a world.
pub(crate) fn directory(world: &World) -> Directory {
    directory_of(&world.rulebook, &world.facts)
}

/// The directory that holds some facts, applied in the given order.
pub(crate) fn directory_of(rulebook: &Arc<Rulebook>, facts: &[Fact]) -> Directory {
    let mut directory = Directory::new(Arc::clone(rulebook), 7);
    for fact in facts {
        directory.apply(&Change::Set(fact.clone()));
    }
    directory
}

/// The world with assets that many businesses have a share in, and more people assigned through them: at
/// the levels that assets are shared and assigned at in any case.
pub(crate) fn shared_widely(world: &World) -> World {
    let mut dice = Dice::new(!world.seed);
    let mut more = Vec::new();
    let facts = world.facts.iter();
    let assigned = facts.filter_map(|fact| match fact {
        Fact::Assignment(one @ Assignment { via: Some(_), .. }) => Some(one),
        _ => None,
    });
    let assigned: Vec<&Assignment> = assigned.collect();
    for fact in &world.facts {
        let Fact::Share(Share { of, terms, .. }) = fact else {
            continue;
        };
        let given = assigned.iter().find(|one| one.on == *of);
        for place in &world.facts {
            let Fact::Membership(place) = place else {
                continue;
            };
            if !dice.chance(60) {
                continue;
            }
            more.push(Fact::Share(Share {
                of: of.clone(),
                to: place.business.clone(),
                terms: terms.clone(),
                state: ShareState::Accepted,
                until: None,
            }));
            more.extend(given.map(|given| {
                Fact::Assignment(Assignment {
                    holder: Holder::Person(place.person.clone()),
                    via: Some(place.business.clone()),
                    until: None,
                    ..(*given).clone()
                })
            }));
        }
    }
    let mut keys: BTreeSet<_> = world.facts.iter().map(Fact::key).collect();
    more.retain(|fact| keys.insert(fact.key()));
    world.with_only([world.facts.clone(), more].concat())
}
