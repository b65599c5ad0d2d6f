//! A world that is being made.

use std::collections::BTreeSet;
use std::str::FromStr;

use engine::fact::{Fact, Properties, Terms, Value};
use engine::{BusinessId, Holder, Owner, PersonId};
use jiff::{SignedDuration, Timestamp};
use rulebook::{Family, Kind, PropertyOf, Rulebook, Rules, Scalar, Test};

use super::dice::Dice;
use crate::reference::facts::Facts;

/// A world that is being made.
pub(crate) struct Growing<'a> {
    pub(crate) dice: Dice,
    pub(crate) rulebook: &'a Rulebook,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    pub(crate) facts: Vec<Fact>,
}

/// Reads an id that was written here.
pub(crate) fn id<T: FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(id) => id,
        Err(_) => unreachable!("`{text}` is no id"),
    }
}

/// Makes an id: a short word and a number, nearly always. The engine looks for others in another way.
pub(crate) fn nth<T: FromStr>(word: &str, number: usize) -> T {
    let rest = if number % 4 == 3 { "-th" } else { "" };
    id(&format!("{word}{number}{rest}"))
}

impl<'a> Growing<'a> {
    pub(crate) fn new(dice: Dice, rulebook: &'a Rulebook, now: Timestamp) -> Self {
        Self {
            dice,
            rulebook,
            rules: rulebook.rules(0),
            now,
            facts: Vec::new(),
        }
    }

    /// In some worlds a few facts are missing.
    pub(crate) fn without_a_few(mut self) -> Self {
        if self.dice.chance(20) {
            for _ in 0..self.dice.count(1, 4) {
                let index = self.dice.count(0, self.facts.len().saturating_sub(1));
                if index < self.facts.len() {
                    self.facts.remove(index);
                }
            }
        }
        self.renewals();
        self
    }

    /// Returns the facts, each key once.
    pub(crate) fn finish(mut self) -> Vec<Fact> {
        let mut keys = BTreeSet::new();
        self.facts.retain(|fact| keys.insert(fact.key()));
        self.facts
    }

    pub(crate) fn add(&mut self, fact: impl Into<Fact>) {
        self.facts.push(fact.into());
    }

