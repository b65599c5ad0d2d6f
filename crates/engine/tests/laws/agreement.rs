//! The engine answers what the naive reference answers, reasons included.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{Credential, Layers, decide, decide_all};
use rulebook::{Reason, Rulebook};
use testkit::reference::{Answer, Reference};
use testkit::world::{Dice, Question, World, shrink, story};

use crate::worlds::{directory, every_feature, shipped, worlds};

/// Rounds of questions in each world; a round has about four.
const ROUNDS: u64 = 25;

/// What has been met so far.
#[derive(Default)]
struct Coverage {
    decisions: u64,
    allowed: u64,
    reasons: BTreeSet<Reason>,
}

fn agree(part: u64, count: u64, rulebooks: &[Arc<Rulebook>]) -> Coverage {
    let mut coverage = Coverage::default();
    for world in worlds(part, count, rulebooks) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        for _ in 0..ROUNDS {
            for (question, expected) in world.questions(&mut dice) {
                let decision = decide(&directory, &question.request, &question.evidence, world.now);
                if told(decision, &question) != expected {
                    disagreement(&world, &question);
                }
                coverage.decisions += 1;
                coverage.allowed += u64::from(decision.is_allowed());
                coverage.reasons.extend(decision.reasons.iter());
            }
        }
    }
    coverage
}

/// A decision as the reference tells it; which layers were asked must fit the credential.
fn told(decision: engine::Decision, question: &Question) -> Answer {
    let asked = match question.request.credential {
        Credential::Holder(_) => Layers::RoleAndMandate,
        Credential::Token(_) | Credential::Assumed(_) => Layers::All,
    };
    assert_eq!(decision.asked, asked);
    Answer {
        reasons: decision.reasons.iter().collect(),
        visible: decision.visible,
        obligations: decision.obligations,
    }
}

fn answers(world: &World, question: &Question) -> (Answer, Answer) {
    let (request, evidence) = (&question.request, &question.evidence);
    let reference = Reference {
        facts: &world.facts,
        rulebook: &world.rulebook,
    };
    let decision = decide(&directory(world), request, evidence, world.now);
    (
        told(decision, question),
        reference.decide(request, evidence, world.now),
    )
}

fn disagreement(world: &World, question: &Question) -> ! {
    let small = shrink(world, |smaller| {
        let (engine, reference) = answers(smaller, question);
        engine != reference
    });
    let (engine, reference) = answers(&small, question);
    panic!(
        "{}\nthe engine: {engine:?}\nthe reference: {reference:?}",
        story(&small, question)
    );
}

/// Every reason was given, but those for which the rulebook has no rule.
fn covers(coverage: &Coverage, least: u64, without_rule: &[Reason]) {
    assert!(
        coverage.decisions >= least,
        "{} decisions",
        coverage.decisions
    );
    let share = 100 * coverage.allowed / coverage.decisions;
    assert!((5..=60).contains(&share), "{share} % allowed");
    let missing: Vec<&Reason> = Reason::ALL
        .iter()
        .filter(|reason| !coverage.reasons.contains(reason) && !without_rule.contains(reason))
        .collect();
    assert!(missing.is_empty(), "never given: {missing:?}");
}

macro_rules! parts {
    ($($name:ident $part:literal;)*) => {$(
        #[test]
        fn $name() {
            covers(&agree($part, 300, &every_feature()), 28_000, &[]);
        }
    )*};
}

parts! {
    every_feature_first_part 1;
    every_feature_second_part 2;
    every_feature_third_part 3;
    every_feature_fourth_part 4;
}

#[test]
fn under_the_rules_of_meta() {
    // No reason stands in place of others there, and no operation has conditions.
    let without_rule = [Reason::LayerIndependent, Reason::ConditionFailed];
    covers(&agree(5, 500, &shipped("meta.toml")), 9_000, &without_rule);
}

#[test]
fn under_the_rules_of_pinterest() {
    // No development mode, claims, access levels, conditions or required figures there.
    let without_rule = [
        Reason::AppNotLive,
        Reason::AppNotClaimed,
        Reason::AppLevelStandard,
        Reason::ConditionFailed,
        Reason::Precondition,
    ];
    let coverage = agree(6, 150, &shipped("pinterest.toml"));
    covers(&coverage, 12_000, &without_rule);
}

#[test]
fn under_the_rules_of_retail_media() {
    // No claims, tiers or features are asked for there, and no reason stands in place of others.
    let without_rule = [
        Reason::AppNotClaimed,
        Reason::AppTier,
        Reason::FeatureMissing,
        Reason::LayerIndependent,
    ];
    let coverage = agree(8, 300, &shipped("retail-media.toml"));
    covers(&coverage, 22_000, &without_rule);
}

#[test]
fn many_questions_at_once_are_answered_as_one_by_one() {
    for world in worlds(7, 20, &every_feature()) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        let questions: Vec<Question> = (0..30).map(|_| world.question(&mut dice)).collect();
        let one_by_one: Vec<_> = questions
            .iter()
            .map(|question| decide(&directory, &question.request, &question.evidence, world.now))
            .collect();
        let asked: Vec<_> = questions
            .iter()
            .map(|one| engine::Question::of(&directory, &one.request, &one.evidence, world.now))
            .collect();
        let known: Vec<_> = asked.iter().flatten().copied().collect();
        let mut together = Vec::new();
        decide_all(&directory, &known, &mut together);
        let expected: Vec<_> = one_by_one
            .into_iter()
            .zip(&asked)
            .filter(|(_, asked)| asked.is_some())
            .map(|(decision, _)| decision)
            .collect();
        assert_eq!(together, expected, "world {}", world.seed);
    }
}
