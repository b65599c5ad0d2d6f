//! Roles that open nothing: none of their capabilities is needed by any operation.

use std::collections::BTreeSet;

use super::Check;
use crate::document::{Document, Family, Need};

impl Check<'_, '_> {
    /// Notes roles that let nobody do anything, under any switch.
    pub(super) fn idle_roles(&mut self) {
        if !self.collector.is_empty() {
            return;
        }
        let document = self.document;
        // A seat in a business and a role on an app count by themselves, whatever they can.
        let kinds = document
            .kind
            .iter()
            .filter(|(_, kind)| !matches!(kind.family, Family::Business | Family::App));
        for (kind_name, kind) in kinds {
            let asked = asked_of(document, kind_name.get_ref());
            for (name, role) in &kind.role {
                let mut can = role
                    .can
                    .iter()
                    .chain(role.also.iter().flat_map(|more| &more.can));
                let opens = can.any(|can| {
                    let can = can.get_ref().as_str();
                    can == "*" || asked.contains(can) || asked.contains("*")
                });
                if !opens && !role.can.is_empty() {
                    let message = format!(
                        "role `{}` of kind `{}` opens no operation",
                        name.get_ref(),
                        kind_name.get_ref()
                    );
                    let hint =
                        "no operation needs what it can: name the operation, or remove the role";
                    self.wrong(&name.span(), message, Some(hint.to_owned()));
                }
            }
        }
    }
}

/// The capabilities of a kind that an operation needs or that something else follows.
fn asked_of<'d>(document: &'d Document, kind: &str) -> BTreeSet<&'d str> {
    let mut asked = BTreeSet::new();
    for operation in &document.operation {
        for need in &operation.needs {
            gather(need, kind, &mut asked);
        }
    }
    let follows = document.kind.values().flat_map(|other| &other.follows);
    for row in follows.filter(|row| row.kind.get_ref() == kind) {
        asked.extend(row.has.iter().map(|can| can.get_ref().as_str()));
    }
    asked
}

fn gather<'d>(need: &'d Need, kind: &str, asked: &mut BTreeSet<&'d str>) {
    if need.kind.get_ref() == kind {
        asked.extend(need.can.iter().map(|can| can.get_ref().as_str()));
    }
    for other in &need.or {
        gather(other, kind, asked);
    }
}
