//! Operations: needs, scopes, conditions.

use toml::Spanned;

use super::Check;
use crate::condition::{Condition, Test};
use crate::document::{self, Class, Family, Scalar};
use crate::rules::{Kind, Need, Operation, Target};
use crate::sets::{CapSet, OperationId};

impl Check<'_, '_> {
    pub(super) fn operations(&mut self, kinds: &[Kind]) -> Vec<Option<Operation>> {
        let document = self.document;
        let mut operations: Vec<Option<Operation>> = vec![None; self.names.operations().len()];
        for row in &document.operation {
            let holds = self.holds(&row.when);
            for name in std::iter::once(&row.name).chain(&row.same_for) {
                let Some(id) = self.operation_id(name) else {
                    continue;
                };
                let operation = self.operation(id, name, row, kinds);
                if !holds {
                    continue;
                }
                self.scoped(name, row, &operation);
                self.reachable(name, &operation, kinds);
                let Some(place) = operations.get_mut(usize::from(id.0)) else {
                    continue;
                };
                if place.is_some() {
                    let message = format!(
                        "operation `{}` stands twice under the same switches",
                        name.get_ref()
                    );
                    let hint = "give the two different `when`".to_owned();
                    self.wrong(&name.span(), message, Some(hint));
                } else {
                    *place = Some(operation);
                }
            }
        }
        operations
    }

    pub(super) fn operation_id(&mut self, name: &Spanned<String>) -> Option<OperationId> {
        let found = self.names.operation(name.get_ref());
        if found.is_none() {
            let names = std::sync::Arc::clone(self.names);
            self.unknown(
                "operation",
                name,
                names.operations().iter().map(String::as_str),
            );
        }
        found
    }

    fn operation(
        &mut self,
        id: OperationId,
        name: &Spanned<String>,
        row: &document::Operation,
        kinds: &[Kind],
    ) -> Operation {
        self.sourced(&row.source, name);
        let needs = row
            .needs
            .iter()
            .filter_map(|need| self.need(need, kinds))
            .collect();
        let all_scopes = self.permission_set(&row.scopes.all);
        let any_scope = self.permission_set(&row.scopes.any);
        let features = self.permission_set(&row.features);
        let mut tokens = Vec::new();
        for name in &row.tokens {
            match self.names.token_kind(name.get_ref()) {
                Some(kind) => tokens.push(kind),
                None => {
                    let document = self.document;
                    let known = document
                        .token_kind
                        .keys()
                        .map(|known| known.get_ref().as_str());
                    self.unknown("kind of token", name, known);
                }
            }
        }
        let conditions = row
            .conditions
            .iter()
            .map(|all| {
                all.iter()
                    .filter_map(|one| self.condition(one, name))
                    .collect()
            })
            .collect();
        Operation {
            id,
            name: name.get_ref().clone(),
            label: row.label.clone(),
            class: row.class,
            needs,
            all_scopes,
            any_scope,
            features,
            tokens,
            not_token_of: row.not_token_of.clone(),
            claimed: row.claimed,
            tier: row
                .tier
                .as_ref()
                .and_then(|tier| self.tier(tier))
                .unwrap_or(0),
            unless_listed: row
                .unless_listed
                .as_ref()
                .map(|list| list.get_ref().clone()),
            allow_list: row.allow_list.clone(),
            starts_paused: row.starts_paused,
            bounded_by: row.bounded_by.clone(),
            requires: row
                .requires
                .iter()
                .map(|row| (row.figure, row.at_most))
                .collect(),
            conditions,
            hands_on: row.hands_on,
            own: row.own,
            forbidden: row.forbidden,
            first_party: row.first_party,
            source: row.source.clone(),
        }
    }

    fn need(&mut self, row: &document::Need, kinds: &[Kind]) -> Option<Need> {
        let id = self.kind_id(&row.kind)?;
        let kind = kinds.get(usize::from(id.0))?;
        let any_of = self.capabilities(kind, &row.can);
        if row.can.is_empty() {
            let message = format!("a need on `{}` names no capability", kind.name);
            self.wrong(
                &row.kind.span(),
                message,
                Some("write `can = [\"…\"]`".to_owned()),
            );
        }
        let target = match row.target.as_str() {
            "resource" => Target::Resource,
            "owner" => Target::Owner,
            "parent" => Target::Parent,
            name => Target::Named(name.to_owned()),
        };
        let or = row
            .or
            .iter()
            .filter_map(|need| self.need(need, kinds))
            .collect();
        Some(Need {
            target,
            kind: id,
            any_of,
            direct: row.direct,
            or,
        })
    }

