//! The two laws of remedies, on random worlds: every remedy works, and no remedy has a step to spare.
//!
//! The steps are done here as a user would do them: each command given by somebody the remedy names,
//! each change made to the request. Nothing of the search is used.

mod doing;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use commands::{MOST_CANDIDATES, MOST_STEPS, Remedy, remedies};
use engine::fact::Change;
use engine::{Directory, decide};
use rulebook::Rulebook;
use testkit::rulebooks;
use testkit::world::{Dice, Question, World};

use doing::Doing;

/// Worlds a run looks at; more with `LAWS_WORLDS`.
const WORLDS: u64 = 40;
/// Questions in each world.
const QUESTIONS: u64 = 25;

fn shipped(name: &str) -> Vec<Arc<Rulebook>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let text = std::fs::read_to_string(root.join(name)).unwrap();
    rulebooks::variants(name, &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn directory(world: &World) -> Directory {
    let mut directory = Directory::new(Arc::clone(&world.rulebook), 7);
    for fact in &world.facts {
        directory.apply(&Change::Set(fact.clone()));
    }
    directory
}

/// Does doing these steps turn the deny into an allow? Steps nobody can do turn nothing.
fn works(
    directory: &Directory,
    world: &World,
    question: &Question,
    steps: &[commands::Step],
) -> bool {
    let mut doing = Doing::new(directory.clone(), question, world.now);
    steps.iter().all(|step| doing.step(step)) && doing.is_allowed()
}

/// What was met, so that a run that met nothing fails.
#[derive(Debug, Default)]
struct Met {
    denied: u64,
    helped: u64,
    remedies: u64,
    long: u64,
    commands: BTreeSet<&'static str>,
}

fn check(
    directory: &Directory,
    world: &World,
    question: &Question,
    remedy: &Remedy,
    met: &mut Met,
) {
    let told = || format!("{world:?}\n{question:?}\n{remedy:#?}");
    let is_command = |step: &&commands::Step| matches!(step.action, commands::Action::Command(_));
    assert!(
        !remedy.steps.is_empty() && remedy.steps.iter().filter(is_command).count() <= MOST_STEPS,
        "too many steps\n{}",
        told()
    );
    assert!(
        works(directory, world, question, &remedy.steps),
        "it does not work\n{}",
        told()
    );
    for spared in 0..remedy.steps.len() {
        let mut fewer = remedy.steps.clone();
        fewer.remove(spared);
        assert!(
            !works(directory, world, question, &fewer),
            "step {spared} is to spare\n{}",
            told()
        );
    }
    met.remedies += 1;
    met.long += u64::from(remedy.steps.len() > 1);
    met.commands
        .extend(remedy.steps.iter().filter_map(|step| match &step.action {
            commands::Action::Command(command) => Some(command.name()),
            commands::Action::Request(_) => None,
        }));
}

fn laws(name: &str) -> Met {
    let rulebooks = shipped(name);
    let worlds = std::env::var("LAWS_WORLDS").map_or(WORLDS, |text| text.parse().unwrap());
    let mut met = Met::default();
    for seed in 0..worlds {
        let world = World::of(seed, &rulebooks).unwrap();
        let directory = directory(&world);
        let mut dice = Dice::new(seed);
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let (request, evidence) = (&question.request, &question.evidence);
            let allowed = decide(&directory, request, evidence, world.now).is_allowed();
            let found = remedies(&directory, request, evidence, world.now);
            assert!(found.tried <= MOST_CANDIDATES);
            assert!(
                !allowed || found.offered.is_empty(),
                "what is allowed needs no remedy"
            );
            met.denied += u64::from(!allowed);
            met.helped += u64::from(!found.offered.is_empty());
            for remedy in &found.offered {
                check(&directory, &world, &question, remedy, &mut met);
            }
        }
    }
    met
}

#[test]
fn remedies_under_the_meta_rulebook_work_and_are_minimal() {
    let met = laws("meta.toml");
    assert!(met.helped * 10 > met.denied, "too few were helped: {met:?}");
    assert!(
        met.remedies > 200 && met.long > 50 && met.commands.len() > 8,
        "{met:?}"
    );
}

#[test]
fn remedies_under_the_pinterest_rulebook_work_and_are_minimal() {
    let met = laws("pinterest.toml");
    assert!(met.helped * 10 > met.denied, "too few were helped: {met:?}");
    assert!(
        met.remedies > 100 && met.long > 30 && met.commands.len() > 5,
        "{met:?}"
    );
}
