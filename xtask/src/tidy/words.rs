use anyhow::Result;

use super::{Finding, Tree};

/// What no file may say, and what to do instead. Written in pieces, or this file would say it.
const FORBIDDEN: [(&str, &str); 12] = [
    (concat!("../", "shared"), STANDS_ALONE),
    (concat!("/work", "/"), STANDS_ALONE),
    (concat!(".lib", "rary"), STANDS_ALONE),
    (concat!("farm", "-"), STANDS_ALONE),
    (concat!("crates", ".io"), NO_HOST),
    (concat!("static.rust", "-lang.org"), NO_HOST),
    (concat!("py", "pi.org"), NO_HOST),
    (concat!("pythonhosted", ".org"), NO_HOST),
    (concat!("npm", "js.org"), NO_HOST),
    (concat!("npm", "js.com"), NO_HOST),
    (concat!("deb.debian", ".org"), NO_HOST),
    (concat!("docker", ".io"), NO_HOST),
];
const STANDS_ALONE: &str = "the project stands alone: restate the fact, or use a path inside it";
const NO_HOST: &str = "name the package, not the registry: clients know where they fetch from";

/// Nothing names a place outside the project, or the host of a registry.
///
/// `Cargo.lock` is left out: Cargo writes it, sources included.
pub(super) fn forbidden(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (path, text) in tree
        .texts()
        .filter(|(path, _)| !path.ends_with("Cargo.lock"))
    {
        for (index, line) in text.lines().enumerate() {
            for (word, mend) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                found.push(Finding::of(path, format!("says `{word}`"), *mend).at(index + 1));
            }
        }
    }
    Ok(found)
}
