//! Nobody outside a business widens what was shared of it: whatever a partner does with an asset,
//! and whatever strangers do, no business gets more of it than its owner offered to that business.

use std::collections::BTreeSet;

use commands::Command;
use engine::fact::{Asset, Change, Fact, Share, ShareState};
use engine::{AssetOrGroup, BusinessId, Credential, Directory, Holder, Owner, Request, Thing};
use jiff::Timestamp;
use rulebook::{Need, Rules, Target};
use serde_json::json;
use testkit::world::{Dice, World};

use super::giving::Giving;
use super::{all_rulebooks, apply, directory, evidence, fitting, give, worlds};

/// Those who act for the owner of an asset: the owner, the parent above it, their people and system
/// users.
struct Inside(BTreeSet<Holder>);

impl Inside {
    fn of(facts: &[Fact], owner: &BusinessId) -> Self {
        let mut businesses = BTreeSet::from([owner.clone()]);
        businesses.extend(facts.iter().filter_map(|fact| match fact {
            Fact::Business(one) if one.id == *owner => one.parent.clone(),
            _ => None,
        }));
        let mut all: BTreeSet<Holder> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Membership(one) if businesses.contains(&one.business) => {
                    Some(Holder::Person(one.person.clone()))
                }
                Fact::SystemUser(one) if businesses.contains(&one.business) => {
                    Some(Holder::SystemUser(one.id.clone()))
                }
                _ => None,
            })
            .collect();
        all.extend(businesses.into_iter().map(Holder::Business));
        Self(all)
    }
}

/// Returns the operations a business may do on an asset by what it was offered.
fn rights(
    directory: &Directory,
    asset: &Asset,
    business: &BusinessId,
    now: Timestamp,
) -> BTreeSet<String> {
    let rules = directory.rulebook().rules(0);
    let mut able = BTreeSet::new();
    for operation in rules.operations.iter().flatten() {
        let needs_asset = |need: &Need| is_on(rules, need, asset);
        if !operation.needs.iter().any(needs_asset) {
            continue;
        }
        let request = Request {
            credential: Credential::Holder(Holder::Business(business.clone())),
            operation: operation.name.clone(),
            resource: Thing::Asset(asset.id.clone()),
            with: vec![("business".to_owned(), Thing::Business(business.clone()))],
            context: engine::Context::default(),
        };
        if engine::decide(directory, &request, &evidence(now), now).is_allowed() {
            able.insert(operation.name.clone());
        }
    }
    able
}

fn is_on(rules: &Rules, need: &Need, asset: &Asset) -> bool {
    need.target == Target::Resource && rules.names.kind_name(need.kind) == asset.kind
}

/// What a partner may try, to pass on what is not his.
fn attempts(
    asset: &Asset,
    from: &BusinessId,
    to: &BusinessId,
    rules: &Rules,
) -> Vec<(Holder, Command)> {
    let (partner, other) = (Holder::Business(from.clone()), Holder::Business(to.clone()));
    let trap = AssetOrGroup::Group("trap".parse().unwrap());
    let itself = AssetOrGroup::Asset(asset.id.clone());
    let kind = rules.kind_named(&asset.kind);
    let roles = kind
        .iter()
        .flat_map(|kind| &kind.roles)
        .map(|role| role.name.clone());
    let levels = kind
        .iter()
        .flat_map(|kind| &kind.levels)
        .map(|level| level.name.clone());
    let terms = json!({ (asset.kind.as_str()): roles.chain(levels).collect::<Vec<_>>() });
    let mut tried = vec![
        (
            &partner,
            json!({ "group.create": { "business": from, "id": "trap" } }),
        ),
        (
            &partner,
            json!({ "group.add_asset": { "group": "trap", "asset": asset.id } }),
        ),
    ];
    for on in [&trap, &itself] {
        tried.extend([
            (&partner, json!({ "share.offer": { "of": on, "to": to, "terms": terms } })),
            (&partner, json!({ "share.change": { "of": on, "to": from, "terms": terms } })),
            (&partner, json!({ "share.accept": { "of": on, "to": from } })),
            (&other, json!({ "share.accept": { "of": on, "to": to } })),
            (&other, json!({ "assignment.give": { "holder": other, "on": on, "via": null, "terms": terms } })),
        ]);
    }
    let on_the_trap = json!({ "holder": other, "on": trap, "via": null, "terms": terms });
    tried.push((&partner, json!({ "assignment.give": on_the_trap })));
    tried
        .into_iter()
        .map(|(by, command)| (by.clone(), serde_json::from_value(command).unwrap()))
        .collect()
}

