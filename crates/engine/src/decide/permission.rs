//! Layer 3: does the token carry the scope, for this asset, at a level that reaches this person?
//!
//! All of it is algebra of sets: filter the granted scopes, close the rest under "implies", compare.

use rulebook::{AccessLevel, CheckupConsequence, PermissionId, PermissionSet, Reason, ReasonSet};

use super::{ThingIx, Walk};
use crate::directory::index::Who;
use crate::directory::rows::AppRow;
use crate::fact::{Checkup, Level};

/// What an app has of its permissions, as sets.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    removed: PermissionSet,
    recorded: PermissionSet,
    /// At Advanced.
    advanced: PermissionSet,
    /// At Advanced with the gate open.
    open: PermissionSet,
    /// Do levels apply?
    levels: bool,
}

impl Walk<'_> {
    /// Returns the reasons of layer 3.
    #[inline]
    pub(super) fn permission(&self, app: u32, role_user: bool) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let Some(row) = self.directory.apps.get(app) else {
            return reasons;
        };
        let operation = self.operation;
        let (granted, declined) = self.principal.scopes(self.directory);
        let removed = self.removed(row);
        let bound = self
            .principal
            .kind
            .and_then(|kind| self.rules.token_kind(kind)?.scopes);
        let granted = bound
            .map_or(granted, |bound| granted.within(bound))
            .without(removed);
        let grant = self.principal.grant_row(self.directory);
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

    fn levels(
        &self,
        row: &AppRow,
        role_user: bool,
        granted: PermissionSet,
        held: PermissionSet,
        removed: PermissionSet,
    ) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let standing = self.standing(row);
        if standing.levels && !role_user {
            let advanced = self.hold(granted.within(standing.advanced), removed);
            let open = self.hold(granted.within(standing.open), removed);
            reasons.add_if(self.falls_short(held, advanced), Reason::AppLevelStandard);
            reasons.add_if(self.falls_short(advanced, open), Reason::AppReviewGate);
        }
        let features = self.operation.features;
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

    #[inline]
    fn removed(&self, row: &AppRow) -> PermissionSet {
        if row.permissions.is_empty() {
            return PermissionSet::NONE;
        }
        let states = row.permissions.iter().filter(|(_, state)| state.removed);
        states
            .filter_map(|(name, _)| self.rules.names.permission(name))
            .collect()
    }

    /// Returns the granted scopes that were given for this asset, or for all.
    #[inline]
    fn reaching(&self, granted: PermissionSet) -> PermissionSet {
        let grant = self.principal.grant_row(self.directory);
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

    fn standing(&self, row: &AppRow) -> Standing {
        let Some(fact) = &row.fact else {
            return Standing::default();
        };
        let names = &self.rules.names;
        let app_type = fact
            .app_type
            .as_deref()
            .and_then(|name| names.app_type(name));
        let mut standing = Standing {
            levels: app_type
                .and_then(|id| self.rules.app_types.get(usize::from(id)))
                .is_some_and(|app_type| app_type.access_levels),
            ..Standing::default()
        };
        let (mut automatic, mut approved) = (PermissionSet::NONE, PermissionSet::NONE);
        let rows = self.rules.auto_approvals.iter().filter(|row| {
            app_type.is_some_and(|id| row.app_types.contains(&id))
                && row
                    .created_before_ms
                    .is_none_or(|before| fact.created.as_millisecond() < before)
        });
        for rule in rows {
            if rule.starts == AccessLevel::Advanced {
                let first = rule.permissions.without(automatic);
                standing.advanced = standing.advanced.with(first);
            }
            automatic = automatic.with(rule.permissions);
        }
        for (name, state) in row.permissions.iter() {
            let Some(id) = names.permission(name) else {
                continue;
            };
            let one = PermissionSet::of(id);
            standing.recorded = standing.recorded.with(one);
            if state.removed {
                standing.removed = standing.removed.with(one);
            }
            if state.approved {
                approved = approved.with(one);
            }
            standing.advanced = match state.level {
                Level::Advanced => standing.advanced.with(one),
                Level::Standard => standing.advanced.without(one),
            };
        }
        standing.open = self.open(row, standing.advanced, automatic, approved);
        standing
    }

    /// Returns those at Advanced whose gate is open.
    fn open(
        &self,
        row: &AppRow,
        advanced: PermissionSet,
        automatic: PermissionSet,
        approved: PermissionSet,
    ) -> PermissionSet {
        let missed = row.checkup == Checkup::Missed
            && self.rules.missed_checkup == CheckupConsequence::Standard;
        if missed {
            return PermissionSet::NONE;
        }
        let verified = match row.owner.which() {
            Who::Business(index) => self
                .directory
                .businesses
                .get(index)
                .is_some_and(|row| row.present && row.verified),
            _ => false,
        };
        let needs_review = |id: &PermissionId| {
            self.rules
                .permission(*id)
                .is_some_and(|permission| permission.review)
        };
        let reviewed: PermissionSet = advanced
            .iter()
            .filter(|id| !needs_review(id) || approved.meets(PermissionSet::of(*id)))
            .collect();
        let verified = if self.rules.verification && !verified {
            PermissionSet::NONE
        } else {
            reviewed
        };
        verified.with(advanced.within(automatic))
    }
}
