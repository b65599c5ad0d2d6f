//! A bulk on a directory file: nothing is changed but what is written anew.

use anyhow::{Context as _, Result, anyhow};
use api::BulkItem;
use commands::scenario::CommandRow;

use super::bar::Bar;
use super::{Args, PART, problem, unreadable};
use crate::output::Output;
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
    let mut bar = Bar::new(rows.len());
    for (index, row) in (0_u64..).zip(rows) {
        items.push(give(args, row, index, &mut world)?);
        if items.len() % PART == 0 {
            bar.tell(&items, shell);
        }
    }
    bar.tell(&items, shell);
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
    let id = format!("{}:{index}", world.now);
    let tried = args
        .giver()?
        .tries(&command, &world.directory, world.now, &id)?;
    match tried.outcome {
        Ok(handled) => {
            for change in &handled.changes {
                world.directory.apply(change);
            }
            world.add_texts(tried.texts);
            let mut item = BulkItem::planned(index, &handled.changes);
            item.made = handled.answer.id;
            item.secret = handled.answer.secret.filter(|_| !args.plan);
            Ok(item)
        }
        Err(refusal) => Ok(BulkItem::refused(index, problem(&refusal))),
    }
}
