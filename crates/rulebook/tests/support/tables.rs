//! A rulebook as plain tables, so that a reviewer sees a change of policy as a changed table.
//!
//! Everything here takes compiled rules: what is shown is what the engine is asked.

pub(crate) mod apps;
pub(crate) mod kinds;
pub(crate) mod operations;
#[path = "table.rs"]
mod table;

use rulebook::{HolderKind, PermissionSet, Rules};

pub(crate) use table::Table;

/// Who can hold something, and how it is called here.
const HOLDERS: [(HolderKind, &str); 4] = [
    (HolderKind::Person, "person"),
    (HolderKind::SystemUser, "system user"),
    (HolderKind::Business, "business"),
    (HolderKind::App, "app"),
];

/// Names of scopes and features, in one cell.
pub(crate) fn permissions(rules: &Rules, set: PermissionSet, between: &str) -> String {
    let names: Vec<&str> = set
        .iter()
        .map(|id| rules.names.permission_name(id))
        .collect();
    names.join(between)
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
