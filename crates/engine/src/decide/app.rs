//! Layer 2: may this app act here: mode, environment, claim, tier, rate?

use rulebook::{CheckupConsequence, Class, ModeAssets, ModePeople, ModeRule, Reason, ReasonSet};

use super::{ThingIx, Walk};
use crate::directory::index::Who;
use crate::directory::rows::{AppRow, AssetMarks};
use crate::fact::Checkup;
use crate::request::Rate;

impl Walk<'_> {
    /// Returns the reasons of layer 2.
    #[inline]
    pub(super) fn app(&self, row: &AppRow, role_user: bool) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        let operation = self.operation;
        reasons.add_if(self.evidence.rate == Rate::Exceeded, Reason::RateLimited);
        if !row.quiet {
            reasons = reasons.with(self.app_itself(row, role_user));
        }
        reasons.add_if(self.is_tester_on_real_asset(row), Reason::EnvSandbox);
        if operation.claimed {
            let business = self.primary_business();
            let claimed =
                business.is_some_and(|one| self.directory.has_app_here_or_above(one, row));
            reasons.add_if(!claimed, Reason::AppNotClaimed);
        }
        if operation.tier > 0 {
            let rank = row.standing(self.profile).tier;
            let spared = operation
                .unless_listed
                .as_ref()
                .zip(row.fact.as_ref())
                .is_some_and(|(list, fact)| fact.allow_lists.contains(list));
            reasons.add_if(rank < operation.tier && !spared, Reason::AppTier);
        }
        if let Some(list) = &operation.allow_list {
            let fact = row.fact.as_ref();
            let listed = fact.is_some_and(|fact| fact.allow_lists.contains(list));
            reasons.add_if(!listed, Reason::AppReviewGate);
        }
        reasons
    }

    /// What speaks against the app whatever is asked of it, or nearly so.
    fn app_itself(&self, row: &AppRow, role_user: bool) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        reasons.add_if(row.suspended, Reason::AppSuspended);
        if row.development
            && let Some(rule) = &self.rules.development
        {
            let people = rule.people == ModePeople::WithRole && !role_user;
            reasons.add_if(
                people || !self.mode_reaches(rule, row, true),
                Reason::AppNotLive,
            );
        }
        if row.sandbox
            && let Some(rule) = &self.rules.sandbox
        {
            reasons.add_if(!self.mode_reaches(rule, row, false), Reason::EnvSandbox);
        }
        reasons.add_if(self.is_gated(row), Reason::AppReviewGate);
        reasons
    }

    fn is_gated(&self, row: &AppRow) -> bool {
        self.is_deactivated(row) || self.needs_confirmation(row)
    }

    fn is_deactivated(&self, row: &AppRow) -> bool {
        row.checkup == Checkup::Missed
            && self.rules.missed_checkup == CheckupConsequence::Deactivated
    }

    fn needs_confirmation(&self, row: &AppRow) -> bool {
        row.automated
            && !row.confirmed_partner
            && self.operation.class == Class::Write
            && !(matches!(self.resource, ThingIx::Asset(_)) && self.owner == row.owner)
    }

    /// Is a missed checkup in the way of the app itself?
    pub(crate) fn checkup_closes(&self) -> bool {
        let row = self.principal.app_row;
        row.is_some_and(|row| self.is_deactivated(row))
    }

    /// Does the platform's word that its maker is a partner lack?
    pub(crate) fn is_unconfirmed(&self) -> bool {
        let row = self.principal.app_row;
        row.is_some_and(|row| self.needs_confirmation(row))
    }

    /// Does the mode reach the resource? Only assets, and where asked businesses, are looked at.
    fn mode_reaches(&self, rule: &ModeRule, app: &AppRow, businesses: bool) -> bool {
        if rule.assets.is_empty() {
            return true;
        }
        let (owner, sandbox) = match self.resource {
            ThingIx::UnknownAsset => return false,
            ThingIx::Asset(_) => (self.owner.as_business(), self.is_sandbox_asset()),
            ThingIx::UnknownBusiness if businesses => return false,
            ThingIx::Business(index) if businesses => (Some(index), false),
            _ => return true,
        };
        rule.assets.iter().any(|reached| match reached {
            ModeAssets::Sandbox => sandbox,
            ModeAssets::Own => {
                owner.is_some_and(|one| self.directory.has_app_here_or_above(one, app))
            }
        })
    }

    #[inline]
    fn is_tester_on_real_asset(&self, row: &AppRow) -> bool {
        if row.roles.is_empty() || !self.resource.is_asset() {
            return false;
        }
        let Who::Person(person) = self.principal.holder().which() else {
            return false;
        };
        let Some(role) = row.roles.get(&person) else {
            return false;
        };
        let tester = self
            .directory
            .vocabulary
            .app_role(self.profile, *role)
            .zip(self.rules.kind_named("app"))
            .and_then(|(id, kind)| kind.role(id))
            .is_some_and(|role| role.sandbox_only);
        tester && !self.is_sandbox_asset()
    }

    fn is_sandbox_asset(&self) -> bool {
        self.asset
            .is_some_and(|row| row.marks.has(AssetMarks::SANDBOX))
    }
}
