//! Facts as lines of JSON: what `import` writes and `export` reads.

use anyhow::{Context as _, Result};
use commands::document::FreeText;
use engine::fact::{Fact, TextDigest};
use serde::{Deserialize, Serialize};

/// One line: a fact, or a text whose digest a fact holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// A fact.
    Fact(Fact),
    /// A text.
    Text(TextLine),
}

/// A text whose digest a fact holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextLine {
    /// What it is the text of, as in `person:ana/email`.
    pub(crate) of: String,
    /// What the fact holds in its place.
    pub(crate) digest: TextDigest,
    /// The text.
    pub(crate) text: String,
}

impl Line {
    pub(crate) fn of_text(text: &FreeText) -> Self {
        Self::Text(TextLine {
            of: text.of.clone(),
            digest: text.digest.clone(),
            text: text.text.clone(),
        })
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// Reads the lines of a text; `file` is only used in messages.
    pub(crate) fn parse_all(file: &str, text: &str) -> Result<Vec<Self>> {
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let parse = |(index, line): (usize, &str)| {
            let place = || format!("{file}:{}: this line is no fact and no text", index + 1);
            serde_json::from_str(line).with_context(place)
        };
        lines.map(parse).collect()
    }
}
