//! Whoever was offboarded has nothing left in the business, and nobody else lost anything.

use std::sync::Arc;

use commands::{Command, Handled, HoldingSort, OffboardPerson, holdings};
use engine::fact::{Change, EndReason, Fact, Key, Membership, Person};
use engine::{AssetOrGroup, BusinessId, Credential, Directory, Holder, Owner, PersonId, Thing};
use rulebook::Family;
use testkit::world::{Dice, World};

use super::{Given, all_rulebooks, apply, directory, evidence, fitting, give, worlds};

/// Questions asked of each who was offboarded.
const QUESTIONS: usize = 40;

/// Checks an offboarding; returns how many questions were asked that nobody could allow.
pub(crate) fn is_gone(
    given: &Given<'_>,
    offboard: &OffboardPerson,
    handled: &Handled,
    after: &Directory,
    dice: &mut Dice,
) -> usize {
    let (business, person) = (&offboard.business, &offboard.person);
    let told = || given.told();
    for change in &handled.changes {
        assert!(
            is_theirs(given.before, change, person),
            "{change:?}\n{}",
            told()
        );
    }
    // What was told to be left is what is left.
    let left = holdings(after, business, person, given.now);
    assert_eq!(handled.answer.remains.as_ref(), Some(&left), "{}", told());
    let access = left.iter().filter(|one| {
        !matches!(
            one.sort,
            HoldingSort::KnownSecret
                | HoldingSort::LentRole
                | HoldingSort::OnlyApprover
                | HoldingSort::Invitation
        )
    });
    if access.count() > 0 || is_elsewhere(after, person) {
        return 0;
    }
    nothing_is_allowed(given, after, business, person, dice)
}

/// Does the change take away from the person, and from nobody else?
fn is_theirs(before: &Directory, change: &Change, person: &PersonId) -> bool {
    let holder = Holder::Person(person.clone());
    match change {
        Change::End(Key::Membership(key)) => key.person == *person,
        Change::End(Key::Assignment(key)) => key.holder == holder,
        Change::End(Key::AppRole(key)) => key.person == *person,
        Change::End(Key::Grant(id)) => before.grant(id).is_some_and(|one| one.holder == holder),
        Change::End(Key::Renewal(id)) => match before.fact(&Key::Token(id.clone())) {
            Some(Fact::Token(token)) => before
                .grant(&token.grant)
                .is_some_and(|one| one.holder == holder),
            _ => false,
        },
        Change::End(Key::Delegate(key)) => key.id.as_str() == person.as_str(),
        Change::End(Key::Invitation(_)) => true,
        // What the person proposed, and what waits under a mandate that loses an approver.
        Change::End(Key::Proposal(id)) => before.proposal(id).is_some_and(|one| {
            let mandate = before.fact(&Key::Mandate(one.mandate.clone()));
            let approves = matches!(mandate, Some(Fact::Mandate(mandate)) if mandate.approvers.contains(person));
            one.by == holder || approves
        }),
        Change::End(Key::Operator(id)) => id == person,
        Change::Set(Fact::Token(token)) => {
            let grant = before.grant(&token.grant);
            token.ended == Some(EndReason::AppRemoved)
                && grant.is_some_and(|one| one.holder == holder)
        }
        Change::Set(Fact::Mandate(now)) => match before.fact(&Key::Mandate(now.id.clone())) {
            Some(Fact::Mandate(mut was)) => {
                was.approvers.retain(|one| one != person);
                was == *now && !now.approvers.is_empty()
            }
            _ => false,
        },
        Change::Set(Fact::App(now)) => match before.fact(&Key::App(now.id.clone())) {
            Some(Fact::App(mut was)) => {
                was.credentials_held_by.retain(|one| one != person);
                was == *now
            }
            _ => false,
        },
        _ => false,
    }
}

/// Has the person another way to things of the business: a place elsewhere, things of his own, or one
/// with the platform?
fn is_elsewhere(after: &Directory, person: &PersonId) -> bool {
    let holder = Holder::Person(person.clone());
    after.facts().iter().any(|fact| match fact {
        Fact::Membership(one) => one.person == *person,
        Fact::Operator(one) => one.person == *person,
        Fact::Asset(one) => one.owner == Owner::Person(person.clone()),
        Fact::App(one) => one.owner == Owner::Person(person.clone()),
        // A group of somebody else can hold what is shared, and an asset be owned by a child.
        Fact::Assignment(one) => one.holder == holder && matches!(one.on, AssetOrGroup::Group(_)),
        _ => false,
    })
}

