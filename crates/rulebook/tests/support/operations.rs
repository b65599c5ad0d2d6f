//! Operations: what they need, of whom, with which scopes.

use rulebook::{CapSet, Need, Operation, Rules, Target};

use super::{Table, permissions};

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
    let direct = if need.direct {
        " (not through a share)"
    } else {
        ""
    };
    let others = need.or.iter().flat_map(|other| self::need(rules, other));
    std::iter::once(format!("{target}{}:{can}{direct}", kind.name))
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
