//! `countersign who-can`: for whom would roles and mandates allow this?

use anyhow::Result;
use commands::scenario::ThingRow;
use engine::{Holder, Search};
use serde::Serialize;

use crate::args::Output;
use crate::exit::Exit;
use crate::question::{AroundArgs, WorldArgs, operation};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// To do what: an operation of the rulebook, as in `ad.edit`.
    operation: String,
    /// On what, as in `asset:act_1`.
    on: ThingRow,
    #[command(flatten)]
    around: AroundArgs,
    #[command(flatten)]
    world: WorldArgs,
    /// Tell at most so many.
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
}

/// The list as it is written.
#[derive(Debug, Serialize)]
struct Found<'a> {
    operation: &'a str,
    on: String,
    holders: Vec<String>,
    more: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let world = args.world.world()?;
    operation(world.directory.rulebook(), &args.operation)?;
    let with = args.around.with()?;
    let context = args.around.context(Some(&args.on.0), &world.directory)?;
    let evidence = args.around.evidence(world.now);
    let search = Search {
        with: &with,
        context: &context,
        evidence: &evidence,
        now: world.now,
        limit: args.limit,
    };
    let page = engine::who_can(&world.directory, &args.operation, &args.on.0, None, &search);
    let found = Found {
        operation: &args.operation,
        on: args.on.0.to_string(),
        holders: page.items.iter().map(Holder::to_string).collect(),
        more: page.more,
    };
    match shell.output {
        Output::Json => shell.json(&found)?,
        Output::Table => {
            for holder in &found.holders {
                shell.line(holder)?;
            }
            if found.holders.is_empty() {
                shell.say("nobody");
            }
            if found.more {
                shell.say(format!(
                    "there are more than {}: raise `--limit`",
                    args.limit
                ));
            }
            shell.say(
                "(asked of roles and mandates; a token must pass the layers before them as well)",
            );
        }
    }
    Ok(Exit::Ok)
}
