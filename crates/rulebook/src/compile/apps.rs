//! Permissions, app types, modes, levels without review, kinds of tokens.

use toml::Spanned;

use super::Check;
use crate::document::{self, ModeRule as ModeRow, RateKey};
use crate::rules::{
    AppType, AutoApproval, CheckupRule, ModeRule, Permission, RateScore, RateTier, TokenKind,
};
use crate::sets::{KindId, OperationId, PermissionId, PermissionSet, TokenKindId};

const MOST_PERMISSIONS: usize = 128;

/// Returns a mode's rule.
pub(super) fn mode(row: &ModeRow) -> ModeRule {
    ModeRule {
        people: row.people,
        assets: row.assets.clone(),
    }
}

/// Returns how often apps certify what they do with data.
pub(super) const fn checkup(row: &document::CheckupRule) -> CheckupRule {
    CheckupRule {
        every_days: row.every_days,
        answer_within_days: row.answer_within_days,
    }
}

impl Check<'_, '_> {
    pub(super) fn permissions(&mut self) -> Vec<Permission> {
        let document = self.document;
        let rows = || {
            let scopes = document.scope.iter().map(|(name, row)| (name, row, false));
            scopes.chain(document.feature.iter().map(|(name, row)| (name, row, true)))
        };
        if let Some((name, _, _)) = rows().nth(MOST_PERMISSIONS) {
            let hint = format!("a realm has at most {MOST_PERMISSIONS} scopes and features");
            self.wrong(&name.span(), "too many permissions".to_owned(), Some(hint));
        }
        let mut direct = Vec::new();
        for (name, row, feature) in rows() {
            self.sourced(&row.source, name);
            if feature && document.scope.contains_key(name) {
                let message = format!("`{}` is a scope and a feature", name.get_ref());
                self.wrong(&name.span(), message, None);
            }
            let implied = self.permission_set(&row.implies);
            direct.push((name, row, feature, implied));
        }
        let sets: Vec<PermissionSet> = direct.iter().map(|row| row.3).collect();
        let mut permissions = Vec::new();
        for (index, (name, row, feature, _)) in (0u8..).zip(&direct) {
            let own = PermissionSet::of(PermissionId(index));
            let implies = closure(&sets, own);
            let cyclic = implies.without(own).iter().any(|id| {
                sets.get(usize::from(id.0))
                    .is_some_and(|set| closure(&sets, *set).meets(own))
            });
            if cyclic {
                let message = format!("`{}` implies itself in a circle", name.get_ref());
                self.wrong(
                    &name.span(),
                    message,
                    Some("break the circle in `implies`".to_owned()),
                );
            }
            permissions.push(permission(name, row, *feature, implies));
        }
        permissions
    }

    /// Returns the bits of scope or feature names.
    pub(super) fn permission_set(&mut self, names: &[Spanned<String>]) -> PermissionSet {
        let mut set = PermissionSet::NONE;
        for name in names {
            match self.names.permission(name.get_ref()) {
                Some(id) => set = set.with(PermissionSet::of(id)),
                None => {
                    let document = self.document;
                    let known = document.scope.keys().chain(document.feature.keys());
                    self.unknown(
                        "scope or feature",
                        name,
                        known.map(|name| name.get_ref().as_str()),
                    );
                }
            }
        }
        set
    }

    pub(super) fn app_types(&mut self) -> Vec<AppType> {
        let document = self.document;
        let mut types = Vec::new();
        for (name, row) in &document.app_type {
            self.sourced(&row.source, name);
            types.push(AppType {
                name: name.get_ref().clone(),
                label: row.label.clone(),
                access_levels: row.access_levels,
            });
        }
        types
    }

    pub(super) fn auto_approvals(&mut self) -> Vec<AutoApproval> {
        let document = self.document;
        let mut rows = Vec::new();
        for row in &document.auto_approval {
            let mut app_types = Vec::new();
            for name in &row.app_type {
                match self.names.app_type(name.get_ref()) {
                    Some(id) => app_types.push(id),
                    None => self.unknown(
                        "type of app",
                        name,
                        document
                            .app_type
                            .keys()
                            .map(|known| known.get_ref().as_str()),
                    ),
                }
            }
            let created_before_ms = row.created_before.as_deref().and_then(|day| {
                let midnight = day.parse::<jiff::civil::Date>().ok()?;
                let zoned = midnight.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
                Some(zoned.timestamp().as_millisecond())
            });
            if row.created_before.is_some() && created_before_ms.is_none() {
                let span = row.app_type.first().map_or(0..0, Spanned::span);
                let message = format!(
                    "`{}` is not a day",
                    row.created_before.as_deref().unwrap_or("")
                );
                self.wrong(&span, message, Some("write `2021-02-16`".to_owned()));
            }
            let permissions = self.permission_set(&row.permissions);
            rows.push(AutoApproval {
                app_types,
                created_before_ms,
                permissions,
                starts: row.starts,
            });
        }
        rows
    }

