//! An import into a data directory, by the owner of the machine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use commands::document::DirectoryFile;
use engine::Directory;
use engine::fact::{Digest, Fact, TextDigest};
use ledger::{CommandId, Position};
use node::installation::{Beyond, Import, Importer, Wanted};
use node::writer::Outcome;

use super::plan::{by_key, planned};
use super::{Args, tell_done, tell_plan};
use crate::data_folder::DataFolder;
use crate::does::new_id;
use crate::exit::Exit;
use crate::output::Output;
use crate::shell::Shell;
use crate::sources;

pub(super) fn run(args: &Args, folder: &DataFolder, shell: &mut Shell<'_>) -> Result<Exit> {
    let opened = folder.open()?;
    let installation = &opened.installation;
    // A realm where an import was cut off is loading: this one goes on with it.
    let view = installation.view();
    let directory = view.state.get(&opened.realm).context("the realm is gone")?;
    let wanted = Arc::new(wanted(args, directory)?);
    let plan = installation.plan_import(&opened.realm, &wanted)?;
    let present = by_key(directory.facts());
    let mut answer = planned(&present, plan.changes(), plan.counts().unchanged);
    answer.entries = plan.parts();
    answer.state = view.head.token().to_string();
    if shell.output == Output::Table {
        tell_plan(&answer, shell)?;
    }
    if args.plan {
        if shell.output == Output::Json {
            shell.json(&answer)?;
        }
        return Ok(Exit::Ok);
    }
    let id = match &args.id {
        Some(id) => id.clone(),
        None => new_id()?,
    };
    let import = Import {
        realm: opened.realm.clone(),
        id: CommandId::parse(&id).context("in `--id`")?,
        by: Importer::Owner,
        wanted,
        text: text(args)?,
    };
    let done = installation.import(&import, plan, &mut |written, of| {
        shell.progress("written", written, of);
    })?;
    let (outcome, position) = match done.answered.outcome {
        Outcome::Done { position, .. } => ("done", Some(position)),
        Outcome::Repeated { position, .. } => ("repeated", Some(position)),
        Outcome::NoEntry { .. } => ("unchanged", None),
        Outcome::Refused(refusal) => {
            return Err(anyhow!("{refusal}").context("nothing was imported"));
        }
    };
    answer.outcome = outcome.into();
    answer.position = position.map(Position::get);
    answer.state = done.answered.at.to_string();
    answer.changes.clear();
    tell_done(&answer, shell)?;
    Ok(Exit::Ok)
}

/// What an id stands for: the same id with another file is a conflict.
fn text(args: &Args) -> Result<String> {
    let digest = Digest::of(&sources::read(&args.file)?);
    Ok(format!("import {digest} replace {}", args.replace))
}

/// Returns what the realm is to hold.
fn wanted(args: &Args, directory: &Directory) -> Result<Wanted> {
    let file = sources::directory(&args.file)?;
    same_rules(&args.file, &file, directory)?;
    let mut texts = BTreeMap::new();
    let mut stand_in = |of: &str, text: &str| {
        // Stands for this text of this field, until the import gives it a row of its own.
        let digest = TextDigest(Digest::of(&format!("{of}\n{text}")).to_string().into());
        texts.insert(digest.clone(), text.to_owned());
        digest
    };
    let facts = file.facts(directory.rulebook(), &mut stand_in);
    let facts = facts.map_err(|wrong| anyhow!("{wrong}"))?.facts.into_iter();
    Ok(Wanted {
        facts: facts
            .filter(|fact| !matches!(fact, Fact::Settings(_)))
            .collect(),
        texts,
        beyond: match args.replace {
            true => Beyond::End,
            false => Beyond::Stay,
        },
    })
}

/// An import changes facts, never the rules: the file must be for the realm's rulebook and switches.
fn same_rules(path: &Path, file: &DirectoryFile, directory: &Directory) -> Result<()> {
    let active = directory.rulebook();
    let source = sources::rulebook(&file.document().rulebook, Some(path))?;
    let theirs = file.document().compile(&source);
    let theirs = theirs.map_err(|wrong| anyhow!("{wrong}"))?;
    if theirs.name != active.name {
        return Err(anyhow!(
            "the file is for rulebook `{}`, and `{}` is active in the realm: \
             `countersign rulebook activate` changes that",
            theirs.name,
            active.name
        ));
    }
    let ours: BTreeMap<_, _> = active.switches.iter().cloned().collect();
    let differs = theirs
        .switches
        .iter()
        .find(|(name, value)| ours.get(name) != Some(value));
    if let Some((name, value)) = differs {
        let here = ours.get(name).map_or("nothing", String::as_str);
        return Err(anyhow!(
            "switch `{name}` is `{value}` in the file and `{here}` in the realm: \
             `countersign rulebook activate` changes that"
        ));
    }
    Ok(())
}
