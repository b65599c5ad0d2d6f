//! When nothing is left of a partner, nobody of it is allowed anything: on random worlds, by every
//! credential that somebody of the partner may have. And the removal steps do remove: they are given
//! by somebody who may, one after the other, until nothing is left.

use std::collections::BTreeSet;

use commands::Command;
use commands::reach::reaches;
use commands::residue::{ListName, Residue, residue};
use engine::fact::Fact;
use engine::{BusinessId, Credential, Directory, Holder, Owner, Search, who_can};
use jiff::Timestamp;
use testkit::world::World;

use super::{all_rulebooks, apply, directory, evidence, fitting, give, worlds};

/// Every credential that somebody of the partner may have, told from the facts alone.
fn credentials(facts: &[Fact], partner: &BusinessId, now: Timestamp) -> Vec<Credential> {
    let live = |until: Option<Timestamp>| until.is_none_or(|until| until > now);
    let people: BTreeSet<_> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Membership(one) if one.business == *partner && live(one.until) => {
                Some(one.person.clone())
            }
            _ => None,
        })
        .collect();
    let owner = |app: &engine::AppId| {
        facts.iter().find_map(|fact| match fact {
            Fact::App(one) if one.id == *app => Some(one.owner.clone()),
            _ => None,
        })
    };
    let is_theirs = |app: &engine::AppId| match owner(app) {
        Some(Owner::Business(id)) => id == *partner,
        Some(Owner::Person(id)) => people.contains(&id),
        None => false,
    };
    let mut all = vec![Credential::Holder(Holder::Business(partner.clone()))];
    for person in &people {
        all.push(Credential::Holder(Holder::Person(person.clone())));
    }
    for fact in facts {
        match fact {
            Fact::SystemUser(one) if one.business == *partner => {
                all.push(Credential::Holder(Holder::SystemUser(one.id.clone())));
            }
            Fact::App(one) if is_theirs(&one.id) => {
                all.push(Credential::Holder(Holder::App(one.id.clone())));
            }
            Fact::Token(token) => {
                let grant = facts.iter().find_map(|fact| match fact {
                    Fact::Grant(one) if one.id == token.grant => Some(one),
                    _ => None,
                });
                let seen = facts.iter().any(|fact| {
                    matches!(fact, Fact::Disclosure(one)
                        if one.token == token.id && people.contains(&one.to))
                });
                if seen || grant.is_some_and(|grant| is_theirs(&grant.app)) {
                    all.push(Credential::Token(token.digest));
                }
            }
            _ => {}
        }
    }
    all
}

/// Gives the steps until nothing is left, or none of them can be given.
fn remove(
    directory: &mut Directory,
    business: &BusinessId,
    partner: &BusinessId,
    now: Timestamp,
) -> Residue {
    for round in 0..60 {
        let left = residue(directory, std::slice::from_ref(business), partner, now);
        let steps: Vec<Command> = left
            .remains()
            .filter_map(|(_, one)| one.removal.clone())
            .collect();
        let done = steps
            .iter()
            .any(|step| do_step(directory, step, now, round));
        if !done {
            return left;
        }
    }
    residue(directory, std::slice::from_ref(business), partner, now)
}

fn do_step(directory: &mut Directory, step: &Command, now: Timestamp, round: u32) -> bool {
    let nobody = Credential::Holder(Holder::Person("nobody".parse().unwrap()));
    let Ok(request) = step.request(directory, &nobody) else {
        return false;
    };
    let evidence = evidence(now);
    let search = Search {
        with: &request.with,
        context: &request.context,
        evidence: &evidence,
        now,
        limit: 5,
    };
    let able = who_can(
        directory,
        &request.operation,
        &request.resource,
        None,
        &search,
    )
    .items;
    for holder in able {
        let by = Credential::Holder(holder);
        if let Ok(handled) = give(directory, step, &by, now, &format!("removal {round}")) {
            if handled.changes.is_empty() {
                return false;
            }
            apply(directory, &handled.changes);
            return true;
        }
    }
    false
}

/// What was met, so that a run that met nothing fails.
#[derive(Debug, Default)]
struct Met {
    empty: u32,
    cleared: u32,
    asked: u32,
    lists: BTreeSet<ListName>,
}

fn look(world: &World, met: &mut Met) {
    let businesses: Vec<BusinessId> = world
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Business(one) => Some(one.id.clone()),
            _ => None,
        })
        .collect();
    for business in &businesses {
        for partner in businesses.iter().filter(|one| *one != business) {
            let mut after = directory(world);
            let first = residue(&after, std::slice::from_ref(business), partner, world.now);
            met.lists.extend(first.remains().map(|(list, _)| list));
            // The engine's own word never says more than the lists do.
            let only_decided = |residue: &Residue| {
                let found = |name: ListName| {
                    let list = residue.lists.iter().find(|list| list.name == name).unwrap();
                    !list.remains.is_empty()
                };
                found(ListName::Decisions)
                    && !ListName::ALL
                        .iter()
                        .any(|name| *name != ListName::Decisions && found(*name))
            };
            assert!(!only_decided(&first), "{business} {partner}\n{world:?}");
            let left = remove(&mut after, business, partner, world.now);
            assert!(!only_decided(&left), "{business} {partner}\n{world:?}");
            if !left.is_empty() {
                continue;
            }
            met.empty += 1;
            met.cleared += u32::from(!first.is_empty());
            let facts = after.facts();
            for credential in credentials(&facts, partner, world.now) {
                for asset in &left.assets {
                    met.asked += 1;
                    assert!(
                        !reaches(&after, &credential, asset, world.now),
                        "{credential:?} of {partner} reaches {asset} of {business}\n{world:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn nobody_of_a_partner_of_whom_nothing_is_left_is_allowed_anything() {
    let rulebooks = all_rulebooks();
    let mut met = Met::default();
    for seed in 0..worlds() / 3 {
        let world = fitting(&World::of(seed, &rulebooks).unwrap());
        look(&world, &mut met);
    }
    assert!(
        met.empty > 40 && met.cleared > 10 && met.asked > 500 && met.lists.len() > 9,
        "{met:?}"
    );
}
