//! Questions about a world: likely ones, and far-fetched ones.

mod aim;
mod circumstances;
mod credential;

use engine::{AssetOrGroup, Holder, Request, Thing};
use rulebook::{Family, Need, Operation, Reason, Rules, Target};

use super::dice::Dice;
use super::growing::id;
use super::{Question, World};
use crate::reference::facts::Facts;
use crate::reference::{Answer, Reference};

/// Returns the one with the least against it of several questions.
pub(crate) fn likely(world: &World, dice: &mut Dice) -> Question {
    let mut questions = several(world, dice);
    let least = questions.iter().enumerate().min_by_key(|(_, (_, answer))| {
        let weights = answer.reasons.iter().map(|reason| weight(*reason));
        weights.sum::<u32>()
    });
    match least.map(|(index, _)| index) {
        Some(index) => questions.swap_remove(index).0,
        None => asked(world, dice),
    }
}

/// Returns a few questions, each with what the reference answers.
pub(crate) fn several(world: &World, dice: &mut Dice) -> Vec<(Question, Answer)> {
    let reference = Reference {
        facts: &world.facts,
        rulebook: &world.rulebook,
    };
    let count = *dice.pick(&[1, 2, 3, 5, 9]).unwrap_or(&1);
    let questions = (0..count).map(|_| asked(world, dice));
    questions
        .map(|question| {
            let answer = reference.decide(&question.request, &question.evidence, world.now);
            (question, answer)
        })
        .collect()
}

/// Reasons that anybody runs into weigh most; those that need many things to be right weigh nothing.
const fn weight(reason: Reason) -> u32 {
    match reason {
        Reason::Unknown
        | Reason::TokenUnknown
        | Reason::BusinessRoleTooLow
        | Reason::ModelForbidden
        | Reason::AssetNotAssigned => 5,
        Reason::ScopeNotForAsset
        | Reason::FeatureMissing
        | Reason::LayerIndependent
        | Reason::MandateEnded
        | Reason::MandateLimit
        | Reason::MandateStopped
        | Reason::ApprovalNeeded
        | Reason::EvidenceStale => 0,
        _ => 2,
    }
}

fn asked(world: &World, dice: &mut Dice) -> Question {
    let asking = Asking {
        facts: Facts(&world.facts),
        rules: world.rulebook.rules(0),
        world,
    };
    asking.question(dice)
}

struct Asking<'a> {
    facts: Facts<'a>,
    rules: &'a Rules,
    world: &'a World,
}

impl<'a> Asking<'a> {
    fn question(&self, dice: &mut Dice) -> Question {
        let (holder, resource, operation) = if dice.chance(80) {
            let (holder, resource) = self.aim(dice);
            let operation = self.operation_on(dice, &resource);
            (holder, resource, operation)
        } else {
            let operation = self.operation(dice, |_| true);
            let resource = operation.map_or(Thing::Realm, |one| self.resource(dice, one));
            (None, resource, operation)
        };
        let resource = if dice.chance(4) {
            self.anything(dice)
        } else {
            resource
        };
        let holder = holder.or_else(|| self.holder(dice));
        let request = Request {
            credential: self.credential(dice, holder, operation),
            operation: match operation {
                Some(operation) if !dice.chance(1) => operation.name.clone(),
                _ => "stowaway.act".to_owned(),
            },
            with: self.with(dice, operation, &resource),
            context: self.context(dice, operation, &resource),
            resource,
        };
        Question {
            request,
            evidence: self.evidence(dice),
        }
    }

