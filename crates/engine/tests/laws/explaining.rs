//! An explanation tells the decision, no other, and its paths are all there are.

use engine::fact::{Change, Fact};
use engine::{Explanation, Path, decide, explain};
use rulebook::ReasonSet;
use testkit::world::{Dice, Question, World, shrink, story};

use crate::worlds::{directory, every_feature, worlds};

/// Questions in each world.
const QUESTIONS: u64 = 20;

fn explained(world: &World, question: &Question) -> Explanation {
    let (request, evidence) = (&question.request, &question.evidence);
    explain(&directory(world), request, evidence, world.now)
}

#[test]
fn an_explanation_agrees_with_its_decision() {
    for world in worlds(60, 120, &every_feature()) {
        let directory = directory(&world);
        let mut dice = Dice::new(world.seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let (request, evidence) = (&question.request, &question.evidence);
            let decision = decide(&directory, request, evidence, world.now);
            let told = explain(&directory, request, evidence, world.now);
            assert_eq!(told.decision, decision, "{}", story(&world, &question));
            let of_layers: ReasonSet = told
                .layers
                .iter()
                .flat_map(|layer| layer.reasons.iter().copied())
                .collect();
            assert_eq!(of_layers, decision.reasons);
            for layer in &told.layers {
                assert_eq!(layer.asked, decision.asked.has(layer.layer));
                assert!(
                    layer
                        .reasons
                        .iter()
                        .all(|reason| reason.layer() == layer.layer)
                );
            }
            let first = told.first_reason;
            assert_eq!(first.is_none(), decision.is_allowed());
            assert!(first.is_none_or(|first| decision.reasons.has(first)));
        }
    }
}

/// Every fact told is one that is there.
#[test]
fn explanations_tell_facts() {
    for world in worlds(61, 60, &every_feature()) {
        let mut dice = Dice::new(world.seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let told = explained(&world, &question);
            let of_layers = told.layers.iter().flat_map(|layer| &layer.facts);
            let paths = told.needs.iter().flat_map(|need| &need.paths);
            for fact in of_layers.chain(paths.flat_map(|path| &path.facts)) {
                assert!(
                    world.facts.contains(fact),
                    "{fact:?} is no fact of {}",
                    story(&world, &question)
                );
            }
        }
    }
}

/// What an allow stands on: a path that suffices for each need.
#[test]
fn an_allow_has_a_path_for_every_need() {
    let mut paths = 0;
    for world in worlds(62, 120, &every_feature()) {
        let mut dice = Dice::new(world.seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let told = explained(&world, &question);
            let own = told.actor.as_ref().map(ToString::to_string)
                == Some(question.request.resource.to_string());
            if told.decision.is_allowed() && !own {
                for need in &told.needs {
                    let enough = need.paths.iter().filter(|path| path.enough).count();
                    assert!(enough > 0, "{need:?}\n{}", story(&world, &question));
                    paths += enough;
                }
            }
        }
    }
    assert!(paths > 500, "{paths} paths");
}

/// What of a path is ended: the one fact by which the holder is on it, or else all its shares, any
/// of which would do.
fn cut_of(path: &Path) -> Option<Vec<Change>> {
    let by_holder = |fact: &&Fact| {
        matches!(
            fact,
            Fact::Membership(_) | Fact::Assignment(_) | Fact::AppRole(_) | Fact::Operator(_)
        )
    };
    let shares = path
        .facts
        .iter()
        .filter(|fact| matches!(fact, Fact::Share(_)));
    let cut: Vec<&Fact> = match path.facts.iter().find(by_holder) {
        Some(fact) => vec![fact],
        None => shares.collect(),
    };
    let changes = cut.iter().map(|fact| Change::End(fact.key()));
    (!cut.is_empty()).then(|| changes.collect())
}

/// Cuts each path that suffices for the first need. Nothing if one cannot be cut: an owner's.
fn cut(told: &Explanation) -> Option<Vec<Change>> {
    let need = told.needs.first()?;
    let cuts = need.paths.iter().filter(|path| path.enough).map(cut_of);
    cuts.collect::<Option<Vec<_>>>().map(|cuts| cuts.concat())
}

fn survives_cutting(world: &World, question: &Question) -> Option<bool> {
    let told = explained(world, question);
    let own =
        told.actor.as_ref().map(ToString::to_string) == Some(question.request.resource.to_string());
    if !told.decision.is_allowed() || own {
        return None;
    }
    let changes = cut(&told).filter(|changes| !changes.is_empty())?;
    let mut directory = directory(world);
    changes.iter().for_each(|change| directory.apply(change));
    let (request, evidence) = (&question.request, &question.evidence);
    Some(decide(&directory, request, evidence, world.now).is_allowed())
}

/// So that "remove the partner" can be seen to be insufficient before it is done.
#[test]
fn the_paths_told_are_all_there_are() {
    let mut cuts = 0;
    for world in worlds(63, 150, &every_feature()) {
        let mut dice = Dice::new(world.seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let Some(survives) = survives_cutting(&world, &question) else {
                continue;
            };
            cuts += 1;
            if survives {
                let small = shrink(&world, |smaller| {
                    survives_cutting(smaller, &question) == Some(true)
                });
                let told = explained(&small, &question);
                panic!("{:#?}\n{}", told.needs, story(&small, &question));
            }
        }
    }
    assert!(cuts > 200, "{cuts} allows were cut");
}
