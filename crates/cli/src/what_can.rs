//! `countersign what-can`: on what can somebody do this, or anything at all?

use ::rulebook::{Family, KindId, nearest};
use anyhow::{Result, anyhow};
use api::{ThingsBody, WhatCanBody};
use commands::reach::reach;
use engine::{Search, Thing};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;
use crate::question::{AroundArgs, WhoArgs, credential, operation, who_words};
use crate::shell::Shell;
use crate::world::{Source, World, WorldArgs};

/// The longest page a server gives.
const PAGE: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    who: WhoArgs,
    /// To do what: an operation of the rulebook. Anything at all, if left out; a server must be told.
    operation: Option<String>,
    /// Look among this kind of things only. May be repeated. Every kind of asset, businesses and
    /// apps, if left out.
    #[arg(long = "of", value_name = "KIND")]
    kinds: Vec<String>,
    #[command(flatten)]
    around: AroundArgs,
    #[command(flatten)]
    world: WorldArgs,
}

/// The list as it is written.
#[derive(Debug, Serialize)]
struct Found {
    who: String,
    things: Vec<FoundThing>,
}

#[derive(Debug, Serialize)]
struct FoundThing {
    thing: String,
    operations: Vec<String>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let things = match args.world.source()? {
        Source::Here(world) => here(args, &world)?,
        Source::There(client) => there(args, &client)?,
    };
    let found = Found {
        who: who_words(&args.who.who()?),
        things,
    };
    tell(&found, args.operation.is_none(), shell)?;
    Ok(Exit::Ok)
}

fn here(args: &Args, world: &World) -> Result<Vec<FoundThing>> {
    let rulebook = world.directory.rulebook();
    let who = args.who.who()?;
    let credential = credential(&who, &world.directory)?;
    let with = args.around.with()?;
    let context = args.around.context(None, &world.directory)?;
    let evidence = args.around.evidence(world.now);
    let search = Search {
        with: &with,
        context: &context,
        evidence: &evidence,
        now: world.now,
        limit: usize::MAX,
    };
    let kinds = kinds(rulebook.rules(0), &args.kinds)?;
    let things: Vec<Thing> = match &args.operation {
        None => {
            let things = reach(&world.directory, &credential, &kinds, &search);
            things.into_iter().collect()
        }
        Some(name) => {
            operation(rulebook, name)?;
            let names = &rulebook.rules(0).names;
            let of_kind = |kind: &KindId| {
                let kind = names.kind_name(*kind);
                engine::what_can(&world.directory, &credential, name, kind, None, &search).items
            };
            kinds.iter().flat_map(of_kind).collect()
        }
    };
    let operations = |thing: &Thing| match &args.operation {
        Some(name) => vec![name.clone()],
        None => engine::operations_on(&world.directory, &credential, thing, &search),
    };
    let things = things.iter().map(|thing| FoundThing {
        thing: thing.to_string(),
        operations: operations(thing),
    });
    Ok(things.collect())
}

fn there(args: &Args, client: &Client) -> Result<Vec<FoundThing>> {
    let Some(name) = &args.operation else {
        return Err(anyhow!(
            "a server lists the things of one operation: name it"
        ));
    };
    if !args.around.with()?.is_empty() {
        return Err(anyhow!(
            "a server lists what is allowed without further things: leave `--with` out"
        ));
    }
    let kinds = match args.kinds.as_slice() {
        [] => client.get::<Rules>("/api/v1/rulebook")?.kinds,
        named => named.to_vec(),
    };
    let mut found = Vec::new();
    for kind in &kinds {
        let mut cursor = None;
        loop {
            let body = WhatCanBody {
                who: Some(args.who.body()?),
                operation: name.clone(),
                kind: kind.clone(),
                context: args.around.context_body(),
                evidence: args.around.evidence_body(),
                limit: Some(PAGE),
                cursor,
                at: args.world.at,
            };
            let page: ThingsBody = client.post("/api/v1/what-can", &body)?;
            found.extend(page.things.into_iter().map(|thing| FoundThing {
                thing,
                operations: vec![name.clone()],
            }));
            match page.cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(found)
}

/// What a server says of its active rulebook, as far as it is asked for here.
#[derive(Debug, Deserialize)]
struct Rules {
    kinds: Vec<String>,
}

fn tell(found: &Found, with_operations: bool, shell: &mut Shell<'_>) -> Result<()> {
    if shell.output == Output::Json {
        return shell.json(found);
    }
    for thing in &found.things {
        match with_operations {
            true => shell.line(format!("{}  {}", thing.thing, thing.operations.join(", ")))?,
            false => shell.line(&thing.thing)?,
        }
    }
    if found.things.is_empty() {
        shell.say("nothing");
    }
    Ok(())
}

fn kinds(rules: &::rulebook::Rules, named: &[String]) -> Result<Vec<KindId>> {
    if named.is_empty() {
        let asked = rules
            .kinds
            .iter()
            .filter(|kind| kind.family != Family::Realm);
        return Ok(asked.map(|kind| kind.id).collect());
    }
    let find = |name: &String| {
        rules.names.kind(name).ok_or_else(|| {
            let known = rules.kinds.iter().map(|kind| kind.name.as_str());
            let all: Vec<&str> = known.clone().collect();
            match nearest(name, known) {
                Some(near) => anyhow!("there is no kind `{name}`; did you mean `{near}`?"),
                None => anyhow!("there is no kind `{name}`; known: {}", all.join(", ")),
            }
        })
    };
    named.iter().map(find).collect()
}
