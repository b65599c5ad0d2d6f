//! A directory file against the realm's rulebook.

use std::collections::BTreeMap;

use commands::document::{DirectoryDocument, DirectoryFile};
use engine::Directory;
use engine::fact::{Digest, Fact, TextDigest};
use node::installation::{Beyond, Wanted};
use node::shelf::ShelfError;
use rulebook::Rulebook;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

const REFUSED: &str = "The directory file is refused";

/// Returns what the realm is to hold. Every mistake is told with its line.
///
/// Errors: the file is no directory file, names what it does not hold, or is for another rulebook
/// than the realm's.
pub(super) fn wanted(
    app: &App,
    caller: &Caller,
    name: &str,
    text: &str,
    beyond: Beyond,
) -> Result<Wanted, Fault> {
    let directory = caller.sight.any_directory().ok_or_else(Fault::not_ready)?;
    let file = DirectoryFile::parse(name, text).map_err(|wrong| Fault::file(REFUSED, &wrong))?;
    fits(app, directory, file.document())?;
    let mut texts = BTreeMap::new();
    let mut stand_in = |of: &str, text: &str| {
        // Stands for this text of this field, until the import gives it a row of its own.
        let digest = TextDigest(Digest::of(&format!("{of}\n{text}")).to_string().into());
        texts.insert(digest.clone(), text.to_owned());
        digest
    };
    let facts = file
        .facts(directory.rulebook(), &mut stand_in)
        .map_err(|wrong| Fault::file(REFUSED, &wrong))?;
    let facts = facts.facts.into_iter();
    Ok(Wanted {
        facts: facts
            .filter(|fact| !matches!(fact, Fact::Settings(_)))
            .collect(),
        texts,
        beyond,
    })
}

/// An import changes facts, never the rules: the file must be for the realm's rulebook and switches.
fn fits(app: &App, directory: &Directory, file: &DirectoryDocument) -> Result<(), Fault> {
    let active = directory.rulebook();
    if file.rulebook_digest.is_none() && !names(&file.rulebook, active) {
        let detail = format!(
            "the file is for rulebook `{}`, and `{}` is active here; activate the other one first",
            file.rulebook, active.name
        );
        return Err(other_rules("rulebook", detail));
    }
    let digest = Digest(active.digest).to_string();
    let compiled = app.installation.rulebook(&digest, &file.switches);
    let compiled = compiled.map_err(|error| match error {
        ShelfError::Compile(wrong) => Fault::file(REFUSED, &wrong),
        other => Fault::internal(other),
    })?;
    let switches = |rulebook: &Rulebook| -> BTreeMap<String, String> {
        rulebook.switches.iter().cloned().collect()
    };
    let (theirs, ours) = (switches(&compiled), switches(active));
    let differs = theirs
        .iter()
        .find(|(name, value)| ours.get(*name) != Some(*value));
    if let Some((name, value)) = differs {
        let here = ours.get(name).map_or("nothing", String::as_str);
        let detail = format!(
            "switch `{name}` is `{value}` in the file and `{here}` here; \
             activate the rulebook with other switches first"
        );
        return Err(other_rules("switches", detail));
    }
    Ok(())
}

/// A file names its rulebook, or where its text lies.
fn names(file: &str, rulebook: &Rulebook) -> bool {
    let last = file.rsplit('/').next().unwrap_or(file);
    last.strip_suffix(".toml").unwrap_or(last) == rulebook.name
}

fn other_rules(field: &str, detail: String) -> Fault {
    let title = "The file is for other rules";
    Fault::told(api::Problem::new(409, "OTHER_RULES", title, detail).field(field))
}
