use anyhow::Result;

use super::rust_source::{RustSource, is_word};
use super::{Finding, Tree};

/// Words that say nothing about what a thing is for.
const EMPTY_WORDS: [&str; 7] = [
    "util", "utils", "utility", "helper", "helpers", "manager", "managers",
];
const DECLARES: [&str; 5] = ["mod", "struct", "enum", "trait", "type"];

const MEND: &str = "name it after the noun it holds; split it if there are several";

/// Module files are `name.rs` beside `name/`, so that a file's name says what is in it.
pub(super) fn module_files(tree: &Tree) -> Result<Vec<Finding>> {
    let old = tree.rust().filter(|(path, _)| path.ends_with("/mod.rs"));
    Ok(old
        .map(|(path, _)| {
            let mend = path.replace("/mod.rs", ".rs");
            Finding::of(
                path,
                "`mod.rs` is not used here",
                format!("move it to `{mend}`"),
            )
        })
        .collect())
}

/// No module and no type is called after nothing.
pub(super) fn names(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let parts = path.trim_end_matches(".rs").split('/');
        if let Some(part) = parts.into_iter().find(|part| is_empty_name(part)) {
            found.push(Finding::of(path, format!("`{part}` says nothing"), MEND));
        }
        for line in RustSource::read(text).lines() {
            let words: Vec<&str> = line.code.split(|c| !is_word(c)).collect();
            for pair in words.windows(2) {
                if let [keyword, name] = pair
                    && DECLARES.contains(keyword)
                    && is_empty_name(name)
                {
                    let what = format!("the {keyword} `{name}` says nothing");
                    found.push(Finding::of(path, what, MEND).at(line.number));
                }
            }
        }
    }
    Ok(found)
}

/// Whether a word of the name, in either spelling, is an empty one.
fn is_empty_name(name: &str) -> bool {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
        .iter()
        .any(|word| EMPTY_WORDS.contains(&word.as_str()))
}