    pub(super) fn token_kinds(&mut self) -> Vec<TokenKind> {
        let document = self.document;
        let mut kinds = Vec::new();
        for (name, row) in &document.token_kind {
            self.sourced(&row.source, name);
            let mut lives = Vec::new();
            for life in &row.life_s {
                if self.holds(&life.when) {
                    lives.push(life.seconds);
                }
            }
            let scopes = (!row.scopes.is_empty()).then(|| self.permission_set(&row.scopes));
            let exchanges_for = row
                .exchanges_for
                .as_ref()
                .and_then(|longer| self.longer_kind(row, longer));
            let ends_with_role_on = row.ends_with_role_on.as_ref();
            let ends_with_role_on = ends_with_role_on.and_then(|kind| self.kind_of_asset(kind));
            kinds.push(TokenKind {
                name: name.get_ref().clone(),
                label: row.label.clone(),
                holders: row.holders.clone(),
                life_s: lives.iter().copied().find(|seconds| *seconds > 0),
                may_be_endless: row.life_s.is_empty() || lives.contains(&0),
                refreshable: row.refreshable,
                refresh_ends_old: row.refresh_ends_old,
                exchanges_for,
                ends_with_password: row.ends_with_password,
                ends_with_secret: row.ends_with_secret,
                shown_again: row.shown_again,
                ends_with_role_on,
                scopes,
                only_where_named: row.only_where_named,
                oauth: row.oauth.clone(),
            });
        }
        kinds
    }

    fn kind_of_asset(&mut self, name: &Spanned<String>) -> Option<KindId> {
        let document = self.document;
        let assets = document.kind.iter();
        let assets = assets.filter(|(_, kind)| kind.family.is_asset());
        let mut known = assets.map(|(name, _)| name.get_ref().as_str());
        if known.clone().any(|kind| kind == name.get_ref()) {
            return self.names.kind(name.get_ref());
        }
        self.unknown("kind of asset", name, &mut known);
        None
    }

    /// Returns the kind a token can be exchanged for: whoever holds the one must be able to hold it.
    fn longer_kind(
        &mut self,
        row: &document::TokenKind,
        longer: &Spanned<String>,
    ) -> Option<TokenKindId> {
        let document = self.document;
        let found = self.names.token_kind(longer.get_ref());
        if found.is_none() {
            let known = document.token_kind.keys();
            self.unknown(
                "kind of token",
                longer,
                known.map(|kind| kind.get_ref().as_str()),
            );
        }
        let other = document
            .token_kind
            .iter()
            .find(|(name, _)| name.get_ref() == longer.get_ref());
        if let Some((_, other)) = other
            && row.holders.iter().any(|one| !other.holders.contains(one))
        {
            let message = format!(
                "not everybody who holds this can hold `{}`",
                longer.get_ref()
            );
            let hint = "exchange it for a kind with the same holders".to_owned();
            self.wrong(&longer.span(), message, Some(hint));
        }
        found
    }

    pub(super) fn rate_pools(&mut self) -> Vec<(String, RateKey)> {
        let document = self.document;
        let mut pools = Vec::new();
        for (name, row) in &document.rate_pool {
            self.sourced(&row.source, name);
            for other in &row.otherwise {
                self.sourced(&other.source, name);
            }
            let otherwise = self.first_holding(&row.otherwise, |other| &other.when);
            let key = otherwise.map_or(row.key, |other| other.key);
            pools.push((name.get_ref().clone(), key));
        }
        pools
    }

    pub(super) fn rate_scores(&mut self) -> Vec<RateScore> {
        let document = self.document;
        let mut scores = Vec::new();
        for (name, pool) in &document.rate_pool {
            let Some(row) = &pool.score else { continue };
            self.sourced(&row.source, name);
            let mut tiers = Vec::new();
            for limit in &row.tier {
                self.sourced(&limit.source, &limit.tier);
                if limit.most == 0 || limit.decay_s == 0 {
                    let message = "a limit of no points, or one that never leaks away, refuses all"
                        .to_owned();
                    let hint = "write `most` and `decay_s` of at least 1".to_owned();
                    self.wrong(&limit.tier.span(), message, Some(hint));
                }
                if let Some(tier) = self.tier(&limit.tier) {
                    let limit = RateTier {
                        most: limit.most,
                        decay_s: limit.decay_s,
                        block_s: limit.block_s,
                    };
                    tiers.push((tier, limit));
                }
            }
            if let Some(kind) = self.kind_of_asset(&row.kind) {
                scores.push(RateScore {
                    pool: name.get_ref().clone(),
                    kind,
                    read: row.read,
                    write: row.write,
                    tiers,
                });
            }
        }
        scores
    }

    pub(super) fn tier(&mut self, name: &Spanned<String>) -> Option<u8> {
        let found = self.names.tier(name.get_ref());
        if found.is_none() {
            let document = self.document;
            self.unknown(
                "tier",
                name,
                document
                    .rulebook
                    .tiers
                    .iter()
                    .map(|tier| tier.get_ref().as_str()),
            );
        }
        found
    }

    pub(super) fn associated_user(&mut self) -> Vec<OperationId> {
        let document = self.document;
        let mut operations = Vec::new();
        for rule in &document.app.associated_user {
            let named: Vec<OperationId> = if rule.operations.is_empty() {
                (0u16..)
                    .zip(self.names.operations())
                    .map(|(id, _)| OperationId(id))
                    .collect()
            } else {
                rule.operations
                    .iter()
                    .filter_map(|name| self.operation_id(name))
                    .collect()
            };
            if self.holds(&rule.when) {
                operations.extend(named);
            }
        }
        operations
    }
}

fn permission(
    name: &Spanned<String>,
    row: &document::Scope,
    feature: bool,
    implies: PermissionSet,
) -> Permission {
    Permission {
        name: name.get_ref().clone(),
        label: row.label.clone(),
        feature,
        implies,
        review: row.review,
        removable: row.removable,
        source: row.source.clone(),
    }
}

/// Everything a set implies, itself included.
fn closure(sets: &[PermissionSet], of: PermissionSet) -> PermissionSet {
    let mut all = of;
    loop {
        let next = all
            .iter()
            .filter_map(|id| sets.get(usize::from(id.0)))
            .fold(all, |set, implied| set.with(*implied));
        if next == all {
            return all;
        }
        all = next;
    }
}
