//! A rulebook as plain tables, so that a reviewer sees a change of policy as a changed table.
//!
//! Everything here takes compiled rules: what is shown is what the engine is asked.

use std::fmt::Write as _;

use rulebook::{
    CapSet, HolderKind, Kind, Need, Operation, PermissionSet, Relation, RoleId, Rulebook, Rules,
    Target,
};

const HOLDERS: [(HolderKind, &str); 4] = [
    (HolderKind::Person, "person"),
    (HolderKind::SystemUser, "system user"),
    (HolderKind::Business, "business"),
    (HolderKind::App, "app"),
];
const RELATIONS: [(Relation, &str); 4] = [
    (Relation::Owned, "owned"),
    (Relation::ChildOwned, "child_owned"),
    (Relation::Shared, "shared"),
    (Relation::Child, "child"),
];

/// Rows of text, the first a heading, in columns as wide as needed.
#[derive(Default)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    /// Starts a table with this heading.
    pub(crate) fn headed<S: Into<String>>(heading: impl IntoIterator<Item = S>) -> Self {
        Self(vec![heading.into_iter().map(Into::into).collect()])
    }

    /// Adds a row.
    pub(crate) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.0.push(cells.into_iter().map(Into::into).collect());
    }

    /// Returns the table as text.
    pub(crate) fn text(&self) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.0 {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                write!(line, "{cell:<width$}  ").unwrap();
            }
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
        text
    }
}

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

fn permissions(rules: &Rules, set: PermissionSet, between: &str) -> String {
    let names: Vec<&str> = set
        .iter()
        .map(|id| rules.names.permission_name(id))
        .collect();
    names.join(between)
}

/// What an operation needs of scopes, in one cell.
pub(crate) fn scopes(rules: &Rules, operation: &Operation) -> String {
    let all = permissions(rules, operation.all_scopes, " + ");
    let any = permissions(rules, operation.any_scope, " / ");
    match (all.is_empty(), any.is_empty()) {
        (true, true) => "-".to_owned(),
        (false, true) => all,
        (true, false) => any,
        (false, false) => format!("{all} + ({any})"),
    }
}

/// The lines of one need: itself, then its alternatives.
fn need(rules: &Rules, need: &Need) -> Vec<String> {
    let kind = rules.kind(need.kind).unwrap();
    let can = if need.any_of == kind.all() {
        "*".to_owned()
    } else {
        kind.names_of(need.any_of).collect::<Vec<_>>().join("|")
    };
    let target = match &need.target {
        Target::Resource => String::new(),
        Target::Owner => "owner ".to_owned(),
        Target::Parent => "parent ".to_owned(),
        Target::Named(name) => format!("`{name}` "),
    };
    let others = need.or.iter().flat_map(|other| self::need(rules, other));
    std::iter::once(format!("{target}{}:{can}", kind.name))
        .chain(others.map(|line| format!("or {line}")))
        .collect()
}

/// The lines of all needs, `-` for none.
fn needs(rules: &Rules, operation: &Operation) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, row) in operation.needs.iter().enumerate() {
        let joint = if index > 0 { "and " } else { "" };
        for (place, line) in need(rules, row).into_iter().enumerate() {
            lines.push(if place == 0 {
                format!("{joint}{line}")
            } else {
                line
            });
        }
    }
    if lines.is_empty() {
        lines.push("-".to_owned());
    }
    lines
}