    fn condition(
        &mut self,
        row: &document::Condition,
        name: &Spanned<String>,
    ) -> Option<Condition> {
        let mut tests = Vec::new();
        if let Some(value) = &row.equal {
            tests.push(Test::OneOf(vec![value.clone()]));
        }
        if !row.one_of.is_empty() {
            tests.push(Test::OneOf(row.one_of.clone()));
        }
        if let Some(most) = row.at_most {
            tests.push(Test::AtMost(most));
        }
        if let Some(hours) = &row.within_hours {
            match jiff::tz::TimeZoneDatabase::bundled().get(hours.zone.get_ref()) {
                Ok(zone) => tests.push(Test::WithinHours {
                    from: hours.from,
                    to: hours.to,
                    zone,
                }),
                Err(_) => {
                    let known = ["Europe/Berlin", "UTC"].into_iter();
                    self.unknown("time zone", &hours.zone, known);
                    return None;
                }
            }
        }
        let mut tests = tests.into_iter();
        match (tests.next(), tests.next()) {
            (Some(test), None) => Some(Condition {
                of: row.of,
                property: row.property.clone(),
                test,
            }),
            _ => {
                let message = format!(
                    "a condition of `{}` on `{}` needs one test",
                    name.get_ref(),
                    row.property
                );
                let hint = "one of `equal`, `in`, `at_most`, `within_hours`".to_owned();
                self.wrong(&name.span(), message, Some(hint));
                None
            }
        }
    }

    /// An operation that a token could do without any scope is a mistake, unless it says so.
    fn scoped(&mut self, name: &Spanned<String>, row: &document::Operation, operation: &Operation) {
        let scopeless = operation.all_scopes.is_empty() && operation.any_scope.is_empty();
        if scopeless
            && !row.scopes.any_token
            && !operation.first_party
            && !operation.forbidden
            && operation.class != Class::Read
        {
            let message = format!("operation `{}` needs no scope", name.get_ref());
            let hint = "name `scopes`, write `scopes = { any_token = true }`, \
                        or `first_party = true` if no token may ask";
            self.wrong(&name.span(), message, Some(hint.to_owned()));
        }
        if !scopeless && row.scopes.any_token {
            let message = format!(
                "operation `{}` takes any token, and names scopes",
                name.get_ref()
            );
            self.wrong(
                &name.span(),
                message,
                Some("leave one of them out".to_owned()),
            );
        }
        if let (Some(list), None) = (&row.unless_listed, &row.tier) {
            let message = format!("`{}` spares nobody: no tier is asked", list.get_ref());
            let hint = "name the `tier`, or write `allow_list` if only listed apps may ask";
            self.wrong(&list.span(), message, Some(hint.to_owned()));
        }
    }

    /// An operation that no role can ever do is a mistake.
    fn reachable(&mut self, name: &Spanned<String>, operation: &Operation, kinds: &[Kind]) {
        // A name that is not known would show up here a second time.
        if !self.collector.is_empty() {
            return;
        }
        for need in &operation.needs {
            let reach = std::iter::once(need).chain(&need.or).any(|need| {
                kinds.get(usize::from(need.kind.0)).is_some_and(|kind| {
                    let roles = kind
                        .roles
                        .iter()
                        .fold(CapSet::NONE, |all, role| all.with(role.can));
                    let follows = kind
                        .follows
                        .iter()
                        .fold(roles, |all, row| all.with(row.can));
                    need.any_of.meets(follows)
                })
            });
            if !reach {
                let message = format!("no role can ever do `{}`", name.get_ref());
                let hint = "give the capability to a role, or need another".to_owned();
                self.wrong(&name.span(), message, Some(hint));
            }
        }
    }
}

impl Family {
    /// Is it something that is owned and shared?
    #[must_use]
    pub const fn is_asset(self) -> bool {
        matches!(self, Self::Asset)
    }
}

impl Scalar {
    /// Returns it as people write it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}