    /// An operation of any profile.
    fn operation(
        &self,
        dice: &mut Dice,
        fits: impl Fn(&Operation) -> bool,
    ) -> Option<&'a Operation> {
        let profiles = self.world.rulebook.profiles.iter();
        let all = profiles.flat_map(|rules| rules.operations.iter().flatten());
        let fitting: Vec<&Operation> = all.filter(|operation| fits(operation)).collect();
        dice.pick(&fitting).copied()
    }

    fn operation_on(&self, dice: &mut Dice, resource: &Thing) -> Option<&'a Operation> {
        self.operation(dice, |operation| self.is_about(operation, resource))
            .or_else(|| self.operation(dice, |_| true))
    }

    /// Could the operation be about this thing?
    fn is_about(&self, operation: &Operation, thing: &Thing) -> bool {
        let kinds = self.needs_on_resource(operation);
        let owned = operation.needs.iter().any(|need| {
            matches!(
                need.target,
                Target::Owner | Target::Parent | Target::Named(_)
            )
        });
        match thing {
            Thing::Asset(id) => {
                let kind = self.facts.asset(id).map(|asset| asset.kind.as_str());
                kinds.iter().any(|(name, _)| Some(*name) == kind)
                    || (kinds.is_empty() && (owned || operation.needs.is_empty()))
            }
            Thing::Business(_) => {
                kinds.iter().any(|(_, family)| *family == Family::Business)
                    || (kinds.is_empty() && owned)
            }
            Thing::App(_) => kinds.iter().any(|(_, family)| *family == Family::App),
            Thing::Realm => kinds.iter().any(|(_, family)| *family == Family::Realm),
            Thing::Group(_) => kinds.is_empty() && (owned || operation.hands_on),
            Thing::SystemUser(_) | Thing::Person(_) => kinds.is_empty() && (owned || operation.own),
        }
    }

    /// The kinds that needs on the resource name.
    fn needs_on_resource(&self, operation: &'a Operation) -> Vec<(&'a str, Family)> {
        all_needs(&operation.needs)
            .into_iter()
            .filter(|need| need.target == Target::Resource)
            .filter_map(|need| self.rules.kind(need.kind))
            .map(|kind| (kind.name.as_str(), kind.family))
            .collect()
    }

    fn resource(&self, dice: &mut Dice, operation: &'a Operation) -> Thing {
        let things = self.things();
        let about = |thing: &&Thing| self.is_about(operation, thing);
        let fitting: Vec<Thing> = things.iter().filter(about).cloned().collect();
        let picked = dice.pick(&fitting).cloned();
        picked.unwrap_or_else(|| self.anything(dice))
    }

    fn things(&self) -> Vec<Thing> {
        let businesses = self
            .facts
            .businesses()
            .map(|one| Thing::Business(one.id.clone()));
        let assets = self.facts.assets().map(|one| Thing::Asset(one.id.clone()));
        let apps = self.facts.apps().map(|one| Thing::App(one.id.clone()));
        let groups = self.facts.groups().map(|one| Thing::Group(one.id.clone()));
        let people = self.facts.people().map(|one| Thing::Person(one.id.clone()));
        let users = self
            .facts
            .system_users()
            .map(|one| Thing::SystemUser(one.id.clone()));
        let some = businesses.chain(assets).chain(apps).chain(groups);
        some.chain(people)
            .chain(users)
            .chain([Thing::Realm])
            .collect()
    }

    /// Anything, known or not.
    fn anything(&self, dice: &mut Dice) -> Thing {
        let mut things = self.things();
        things.extend([
            Thing::Asset(id("as99")),
            Thing::Business(id("b99")),
            Thing::App(id("app99")),
            Thing::Group(id("g99")),
            Thing::Person(id("p99")),
            Thing::SystemUser(id("su99")),
        ]);
        dice.pick(&things).cloned().unwrap_or(Thing::Realm)
    }

    fn holder(&self, dice: &mut Dice) -> Option<Holder> {
        let mut holders: Vec<Holder> = self.facts.holders().into_iter().collect();
        if dice.chance(3) {
            holders = vec![
                Holder::Person(id("p99")),
                Holder::SystemUser(id("su99")),
                Holder::Business(id("b99")),
                Holder::App(id("app99")),
            ];
        }
        dice.pick(&holders).cloned()
    }

    /// What the needs name, and often a business.
    fn with(
        &self,
        dice: &mut Dice,
        operation: Option<&'a Operation>,
        resource: &Thing,
    ) -> Vec<(String, Thing)> {
        let mut with: Vec<(String, Thing)> = Vec::new();
        let needs = operation.map_or_else(Vec::new, |operation| all_needs(&operation.needs));
        for need in needs {
            if let Target::Named(name) = &need.target
                && !dice.chance(4)
            {
                with.push((name.clone(), self.named(dice, need, resource)));
            }
        }
        let hands_on = operation.is_some_and(|operation| operation.hands_on);
        let named = with.iter().any(|(name, _)| name == "business");
        if !named && dice.chance(if hands_on { 95 } else { 15 }) {
            with.push(("business".to_owned(), self.some_business(dice, resource)));
        }
        with
    }

    fn named(&self, dice: &mut Dice, need: &Need, resource: &Thing) -> Thing {
        let kind = self.rules.kind(need.kind);
        if kind.is_some_and(|kind| kind.family == Family::Business) {
            return self.some_business(dice, resource);
        }
        let things: Vec<Thing> = self
            .things()
            .into_iter()
            .filter(|thing| match thing {
                Thing::Asset(id) => {
                    let asset = self.facts.asset(id);
                    asset.is_some_and(|asset| kind.is_some_and(|kind| kind.name == asset.kind))
                }
                Thing::App(_) => kind.is_some_and(|kind| kind.family == Family::App),
                _ => false,
            })
            .collect();
        match dice.pick(&things) {
            Some(thing) if !dice.chance(4) => thing.clone(),
            _ => self.anything(dice),
        }
    }

    /// The owner, a partner, or any business.
    fn some_business(&self, dice: &mut Dice, resource: &Thing) -> Thing {
        let owner = self.facts.owner_business(resource).map(Thing::Business);
        let partners = self.facts.shares().filter(|share| {
            let of = match &share.of {
                AssetOrGroup::Asset(id) => Thing::Asset(id.clone()),
                AssetOrGroup::Group(id) => Thing::Group(id.clone()),
            };
            of == *resource
        });
        let partners: Vec<Thing> = partners
            .map(|share| Thing::Business(share.to.clone()))
            .collect();
        let businesses = self.facts.businesses();
        let businesses: Vec<Thing> = businesses
            .map(|one| Thing::Business(one.id.clone()))
            .collect();
        let picked = match dice.number(0, 9) {
            0..=2 => owner,
            3..=5 => dice.pick(&partners).cloned(),
            6 => None,
            _ => dice.pick(&businesses).cloned(),
        };
        picked
            .or_else(|| dice.pick(&businesses).cloned())
            .unwrap_or_else(|| self.anything(dice))
    }
}

/// Needs with all that stand behind `or`.
fn all_needs(needs: &[Need]) -> Vec<&Need> {
    needs
        .iter()
        .flat_map(|need| std::iter::once(need).chain(all_needs(&need.or)))
        .collect()
}
