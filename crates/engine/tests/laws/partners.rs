//! A partner's people never exceed the share.
//!
//! The law is told without the engine and without the reference: from the facts alone, what could
//! at most come through shares.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::fact::{Asset, Fact, ShareState, Terms};
use engine::{
    AssetId, AssetOrGroup, BusinessId, Credential, Holder, Owner, Request, Thing, decide,
};
use rulebook::{Kind, Need, Rulebook, Target};
use testkit::world::{Dice, World, story};

use crate::worlds::{directory, every_feature, shipped, worlds};

/// The businesses a holder is in, whatever the role and however long.
fn businesses_of(world: &World, holder: &Holder) -> BTreeSet<BusinessId> {
    let facts = world.facts.iter();
    facts
        .filter_map(|fact| match (fact, holder) {
            (Fact::Membership(place), Holder::Person(person)) if place.person == *person => {
                Some(place.business.clone())
            }
            (Fact::SystemUser(user), Holder::SystemUser(id)) if user.id == *id => {
                Some(user.business.clone())
            }
            (_, Holder::Business(id)) => Some(id.clone()),
            _ => None,
        })
        .collect()
}

/// Does the holder, or a business the holder is in, own the asset, or stand above its owner, or was
/// the holder added by the owner directly?
fn is_insider(world: &World, holder: &Holder, asset: &Asset) -> bool {
    let own = businesses_of(world, holder);
    let owns = |business: &BusinessId| own.contains(business);
    let owner = asset.owner.clone();
    *holder == Holder::from(owner.clone())
        || matches!(&owner, Owner::Business(id) if owns(id))
        || world.facts.iter().any(|fact| match fact {
            Fact::Business(one) if Owner::Business(one.id.clone()) == owner => {
                one.parent.as_ref().is_some_and(owns)
            }
            Fact::Assignment(one) => {
                one.holder == *holder
                    && one.via.is_none()
                    && covers(world, &one.on, &asset.id)
                    && speaks_for(world, &one.on, asset)
            }
            _ => false,
        })
}

/// Is it the asset, or a group that its owner, or the parent above the owner, keeps?
fn speaks_for(world: &World, on: &AssetOrGroup, asset: &Asset) -> bool {
    let AssetOrGroup::Group(group) = on else {
        return true;
    };
    let Owner::Business(owner) = &asset.owner else {
        return false;
    };
    let is_parent = |keeper: &BusinessId| {
        world.facts.iter().any(
            |fact| matches!(fact, Fact::Business(one) if one.id == *owner && one.parent.as_ref() == Some(keeper)),
        )
    };
    world.facts.iter().any(|fact| match fact {
        Fact::Group(one) => {
            one.id == *group && (one.business == *owner || is_parent(&one.business))
        }
        _ => false,
    })
}

fn covers(world: &World, on: &AssetOrGroup, asset: &AssetId) -> bool {
    match on {
        AssetOrGroup::Asset(id) => id == asset,
        AssetOrGroup::Group(group) => world.facts.iter().any(
            |fact| matches!(fact, Fact::GroupAsset(row) if row.group == *group && row.asset == *asset),
        ),
    }
}

/// What live accepted shares offer the holder's businesses, by the names of capabilities.
fn offered<'k>(world: &World, holder: &Holder, asset: &Asset, kind: &'k Kind) -> BTreeSet<&'k str> {
    let own = businesses_of(world, holder);
    let mut all = BTreeSet::new();
    for fact in &world.facts {
        if let Fact::Share(share) = fact
            && own.contains(&share.to)
            && share.state == ShareState::Accepted
            && share.until.is_none_or(|until| until > world.now)
            && covers(world, &share.of, &asset.id)
            && speaks_for(world, &share.of, asset)
        {
            all.extend(meant(kind, &share.terms));
        }
    }
    all
}

