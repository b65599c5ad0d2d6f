//! The rules as tables.

use ::rulebook::{
    Class, Family, HolderKind, Kind, Need, Operation, PermissionSet, Role, Rulebook, Rules, Target,
};
use clap::ValueEnum;
use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use serde::Serialize;

/// Which part of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The switches and their values.
    Switches,
    /// Kinds of things: their roles and what each can do.
    Roles,
    /// What an owner may offer a partner.
    Levels,
    /// Scopes and features.
    Scopes,
    /// Kinds of tokens.
    Tokens,
    /// Operations: what each needs.
    Operations,
}

/// A table, its cells ready to print.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            title: title.into(),
            columns: columns.iter().map(ToString::to_string).collect(),
            rows: Vec::new(),
        }
    }

    /// Returns the table as text, as wide as the terminal allows.
    pub(crate) fn text(&self) -> String {
        let mut table = comfy_table::Table::new();
        let under_header = LineStyle::new('─', '─', '─', '─');
        table.load_style(TableStyle::new().header_separator(under_header));
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(self.columns.clone());
        table.add_rows(self.rows.clone());
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n")
    }
}

/// Returns the tables of a rulebook, or of one part of it.
pub(crate) fn of(rulebook: &Rulebook, profile: u8, only: Option<Part>) -> Vec<Table> {
    let rules = rulebook.rules(profile);
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut tables = Vec::new();
    if wanted(Part::Switches) {
        tables.push(switches(rulebook, profile));
    }
    for kind in rules.kinds.iter().filter(|_| wanted(Part::Roles)) {
        tables.extend(roles(kind));
    }
    if wanted(Part::Levels) {
        tables.push(levels(rules));
    }
    if wanted(Part::Scopes) {
        tables.push(scopes(rules));
    }
    if wanted(Part::Tokens) {
        tables.push(tokens(rules));
    }
    if wanted(Part::Operations) {
        tables.push(operations(rules));
    }
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn switches(rulebook: &Rulebook, profile: u8) -> Table {
    let mut table = Table::new("Switches", &["switch", "value"]);
    for (name, value) in &rulebook.switches {
        table.rows.push(vec![name.clone(), value.clone()]);
    }
    if let Some((name, values)) = &rulebook.profile_switch {
        let value = values
            .get(usize::from(profile))
            .cloned()
            .unwrap_or_default();
        let value = format!("{value} (each business its own: {})", values.join(", "));
        table.rows.retain(|row| row.first() != Some(name));
        table.rows.push(vec![name.clone(), value]);
    }
    table
}

/// Capabilities down, roles across: there are more of the former.
fn roles(kind: &Kind) -> Option<Table> {
    if kind.roles.is_empty() {
        return None;
    }
    let family = match kind.family {
        Family::Asset => "asset",
        Family::Business => "business",
        Family::App => "app",
        Family::Realm => "the platform's staff",
    };
    let title = format!(
        "{} `{}` ({family}): which role can do what",
        kind.label, kind.name
    );
    let roles = kind.roles.iter().map(|role| role.name.as_str());
    let columns: Vec<&str> = std::iter::once("can").chain(roles).collect();
    let mut table = Table::new(title, &columns);
    for capability in &kind.capabilities {
        let mark = |role: &Role| match kind.names_of(role.can).any(|can| can == capability) {
            true => "✓".to_owned(),
            false => "·".to_owned(),
        };
        let name = std::iter::once(capability.clone());
        table
            .rows
            .push(name.chain(kind.roles.iter().map(mark)).collect());
    }
    Some(table)
}

fn levels(rules: &Rules) -> Table {
    let title = "Levels: what an owner may offer a partner";
    let mut table = Table::new(title, &["kind", "level", "is the role", "can"]);
    for kind in &rules.kinds {
        for level in &kind.levels {
            let can: Vec<&str> = kind.names_of(level.can).collect();
            table.rows.push(vec![
                kind.name.clone(),
                level.name.clone(),
                level.role.clone(),
                can.join(", "),
            ]);
        }
    }
    table
}

fn scopes(rules: &Rules) -> Table {
    let title = "Scopes and features";
    let mut table = Table::new(title, &["name", "is a", "implies", "review"]);
    for permission in &rules.permissions {
        let own = rules.names.permission(&permission.name);
        let implied = permission.implies.iter().filter(|id| Some(*id) != own);
        let implied: Vec<&str> = implied.map(|id| rules.names.permission_name(id)).collect();
        table.rows.push(vec![
            permission.name.clone(),
            if permission.feature {
                "feature"
            } else {
                "scope"
            }
            .to_owned(),
            implied.join(", "),
            if permission.review {
                "for Advanced Access"
            } else {
                ""
            }
            .to_owned(),
        ]);
    }
    table
}

fn tokens(rules: &Rules) -> Table {
    let mut table = Table::new("Kinds of tokens", &["kind", "held by", "lives", "scopes"]);
    for kind in &rules.token_kinds {
        let holders: Vec<&str> = kind.holders.iter().copied().map(holder_word).collect();
        let life = match kind.life_s {
            Some(seconds) if seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
            Some(seconds) => format!("{} hours", seconds / 3_600),
            None => "until it is ended".to_owned(),
        };
        let scopes = kind
            .scopes
            .map_or("any".to_owned(), |set| names(rules, set));
        table
            .rows
            .push(vec![kind.name.clone(), holders.join(", "), life, scopes]);
    }
    table
}

const fn holder_word(kind: HolderKind) -> &'static str {
    match kind {
        HolderKind::Person => "person",
        HolderKind::SystemUser => "system user",
        HolderKind::Business => "business",
        HolderKind::App => "app",
    }
}

