//! What business roles reach, what stands in place of other reasons, templates, limits.

use super::Check;
use crate::document::{HolderKind, Relation};
use crate::reason::ReasonSet;
use crate::rules::{Kind, Limit, PartnerType, Replace, reach_index};
use crate::sets::CapSet;

const HOLDERS: usize = 4;
const RELATIONS: usize = 4;

impl Check<'_, '_> {
    pub(super) fn reach(&mut self, kinds: &[Kind], roles: usize) -> Vec<CapSet> {
        let mut table = vec![CapSet::NONE; HOLDERS * RELATIONS * roles * kinds.len()];
        let document = self.document;
        for row in &document.reach {
            self.sourced(&row.source, &row.role);
            let role = self.business_role(kinds, &row.role);
            let on = self.kinds_named(kinds, &row.kind);
            let holds = self.holds(&row.when);
            for id in on {
                let Some(kind) = kinds.get(usize::from(id.0)) else {
                    continue;
                };
                let can = self.capabilities(kind, &row.can);
                let Some(role) = role.filter(|_| holds) else {
                    continue;
                };
                for (holder, relation) in pairs(&row.holder, &row.relation) {
                    let index = reach_index(roles, kinds.len(), role, holder, relation, id);
                    if let Some(cell) = table.get_mut(index) {
                        *cell = cell.with(can);
                    }
                }
            }
        }
        table
    }

    pub(super) fn replaces(&mut self, kinds: &[Kind]) -> Vec<Replace> {
        let document = self.document;
        let mut rows = Vec::new();
        for row in &document.replace {
            self.sourced(&row.source, &row.reason);
            let reason = self.reason(&row.reason);
            let in_place_of: ReasonSet = row
                .in_place_of
                .iter()
                .filter_map(|name| self.reason(name))
                .collect();
            let role = self.business_role(kinds, &row.role);
            let on = self.kinds_named(kinds, &row.kind);
            if let (Some(reason), Some(role), true) = (reason, role, self.holds(&row.when)) {
                let relations = row.relation.clone();
                rows.push(Replace {
                    reason,
                    in_place_of,
                    role,
                    relations,
                    kinds: on,
                });
            }
        }
        rows
    }

    pub(super) fn partner_types(&mut self, kinds: &[Kind]) -> Vec<PartnerType> {
        let document = self.document;
        let mut types = Vec::new();
        for (name, row) in &document.partner_type {
            self.sourced(&row.source, name);
            let mut terms = Vec::new();
            for (kind_name, level) in &row.terms {
                let Some(id) = self.kind_id(kind_name) else {
                    continue;
                };
                let Some(kind) = kinds.get(usize::from(id.0)) else {
                    continue;
                };
                if kind
                    .levels
                    .iter()
                    .any(|known| known.name == *level.get_ref())
                {
                    terms.push((id, level.get_ref().clone()));
                } else {
                    let what = format!("level of kind `{}`", kind.name);
                    self.unknown(
                        &what,
                        level,
                        kind.levels.iter().map(|known| known.name.as_str()),
                    );
                }
            }
            types.push(PartnerType {
                name: name.get_ref().clone(),
                label: row.label.clone(),
                purpose: row.purpose.clone(),
                terms,
                automated: row.automated,
                source: row.source.clone(),
            });
        }
        types
    }

    pub(super) fn limits(&mut self, kinds: &[Kind]) -> Vec<Limit> {
        let document = self.document;
        let mut limits = Vec::new();
        for row in &document.limit {
            let role = row
                .role
                .as_ref()
                .and_then(|name| self.business_role(kinds, name));
            let tier = row.tier.as_ref().and_then(|name| self.tier(name));
            if self.holds(&row.when) {
                limits.push(Limit {
                    counts: row.counts,
                    role,
                    tier,
                    at_most: row.at_most,
                });
            }
        }
        limits
    }
}

fn pairs<'r>(
    holders: &'r [HolderKind],
    relations: &'r [Relation],
) -> impl Iterator<Item = (HolderKind, Relation)> + 'r {
    holders
        .iter()
        .flat_map(|holder| relations.iter().map(|relation| (*holder, *relation)))
}
