//! The page, row by row.

use std::collections::BTreeSet;
use std::path::Path;

/// The page.
pub(crate) struct Page {
    text: String,
    /// The rows of its tables.
    pub(crate) rows: Vec<Row>,
}

/// One row: what a document says, which entries keep it, which scenarios show it.
pub(crate) struct Row {
    pub(crate) line: usize,
    /// Of which platform: 0 for Meta, 1 for Pinterest.
    pub(crate) platform: usize,
    /// The last rule named before or in it.
    pub(crate) rule: String,
    pub(crate) entries: Vec<String>,
    pub(crate) files: Vec<String>,
}

/// Is the word a rule's id: letters of a family and a number?
pub(crate) fn is_rule(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let family = &word[..word.len() - digits.len()];
    super::FAMILIES.iter().any(|(known, _)| *known == family)
        && !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit())
}

impl Page {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/seeds.md");
        let text = std::fs::read_to_string(path).unwrap();
        let rows = rows(&text);
        Self { text, rows }
    }

    /// Returns the ids of all rules named on the page.
    pub(crate) fn rules(&self) -> BTreeSet<String> {
        self.text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| is_rule(word))
            .map(str::to_owned)
            .collect()
    }
}

fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut platform = None;
    let mut rule = String::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("## ") {
            platform = ["## Meta", "## Pinterest"]
                .iter()
                .position(|heading| line.starts_with(heading));
        }
        // A rule begins with its heading or with its name in bold.
        let begins = line
            .strip_prefix("### ")
            .and_then(|heading| heading.split(' ').next())
            .or_else(|| line.split("**").nth(1));
        if let Some(begins) = begins {
            rule = if is_rule(begins) { begins } else { "" }.to_owned();
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        if let ([_, entries, files], Some(platform)) = (&cells[..], platform) {
            rows.push(Row {
                line: index + 1,
                platform,
                rule: rule.clone(),
                entries: quoted(entries),
                files: quoted(files)
                    .into_iter()
                    .filter(|word| word.ends_with(".yaml"))
                    .collect(),
            });
        }
    }
    rows
}

/// Returns what stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
