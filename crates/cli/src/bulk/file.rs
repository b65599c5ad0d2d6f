//! A bulk on a directory file: nothing is changed but what is written anew.

use anyhow::{Context as _, Result, anyhow};
use api::BulkItem;
use commands::document::{FreeText, plain_digest};
use commands::scenario::CommandRow;
use commands::{Order, handle};
use node::Random as _;

use super::{Args, problem, unreadable};
use crate::output::Output;
use crate::question::credential;
use crate::shell::Shell;
use crate::world::{Source, World};

pub(super) fn run(
    args: &Args,
    rows: &[CommandRow],
    shell: &mut Shell<'_>,
) -> Result<Vec<BulkItem>> {
    let Source::Here(mut world) = args.world.source()? else {
        return Err(anyhow!("a server was named, and a file"));
    };
    let mut items = Vec::with_capacity(rows.len());
    for (index, row) in (0_u64..).zip(rows) {
        items.push(give(args, row, index, &mut world)?);
    }
    if !args.plan {
        for item in &mut items {
            item.changes.clear();
            if item.outcome == "planned" {
                item.outcome = "done".into();
            }
        }
        let yaml = world.document().to_yaml()?;
        match &args.to {
            Some(path) => std::fs::write(path, &yaml)
                .with_context(|| format!("cannot write `{}`", path.display()))?,
            None if shell.output == Output::Table => write!(shell.out, "{yaml}")?,
            None => {}
        }
    }
    Ok(items)
}

fn give(args: &Args, row: &CommandRow, index: u64, world: &mut World) -> Result<BulkItem> {
    let command = match row.command(&world.directory) {
        Ok(command) => command,
        Err(wrong) => return Ok(BulkItem::refused(index, unreadable(&wrong.to_string()))),
    };
    let mut texts: Vec<FreeText> = Vec::new();
    let mut keep_text = |text: &str| {
        let digest = plain_digest("", text);
        texts.push(FreeText {
            of: command.name().to_owned(),
            digest: digest.clone(),
            text: text.to_owned(),
        });
        digest
    };
    let mut entropy = [0; 32];
    node::SystemRandom.fill(&mut entropy)?;
    let id = format!("{}:{index}", world.now);
    let mut order = Order {
        by: credential(args.who()?, &world.directory)?,
        evidence: args
            .evidence
            .clone()
            .unwrap_or_default()
            .evidence(world.now),
        now: world.now,
        id: &id,
        entropy,
        keep_text: &mut keep_text,
    };
    match handle(&world.directory, &command, &mut order) {
        Ok(handled) => {
            for change in &handled.changes {
                world.directory.apply(change);
            }
            world.add_texts(texts);
            let mut item = BulkItem::planned(index, &handled.changes);
            item.made = handled.answer.id;
            item.secret = handled.answer.secret.filter(|_| !args.plan);
            Ok(item)
        }
        Err(refusal) => Ok(BulkItem::refused(index, problem(&refusal))),
    }
}
