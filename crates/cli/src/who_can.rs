//! `countersign who-can`: for whom would roles and mandates allow this?

use anyhow::Result;
use api::{HoldersBody, WhoCanBody};
use commands::scenario::ThingRow;
use engine::{Holder, Search};
use serde::Serialize;

use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;
use crate::question::{AroundArgs, operation};
use crate::shell::Shell;
use crate::world::{Source, World, WorldArgs};

/// The longest page a server gives.
const PAGE: usize = 1_000;

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
    let (holders, more) = match args.world.source()? {
        Source::Here(world) => here(args, &world)?,
        Source::There(client) => there(args, &client)?,
    };
    let found = Found {
        operation: &args.operation,
        on: args.on.0.to_string(),
        holders,
        more,
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

fn here(args: &Args, world: &World) -> Result<(Vec<String>, bool)> {
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
    Ok((
        page.items.iter().map(Holder::to_string).collect(),
        page.more,
    ))
}

fn there(args: &Args, client: &Client) -> Result<(Vec<String>, bool)> {
    let mut holders = Vec::new();
    let mut cursor = None;
    loop {
        let wanted = args.limit.saturating_sub(holders.len());
        if wanted == 0 {
            return Ok((holders, true));
        }
        let body = WhoCanBody {
            operation: args.operation.clone(),
            on: args.on.0.to_string(),
            with: args.around.with_body()?,
            context: args.around.context_body(),
            evidence: args.around.evidence_body(),
            limit: Some(wanted.min(PAGE)),
            cursor,
            at: args.world.at,
        };
        let page: HoldersBody = client.post("/api/v1/who-can", &body)?;
        holders.extend(page.holders);
        match page.cursor {
            Some(next) => cursor = Some(next),
            None => return Ok((holders, false)),
        }
    }
}
