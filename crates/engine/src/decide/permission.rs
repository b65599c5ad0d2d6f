//! Layer 3: does the token carry the scope, for this asset, at a level that reaches this person?
//!
//! All of it is algebra of sets: filter the granted scopes, close the rest under "implies", compare.

use rulebook::{Operation, PermissionSet, Reason, ReasonSet, Rules};

use super::{ThingIx, Walk};
use crate::directory::rows::{AppRow, Standing};

/// What an operation needs in layer 3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// All of these scopes.
    pub(crate) all: PermissionSet,
    /// And one of these, unless empty.
    pub(crate) any: PermissionSet,
    /// Features the app must have.
    pub(crate) features: PermissionSet,
}

/// What a credential brings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Consent {
    /// What was granted and not taken away.
    pub(crate) granted: PermissionSet,
    /// With everything it implies.
    pub(crate) held: PermissionSet,
    pub(crate) declined: PermissionSet,
}

impl Consent {
    /// Returns consent to a set of scopes, and nothing declined.
    #[inline]
    pub(crate) fn to(granted: PermissionSet, rules: &Rules) -> Self {
        Self {
            granted,
            held: rules.implied(granted),
            declined: PermissionSet::NONE,
        }
    }
}

impl Wanted {
    #[inline]
    pub(crate) const fn of(operation: &Operation) -> Self {
        Self {
            all: operation.all_scopes,
            any: operation.any_scope,
            features: operation.features,
        }
    }

    /// Are the scopes there?
    #[inline]
    pub(crate) fn is_met(&self, held: PermissionSet) -> bool {
        self.all.is_within(held) && (self.any.is_empty() || self.any.meets(held))
    }

    /// Returns what is missing of the scopes, the access levels and the features.
    #[inline]
    pub(crate) fn missing(
        &self,
        consent: Consent,
        standing: &Standing,
        role_user: bool,
        rules: &Rules,
    ) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let Consent { held, declined, .. } = consent;
        let missing = self.all.without(held);
        reasons.add_if(missing.meets(declined), Reason::ScopeDeclined);
        reasons.add_if(!missing.without(declined).is_empty(), Reason::ScopeMissing);
        if !self.any.is_empty() && !self.any.meets(held) {
            let declined = self.any.meets(declined);
            reasons.add(if declined {
                Reason::ScopeDeclined
            } else {
                Reason::ScopeMissing
            });
        }
        // Where everything granted is open, the levels take nothing away.
        if standing.levels && !role_user && !consent.granted.is_within(standing.open) {
            reasons = reasons.with(self.levels(consent, standing, rules));
        }
        if !self.features.is_empty() {
            let have = match (standing.levels, role_user) {
                (false, _) => standing.recorded,
                (true, true) => self.features,
                (true, false) => standing.open,
            };
            let lacking = !self.features.is_within(have.without(standing.removed));
            reasons.add_if(lacking, Reason::FeatureMissing);
        }
        reasons
    }

    #[inline(never)]
    fn levels(&self, consent: Consent, standing: &Standing, rules: &Rules) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let removed = standing.removed;
        let hold = |set: PermissionSet| rules.implied(set).without(removed);
        let advanced = hold(consent.granted.within(standing.advanced));
        let open = hold(consent.granted.within(standing.open));
        reasons.add_if(
            self.falls_short(consent.held, advanced),
            Reason::AppLevelStandard,
        );
        reasons.add_if(self.falls_short(advanced, open), Reason::AppReviewGate);
        reasons
    }

    /// Is something needed in `wide` and not in `narrow`?
    #[inline]
    pub(super) fn falls_short(&self, wide: PermissionSet, narrow: PermissionSet) -> bool {
        !self.all.within(wide).is_within(narrow)
            || (self.any.meets(wide) && !self.any.meets(narrow))
    }
}

impl Walk<'_> {
    /// Returns the reasons of layer 3.
    #[inline]
    pub(super) fn permission(&self, row: &AppRow, role_user: bool) -> ReasonSet {
        let principal = &self.principal;
        let standing = row.standing(self.profile);
        let removed = standing.removed;
        let bound = principal
            .kind
            .and_then(|kind| self.rules.token_kind(kind)?.scopes);
        let granted = principal.granted;
        let granted = bound
            .map_or(granted, |bound| granted.within(bound))
            .without(removed);
        // Nothing was taken away: what the scopes imply is known already.
        let held = if removed.is_empty() && bound.is_none() {
            principal.implied
        } else {
            self.hold(granted, removed)
        };
        let consent = Consent {
            granted,
            held,
            declined: principal.declined,
        };
        let wanted = Wanted::of(self.operation);
        let mut reasons = wanted.missing(consent, standing, role_user, self.rules);
        if principal.targeted && self.resource.is_asset() {
            let reached = self.hold(self.reaching(granted), removed);
            let short = wanted.falls_short(held, reached);
            reasons.add_if(short, Reason::ScopeNotForAsset);
        }
        reasons
    }

    #[inline]
    fn hold(&self, granted: PermissionSet, removed: PermissionSet) -> PermissionSet {
        self.rules.implied(granted).without(removed)
    }

    /// Returns the granted scopes that were given for this asset, or for all.
    #[inline]
    fn reaching(&self, granted: PermissionSet) -> PermissionSet {
        let grant = self.principal.grant(self.directory);
        let Some(targets) = grant.and_then(|grant| grant.targets.as_deref()) else {
            return granted;
        };
        let mut reaching = granted;
        for (scope, assets) in targets {
            let Some(id) = self.rules.names.permission(scope) else {
                continue;
            };
            let reached = match self.resource {
                ThingIx::Asset(index) => {
                    assets.contains(&index)
                        || assets
                            .iter()
                            .any(|one| self.directory.is_linked(index, *one))
                }
                _ => false,
            };
            if !reached {
                reaching = reaching.without(PermissionSet::of(id));
            }
        }
        reaching
    }
}