fn more(rules: &Rules, operation: &Operation) -> String {
    let mut notes = Vec::new();
    let flags = [
        (operation.starts_paused, "starts paused"),
        (operation.claimed, "claimed"),
        (operation.hands_on, "hands on"),
        (operation.own, "own"),
        (operation.first_party, "first party"),
        (operation.forbidden, "FORBIDDEN"),
    ];
    notes.extend(
        flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| (*name).to_owned()),
    );
    if operation.tier > 0 {
        let spared = operation.unless_listed.as_ref();
        let spared = spared.map_or(String::new(), |list| format!(" unless on {list}"));
        notes.push(format!(
            "tier {}{spared}",
            rules.names.tier_name(operation.tier)
        ));
    }
    if let Some(list) = &operation.allow_list {
        notes.push(format!("only on {list}"));
    }
    if !operation.features.is_empty() {
        notes.push(format!(
            "feature {}",
            permissions(rules, operation.features, " + ")
        ));
    }
    if !operation.tokens.is_empty() {
        let kinds: Vec<&str> = operation
            .tokens
            .iter()
            .map(|id| rules.token_kind(*id).unwrap().name.as_str())
            .collect();
        notes.push(format!("token {}", kinds.join("|")));
    }
    if !operation.not_token_of.is_empty() {
        notes.push(format!("not token of {:?}", operation.not_token_of).to_lowercase());
    }
    if !operation.bounded_by.is_empty() {
        notes.push(format!("bounded by {:?}", operation.bounded_by));
    }
    for (figure, most) in &operation.requires {
        notes.push(format!("{figure:?} at most {most}"));
    }
    if !operation.conditions.is_empty() {
        notes.push(format!("{} conditions", operation.conditions.len()));
    }
    notes.join(", ")
}

