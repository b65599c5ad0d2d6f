//! The direct way leads where the walk leads, and it is often taken.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::fact::{AppMode, Change, Checkup, Environment, Fact, TwoFactor};
use engine::{Asker, Credential, Decision, Directory, Question as Asking, Told};
use jiff::Timestamp;
use rulebook::Rulebook;
use testkit::world::{Dice, World, story};

use crate::worlds::{directory, directory_of, every_feature, shared_widely, shipped, worlds};

/// Questions in each world.
const QUESTIONS: u64 = 300;

/// What people do all day, each with one thing needed of an ad account.
const EVERYDAY: [&str; 8] = [
    "ad.edit",
    "ad.read",
    "adset.delete",
    "budget.lower",
    "campaign.edit",
    "campaign.read",
    "campaign.resume",
    "insights.read",
];

/// How many questions there were.
#[derive(Default, Debug)]
struct Count {
    everyday: u64,
    everyday_direct: u64,
    direct: u64,
    told: u64,
    allowed: u64,
}

/// What is answered directly if the names of a token described have been looked up; nothing for other
/// credentials. The walk answers the same either way.
fn asked_as_told(directory: &Directory, asking: &Asking<'_>) -> Option<Option<Decision>> {
    let Asker::Assumed(assumed) = asking.asker else {
        return None;
    };
    let told = Told::of(assumed, directory.rulebook());
    let asked = Asking {
        asker: Asker::Told(&told),
        ..*asking
    };
    assert_eq!(
        asked.answer_by_walk(directory),
        asking.answer_by_walk(directory)
    );
    Some(asked.answer_directly(directory))
}

fn compare(world: &World, plain: bool, count: &mut Count) {
    let directory = directory(world);
    let mut dice = Dice::new(world.seed);
    for _ in 0..QUESTIONS {
        let mut question = world.question(&mut dice);
        if plain {
            let context = &mut question.request.context;
            (context.project, context.delegate) = (None, None);
        }
        let (request, evidence) = (&question.request, &question.evidence);
        let Some(asking) = Asking::of(&directory, request, evidence, world.now) else {
            continue;
        };
        let on_asset = matches!(request.resource, engine::Thing::Asset(_));
        let told = matches!(
            request.credential,
            Credential::Holder(engine::Holder::App(_))
        );
        let everyday = EVERYDAY.contains(&request.operation.as_str()) && on_asset && !told;
        count.everyday += u64::from(everyday);
        let direct = asking.answer_directly(&directory);
        if let Some(of_told) = asked_as_told(&directory, &asking) {
            assert_eq!(of_told, direct, "{}", story(world, &question));
            count.told += u64::from(direct.is_some());
        }
        if let Some(decision) = direct {
            count.direct += 1;
            count.everyday_direct += u64::from(everyday);
            count.allowed += u64::from(decision.is_allowed());
            let walked = asking.answer_by_walk(&directory);
            assert_eq!(decision, walked, "{}", story(world, &question));
        }
    }
}

/// The world without most of what makes questions unusual. Some of it stays: times that end, shares
/// that wait, grants for some assets.
fn plainer(world: &World) -> World {
    let plain = |fact: &Fact| {
        let mut fact = fact.clone();
        match &mut fact {
            Fact::Link(_) | Fact::GroupAsset(_) | Fact::AppRole(_) | Fact::AppClaim(_) => {
                return None;
            }
            Fact::Business(business) => {
                business.parent = None;
                business.suspended = false;
                business.two_factor = TwoFactor::None;
            }
            Fact::App(app) => {
                app.mode = AppMode::Live;
                app.environment = Environment::Production;
                app.checkup = Checkup::None;
                app.automated = false;
                app.suspended = false;
            }
            Fact::Asset(asset) => asset.sandbox = false,
            Fact::Grant(grant) => grant.targets.clear(),
            Fact::Token(token) => token.associated_user = None,
            Fact::Membership(membership) => membership.until = None,
            Fact::AppPermission(permission) => permission.removed = false,
            _ => {}
        }
        Some(fact)
    };
    world.with_only(world.facts.iter().filter_map(plain).collect())
}

fn leads_where_the_walk_leads(
    (part, how_many): (u64, u64),
    rulebooks: &[Arc<Rulebook>],
    plain: bool,
) -> Count {
    let mut count = Count::default();
    for world in worlds(part, how_many, rulebooks) {
        let world = if plain { plainer(&world) } else { world };
        compare(&world, plain, &mut count);
    }
    count
}

