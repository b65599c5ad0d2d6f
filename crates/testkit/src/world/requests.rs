//! Requests for access. No decision looks at them, so they come last, out of dice of their own: the
//! rest of a world is the same with and without.

use engine::fact::{AccessRequest, Fact, RequestKind, Terms};
use engine::{AssetId, BusinessId, Holder};
use jiff::SignedDuration;

use super::World;
use super::dice::Dice;
use super::growing::id;

/// Adds a few requests, for assets that are there, mostly.
pub(crate) fn add(world: &mut World) {
    let mut dice = Dice::new(world.seed ^ 0x5EED);
    let mut businesses: Vec<BusinessId> = Vec::new();
    let mut people: Vec<Holder> = Vec::new();
    let mut assets: Vec<(AssetId, String)> = Vec::new();
    for fact in &world.facts {
        match fact {
            Fact::Business(one) => businesses.push(one.id.clone()),
            Fact::Person(one) => people.push(Holder::Person(one.id.clone())),
            Fact::Asset(one) => assets.push((one.id.clone(), one.kind.clone())),
            _ => {}
        }
    }
    for number in 1..=dice.count(0, 4) {
        let (Some(from), Some(asked_by), Some((asset, kind))) = (
            dice.pick(&businesses).cloned(),
            dice.pick(&people).cloned(),
            dice.pick(&assets).cloned(),
        ) else {
            return;
        };
        let known = dice.chance(85);
        let claim = dice.chance(30);
        let terms = world.rulebook.rules(0).kind_named(&kind).and_then(|kind| {
            let names: Vec<&str> = kind.roles.iter().map(|role| role.name.as_str()).collect();
            Some(Terms::of(&kind.name, dice.pick(&names)?))
        });
        let hours = i64::from(!dice.chance(20)) * 100 - 50;
        world.facts.push(Fact::AccessRequest(AccessRequest {
            id: id(&format!("r{number}")),
            from,
            asset: if known { asset } else { id("nothing") },
            asset_kind: (!claim).then_some(kind),
            kind: match claim {
                true => RequestKind::Claim,
                false => RequestKind::Share,
            },
            terms: terms.filter(|_| !claim).unwrap_or_default(),
            asked_by,
            at: world.now - SignedDuration::from_hours(100),
            until: world.now + SignedDuration::from_hours(hours),
        }));
    }
}