fn meant<'k>(kind: &'k Kind, terms: &Terms) -> Vec<&'k str> {
    let names = terms.0.get(&kind.name).into_iter().flatten();
    let caps = kind.terms(names.map(String::as_str));
    kind.names_of(caps).collect()
}

/// An operation that needs one thing, on the resource; for it the law is plain.
fn plain_need(needs: &[Need]) -> Option<&Need> {
    match needs {
        [need] if need.target == Target::Resource && need.or.is_empty() => Some(need),
        _ => None,
    }
}

fn never_exceed(part: u64, count: u64, rulebooks: &[Arc<Rulebook>]) {
    let (mut allowed, mut asked) = (0, 0);
    for world in worlds(part, count, rulebooks) {
        let directory = directory(&world);
        let assets: Vec<&Asset> = world
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Asset(asset) => Some(asset),
                _ => None,
            })
            .filter(|asset| {
                // What follows has rights from elsewhere as well.
                let mut facts = world.facts.iter();
                !facts.any(|fact| matches!(fact, Fact::Link(link) if link.asset == asset.id))
            })
            .collect();
        let mut dice = Dice::new(world.seed);
        let question = world.question(&mut dice);
        let holders = world.facts.iter().filter_map(|fact| match fact {
            Fact::Person(one) => Some(Holder::Person(one.id.clone())),
            Fact::SystemUser(one) => Some(Holder::SystemUser(one.id.clone())),
            Fact::Business(one) => Some(Holder::Business(one.id.clone())),
            Fact::App(one) => Some(Holder::App(one.id.clone())),
            _ => None,
        });
        for holder in holders {
            for asset in assets
                .iter()
                .filter(|asset| !is_insider(&world, &holder, asset))
            {
                for rules in world.rulebook.profiles.iter() {
                    let Some(kind) = rules.kind_named(&asset.kind) else {
                        continue;
                    };
                    let offered = offered(&world, &holder, asset, kind);
                    let operations = rules.operations.iter().flatten();
                    for operation in operations {
                        let Some(need) = plain_need(&operation.needs) else {
                            continue;
                        };
                        if need.kind != kind.id {
                            continue;
                        }
                        let request = Request {
                            credential: Credential::Holder(holder.clone()),
                            operation: operation.name.clone(),
                            resource: Thing::Asset(asset.id.clone()),
                            ..question.request.clone()
                        };
                        let decision = decide(&directory, &request, &question.evidence, world.now);
                        asked += 1;
                        allowed += u32::from(decision.is_allowed());
                        let within = kind.names_of(need.any_of).any(|can| offered.contains(can));
                        assert!(
                            within || !decision.is_allowed() || elsewhere(&world, asset, rules),
                            "{holder} does {} on {} beyond {offered:?}\n{}",
                            operation.name,
                            asset.id,
                            story(&world, &question)
                        );
                    }
                }
            }
        }
    }
    assert!(
        asked > 1_000 && allowed > 50,
        "{allowed} of {asked} allowed"
    );
}

/// Are these rules not those of the asset's owner? Terms may stand for other rights there.
fn elsewhere(world: &World, asset: &Asset, rules: &rulebook::Rules) -> bool {
    let Owner::Business(owner) = &asset.owner else {
        return !std::ptr::eq(rules, world.rulebook.rules(0));
    };
    let profile = world.facts.iter().find_map(|fact| match fact {
        Fact::Business(business) if business.id == *owner => business.profile.as_deref(),
        _ => None,
    });
    let number = profile.and_then(|value| world.rulebook.profile(value));
    !std::ptr::eq(rules, world.rulebook.rules(number.unwrap_or(0)))
}

#[test]
fn a_partners_people_never_exceed_the_share() {
    never_exceed(50, 60, &every_feature());
}

#[test]
fn a_partners_people_never_exceed_the_share_on_meta() {
    never_exceed(51, 15, &shipped("meta.toml"));
}

#[test]
fn a_partners_people_never_exceed_the_share_on_pinterest() {
    never_exceed(52, 15, &shipped("pinterest.toml"));
}