    pub(crate) fn known(&self) -> Facts<'_> {
        Facts(&self.facts)
    }

    pub(crate) fn businesses(&self) -> Vec<BusinessId> {
        self.known()
            .businesses()
            .map(|one| one.id.clone())
            .collect()
    }

    pub(crate) fn people_ids(&self) -> Vec<PersonId> {
        self.known().people().map(|one| one.id.clone()).collect()
    }

    /// Known holders, people more often than others.
    pub(crate) fn holder(&mut self) -> Option<Holder> {
        let holders: Vec<Holder> = self.known().holders().into_iter().collect();
        let wanted = match self.dice.number(0, 99) {
            0..=54 => "person",
            55..=84 => "system_user",
            85..=93 => "business",
            _ => "app",
        };
        let fitting: Vec<Holder> = holders
            .into_iter()
            .filter(|holder| holder.parts().0 == wanted)
            .collect();
        self.dice.pick(&fitting).cloned()
    }

    /// A business, mostly; sometimes a person.
    pub(crate) fn owner(&mut self) -> Option<Owner> {
        if self.dice.chance(14) {
            let people = self.people_ids();
            return self.dice.pick(&people).cloned().map(Owner::Person);
        }
        let businesses = self.businesses();
        self.dice.pick(&businesses).cloned().map(Owner::Business)
    }

    /// Over, over right now, or over later.
    pub(crate) fn moment(&mut self) -> Timestamp {
        let seconds = match self.dice.number(0, 9) {
            0..=3 => -self.dice.number(1, 4_000_000),
            4 => 0,
            5 => 1,
            _ => self.dice.number(1, 4_000_000),
        };
        self.now
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(self.now)
    }

    /// A time limit, in so many cases of a hundred.
    pub(crate) fn until(&mut self, percent: u64) -> Option<Timestamp> {
        let limited = self.dice.chance(percent);
        limited.then(|| self.moment())
    }

    pub(crate) fn kinds(&self) -> Vec<&'a Kind> {
        let kinds = self.rules.kinds.iter();
        kinds.filter(|kind| kind.family.is_asset()).collect()
    }

    /// The name of a role of a family; rarely one that no rulebook knows.
    pub(crate) fn role_of(&mut self, family: Family) -> String {
        let mut kinds = self.rules.kinds.iter();
        let kind = kinds.find(|kind| kind.family == family);
        let roles = kind.map_or(&[][..], |kind| &kind.roles);
        if self.dice.chance(4) {
            return "stowaway".to_owned();
        }
        self.dice
            .pick(roles)
            .map_or_else(String::new, |role| role.name.clone())
    }

    /// A name of a role, level or capability; rarely one that no rulebook knows.
    fn term(&mut self, kind: &Kind) -> String {
        let roles = kind.roles.iter().map(|role| role.name.clone());
        let levels = kind.levels.iter().map(|level| level.name.clone());
        let names: Vec<String> = match self.dice.number(0, 99) {
            0..=3 => vec!["stowaway".to_owned()],
            4..=15 => kind.capabilities.clone(),
            16..=65 => roles.collect(),
            _ => levels
                .chain(kind.roles.first().map(|role| role.name.clone()))
                .collect(),
        };
        self.dice.pick(&names).cloned().unwrap_or_default()
    }

    /// Terms for one kind, as an assignment on one asset has them.
    pub(crate) fn terms_for(&mut self, kind: &str) -> Terms {
        let mut terms = Terms::default();
        if let Some(known) = self.rules.kind_named(kind) {
            let names = (0..self.dice.count(1, 2))
                .map(|_| self.term(known))
                .collect();
            terms.0.insert(kind.to_owned(), names);
        }
        if self.dice.chance(4) {
            terms
                .0
                .insert("flotsam".to_owned(), vec!["admin".to_owned()]);
        }
        terms
    }

    /// Terms for some kinds, as a share of a group has them.
    pub(crate) fn terms_for_kinds(&mut self) -> Terms {
        let kinds: Vec<String> = self.kinds().iter().map(|kind| kind.name.clone()).collect();
        let mut all = Terms::default();
        for kind in self.dice.some(&kinds, 60) {
            all.0.extend(self.terms_for(&kind).0);
        }
        all
    }

    /// Properties that conditions of the rulebook look at.
    pub(crate) fn properties(&mut self, of: PropertyOf) -> Properties {
        properties(&mut self.dice, self.rulebook, of, 60)
    }
}

/// Properties that conditions of a rulebook look at, each in so many cases of a hundred.
pub(crate) fn properties(
    dice: &mut Dice,
    rulebook: &Rulebook,
    of: PropertyOf,
    percent: u64,
) -> Properties {
    let rules = rulebook.profiles.iter();
    let operations = rules.flat_map(|rules| rules.operations.iter().flatten());
    let conditions = operations.flat_map(|operation| operation.conditions.iter().flatten());
    let mut found = Properties::new();
    for condition in conditions.filter(|condition| condition.of == of) {
        if dice.chance(percent) {
            let value = match &condition.test {
                Test::OneOf(values) => dice.pick(values).map(value),
                Test::AtMost(most) => Some(Value::Number(most + dice.number(-1, 1))),
                Test::WithinHours { .. } => None,
            };
            let other = Value::Text("other".to_owned());
            let value = value.filter(|_| !dice.chance(25)).unwrap_or(other);
            found.insert(condition.property.clone(), value);
        }
    }
    found
}

fn value(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Bool(value) => Value::Bool(*value),
        Scalar::Number(value) => Value::Number(*value),
        Scalar::Text(value) => Value::Text(value.clone()),
    }
}
