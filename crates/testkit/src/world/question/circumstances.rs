//! Contexts and evidence.

use engine::fact::{Properties, Terms};
use engine::{
    AmountChange, Context, DelegateId, Evidence, Figure, Figures, GroupId, PersonId, Proof, Rate,
    Thing,
};
use jiff::{SignedDuration, Timestamp};
use rulebook::{Operation, PropertyOf};

use super::Asking;
use crate::world::dice::Dice;
use crate::world::growing::{id, properties};

impl Asking<'_> {
    pub(crate) fn context(
        &self,
        dice: &mut Dice,
        operation: Option<&Operation>,
        resource: &Thing,
    ) -> Context {
        let hands_on = operation.is_some_and(|operation| operation.hands_on);
        let bounded = operation.is_some_and(|operation| !operation.bounded_by.is_empty());
        let conditions = operation.is_some_and(|operation| !operation.conditions.is_empty());
        let mut named = |of| {
            if conditions || dice.chance(3) {
                properties(dice, &self.world.rulebook, of, 40)
            } else {
                Properties::new()
            }
        };
        let subject = named(PropertyOf::Subject);
        let on = named(PropertyOf::Resource);
        let action = named(PropertyOf::Action);
        let other = named(PropertyOf::Context);
        Context {
            project: self.project(dice),
            terms: if hands_on || dice.chance(3) {
                self.terms(dice, resource)
            } else {
                Terms::default()
            },
            delegate: self.delegate(dice),
            change: dice
                .chance(if bounded { 85 } else { 5 })
                .then(|| change(dice)),
            subject,
            resource: on,
            action,
            other,
        }
    }

    fn project(&self, dice: &mut Dice) -> Option<GroupId> {
        let mut groups: Vec<GroupId> = self.facts.groups().map(|one| one.id.clone()).collect();
        groups.push(id("g99"));
        let named = dice.chance(7);
        dice.pick(&groups).cloned().filter(|_| named)
    }

    fn delegate(&self, dice: &mut Dice) -> Option<DelegateId> {
        let mut delegates: Vec<DelegateId> =
            self.facts.delegates().map(|one| one.id.clone()).collect();
        delegates.push(id("d99"));
        let named = dice.chance(7);
        dice.pick(&delegates).cloned().filter(|_| named)
    }

    fn terms(&self, dice: &mut Dice, resource: &Thing) -> Terms {
        let kinds: Vec<_> = match resource {
            Thing::Asset(id) => {
                let kind = self.facts.asset(id).map(|asset| asset.kind.as_str());
                kind.and_then(|kind| self.rules.kind_named(kind))
                    .into_iter()
                    .collect()
            }
            _ => {
                let assets = self.rules.kinds.iter();
                dice.some(
                    &assets
                        .filter(|kind| kind.family.is_asset())
                        .collect::<Vec<_>>(),
                    40,
                )
            }
        };
        let mut terms = Terms::default();
        for kind in kinds {
            let roles = kind.roles.iter().map(|role| role.name.clone());
            let levels = kind.levels.iter().map(|level| level.name.clone());
            let capabilities = kind.capabilities.iter().cloned();
            let names: Vec<String> = roles.chain(levels).chain(capabilities).collect();
            let name = if dice.chance(4) {
                Some("stowaway".to_owned())
            } else {
                dice.pick(&names).cloned()
            };
            terms
                .0
                .insert(kind.name.clone(), name.into_iter().collect());
        }
        if dice.chance(4) {
            terms
                .0
                .insert("flotsam".to_owned(), vec!["admin".to_owned()]);
        }
        terms
    }

    pub(crate) fn evidence(&self, dice: &mut Dice) -> Evidence {
        let people: Vec<PersonId> = self.facts.people().map(|one| one.id.clone()).collect();
        let approved = dice.chance(60);
        let now = self.world.now;
        Evidence {
            proof: match dice.number(0, 19) {
                0 => Proof::Wrong,
                1..=3 => Proof::Missing,
                _ => Proof::Valid,
            },
            rate: if dice.chance(4) {
                Rate::Exceeded
            } else {
                Rate::Within
            },
            second_factor: dice.chance(55),
            approved_by: dice.pick(&people).cloned().filter(|_| approved),
            figures: Figures {
                daily_budget_total: figure(dice, now, 10_000, 60_000),
                cpa: figure(dice, now, 1_000, 4_000),
                roas: figure(dice, now, 1_000, 5_000),
                spend_total: figure(dice, now, 10_000, 60_000),
                active_ads: figure(dice, now, 0, 1),
            },
        }
    }
}

fn change(dice: &mut Dice) -> AmountChange {
    let from = u64::try_from(dice.number(0, 20_000)).unwrap_or(0);
    let raise = u64::try_from(dice.number(0, 6_000)).unwrap_or(0);
    match dice.number(0, 9) {
        0 => AmountChange { from, to: from },
        1 => AmountChange { from, to: from / 2 },
        2 => AmountChange { from: 0, to: raise },
        3 => AmountChange {
            from: 10_000,
            to: 12_000,
        },
        _ => AmountChange {
            from,
            to: from + raise,
        },
    }
}

/// A figure, mostly fresh.
fn figure(dice: &mut Dice, now: Timestamp, least: i64, most: i64) -> Option<Figure> {
    let age = match dice.number(0, 29) {
        0 => 900,
        1 => 901,
        2 => -1,
        3 => 60,
        4 => 100_000,
        5 => return None,
        _ => dice.number(0, 50),
    };
    let at = now.checked_sub(SignedDuration::from_secs(age)).ok()?;
    let value = u64::try_from(dice.number(least, most)).unwrap_or(0);
    Some(Figure { value, at })
}
