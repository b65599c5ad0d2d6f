//! Lists are complete and never disagree with decisions, a page at a time or all at once.

use std::collections::BTreeSet;

use engine::fact::Fact;
use engine::{
    Credential, Directory, Holder, Page, Request, Search, Thing, decide, operations_on, what_can,
    who_can,
};
use testkit::reference::Reference;
use testkit::world::{Dice, Question, World, shrink, story};

use crate::worlds::{directory, every_feature, shipped, worlds};

const ALL: usize = 1_000;

const fn search<'a>(world: &World, question: &'a Question, limit: usize) -> Search<'a> {
    Search {
        with: question.request.with.as_slice(),
        context: &question.request.context,
        evidence: &question.evidence,
        now: world.now,
        limit,
    }
}

fn holders(world: &World, directory: &Directory, question: &Question) -> Vec<Holder> {
    let search = search(world, question, ALL);
    let request = &question.request;
    who_can(
        directory,
        &request.operation,
        &request.resource,
        None,
        &search,
    )
    .items
}

fn expected_holders(world: &World, question: &Question) -> Vec<Holder> {
    let reference = Reference {
        facts: &world.facts,
        rulebook: &world.rulebook,
    };
    let able = reference.who_can(&question.request, &question.evidence, world.now);
    able.into_iter().collect()
}

fn who_can_is_right(part: u64, count: u64, rulebooks: &[std::sync::Arc<rulebook::Rulebook>]) {
    let mut listed = 0;
    for world in worlds(part, count, rulebooks) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        for _ in 0..8 {
            let question = world.question(&mut dice);
            let found = holders(&world, &directory, &question);
            if found != expected_holders(&world, &question) {
                let small = shrink(&world, |smaller| {
                    let directory = crate::worlds::directory(smaller);
                    holders(smaller, &directory, &question) != expected_holders(smaller, &question)
                });
                let directory = crate::worlds::directory(&small);
                panic!(
                    "{}\nthe engine: {:?}\nthe reference: {:?}",
                    story(&small, &question),
                    holders(&small, &directory, &question),
                    expected_holders(&small, &question)
                );
            }
            listed += found.len();
        }
    }
    assert!(listed > 500, "{listed} holders");
}

#[test]
fn who_can_names_exactly_those_who_can() {
    who_can_is_right(40, 60, &every_feature());
}

#[test]
fn who_can_names_exactly_those_who_can_on_meta() {
    who_can_is_right(41, 30, &shipped("meta.toml"));
}

#[test]
fn who_can_names_exactly_those_who_can_on_pinterest() {
    who_can_is_right(42, 30, &shipped("pinterest.toml"));
}

fn things(world: &World, kind: &str) -> BTreeSet<Thing> {
    let facts = world.facts.iter();
    facts
        .filter_map(|fact| match fact {
            Fact::Asset(asset) if asset.kind == kind => Some(Thing::Asset(asset.id.clone())),
            Fact::Business(one) if kind == "business" => Some(Thing::Business(one.id.clone())),
            Fact::App(app) if kind == "app" => Some(Thing::App(app.id.clone())),
            _ => None,
        })
        .chain((kind == "realm").then_some(Thing::Realm))
        .collect()
}

#[test]
fn what_can_names_exactly_the_things_one_can() {
    let mut listed = 0;
    for world in worlds(43, 80, &every_feature()) {
        let directory = directory(&world);
        let rules = world.rulebook.rules(0);
        let mut dice = Dice::new(world.seed);
        for _ in 0..12 {
            let question = world.question(&mut dice);
            for kind in &rules.kinds {
                listed += compare_things(&world, &directory, &question, &kind.name);
            }
        }
    }
    assert!(listed > 500, "{listed} things");
}

/// Compares a list of things with the decisions on each; returns how many there are.
fn compare_things(world: &World, directory: &Directory, question: &Question, kind: &str) -> usize {
    let request = &question.request;
    let limits = search(world, question, ALL);
    let (credential, operation) = (&request.credential, &request.operation);
    let found = what_can(directory, credential, operation, kind, None, &limits);
    assert!(!found.more);
    let expected: BTreeSet<Thing> = things(world, kind)
        .into_iter()
        .filter(|thing| {
            let asked = Request {
                resource: thing.clone(),
                ..request.clone()
            };
            decide(directory, &asked, &question.evidence, world.now).is_allowed()
        })
        .collect();
    let set: BTreeSet<Thing> = found.items.iter().cloned().collect();
    assert_eq!(set, expected, "{kind} in {}", story(world, question));
    assert_eq!(set.len(), found.items.len(), "something stands twice");
    found.items.len()
}

#[test]
fn operations_on_a_thing_are_those_that_are_allowed() {
    let mut listed = 0;
    for world in worlds(44, 60, &every_feature()) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        for _ in 0..8 {
            let question = world.question(&mut dice);
            let request = &question.request;
            let limits = search(&world, &question, ALL);
            let (credential, resource) = (&request.credential, &request.resource);
            let found = operations_on(&directory, credential, resource, &limits);
            let mut expected: Vec<String> = world
                .rulebook
                .rules(0)
                .names
                .operations()
                .iter()
                .filter(|operation| {
                    let asked = Request {
                        operation: (*operation).clone(),
                        ..request.clone()
                    };
                    decide(&directory, &asked, &question.evidence, world.now).is_allowed()
                })
                .cloned()
                .collect();
            expected.sort();
            assert_eq!(found, expected, "{}", story(&world, &question));
            listed += found.len();
        }
    }
    assert!(listed > 500, "{listed} operations");
}

/// Pages follow each other without gap or repetition, and the last one says that it is the last.
#[test]
fn pages_are_the_list() {
    for world in worlds(45, 60, &every_feature()) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        for _ in 0..6 {
            let question = world.question(&mut dice);
            let limits = search(&world, &question, dice.count(1, 3));
            let request = &question.request;
            let whole = holders(&world, &directory, &question);
            let mut pages: Vec<Holder> = Vec::new();
            loop {
                let after = pages.last().cloned();
                let (operation, resource) = (&request.operation, &request.resource);
                let page = who_can(&directory, operation, resource, after.as_ref(), &limits);
                let Page { items, more } = page;
                assert!(items.len() == limits.limit || !more);
                pages.extend(items);
                if !more {
                    break;
                }
            }
            assert_eq!(pages, whole, "{}", story(&world, &question));
        }
    }
}

/// A first-party list does not ask the credential it comes with.
#[test]
fn holders_are_asked_first_party() {
    for world in worlds(46, 40, &every_feature()) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        let question = world.question(&mut dice);
        for holder in holders(&world, &directory, &question) {
            let asked = Request {
                credential: Credential::Holder(holder),
                ..question.request.clone()
            };
            assert!(decide(&directory, &asked, &question.evidence, world.now).is_allowed());
        }
    }
}
