//! Findings about what acts by itself.

use std::collections::{BTreeMap, BTreeSet};

use engine::fact::{App, Fact, Grant, Key, Limits, MandateMode, MandateOf};
use engine::{AssetOrGroup, BusinessId, Holder, Owner, SystemUserId, Thing};
use rulebook::{Class, Rules};

use super::{Facts, Finding, FindingCode, FindingOn};
use crate::{MapDelegate, RevokeGrant, SetMandate};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = personal(facts);
    found.extend(unlimited(facts));
    found.extend(one_to_one(facts));
    found
}

/// Consents of people to tools that act by themselves, while a token of theirs is alive.
fn personal(facts: &Facts<'_>) -> Vec<Finding> {
    let mut grants: Vec<&Grant> = facts.live().map(|(_, grant)| grant).collect();
    grants.sort_by(|one, other| one.id.cmp(&other.id));
    grants.dedup_by(|one, other| one.id == other.id);
    let found = grants.into_iter().filter_map(|grant| {
        let app = facts.apps.get(&grant.app).filter(|app| app.automated)?;
        let Holder::Person(person) = &grant.holder else {
            return None;
        };
        Some(Finding {
            code: FindingCode::PersonalAutomation,
            what: format!(
                "app:{} acts by itself with grant {} of person:{person}; install it on a system user",
                app.id, grant.id
            ),
            on: FindingOn::Thing(Thing::App(app.id.clone())),
            business: facts.owner_of(&app.id),
            mend: Some(
                RevokeGrant {
                    grant: grant.id.clone(),
                    reason: None, scopes: Vec::new() }
                .into(),
            ),
        })
    });
    found.collect()
}

/// Tools that act by themselves, carry a scope that writes, and have no mandate that is in force.
fn unlimited(facts: &Facts<'_>) -> Vec<Finding> {
    let writing = writing(facts.directory.rulebook().rules(0));
    let mut scopes: BTreeMap<&engine::AppId, BTreeSet<&str>> = BTreeMap::new();
    for (_, grant) in facts.live() {
        let carried = grant.scopes.iter().map(String::as_str);
        let carried = carried.filter(|scope| writing.contains(scope));
        scopes.entry(&grant.app).or_default().extend(carried);
    }
    let automated = facts.apps.values().filter(|app| app.automated);
    let found = automated.filter_map(|app| {
        let scopes = scopes.get(&app.id).filter(|scopes| !scopes.is_empty())?;
        let scopes: Vec<&str> = scopes.iter().copied().collect();
        (!has_mandate(facts, app)).then(|| Finding {
            code: FindingCode::NoMandate,
            what: format!(
                "app:{} acts by itself, carries {} and has no mandate",
                app.id,
                scopes.join(", ")
            ),
            on: FindingOn::Thing(Thing::App(app.id.clone())),
            business: facts.owner_of(&app.id),
            mend: facts
                .owner_of(&app.id)
                .map(|maker| first_mandate(facts, maker, app).into()),
        })
    });
    found.collect()
}

/// The smallest mandate: each change approved, none raises an amount at all. It is the client's to
/// set: the first that shared something to the maker of the tool, or else the maker himself.
fn first_mandate(facts: &Facts<'_>, maker: BusinessId, app: &App) -> SetMandate {
    let shares = facts.directory.shares_to(&maker).into_iter();
    let mut clients = shares.filter_map(|fact| match fact {
        Fact::Share(share) => facts.owner_of_shared(&share.of),
        _ => None,
    });
    SetMandate {
        id: None,
        business: clients.next().unwrap_or(maker),
        to: MandateOf::App(app.id.clone()),
        assets: Vec::new(),
        operations: Vec::new(),
        mode: MandateMode::SemiAutomatic,
        limits: Limits {
            step: Some(0),
            ..Limits::default()
        },
        until: None,
        approvers: Vec::new(),
        fresh_within_s: None,
    }
}

impl Facts<'_> {
    fn owner_of_shared(&self, of: &AssetOrGroup) -> Option<BusinessId> {
        let key = match of {
            AssetOrGroup::Asset(id) => Key::Asset(id.clone()),
            AssetOrGroup::Group(id) => Key::Group(id.clone()),
        };
        match self.directory.fact(&key)? {
            Fact::Asset(asset) => match asset.owner {
                Owner::Business(id) => Some(id),
                Owner::Person(_) => None,
            },
            Fact::Group(group) => Some(group.business),
            _ => None,
        }
    }
}

fn has_mandate(facts: &Facts<'_>, app: &App) -> bool {
    let mut mandates = facts.directory.mandates_to(&MandateOf::App(app.id.clone()));
    if let Owner::Business(owner) = &app.owner {
        let partner = MandateOf::Partner(owner.clone());
        mandates.extend(facts.directory.mandates_to(&partner));
    }
    mandates.iter().any(|fact| match fact {
        Fact::Mandate(one) => !one.stopped && one.until.is_none_or(|until| until > facts.now),
        _ => false,
    })
}

/// Returns the scopes that some write needs.
fn writing(rules: &Rules) -> BTreeSet<&str> {
    let operations = rules.operations.iter().flatten();
    let writes = operations.filter(|operation| operation.class == Class::Write);
    let scopes = writes.flat_map(|operation| {
        operation
            .all_scopes
            .iter()
            .chain(operation.any_scope.iter())
    });
    scopes
        .map(|scope| rules.names.permission_name(scope))
        .collect()
}

/// Employees known elsewhere, several of them, each of whom acts through a system user of his own.
fn one_to_one(facts: &Facts<'_>) -> Vec<Finding> {
    let mut of: BTreeMap<&BusinessId, Vec<&engine::fact::Delegate>> = BTreeMap::new();
    for delegate in &facts.delegates {
        of.entry(&delegate.business).or_default().push(delegate);
    }
    let found = of.into_iter().filter_map(|(business, delegates)| {
        let users: BTreeSet<&SystemUserId> = delegates.iter().map(|one| &one.system_user).collect();
        let (first, second) = (delegates.first()?, delegates.get(1)?);
        (users.len() == delegates.len()).then(|| Finding {
            code: FindingCode::OneToOne,
            what: format!(
                "each of {} employees of business:{business} acts through a system user of his own",
                delegates.len()
            ),
            on: FindingOn::Thing(Thing::Business(business.clone())),
            business: Some(business.clone()),
            mend: Some(
                MapDelegate {
                    delegate: second.id.clone(),
                    system_user: first.system_user.clone(),
                    assets: second.assets.clone(),
                }
                .into(),
            ),
        })
    });
    found.collect()
}
