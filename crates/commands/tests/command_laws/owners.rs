//! An asset has exactly one owner, who is there, at every moment; another only by a claim.

use std::collections::{BTreeMap, BTreeSet};

use commands::Command;
use engine::fact::{Fact, Key};
use engine::{AssetId, BusinessId, Directory, Owner};
use testkit::world::World;

use super::walking::{Step, walk};
use super::{all_rulebooks, worlds};

/// What makes, moves and ends assets and owners.
const NAMES: &[&str] = &[
    "asset.create",
    "asset.remove",
    "asset.claim",
    "claim.approve",
    "claim.decline",
    "custom_audience.create",
    "custom_audience.delete",
    "request.make",
    "request.approve",
    "child.create",
    "child.delete",
    "person.offboard",
    "partner.add",
    "partner.accept",
    "partner.remove",
    "share.offer",
    "share.revoke",
    "group.add_asset",
    "member.remove",
    "custom_audience.create",
    "custom_audience.delete",
];

/// Returns the owner of each asset.
///
/// Panics: an asset is there twice.
fn owners(facts: &[Fact]) -> BTreeMap<AssetId, Owner> {
    let mut owners = BTreeMap::new();
    for fact in facts {
        if let Fact::Asset(asset) = fact {
            let other = owners.insert(asset.id.clone(), asset.owner.clone());
            assert_eq!(other, None, "`{}` is there twice", asset.id);
        }
    }
    owners
}

fn is_there(facts: &[Fact], owner: &Owner) -> bool {
    let key = match owner {
        Owner::Business(id) => Key::Business(id.clone()),
        Owner::Person(id) => Key::Person(id.clone()),
    };
    facts.iter().any(|fact| fact.key() == key)
}

/// Returns under which businesses the directory finds each asset.
fn found_under(directory: &Directory, facts: &[Fact]) -> BTreeMap<AssetId, BTreeSet<BusinessId>> {
    let mut found: BTreeMap<AssetId, BTreeSet<BusinessId>> = BTreeMap::new();
    for fact in facts {
        let Fact::Business(business) = fact else {
            continue;
        };
        for fact in directory.facts_of_business(&business.id) {
            if let Fact::Asset(asset) = fact {
                found
                    .entry(asset.id)
                    .or_default()
                    .insert(business.id.clone());
            }
        }
    }
    found
}

/// Who may have become the owner of an asset by this command.
fn new_owner(step: &Step<'_>, asset: &AssetId) -> Option<Owner> {
    let claim = |id: &engine::RequestId| {
        step.before.iter().find_map(|fact| match fact {
            Fact::AccessRequest(one) if one.id == *id && one.asset == *asset => {
                Some(one.from.clone())
            }
            _ => None,
        })
    };
    match step.command {
        Command::CreateAsset(made) => Some(Owner::Business(made.business.clone())),
        // An audience is his whose account it follows.
        Command::CreateAudience(made) => owners(step.before).get(&made.account).cloned(),
        Command::ClaimAsset(claim) if claim.asset == *asset => {
            Some(Owner::Business(claim.business.clone()))
        }
        Command::ApproveClaim(approve) => claim(&approve.request).map(Owner::Business),
        _ => None,
    }
}

fn look(step: &Step<'_>, moved: &mut BTreeSet<&'static str>) {
    let (before, after) = (owners(step.before), owners(step.after));
    let found = found_under(step.directory, step.after);
    for (asset, owner) in &after {
        assert!(
            is_there(step.after, owner),
            "{asset}: {owner:?}\n{}",
            step.told()
        );
        let under = match owner {
            Owner::Business(id) => BTreeSet::from([id.clone()]),
            Owner::Person(_) => BTreeSet::new(),
        };
        let told = found.get(asset).cloned().unwrap_or_default();
        assert_eq!(told, under, "{asset}\n{}", step.told());
        if before.get(asset) != Some(owner) {
            assert_eq!(
                new_owner(step, asset).as_ref(),
                Some(owner),
                "{}",
                step.told()
            );
            moved.insert(step.command.name());
        }
    }
    for asset in before.keys().filter(|asset| !after.contains_key(*asset)) {
        let name = step.command.name();
        let ends = ["asset.remove", "child.delete", "custom_audience.delete"].contains(&name);
        assert!(ends, "`{name}` lost {asset}\n{}", step.told());
        moved.insert(name);
    }
}

#[test]
fn an_asset_has_exactly_one_owner() {
    let rulebooks = all_rulebooks();
    let mut moved = BTreeSet::new();
    for seed in 0..worlds() {
        let world = World::of(seed, &rulebooks).unwrap();
        walk(&world, NAMES, |step| look(step, &mut moved));
    }
    let all = [
        "asset.claim",
        "asset.create",
        "asset.remove",
        "child.delete",
        "claim.approve",
        "custom_audience.create",
        "custom_audience.delete",
    ];
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), all);
}