#[test]
fn in_worlds_full_of_what_is_unusual() {
    let rulebooks = [every_feature(), shipped("meta.toml")].concat();
    let count = leads_where_the_walk_leads((50, 90), &rulebooks, false);
    assert!(count.direct > 30, "{count:?}");
}

#[test]
fn in_plain_worlds_where_it_is_taken_often() {
    let rulebooks = shipped("meta.toml");
    let count = leads_where_the_walk_leads((51, 60), &rulebooks, true);
    assert!(count.everyday > 300, "{count:?}");
    assert!(count.everyday_direct * 4 > count.everyday, "{count:?}");
    assert!(count.allowed * 20 > count.direct, "{count:?}");
    assert!(count.told * 10 > count.direct, "{count:?}");
}

#[test]
fn where_many_businesses_have_a_share() {
    let mut count = Count::default();
    for world in worlds(53, 60, &shipped("meta.toml")) {
        compare(&shared_widely(&plainer(&world)), true, &mut count);
    }
    assert!(count.direct > 300, "{count:?}");
    assert!(count.allowed * 10 > count.direct, "{count:?}");
}

/// The same fact otherwise: in another role, for a while, or by a login that is shared now.
fn otherwise(fact: &Fact, dice: &mut Dice, known: &[Fact]) -> Fact {
    let mut fact = fact.clone();
    match &mut fact {
        Fact::Membership(membership) if dice.chance(40) => {
            let roles = known.iter().filter_map(|fact| match fact {
                Fact::Membership(one) => Some(&one.role),
                _ => None,
            });
            let roles: Vec<&String> = roles.collect();
            if let Some(role) = dice.pick(&roles) {
                membership.role.clone_from(role);
            }
        }
        Fact::Membership(membership) if dice.chance(10) => {
            membership.until = Some(Timestamp::from_second(4_000_000_000).unwrap());
        }
        Fact::Person(person) if dice.chance(20) => person.shared_login = !person.shared_login,
        _ => {}
    }
    fact
}

/// Slots say again what rows say. After facts have come, gone, and come otherwise, the direct way must
/// answer what it answers in a directory that never saw anything else.
#[test]
fn after_facts_have_come_and_gone() {
    let mut direct = 0;
    let mut met = BTreeSet::new();
    for world in worlds(52, 80, &shipped("meta.toml")) {
        let world = plainer(&world);
        let mut dice = Dice::new(!world.seed);
        let mut lived = directory(&world);
        let mut known = world.facts.clone();
        for _ in 0..4 {
            dice.shuffle(&mut known);
            let half = known.split_off(known.len() / 2);
            // Some are set again without having gone.
            for fact in half.iter().filter(|_| dice.chance(80)) {
                lived.apply(&Change::End(fact.key()));
            }
            let half: Vec<Fact> = half
                .iter()
                .rev()
                .map(|fact| otherwise(fact, &mut dice, &known))
                .collect();
            for fact in &half {
                lived.apply(&Change::Set(fact.clone()));
            }
            known.extend(half);
        }
        // Some stay away.
        for fact in known.iter().take(known.len() / 8) {
            lived.apply(&Change::End(fact.key()));
        }
        let fresh = directory_of(&world.rulebook, &lived.facts());
        for _ in 0..QUESTIONS {
            let question = world.question(&mut dice);
            let (request, evidence) = (&question.request, &question.evidence);
            let Some(asking) = Asking::of(&lived, request, evidence, world.now) else {
                continue;
            };
            let told = [&lived, &fresh].map(|one| asking.answer_directly(one));
            let walked = asking.answer_by_walk(&lived);
            if told[0].is_some() {
                met.extend(way_to_the_person(&request.credential));
            }
            let [lived, fresh] = told;
            assert_eq!(lived, fresh, "{}", story(&world, &question));
            assert_eq!(
                lived.unwrap_or(walked),
                walked,
                "{}",
                story(&world, &question)
            );
            direct += u64::from(lived.is_some());
        }
    }
    assert!(direct > 100, "{direct}");
    assert_eq!(
        met.len(),
        4,
        "people of both kinds of ids are asked about, with an app and without: {met:?}"
    );
}

/// Is a person told, with an app, and is the id a short word and a number?
fn way_to_the_person(credential: &Credential) -> Option<(bool, bool)> {
    let (holder, app) = match credential {
        Credential::Token(_) => return None,
        Credential::Assumed(assumed) => (&assumed.holder, true),
        Credential::Holder(holder) => (holder, false),
    };
    let numbered = holder
        .parts()
        .1
        .ends_with(|last: char| last.is_ascii_digit());
    Some((app, numbered))
}
