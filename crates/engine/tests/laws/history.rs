//! The directory is its facts: neither their order, nor what was there before, nor what happens to
//! a copy of it changes an answer.

use std::sync::Arc;

use engine::fact::{Change, Fact};
use engine::{Decision, Directory, decide};
use testkit::world::{Dice, Question, World};

use crate::worlds::{directory, directory_of, every_feature, worlds};

/// Questions in each world.
const QUESTIONS: u64 = 20;

fn questions(world: &World) -> Vec<Question> {
    let mut dice = Dice::new(world.seed);
    (0..QUESTIONS).map(|_| world.question(&mut dice)).collect()
}

fn answers(world: &World, directory: &Directory, questions: &[Question]) -> Vec<Decision> {
    questions
        .iter()
        .map(|one| decide(directory, &one.request, &one.evidence, world.now))
        .collect()
}

fn by_key(facts: &[Fact]) -> Vec<Fact> {
    let mut facts = facts.to_vec();
    facts.sort_by_cached_key(Fact::key);
    facts
}

/// The two hold the same facts and answer the same.
fn same(world: &World, one: &Directory, other: &Directory, questions: &[Question]) {
    let seed = world.seed;
    assert_eq!(one.facts(), other.facts(), "facts of world {seed}");
    let answers = [one, other].map(|directory| answers(world, directory, questions));
    let [one, other] = answers;
    for ((one, other), question) in one.iter().zip(&other).zip(questions) {
        assert_eq!(one, other, "world {seed}: {question:?}");
    }
}

#[test]
fn a_directory_gives_back_the_facts_it_was_given() {
    for world in worlds(30, 150, &every_feature()) {
        let facts = directory(&world).facts();
        for (found, given) in facts.iter().zip(by_key(&world.facts)) {
            assert_eq!(*found, given, "world {}", world.seed);
        }
        assert_eq!(facts.len(), world.facts.len(), "world {}", world.seed);
    }
}

#[test]
fn facts_read_what_they_write() {
    for world in worlds(31, 40, &every_feature()) {
        for fact in &world.facts {
            let text = serde_json::to_string(fact).unwrap();
            assert_eq!(
                serde_json::from_str::<Fact>(&text).unwrap(),
                *fact,
                "{text}"
            );
        }
    }
}

#[test]
fn the_order_of_facts_does_not_matter() {
    for world in worlds(32, 120, &every_feature()) {
        let questions = questions(&world);
        let mut shuffled = world.facts.clone();
        Dice::new(!world.seed).shuffle(&mut shuffled);
        let other = directory_of(&world.rulebook, &shuffled);
        same(&world, &directory(&world), &other, &questions);
    }
}

#[test]
fn a_directory_made_from_its_own_facts_is_the_same() {
    for world in worlds(33, 120, &every_feature()) {
        let questions = questions(&world);
        let one = directory(&world);
        let other = directory_of(&world.rulebook, &one.facts());
        same(&world, &one, &other, &questions);
    }
}

/// Another world's facts come first, are replaced where the keys agree, and are ended where not.
#[test]
fn what_was_there_before_does_not_matter() {
    let rulebooks = every_feature();
    for world in worlds(34, 150, &rulebooks) {
        let questions = questions(&world);
        let earlier = World::of(!world.seed, &rulebooks).unwrap();
        let mut dice = Dice::new(!world.seed);
        let mut directory = directory_of(&world.rulebook, &earlier.facts);
        let mut changes: Vec<Change> = world.facts.iter().cloned().map(Change::Set).collect();
        let kept: Vec<_> = world.facts.iter().map(Fact::key).collect();
        let gone = earlier.facts.iter().map(Fact::key);
        let ends = gone.filter(|key| !kept.contains(key)).map(Change::End);
        changes.extend(ends);
        dice.shuffle(&mut changes);
        changes.iter().for_each(|change| directory.apply(change));
        same(
            &world,
            &crate::worlds::directory(&world),
            &directory,
            &questions,
        );
    }
}

/// Everything is ended and set again, each in an order of its own.
#[test]
fn what_was_ended_and_comes_again_is_the_same() {
    for world in worlds(35, 100, &every_feature()) {
        let questions = questions(&world);
        let one = directory(&world);
        let mut other = one.clone();
        let mut dice = Dice::new(world.seed);
        let mut facts = world.facts.clone();
        dice.shuffle(&mut facts);
        for fact in &facts {
            other.apply(&Change::End(fact.key()));
        }
        assert_eq!(other.facts(), Vec::new(), "world {}", world.seed);
        dice.shuffle(&mut facts);
        for fact in &facts {
            other.apply(&Change::Set(fact.clone()));
        }
        same(&world, &one, &other, &questions);
    }
}

/// Saying twice what holds, or ending what does not, changes nothing.
#[test]
fn repeating_changes_nothing() {
    for world in worlds(36, 60, &every_feature()) {
        let questions = questions(&world);
        let one = directory(&world);
        let mut other = one.clone();
        let mut dice = Dice::new(world.seed);
        for fact in dice.some(&world.facts, 50) {
            other.apply(&Change::Set(fact));
        }
        let elsewhere = World::of(!world.seed, std::slice::from_ref(&world.rulebook)).unwrap();
        let known: Vec<_> = world.facts.iter().map(Fact::key).collect();
        for fact in &elsewhere.facts {
            if !known.contains(&fact.key()) {
                other.apply(&Change::End(fact.key()));
            }
        }
        same(&world, &one, &other, &questions);
    }
}

/// A realm is a directory of its own; so are a snapshot, and the overlay of a plan. What happens to
/// one of two that began as the same changes no answer of the other.
#[test]
fn no_answer_in_one_realm_changes_when_another_does() {
    let rulebooks = every_feature();
    for world in worlds(37, 80, &rulebooks) {
        let questions = questions(&world);
        let one = directory(&world);
        let before = answers(&world, &one, &questions);
        let mut other = one.clone();
        let elsewhere = World::of(!world.seed, &rulebooks).unwrap();
        for (old, new) in world.facts.iter().zip(&elsewhere.facts) {
            other.apply(&Change::End(old.key()));
            other.apply(&Change::Set(new.clone()));
        }
        assert_eq!(
            answers(&world, &one, &questions),
            before,
            "world {}",
            world.seed
        );
        assert_eq!(one.facts(), by_key(&world.facts), "world {}", world.seed);
    }
}

/// Hashes are seeded; no answer may depend on the seed.
#[test]
fn the_seed_of_hashes_does_not_matter() {
    for world in worlds(38, 40, &every_feature()) {
        let questions = questions(&world);
        let mut other = Directory::new(Arc::clone(&world.rulebook), !world.seed);
        for fact in &world.facts {
            other.apply(&Change::Set(fact.clone()));
        }
        same(&world, &directory(&world), &other, &questions);
    }
}
