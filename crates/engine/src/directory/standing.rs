//! What an app has of its permissions, worked out from its facts and the rulebook when one of them
//! changes: decisions are asked a million times as often.

use std::sync::Arc;

use rulebook::{AccessLevel, CheckupConsequence, PermissionId, PermissionSet, Rules};

use super::Directory;
use super::rows::{AppRow, Standing};
use crate::fact::{Checkup, Level};

impl Directory {
    /// Works out anew what an app has of its permissions.
    pub(super) fn weigh_app(&mut self, app: u32) {
        let rulebook = Arc::clone(&self.rulebook);
        let owner = self.apps.get(app).and_then(|row| row.owner.as_business());
        let owner = owner.and_then(|index| self.businesses.get(index));
        let verified = owner.is_some_and(|row| row.present && row.verified);
        if let Some(row) = self.apps.get_mut(app) {
            let rules = rulebook.profiles.iter();
            row.standings = rules
                .map(|rules| Standing::of(row, rules, verified))
                .collect();
            row.quiet = row.is_quiet();
            row.note_plain();
        }
    }

    /// The same for all apps of a business.
    pub(super) fn weigh_apps_of(&mut self, business: u32) {
        let head = self.businesses.get(business).map(|row| row.apps);
        let apps: Vec<u32> = self.lists.iter(head.unwrap_or_default()).collect();
        apps.into_iter().for_each(|app| self.weigh_app(app));
    }

    /// The same for all apps: the rulebook is another.
    pub(super) fn weigh_apps(&mut self) {
        (0..self.apps.len()).for_each(|app| self.weigh_app(app));
    }
}

impl AppRow {
    /// Returns what the app has under the rules of a profile.
    #[inline]
    pub(crate) fn standing(&self, profile: u8) -> &Standing {
        const NONE: &Standing = &Standing {
            removed: PermissionSet::NONE,
            recorded: PermissionSet::NONE,
            advanced: PermissionSet::NONE,
            open: PermissionSet::NONE,
            levels: false,
            tier: 0,
        };
        self.standings.get(usize::from(profile)).unwrap_or(NONE)
    }

    /// Notes whether plain questions need not look at the app any further.
    pub(super) fn note_plain(&mut self) {
        let whole = self.standing(0).removed.is_empty();
        self.plain = self.present && self.quiet && self.roles.is_empty() && whole;
    }

    /// Is there nothing about the app, whatever is asked, that an operation would have to look at?
    fn is_quiet(&self) -> bool {
        let limited = self.development || self.sandbox || self.suspended;
        !limited && !self.automated && self.checkup != Checkup::Missed
    }
}

impl Standing {
    fn of(row: &AppRow, rules: &Rules, verified: bool) -> Self {
        let mut standing = Self::default();
        let names = &rules.names;
        let app_type = row.fact.as_ref().and_then(|fact| {
            let name = fact.app_type.as_deref();
            name.and_then(|name| names.app_type(name))
        });
        standing.levels = app_type
            .and_then(|id| rules.app_types.get(usize::from(id)))
            .is_some_and(|app_type| app_type.access_levels);
        let tier = row.fact.as_ref().and_then(|fact| fact.tier.as_deref());
        standing.tier = tier.and_then(|tier| names.tier(tier)).unwrap_or(0);
        let mut automatic = PermissionSet::NONE;
        let starts = rules.auto_approvals.iter().filter(|rule| {
            app_type.is_some_and(|id| rule.app_types.contains(&id))
                && rule
                    .created_before_ms
                    .is_none_or(|before| row.created < before)
        });
        for rule in starts {
            if rule.starts == AccessLevel::Advanced {
                let first = rule.permissions.without(automatic);
                standing.advanced = standing.advanced.with(first);
            }
            automatic = automatic.with(rule.permissions);
        }
        let mut approved = PermissionSet::NONE;
        for (name, state) in row.permissions.iter() {
            let Some(one) = names.permission(name).map(PermissionSet::of) else {
                continue;
            };
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
        let missed =
            row.checkup == Checkup::Missed && rules.missed_checkup == CheckupConsequence::Standard;
        if !missed {
            standing.open = standing.reviewed(rules, approved, verified);
            standing.open = standing.open.with(standing.advanced.within(automatic));
        }
        standing
    }

    /// Returns which of those at Advanced passed review, if the business is verified where asked.
    fn reviewed(&self, rules: &Rules, approved: PermissionSet, verified: bool) -> PermissionSet {
        if rules.verification && !verified {
            return PermissionSet::NONE;
        }
        let passed = |id: &PermissionId| {
            let needed = rules.permission(*id).is_some_and(|one| one.review);
            !needed || approved.meets(PermissionSet::of(*id))
        };
        self.advanced.iter().filter(passed).collect()
    }
}