/// Nothing that needs a right on a thing of the business is allowed to the person.
fn nothing_is_allowed(
    given: &Given<'_>,
    after: &Directory,
    business: &BusinessId,
    person: &PersonId,
    dice: &mut Dice,
) -> usize {
    let mut things = vec![Thing::Business(business.clone())];
    for fact in after.facts_of_business(business) {
        match fact {
            Fact::Asset(one) => things.push(Thing::Asset(one.id)),
            Fact::App(one) => things.push(Thing::App(one.id)),
            Fact::Group(one) => things.push(Thing::Group(one.id)),
            Fact::SystemUser(one) => things.push(Thing::SystemUser(one.id)),
            _ => {}
        }
    }
    let rules = after.rulebook().rules(0);
    let operations: Vec<_> = rules.operations.iter().flatten().collect();
    let operations: Vec<_> = operations
        .into_iter()
        .filter(|one| !one.needs.is_empty())
        .collect();
    let world = World {
        seed: 0,
        facts: given.facts.to_vec(),
        rulebook: Arc::clone(after.rulebook()),
        now: given.now,
    };
    for _ in 0..QUESTIONS {
        let mut request = world.question(dice).request;
        let Some(thing) = dice.pick(&things) else {
            continue;
        };
        let Some(operation) = dice.pick(&operations) else {
            continue;
        };
        request.credential = Credential::Holder(Holder::Person(person.clone()));
        request.resource = thing.clone();
        request.operation.clone_from(&operation.name);
        request.with = vec![("business".to_owned(), Thing::Business(business.clone()))];
        let decision = engine::decide(after, &request, &evidence(given.now), given.now);
        assert!(!decision.is_allowed(), "{request:?}\n{}", given.told());
    }
    QUESTIONS
}

/// Returns the world with a person of whom it is known what he has in one business and nothing else,
/// and a boss there who may do whatever the rulebook lets anybody do.
fn with_boss(world: &World, business: &BusinessId, person: &PersonId, role: &str) -> World {
    let boss: PersonId = "boss".parse().unwrap();
    let rules = world.rulebook.rules(0);
    let app_role = rules.kinds.iter().find(|kind| kind.family == Family::App);
    let app_role = app_role.and_then(|kind| kind.roles.first());
    let mut facts = world.facts.clone();
    facts.retain(|fact| match fact {
        Fact::Membership(one) => one.person != *person || one.business == *business,
        Fact::Operator(one) => one.person != *person,
        Fact::Assignment(one) => {
            one.holder != Holder::Person(person.clone())
                || one.via.as_ref().is_none_or(|via| via == business)
        }
        // A business whose platform suspended it is managed by nobody.
        Fact::Business(one) => one.id != *business,
        _ => true,
    });
    for fact in &world.facts {
        match fact {
            Fact::Business(one) if one.id == *business => {
                let business = one.clone();
                facts.push(Fact::Business(engine::fact::Business {
                    suspended: false,
                    ..business
                }));
            }
            Fact::App(one) if one.owner == Owner::Business(business.clone()) => {
                facts.extend(app_role.map(|role| {
                    Fact::AppRole(engine::fact::AppRole {
                        app: one.id.clone(),
                        person: boss.clone(),
                        role: role.name.clone(),
                    })
                }));
            }
            _ => {}
        }
    }
    facts.push(Person::plain(boss.clone()).into());
    facts.push(
        Membership {
            business: business.clone(),
            person: boss,
            role: role.to_owned(),
            until: None,
        }
        .into(),
    );
    fitting(&world.with_only(facts))
}

/// Over random worlds: whoever had a place in one business only, and was offboarded there, may do
/// nothing with anything of it.
#[test]
fn after_offboarding_nothing_is_allowed_through_the_business() {
    let rulebooks = all_rulebooks();
    let (mut gone, mut asked, mut before) = (0, 0, 0);
    for seed in 0..worlds() {
        let world = World::of(seed, &rulebooks).unwrap();
        let Some(role) = managing_role(&world) else {
            continue;
        };
        let mut dice = Dice::new(seed);
        let seats = world.facts.iter().filter_map(|fact| match fact {
            Fact::Membership(one) => Some((one.business.clone(), one.person.clone())),
            _ => None,
        });
        for (business, person) in seats.take(4) {
            let world = with_boss(&world, &business, &person, &role);
            let directory = directory(&world);
            let facts = directory.facts();
            let by = Credential::Holder(Holder::Person("boss".parse().unwrap()));
            let offboard = OffboardPerson { business, person };
            let command = Command::from(offboard.clone());
            let Ok(handled) = give(&directory, &command, &by, world.now, "offboarding") else {
                continue;
            };
            before += holdings(&directory, &offboard.business, &offboard.person, world.now).len();
            let mut after = directory.clone();
            apply(&mut after, &handled.changes);
            let given = Given {
                before: &directory,
                facts: &facts,
                command: &command,
                by: &by,
                now: world.now,
                id: "offboarding",
            };
            gone += 1;
            asked += is_gone(&given, &offboard, &handled, &after, &mut dice);
        }
    }
    assert!(
        gone > 50 && asked > 800 && before > 100,
        "{gone} gone, {asked} asked, {before} held"
    );
}

fn managing_role(world: &World) -> Option<String> {
    let mut kinds = world.rulebook.rules(0).kinds.iter();
    let kind = kinds.find(|kind| kind.family == Family::Business)?;
    let manages = kind.term("manage_people")?;
    let mut roles = kind.roles.iter();
    roles
        .find(|role| role.can.meets(manages))
        .map(|role| role.name.clone())
}
