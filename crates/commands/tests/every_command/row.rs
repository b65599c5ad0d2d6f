//! The rows of the table.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One command given once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// What happens, in the words of the business.
    pub(crate) say: String,
    /// By whom.
    pub(crate) by: String,
    /// Switches of the rulebook.
    #[serde(default)]
    pub(crate) under: BTreeMap<String, String>,
    /// How many ads run, if somebody says so.
    #[serde(default)]
    pub(crate) active_ads: Option<u64>,
    /// The command's body.
    #[serde(rename = "do")]
    pub(crate) body: serde_json::Value,
}

impl Row {
    pub(crate) fn plain(by: &str, body: &str) -> Self {
        Self {
            say: String::new(),
            by: by.to_owned(),
            under: BTreeMap::new(),
            active_ads: None,
            body: serde_saphyr::from_str(body).unwrap(),
        }
    }
}

/// Returns the rows of each command.
pub(crate) fn table() -> BTreeMap<String, Vec<Row>> {
    serde_saphyr::from_str(include_str!("table.yaml")).unwrap()
}
