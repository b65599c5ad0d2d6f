//! Random worlds are worth asking about: both outcomes, every reason.

use std::collections::BTreeMap;

use rulebook::Reason;
use testkit::reference::Reference;
use testkit::rulebooks;
use testkit::world::{Dice, World};

/// Worlds, and questions in each.
const WORLDS: u64 = 400;
const QUESTIONS: u64 = 25;

#[test]
fn a_third_is_allowed_and_every_reason_is_given() {
    let rulebooks = rulebooks::every_feature().unwrap_or_else(|problems| panic!("{problems}"));
    let mut counts: BTreeMap<Reason, u32> = BTreeMap::new();
    let mut allowed = 0;
    for seed in 0..WORLDS {
        let world = World::of(seed, &rulebooks).unwrap();
        let reference = Reference {
            facts: &world.facts,
            rulebook: &world.rulebook,
        };
        let mut dice = Dice::new(seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let answer = reference.decide(&question.request, &question.evidence, world.now);
            allowed += u64::from(answer.reasons.is_empty());
            for reason in &answer.reasons {
                *counts.entry(*reason).or_default() += 1;
            }
        }
    }
    let missing: Vec<&Reason> = Reason::ALL
        .iter()
        .filter(|reason| !counts.contains_key(*reason))
        .collect();
    assert!(missing.is_empty(), "never given: {missing:?}");
    let asked = WORLDS * QUESTIONS;
    let share = 100 * allowed / asked;
    assert!((25..=45).contains(&share), "{share} % of {asked} allowed");
}

#[test]
fn a_world_is_the_same_each_time() {
    let rulebooks = rulebooks::every_feature().unwrap();
    for seed in 0..20 {
        let (one, other) = (World::of(seed, &rulebooks), World::of(seed, &rulebooks));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}
