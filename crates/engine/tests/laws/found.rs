//! What is found by its key, by its holder or by its business is what a look at every fact finds.

use std::collections::BTreeSet;

use engine::Holder;
use engine::fact::{Change, Fact, Key};
use testkit::world::{Dice, World};

use crate::worlds::{directory_of, every_feature, worlds};

/// The facts of a world in a directory that had another world's facts before, some of them twice.
fn with_a_past(world: &World) -> (engine::Directory, Vec<Key>) {
    let earlier = World::of(!world.seed, std::slice::from_ref(&world.rulebook)).unwrap();
    let mut directory = directory_of(&world.rulebook, &earlier.facts);
    let mut ended: Vec<Key> = earlier.facts.iter().map(Fact::key).collect();
    let mut dice = Dice::new(world.seed);
    dice.shuffle(&mut ended);
    for key in &ended {
        directory.apply(&Change::End(key.clone()));
    }
    for fact in world.facts.iter().chain(&dice.some(&world.facts, 50)) {
        directory.apply(&Change::Set(fact.clone()));
    }
    let known: BTreeSet<Key> = world.facts.iter().map(Fact::key).collect();
    ended.retain(|key| !known.contains(key));
    (directory, ended)
}

#[test]
fn a_fact_is_found_by_its_key_and_by_no_other() {
    for world in worlds(38, 100, &every_feature()) {
        let (directory, ended) = with_a_past(&world);
        for fact in &world.facts {
            let found = directory.fact(&fact.key());
            assert_eq!(found.as_ref(), Some(fact), "world {}", world.seed);
        }
        for key in &ended {
            assert_eq!(directory.fact(key), None, "world {}: {key:?}", world.seed);
        }
    }
}

#[test]
fn grants_and_places_are_found_whoever_holds_them() {
    let mut met = BTreeSet::new();
    for world in worlds(39, 200, &every_feature()) {
        let (directory, _) = with_a_past(&world);
        let facts = directory.facts();
        let all_where = |wanted: &dyn Fn(&Fact) -> bool| -> Vec<Fact> {
            facts.iter().filter(|fact| wanted(fact)).cloned().collect()
        };
        for fact in &facts {
            let (holder, rank) = match fact {
                Fact::Person(one) => (Holder::Person(one.id.clone()), 0),
                Fact::SystemUser(one) => (Holder::SystemUser(one.id.clone()), 1),
                Fact::Business(one) => (Holder::Business(one.id.clone()), 2),
                Fact::App(one) => (Holder::App(one.id.clone()), 3),
                _ => continue,
            };
            let given = |fact: &Fact| matches!(fact, Fact::Grant(one) if one.holder == holder);
            let mut found = directory.grants_held_by(&holder);
            found.sort_by_cached_key(Fact::key);
            assert_eq!(found, all_where(&given), "world {}: {holder}", world.seed);
            if !found.is_empty() {
                met.insert(rank);
            }
            if let Fact::Business(business) = fact {
                let here = |fact: &Fact| matches!(fact, Fact::Membership(one) if one.business == business.id);
                let mut found = directory.members_of(&business.id);
                found.sort_by_cached_key(Fact::key);
                assert_eq!(found, all_where(&here), "world {}: {holder}", world.seed);
            }
        }
    }
    assert_eq!(met.len(), 4, "holders of each kind have grants: {met:?}");
}
