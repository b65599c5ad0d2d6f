use anyhow::Result;

use super::rust_source::RustSource;
use super::{Finding, Tree};

const FILE_LINES_MAX: usize = 400;
/// The same number as `too-many-lines-threshold` in `clippy.toml`.
const FUNCTION_LINES_MAX: usize = 70;

/// A file holds one noun: blanks, comments and tests aside, it fits in a reader's head.
///
/// Tests are rows of data, which are looked up and not read through.
pub(super) fn files(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (path, text) in tree.shipped_rust() {
        let lines = RustSource::read(text).shipped_lines().count();
        if lines > FILE_LINES_MAX {
            let what = format!("{lines} lines of code; {FILE_LINES_MAX} is the most");
            let mend = "move one noun to a file of its own";
            found.push(Finding::of(path, what, mend));
        }
    }
    Ok(found)
}

/// A function fits on a page. Clippy says it too; this one also sees code that is not built here.
pub(super) fn functions(tree: &Tree) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let functions = RustSource::read(text).functions();
        for long in functions
            .iter()
            .filter(|it| it.body_lines > FUNCTION_LINES_MAX)
        {
            let what = format!(
                "`{}` has {} lines of code; {FUNCTION_LINES_MAX} is the most",
                long.name, long.body_lines
            );
            let mend = "give the part that wants a comment a name of its own";
            found.push(Finding::of(path, what, mend).at(long.line));
        }
    }
    Ok(found)
}
