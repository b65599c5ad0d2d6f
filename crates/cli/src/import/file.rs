//! A plan of an import over another file, or over nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow};
use commands::document::{Facts, plain_digest};

use super::plan::{between, by_key, planned};
use super::{Args, tell_plan};
use crate::exit::Exit;
use crate::output::Output;
use crate::shell::Shell;
use crate::sources;

pub(super) fn run(args: &Args, present: Option<&Path>, shell: &mut Shell<'_>) -> Result<Exit> {
    let present = match present {
        Some(path) => by_key(facts(path)?.facts),
        None => BTreeMap::new(),
    };
    let wanted = by_key(facts(&args.file)?.facts);
    let (changes, unchanged) = between(&present, &wanted, args.replace);
    let answer = planned(&present, changes.iter(), unchanged);
    match shell.output {
        Output::Json => shell.json(&answer)?,
        Output::Table => tell_plan(&answer, shell)?,
    }
    Ok(Exit::Ok)
}

fn facts(path: &Path) -> Result<Facts> {
    let file = sources::directory(path)?;
    let source = sources::rulebook(&file.document().rulebook, Some(path))?;
    let rulebook = file.document().compile(&source);
    let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
    let facts = file.facts(&rulebook, &mut plain_digest);
    facts.map_err(|wrong| anyhow!("{wrong}"))
}