/// Every operation: what it needs, of whom, with which scopes.
pub(crate) fn operations(rules: &Rules) -> String {
    let mut table = Table::headed(["operation", "class", "needs", "scopes", "more"]);
    for operation in rules.operations.iter().flatten() {
        let needs = needs(rules, operation);
        let class = format!("{:?}", operation.class).to_lowercase();
        let scopes = scopes(rules, operation);
        let more = more(rules, operation);
        table.row([&operation.name, &class, &needs[0], &scopes, &more]);
        for line in &needs[1..] {
            table.row(["", "", line]);
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

/// Kinds of tokens.
pub(crate) fn token_kinds(rules: &Rules) -> String {
    let heading = [
        "token",
        "held by",
        "life",
        "refreshable",
        "only where named",
        "scopes",
    ];
    let mut table = Table::headed(heading);
    for kind in &rules.token_kinds {
        let holders: Vec<&str> = HOLDERS
            .iter()
            .filter(|(holder, _)| kind.holders.contains(holder))
            .map(|(_, name)| *name)
            .collect();
        let life = kind
            .life_s
            .map_or(String::new(), |seconds| match seconds / 86_400 {
                0 => format!("{} hours", seconds / 3_600),
                days => format!("{days} days"),
            });
        let endless = if kind.may_be_endless {
            "or endless"
        } else {
            ""
        };
        let flag = |on: bool| if on { "yes" } else { "-" }.to_owned();
        let bounded = kind.scopes.map(|set| permissions(rules, set, " "));
        let cells = [
            kind.name.clone(),
            holders.join(", "),
            format!("{life} {endless}").trim().to_owned(),
            flag(kind.refreshable),
            flag(kind.only_where_named),
            bounded.unwrap_or_else(|| "all".to_owned()),
        ];
        table.row(cells);
    }
    table.text()
}

/// The switches: default first.
pub(crate) fn switches(source: &rulebook::Source) -> String {
    let mut table = Table::headed(["switch", "values", "set by", "about"]);
    for (name, switch) in &source.document().switch {
        let values: Vec<&str> = switch
            .values
            .iter()
            .map(|value| value.get_ref().as_str())
            .collect();
        let scope = format!("{:?}", switch.scope).to_lowercase();
        table.row([name.get_ref(), &values.join(" | "), &scope, &switch.label]);
    }
    table.text()
}

/// Permissions, auto-approvals, modes, limits, sharing.
pub(crate) fn apps(rulebook: &Rulebook, rules: &Rules) -> String {
    let mut text = app_permissions(rules);
    write_app_types(&mut text, rules);
    write_modes_and_limits(&mut text, rules);
    writeln!(text, "switches: {:?}", rulebook.switches).unwrap();
    let order: Vec<&str> = rules.order.iter().map(|reason| reason.code()).collect();
    writeln!(text, "order of reasons: {}", order.join(" ")).unwrap();
    text
}

fn app_permissions(rules: &Rules) -> String {
    let mut table = Table::headed(["permission", "what", "implies", "review", "removable"]);
    for permission in &rules.permissions {
        let own = rules.names.permission(&permission.name).unwrap();
        let implied = permission.implies.without(PermissionSet::of(own));
        let what = if permission.feature {
            "feature"
        } else {
            "scope"
        };
        let flag = |on: bool| if on { "yes" } else { "-" };
        let implied = permissions(rules, implied, " ");
        let cells = [
            permission.name.as_str(),
            what,
            if implied.is_empty() { "-" } else { &implied },
            flag(permission.review),
            flag(permission.removable),
        ];
        table.row(cells);
    }
    table.text()
}

fn write_app_types(text: &mut String, rules: &Rules) {
    let types: Vec<String> = rules
        .app_types
        .iter()
        .map(|row| {
            format!(
                "{} ({})",
                row.name,
                if row.access_levels {
                    "levels"
                } else {
                    "no levels"
                }
            )
        })
        .collect();
    writeln!(text, "\napp types: {}", types.join(", ")).unwrap();
    writeln!(text, "tiers: {}", rules.names.tiers().join(" < ")).unwrap();
    for row in &rules.auto_approvals {
        let types: Vec<&str> = row
            .app_types
            .iter()
            .filter_map(|id| rules.app_types.get(usize::from(*id)))
            .map(|kind| kind.name.as_str())
            .collect();
        let before = row
            .created_before_ms
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map_or(String::new(), |day| format!(" created before {day}"));
        let names = permissions(rules, row.permissions, ", ");
        writeln!(
            text,
            "auto-approved: {}{before}: {names}, starts {:?}",
            types.join(", "),
            row.starts
        )
        .unwrap();
    }
}

fn write_modes_and_limits(text: &mut String, rules: &Rules) {
    writeln!(text, "development: {:?}", rules.development).unwrap();
    writeln!(text, "sandbox: {:?}", rules.sandbox).unwrap();
    writeln!(
        text,
        "verification needed for Advanced: {}",
        rules.verification
    )
    .unwrap();
    writeln!(text, "missed checkup: {:?}", rules.missed_checkup).unwrap();
    writeln!(
        text,
        "shares accepted: {:?}; partner's members hold: {:?}",
        rules.acceptance, rules.members
    )
    .unwrap();
    let business = rules.kind_named("business").unwrap();
    for limit in &rules.limits {
        let role = limit
            .role
            .and_then(|id| business.role(id))
            .map_or("any", |role| &role.name);
        let tier = limit.tier.map_or("any", |rank| rules.names.tier_name(rank));
        writeln!(
            text,
            "limit: {:?}, role {role}, tier {tier}: at most {}",
            limit.counts, limit.at_most
        )
        .unwrap();
    }
    for (name, key) in &rules.rate_pools {
        writeln!(text, "rate pool {name}: per {key:?}").unwrap();
    }
}

/// Which roles of each operation's kind pass, with and without the scopes it needs.
///
/// `tasks` name an operation each and the roles to try, strongest first; `none` holds nothing.
pub(crate) fn tasks(rules: &Rules, tasks: &[(&str, &[&str])]) -> String {
    let mut table = Table::headed(["operation", "scopes", "role", "with scopes", "without"]);
    for (name, roles) in tasks {
        let operation = rules.operation_named(name).unwrap();
        let need = operation.needs.first().unwrap();
        let kind = rules.kind(need.kind).unwrap();
        for role in *roles {
            let can = kind.term(role).unwrap_or(CapSet::NONE);
            assert!(
                *role == "none" || kind.term(role).is_some(),
                "`{role}` of {}",
                kind.name
            );
            let verdict = |holds: bool| if holds { "allow" } else { "deny" };
            let passes = can.meets(need.any_of);
            let scopeless = operation.all_scopes.is_empty() && operation.any_scope.is_empty();
            let scopes = scopes(rules, operation);
            table.row([
                name,
                scopes.as_str(),
                role,
                verdict(passes),
                verdict(passes && scopeless),
            ]);
        }
    }
    table.text()
}
