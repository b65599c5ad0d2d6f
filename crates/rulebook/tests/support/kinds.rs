//! Kinds with their roles and levels, templates of shares, what business roles reach.

use std::fmt::Write as _;

use rulebook::{CapSet, Kind, Relation, RoleId, Rules};

use super::{HOLDERS, Table};

const RELATIONS: [(Relation, &str); 4] = [
    (Relation::Owned, "owned"),
    (Relation::ChildOwned, "child_owned"),
    (Relation::Shared, "shared"),
    (Relation::Child, "child"),
];

fn yes(set: CapSet, bit: u8) -> String {
    let has = set.meets(CapSet::bit(bit));
    if has { "yes" } else { "-" }.to_owned()
}

/// Columns are roles, levels and what follows; rows are capabilities.
pub(crate) fn kind(rules: &Rules, kind: &Kind) -> String {
    let roles = kind.roles.iter().map(|role| {
        let mark = if role.sandbox_only { " (sandbox)" } else { "" };
        (format!("{}{mark}", role.name), role.can)
    });
    let follows = kind.follows.iter().map(|row| {
        let followed = rules.kind(row.kind).unwrap();
        let has: Vec<&str> = followed.names_of(row.has).collect();
        (format!("{}/{}", followed.name, has.join("|")), row.can)
    });
    let columns: Vec<(String, CapSet)> = roles.chain(follows).collect();
    let mut text = format!("{} ({:?}): roles\n", kind.name, kind.family).to_lowercase();
    text.push_str(&grid(kind, &columns));
    if !kind.levels.is_empty() {
        let levels: Vec<(String, CapSet)> = kind
            .levels
            .iter()
            .map(|level| (format!("{} = {}", level.name, level.role), level.can))
            .collect();
        let default = kind.default_level.as_deref().unwrap_or("none");
        writeln!(
            text,
            "\n{}: levels of a share, default {default}",
            kind.name
        )
        .unwrap();
        text.push_str(&sideways(kind, &levels));
    }
    text
}

fn grid(kind: &Kind, columns: &[(String, CapSet)]) -> String {
    let heading =
        std::iter::once(String::new()).chain(columns.iter().map(|(name, _)| name.clone()));
    let mut table = Table::headed(heading);
    for (bit, capability) in (0u8..).zip(&kind.capabilities) {
        let cells = columns.iter().map(|(_, can)| yes(*can, bit));
        table.row(std::iter::once(capability.clone()).chain(cells));
    }
    table.text()
}

fn sideways(kind: &Kind, rows: &[(String, CapSet)]) -> String {
    let mut table = Table::headed(std::iter::once(String::new()).chain(kind.capabilities.clone()));
    for (name, can) in rows {
        let cells = (0u8..)
            .zip(&kind.capabilities)
            .map(|(bit, _)| yes(*can, bit));
        table.row(std::iter::once(name.clone()).chain(cells));
    }
    table.text()
}

/// Templates of shares.
pub(crate) fn partner_types(rules: &Rules) -> String {
    let mut table = Table::headed(["partner type", "automated", "kind", "level", "can"]);
    for row in &rules.partner_types {
        for (id, level) in &row.terms {
            let kind = rules.kind(*id).unwrap();
            let can = kind.term(level).unwrap();
            let automated = if row.automated { "yes" } else { "-" };
            let cells = [
                row.label.clone(),
                automated.to_owned(),
                kind.name.clone(),
                level.clone(),
                kind.names_of(can).collect::<Vec<_>>().join(" "),
            ];
            table.row(cells);
        }
    }
    table.text()
}

/// What business roles bring without assignment; empty cells are left out.
pub(crate) fn reach(rules: &Rules) -> String {
    let mut table = Table::headed(["role", "held by", "relation", "kind", "can"]);
    let business = rules.kind_named("business").unwrap();
    for (role_id, role) in (0u8..).map(RoleId).zip(&business.roles) {
        for (holder, holder_name) in HOLDERS {
            for (relation, relation_name) in RELATIONS {
                for kind in &rules.kinds {
                    let can = rules.reach(role_id, holder, relation, kind.id);
                    if can.is_empty() {
                        continue;
                    }
                    let can = if can == kind.all() {
                        "*".to_owned()
                    } else {
                        kind.names_of(can).collect::<Vec<_>>().join(" ")
                    };
                    table.row([&role.name, holder_name, relation_name, &kind.name, &can]);
                }
            }
        }
    }
    table.text()
}
