//! Layer 3: does the token carry the scope, for this asset, at a level that reaches this person?

use engine::fact::{App, AppPermission, Checkup, Level};
use engine::{Owner, Thing};
use rulebook::{AccessLevel, AutoApproval, CheckupConsequence, Permission, PermissionSet, Reason};

use super::case::{Case, meets, when};
use super::principal::{Bearer, Principal};
use super::{Names, Reasons};

impl<'a> Case<'a> {
    pub(crate) fn layer_3(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> Reasons {
        let granted = self.granted(bearer);
        let held = self.hold(bearer.app, &granted);
        let stranger = self.is_stranger(principal.holder, bearer.app);
        let mut reasons = self.scopes_carried(bearer, &held);
        if stranger && self.levels_apply(bearer.app) {
            reasons.extend(self.levels_reached(bearer, &granted, &held));
        }
        let missing = self.lacks_a_feature(bearer.app, stranger);
        reasons.extend(when(missing, Reason::FeatureMissing));
        let elsewhere = self.is_granted_elsewhere(bearer, &granted, &held);
        reasons.extend(when(elsewhere, Reason::ScopeNotForAsset));
        reasons
    }

    /// Rule 1.
    fn scopes_carried(&self, bearer: &Bearer<'a>, held: &Names<'a>) -> Reasons {
        let declined: Names<'_> = bearer.declined.iter().copied().collect();
        let all = self.names(self.operation.all_scopes);
        let missing: Names<'_> = all.difference(held).copied().collect();
        let mut reasons = Reasons::new();
        reasons.extend(when(meets(&missing, &declined), Reason::ScopeDeclined));
        reasons.extend(when(!missing.is_subset(&declined), Reason::ScopeMissing));
        let any = self.names(self.operation.any_scope);
        if !any.is_empty() && !meets(&any, held) {
            reasons.insert(if meets(&any, &declined) {
                Reason::ScopeDeclined
            } else {
                Reason::ScopeMissing
            });
        }
        reasons
    }

    /// Rule 2.
    fn levels_reached(
        &self,
        bearer: &Bearer<'a>,
        granted: &Names<'a>,
        held: &Names<'a>,
    ) -> Reasons {
        let app = bearer.app;
        let advanced: Names<'a> = granted
            .iter()
            .copied()
            .filter(|name| self.level(app, name) == Level::Advanced)
            .collect();
        let open: Names<'a> = advanced
            .iter()
            .copied()
            .filter(|name| !self.is_gate_closed(app, name))
            .collect();
        let advanced = self.hold(app, &advanced);
        let open = self.hold(app, &open);
        let mut reasons = Reasons::new();
        let standard = self.loses(held, &advanced);
        reasons.extend(when(standard, Reason::AppLevelStandard));
        let gated = self.loses(&advanced, &open);
        reasons.extend(when(gated, Reason::AppReviewGate));
        reasons
    }

    /// Rule 3.
    fn lacks_a_feature(&self, app: &App, stranger: bool) -> bool {
        self.names(self.operation.features).into_iter().any(|name| {
            let record = self.record(app, name);
            let removed = record.is_some_and(|record| record.removed);
            if self.levels_apply(app) {
                let open =
                    self.level(app, name) == Level::Advanced && !self.is_gate_closed(app, name);
                removed || (stranger && !open)
            } else {
                removed || record.is_none()
            }
        })
    }

    /// Rule 4.
    fn is_granted_elsewhere(
        &self,
        bearer: &Bearer<'a>,
        granted: &Names<'a>,
        held: &Names<'a>,
    ) -> bool {
        let Thing::Asset(asset) = &self.request.resource else {
            return false;
        };
        let known = self.facts.asset(asset).is_some();
        let linked = self.facts.linked_to(asset);
        let for_asset: Names<'a> = granted
            .iter()
            .copied()
            .filter(|name| {
                let targets = bearer.targets.and_then(|targets| targets.get(*name));
                targets.is_none_or(|targets| {
                    let mut targets = targets.iter();
                    known && targets.any(|target| target == asset || linked.contains(target))
                })
            })
            .collect();
        self.loses(held, &self.hold(bearer.app, &for_asset))
    }

    /// Was what the operation needs there before, and is it not any more?
    fn loses(&self, before: &Names<'a>, after: &Names<'a>) -> bool {
        let all = self.names(self.operation.all_scopes);
        let any = self.names(self.operation.any_scope);
        let some_of_all = all.intersection(before).any(|scope| !after.contains(scope));
        some_of_all || (meets(&any, before) && !meets(&any, after))
    }

    /// `G`: the granted scopes the rulebook knows, less those outside the token kind's `scopes`,
    /// less those the app gave up.
    fn granted(&self, bearer: &Bearer<'a>) -> Names<'a> {
        let mut kinds = self.rules.token_kinds.iter();
        let bounds = kinds
            .find(|kind| kind.name == bearer.kind)
            .and_then(|kind| kind.scopes)
            .map(|scopes| self.names(scopes));
        let known = bearer.scopes.iter().copied();
        known
            .filter(|name| self.permission(name).is_some())
            .filter(|name| bounds.as_ref().is_none_or(|bounds| bounds.contains(name)))
            .filter(|name| !self.is_removed(bearer.app, name))
            .collect()
    }

    /// Everything in a set and implied by it, less what the app gave up.
    fn hold(&self, app: &App, set: &Names<'a>) -> Names<'a> {
        let implied = set
            .iter()
            .filter_map(|name| self.permission(name))
            .flat_map(|permission| self.names(permission.implies));
        let all = set.iter().copied().chain(implied);
        all.filter(|name| !self.is_removed(app, name)).collect()
    }

    /// Levels apply when the app has a type of the rulebook with `access_levels`.
    fn levels_apply(&self, app: &App) -> bool {
        let mut types = self.rules.app_types.iter();
        types.any(|known| Some(&known.name) == app.app_type.as_ref() && known.access_levels)
    }

    /// The recorded level; else what the first auto-approval that fits and lists it starts at.
    fn level(&self, app: &App, name: &str) -> Level {
        if let Some(record) = self.record(app, name) {
            return record.level;
        }
        match self.auto_approval(app, name).map(|row| row.starts) {
            Some(AccessLevel::Advanced) => Level::Advanced,
            Some(AccessLevel::Standard) | None => Level::Standard,
        }
    }

    fn auto_approval(&self, app: &App, name: &str) -> Option<&'a AutoApproval> {
        self.rules.auto_approvals.iter().find(|row| {
            let types = row
                .app_types
                .iter()
                .filter_map(|number| self.rules.app_types.get(usize::from(*number)));
            let right_type = types
                .map(|known| Some(known.name.as_str()))
                .any(|known| known == app.app_type.as_deref());
            let in_time = row
                .created_before_ms
                .is_none_or(|day| app.created.as_millisecond() < day);
            right_type && in_time && self.names(row.permissions).contains(name)
        })
    }

    fn is_gate_closed(&self, app: &App, name: &str) -> bool {
        let auto_approved = self.auto_approval(app, name).is_some();
        let verified = match &app.owner {
            Owner::Business(id) => self.facts.business(id).is_some_and(|owner| owner.verified),
            Owner::Person(_) => false,
        };
        let unverified = self.rules.verification && !auto_approved && !verified;
        let review = self
            .permission(name)
            .is_some_and(|permission| permission.review);
        let approved = self.record(app, name).is_some_and(|record| record.approved);
        let unreviewed = review && !auto_approved && !approved;
        let missed = app.checkup == Checkup::Missed
            && self.rules.missed_checkup == CheckupConsequence::Standard;
        unverified || unreviewed || missed
    }

    fn record(&self, app: &App, name: &str) -> Option<&'a AppPermission> {
        let mut records = self.facts.app_permissions();
        records.find(|record| record.app == app.id && record.permission == name)
    }

    fn is_removed(&self, app: &App, name: &str) -> bool {
        self.record(app, name).is_some_and(|record| record.removed)
    }

    fn permission(&self, name: &str) -> Option<&'a Permission> {
        let mut permissions = self.rules.permissions.iter();
        permissions.find(|permission| permission.name == name)
    }

    fn names(&self, set: PermissionSet) -> Names<'a> {
        set.iter()
            .filter_map(|id| self.rules.permission(id))
            .map(|permission| permission.name.as_str())
            .collect()
    }
}
