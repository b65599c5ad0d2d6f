//! What a person says on the consent page.

use std::collections::{BTreeMap, BTreeSet};

use engine::{AssetId, Directory};
use rulebook::{Need, Operation, PermissionSet, Rules};
use serde::{Deserialize, Serialize};

use crate::details::Detail;

/// What a person gave and declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The scopes given.
    pub scopes: Vec<String>,
    /// The scopes declined.
    pub declined: Vec<String>,
    /// For each scope that reaches assets, those it is given for.
    pub targets: BTreeMap<String, Vec<AssetId>>,
}

impl Consent {
    /// Returns what a choice comes to: never more than was asked for, and never an asset that was
    /// not offered. Nothing when every scope was declined.
    ///
    /// `offered`: the assets that the page offered. `details`: the assets the client named, each
    /// for its own scopes; a client that named none leaves the choice to the person.
    #[must_use]
    pub fn of(
        directory: &Directory,
        (asked, details): (&[String], &[Detail]),
        given: &BTreeSet<String>,
        chosen: &BTreeSet<AssetId>,
        offered: &BTreeSet<AssetId>,
    ) -> Option<Self> {
        let rules = directory.rulebook().rules(0);
        let (scopes, declined): (Vec<String>, Vec<String>) = asked
            .iter()
            .cloned()
            .partition(|scope| given.contains(scope));
        if scopes.is_empty() {
            return None;
        }
        let named = |scope: &str, asset: &AssetId| {
            details.is_empty()
                || details.iter().any(|detail| {
                    let all = detail.privileges.is_empty();
                    let this = detail.privileges.iter().any(|one| one == scope);
                    detail.identifier == *asset && (all || this)
                })
        };
        let targets = scopes.iter().filter(|scope| reaches_assets(rules, scope));
        let targets = targets.map(|scope| {
            let assets = chosen.intersection(offered);
            let assets = assets.filter(|asset| named(scope, asset)).cloned();
            (scope.clone(), assets.collect())
        });
        Some(Self {
            targets: targets.collect(),
            scopes,
            declined,
        })
    }
}

/// Does a scope open anything on assets? Only then are assets chosen for it.
#[must_use]
pub fn reaches_assets(rules: &Rules, scope: &str) -> bool {
    let Some(id) = rules.names.permission(scope) else {
        return false;
    };
    let scope = rules.implied(PermissionSet::of(id));
    rules
        .operations
        .iter()
        .flatten()
        .filter(|operation| operation.all_scopes.meets(scope) || operation.any_scope.meets(scope))
        .any(|operation| is_about_assets(rules, operation))
}

fn is_about_assets(rules: &Rules, operation: &Operation) -> bool {
    fn asks(rules: &Rules, need: &Need) -> bool {
        let kind = rules.kind(need.kind);
        kind.is_some_and(|kind| kind.family.is_asset())
            || need.or.iter().any(|other| asks(rules, other))
    }
    operation.needs.iter().any(|need| asks(rules, need))
}