fn names(rules: &Rules, set: PermissionSet) -> String {
    let names: Vec<&str> = set
        .iter()
        .map(|id| rules.names.permission_name(id))
        .collect();
    names.join(", ")
}

fn operations(rules: &Rules) -> Table {
    let columns = ["operation", "is a", "needs", "scopes", "besides"];
    let mut table = Table::new("Operations", &columns);
    for operation in rules.operations.iter().flatten() {
        let needs: Vec<String> = operation
            .needs
            .iter()
            .map(|need| need_text(rules, need))
            .collect();
        table.rows.push(vec![
            operation.name.clone(),
            class_word(operation.class).to_owned(),
            needs.join(" and "),
            scopes_text(rules, operation),
            besides(rules, operation).join("; "),
        ]);
    }
    table
}

const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Manage => "manage",
    }
}

fn need_text(rules: &Rules, need: &Need) -> String {
    let Some(kind) = rules.kind(need.kind) else {
        return String::new();
    };
    let can: Vec<&str> = kind.names_of(need.any_of).collect();
    let on = match &need.target {
        Target::Resource => format!("the {}", kind.name),
        Target::Owner => "its owner".to_owned(),
        Target::Parent => "the parent".to_owned(),
        Target::Named(name) => format!("`{name}`"),
    };
    let own = format!("{} on {on}", can.join(" or "));
    let others = need.or.iter().map(|other| need_text(rules, other));
    let all: Vec<String> = std::iter::once(own).chain(others).collect();
    all.join(" or ")
}

fn scopes_text(rules: &Rules, operation: &Operation) -> String {
    let all = names(rules, operation.all_scopes).replace(", ", " and ");
    let any = names(rules, operation.any_scope).replace(", ", " or ");
    let parts: Vec<String> = [all, any]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" and ")
}

/// What else a call must be.
fn besides(rules: &Rules, operation: &Operation) -> Vec<String> {
    let mut besides = Vec::new();
    let features = names(rules, operation.features);
    if !features.is_empty() {
        besides.push(format!("feature {features}"));
    }
    if !operation.tokens.is_empty() {
        let kinds = operation
            .tokens
            .iter()
            .filter_map(|id| rules.token_kind(*id));
        let kinds: Vec<&str> = kinds.map(|kind| kind.name.as_str()).collect();
        besides.push(format!("token {}", kinds.join(" or ")));
    }
    if operation.tier > 0 {
        besides.push(format!("tier {}", rules.names.tier_name(operation.tier)));
    }
    let said = [
        (operation.claimed, "app claimed"),
        (operation.first_party, "signed in first-party"),
        (operation.own, "or oneself"),
        (operation.starts_paused, "starts paused"),
        (operation.forbidden, "never"),
    ];
    besides.extend(
        said.into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, word)| word.to_owned()),
    );
    besides
}
