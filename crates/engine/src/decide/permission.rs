//! Layer 3: does the token carry the scope, for this asset, at a level that reaches this person?
//!
//! All of it is algebra of sets: filter the granted scopes, close the rest under "implies", compare.

use rulebook::{PermissionSet, Reason, ReasonSet};

use super::{ThingIx, Walk};
use crate::directory::rows::AppRow;

impl Walk<'_> {
    /// Returns the reasons of layer 3.
    #[inline]
    pub(super) fn permission(&self, row: &AppRow, role_user: bool) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let operation = self.operation;
        let (granted, declined) = self.principal.scopes(self.directory);
        let removed = row.standing(self.profile).removed;
        let bound = self
            .principal
            .kind
            .and_then(|kind| self.rules.token_kind(kind)?.scopes);
        let granted = bound
            .map_or(granted, |bound| granted.within(bound))
            .without(removed);
        let grant = self.principal.grant;
        let held = match grant {
            // Nothing was taken away: what the scopes imply is known already.
            Some(grant) if removed.is_empty() && bound.is_none() => {
                self.directory.vocabulary.implied(grant.scopes)
            }
            _ => self.hold(granted, removed),
        };

        let missing = operation.all_scopes.without(held);
        reasons.add_if(missing.meets(declined), Reason::ScopeDeclined);
        reasons.add_if(!missing.without(declined).is_empty(), Reason::ScopeMissing);
        let any = operation.any_scope;
        if !any.is_empty() && !any.meets(held) {
            let declined = any.meets(declined);
            reasons.add(if declined {
                Reason::ScopeDeclined
            } else {
                Reason::ScopeMissing
            });
        }
        if !role_user || !operation.features.is_empty() {
            reasons = reasons.with(self.levels(row, role_user, granted, held, removed));
        }
        let targeted = grant.is_some_and(|grant| grant.targets.is_some());
        if targeted && self.resource.is_asset() {
            let reached = self.hold(self.reaching(granted), removed);
            let short = self.falls_short(held, reached);
            reasons.add_if(short, Reason::ScopeNotForAsset);
        }
        reasons
    }

    #[inline]
    fn levels(
        &self,
        row: &AppRow,
        role_user: bool,
        granted: PermissionSet,
        held: PermissionSet,
        removed: PermissionSet,
    ) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let standing = row.standing(self.profile);
        // Where everything granted is open, the levels take nothing away.
        if standing.levels && !role_user && !granted.is_within(standing.open) {
            let advanced = self.hold(granted.within(standing.advanced), removed);
            let open = self.hold(granted.within(standing.open), removed);
            reasons.add_if(self.falls_short(held, advanced), Reason::AppLevelStandard);
            reasons.add_if(self.falls_short(advanced, open), Reason::AppReviewGate);
        }
        let features = self.operation.features;
        if features.is_empty() {
            return reasons;
        }
        let have = match (standing.levels, role_user) {
            (false, _) => standing.recorded,
            (true, true) => features,
            (true, false) => standing.open,
        };
        let lacking = !features.is_within(have.without(removed));
        reasons.add_if(lacking, Reason::FeatureMissing);
        reasons
    }

    /// Is something needed in `wide` and not in `narrow`?
    #[inline]
    fn falls_short(&self, wide: PermissionSet, narrow: PermissionSet) -> bool {
        let (all, any) = (self.operation.all_scopes, self.operation.any_scope);
        !all.within(wide).is_within(narrow) || (any.meets(wide) && !any.meets(narrow))
    }

    #[inline]
    fn hold(&self, granted: PermissionSet, removed: PermissionSet) -> PermissionSet {
        self.rules.implied(granted).without(removed)
    }

    /// Returns the granted scopes that were given for this asset, or for all.
    #[inline]
    fn reaching(&self, granted: PermissionSet) -> PermissionSet {
        let grant = self.principal.grant;
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
