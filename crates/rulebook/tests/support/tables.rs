//! A rulebook as plain tables, so that a reviewer sees a change of policy as a changed table.
//!
//! Everything here takes compiled rules: what is shown is what the engine is asked.

pub(crate) mod apps;
pub(crate) mod kinds;
pub(crate) mod operations;

use std::fmt::Write as _;

use rulebook::{HolderKind, PermissionSet, Rules};

/// Who can hold something, and how it is called here.
const HOLDERS: [(HolderKind, &str); 4] = [
    (HolderKind::Person, "person"),
    (HolderKind::SystemUser, "system user"),
    (HolderKind::Business, "business"),
    (HolderKind::App, "app"),
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
