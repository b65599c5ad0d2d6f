//! Changing a realm's rulebook: what would be lost, what is renamed.

use std::collections::{BTreeMap, BTreeSet};

use engine::Directory;
use engine::fact::{Change, Fact, Terms};
use rulebook::Rulebook;

/// What activating a rulebook would do to the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activation {
    /// Names that facts use and the rulebook neither has nor renames. It is refused while there are
    /// any.
    pub missing: Vec<String>,
    /// Facts rewritten to new names.
    pub renamed: Vec<Change>,
}

/// Returns what activating a rulebook would do to a directory's facts.
#[must_use]
pub fn activation(directory: &Directory, next: &Rulebook) -> Activation {
    let names: BTreeMap<&str, &str> = next
        .renamed
        .iter()
        .map(|(old, new)| (old.as_str(), new.as_str()))
        .collect();
    let mut plan = Activation::default();
    let mut missing = BTreeSet::new();
    for fact in directory.facts() {
        let rewritten = renamed(&fact, &names);
        let now = rewritten.as_ref().unwrap_or(&fact);
        missing.extend(unknown(now, next));
        plan.renamed.extend(rewritten.map(Change::Set));
    }
    plan.missing = missing.into_iter().collect();
    plan
}

/// Returns the fact under new names, if one of its names changed.
fn renamed(fact: &Fact, names: &BTreeMap<&str, &str>) -> Option<Fact> {
    let new = |name: &mut String| {
        if let Some(now) = names.get(name.as_str()) {
            *name = (*now).to_owned();
        }
    };
    let mut fact_now = fact.clone();
    match &mut fact_now {
        Fact::Membership(fact) => new(&mut fact.role),
        Fact::SystemUser(fact) => new(&mut fact.role),
        Fact::Operator(fact) => new(&mut fact.role),
        Fact::AppRole(fact) => new(&mut fact.role),
        Fact::Asset(fact) => new(&mut fact.kind),
        Fact::AppPermission(fact) => new(&mut fact.permission),
        Fact::Token(fact) => new(&mut fact.kind),
        Fact::Share(fact) => fact.terms = new_terms(&fact.terms, new),
        Fact::Assignment(fact) => fact.terms = new_terms(&fact.terms, new),
        Fact::Grant(fact) => {
            let scopes = fact.scopes.iter_mut().chain(&mut fact.declined);
            scopes.for_each(new);
            // A scope without its list of assets would reach them all.
            let targets = std::mem::take(&mut fact.targets).into_iter();
            fact.targets = targets
                .map(|(mut scope, assets)| {
                    new(&mut scope);
                    (scope, assets)
                })
                .collect();
        }
        Fact::App(fact) => fact.app_type.iter_mut().chain(&mut fact.tier).for_each(new),
        Fact::Business(fact) => fact.profile.iter_mut().for_each(new),
        Fact::Mandate(fact) => fact.operations.iter_mut().for_each(new),
        Fact::Invitation(fact) => {
            new(&mut fact.role);
            for offered in &mut fact.assignments {
                offered.terms = new_terms(&offered.terms, new);
            }
        }
        Fact::Proposal(fact) => new(&mut fact.operation),
        Fact::AccessRequest(fact) => {
            fact.asset_kind.iter_mut().for_each(new);
            fact.terms = new_terms(&fact.terms, new);
        }
        _ => return None,
    }
    (fact_now != *fact).then_some(fact_now)
}

fn new_terms(terms: &Terms, new: impl Fn(&mut String)) -> Terms {
    let rows = terms.0.iter().map(|(kind, names)| {
        let (mut kind, mut names) = (kind.clone(), names.clone());
        new(&mut kind);
        names.iter_mut().for_each(&new);
        (kind, names)
    });
    Terms(rows.collect())
}

/// Returns the names of a fact that the rulebook does not have.
fn unknown(fact: &Fact, next: &Rulebook) -> Vec<String> {
    let rules = next.rules(0);
    let role = |family, name: &str| {
        let kind = rules.kinds.iter().find(|kind| kind.family == family);
        kind.is_some_and(|kind| kind.roles.iter().any(|role| role.name == name))
    };
    let permission = |name: &str| rules.names.permission(name).is_some();
    let lacking = |known: bool, name: &str| (!known).then(|| name.to_owned());
    let found = match fact {
        Fact::Membership(one) => lacking(role(rulebook::Family::Business, &one.role), &one.role),
        Fact::SystemUser(one) => lacking(role(rulebook::Family::Business, &one.role), &one.role),
        Fact::Invitation(one) => {
            let offered = one.assignments.iter();
            let mut found: Vec<String> = offered
                .flat_map(|offered| unknown_terms(&offered.terms, next))
                .collect();
            found.extend(lacking(
                role(rulebook::Family::Business, &one.role),
                &one.role,
            ));
            return found;
        }
        Fact::Operator(one) => lacking(role(rulebook::Family::Realm, &one.role), &one.role),
        Fact::AppRole(one) => lacking(role(rulebook::Family::App, &one.role), &one.role),
        Fact::Asset(one) => lacking(rules.kind_named(&one.kind).is_some(), &one.kind),
        Fact::AppPermission(one) => lacking(permission(&one.permission), &one.permission),
        Fact::Token(one) => lacking(rules.names.token_kind(&one.kind).is_some(), &one.kind),
        Fact::Share(one) => return unknown_terms(&one.terms, next),
        Fact::Assignment(one) => return unknown_terms(&one.terms, next),
        Fact::AccessRequest(one) => return unknown_terms(&one.terms, next),
        Fact::Business(one) => one
            .profile
            .as_ref()
            .and_then(|value| lacking(next.profile(value).is_some(), value)),
        // An app whose type is not known would be outside access levels: open to strangers.
        Fact::App(one) => {
            let known_type = |name: &str| rules.names.app_type(name).is_some();
            let known_tier = |name: &str| rules.names.tier(name).is_some();
            let app_type = one.app_type.iter().filter(|name| !known_type(name));
            let tier = one.tier.iter().filter(|name| !known_tier(name));
            return app_type.chain(tier).cloned().collect();
        }
        Fact::Mandate(one) => {
            let operations = one.operations.iter();
            let known = |name: &str| rules.names.operation(name).is_some();
            return operations.filter(|name| !known(name)).cloned().collect();
        }
        Fact::Proposal(one) => {
            let open = one.is_open() && rules.names.operation(&one.operation).is_none();
            lacking(!open, &one.operation)
        }
        Fact::Grant(one) => {
            let scopes = one.scopes.iter().chain(&one.declined);
            return scopes.filter(|scope| !permission(scope)).cloned().collect();
        }
        _ => None,
    };
    found.into_iter().collect()
}

fn unknown_terms(terms: &Terms, next: &Rulebook) -> Vec<String> {
    let rules = next.rules(0);
    let mut found = Vec::new();
    for (kind, names) in &terms.0 {
        match rules.kind_named(kind) {
            None => found.push(kind.clone()),
            Some(kind) => {
                found.extend(
                    names
                        .iter()
                        .filter(|name| kind.term(name).is_none())
                        .cloned(),
                );
            }
        }
    }
    found
}