/// Everything a world offers, taken: the most that what was offered can come to.
fn all_accepted(world: &World) -> Directory {
    let mut directory = directory(world);
    for fact in &world.facts {
        if let Fact::Share(share) = fact {
            let state = ShareState::Accepted;
            directory.apply(&Change::Set(
                Share {
                    state,
                    ..share.clone()
                }
                .into(),
            ));
        }
    }
    directory
}

/// Returns how often it was tried with an asset that was offered, and how many commands were done.
fn look(world: &World, dice: &mut Dice) -> (u32, u32) {
    let most = all_accepted(world);
    let (mut tried, mut done) = (0, 0);
    for fact in &world.facts {
        let Fact::Asset(asset) = fact else { continue };
        let Owner::Business(owner) = &asset.owner else {
            continue;
        };
        let inside = Inside::of(&world.facts, owner);
        let outside: Vec<BusinessId> = world
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Business(one) => Some(one.id.clone()),
                _ => None,
            })
            .filter(|id| !inside.0.contains(&Holder::Business(id.clone())))
            .collect();
        let (Some(from), Some(to)) = (dice.pick(&outside), dice.pick(&outside)) else {
            continue;
        };
        let mut after = directory(world);
        for (by, command) in attempts(asset, from, to, world.rulebook.rules(0)) {
            let by = Credential::Holder(by);
            if let Ok(handled) = give(&after, &command, &by, world.now, "trying") {
                apply(&mut after, &handled.changes);
                done += 1;
            }
        }
        for number in 0..10 {
            let mut giving = Giving::new(&after, world.now, dice);
            let command = giving.command();
            let by = giving.holder().filter(|by| !inside.0.contains(by));
            let (Some(command), Some(by)) = (command, by) else {
                continue;
            };
            let by = Credential::Holder(by);
            let id = format!("outside {number}");
            if let Ok(handled) = give(&after, &command, &by, world.now, &id) {
                apply(&mut after, &handled.changes);
                done += 1;
            }
        }
        for business in &outside {
            // Who was offered the running of an account may add others to it, in the owner's place.
            let directly = after.facts().iter().any(|fact| {
                matches!(fact, Fact::Assignment(one) if one.via.is_none()
                    && one.holder == Holder::Business(business.clone())
                    && one.on == AssetOrGroup::Asset(asset.id.clone()))
            });
            let now = rights(&after, asset, business, world.now);
            let before = rights(&most, asset, business, world.now);
            let more: Vec<_> = now.difference(&before).collect();
            assert!(
                directly || more.is_empty(),
                "`{business}` gained {more:?} on {asset:?}, tried by `{from}` for `{to}`\n{world:?}"
            );
            tried += u32::from(!before.is_empty());
        }
    }
    (tried, done)
}

#[test]
fn nobody_outside_widens_what_was_shared() {
    let rulebooks = all_rulebooks();
    let (mut tried, mut done) = (0, 0);
    for seed in 0..worlds() {
        let world = fitting(&World::of(seed, &rulebooks).unwrap());
        let met = look(&world, &mut Dice::new(seed));
        tried += met.0;
        done += met.1;
    }
    assert!(tried > 50 && done > 200, "{tried} {done}");
}
