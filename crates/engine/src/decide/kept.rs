//! Which permissions keep an app from what it asks for: the same algebra as layer 3, told one by one.

use rulebook::{PermissionId, PermissionSet};

use super::{Walk, Wanted};

/// Permissions that keep an app from what it asks for, by what keeps them.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Given up by the app.
    pub(crate) removed: PermissionSet,
    /// At Standard, and a stranger asks.
    pub(crate) standard: PermissionSet,
    /// At Advanced, and its gate is closed.
    pub(crate) gated: PermissionSet,
    /// Features the operation needs.
    pub(crate) features: PermissionSet,
}

impl Walk<'_> {
    /// Returns the permissions that keep the app from what it asks for here, by what keeps them.
    pub(crate) fn kept(&self) -> Kept {
        let mut kept = Kept::default();
        let Some(row) = self.principal.app_row else {
            return kept;
        };
        let standing = row.standing(self.profile);
        let granted = self.principal.granted;
        let bound = self
            .principal
            .kind
            .and_then(|kind| self.rules.token_kind(kind)?.scopes);
        let granted = bound.map_or(granted, |bound| granted.within(bound));
        let removed = standing.removed;
        let live = granted.without(removed);
        let hold = |set: PermissionSet| self.rules.implied(set).without(removed);
        let held = hold(live);
        let wanted = Wanted::of(self.operation);
        let needed = self.operation.all_scopes.with(self.operation.any_scope);
        kept.removed = self.carriers(granted.within(removed), needed.without(held));
        let role_user = self.is_role_user(row);
        if standing.levels && !role_user {
            let advanced = hold(live.within(standing.advanced));
            let open = hold(live.within(standing.open));
            if wanted.falls_short(held, advanced) {
                let short = needed.within(held).without(advanced);
                kept.standard = self.carriers(live.without(standing.advanced), short);
            }
            if wanted.falls_short(advanced, open) {
                let short = needed.within(advanced).without(open);
                kept.gated = self.carriers(live.within(standing.advanced), short);
            }
        }
        let features = self.operation.features;
        let have = match (standing.levels, role_user) {
            (false, _) => standing.recorded,
            (true, true) => features,
            (true, false) => standing.open,
        };
        kept.features = features.without(have.without(removed));
        kept
    }

    /// Returns those that carry one of the needed ones.
    fn carriers(&self, of: PermissionSet, needed: PermissionSet) -> PermissionSet {
        let carries = |one: &PermissionSet| self.rules.implied(*one).meets(needed);
        let each = of.iter().map(PermissionSet::of).filter(carries);
        each.fold(PermissionSet::NONE, PermissionSet::with)
    }

    /// Is this permission approved for every such app, without a review?
    pub(crate) fn is_automatic(&self, permission: PermissionId) -> bool {
        let Some(row) = self.principal.app_row else {
            return false;
        };
        let app_type = row.fact.as_ref().and_then(|fact| fact.app_type.as_deref());
        let Some(id) = app_type.and_then(|name| self.rules.names.app_type(name)) else {
            return false;
        };
        self.rules.auto_approvals.iter().any(|rule| {
            rule.app_types.contains(&id)
                && rule
                    .created_before_ms
                    .is_none_or(|before| row.created < before)
                && rule.permissions.meets(PermissionSet::of(permission))
        })
    }
}
