//! `countersign person`: what somebody has in a business, and taking it away.

use anyhow::{Context as _, Result};
use api::{HoldingBody, HoldingsBody};
use commands::{Command, OffboardPerson, holdings};
use engine::{BusinessId, PersonId};

use crate::client::Client;
use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::output::Output;
use crate::shell::Shell;
use crate::world::{Source, World};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Take away everything a person has in a business, and tell what is left.
    #[command(
        after_help = "The plan comes first: everything the person has, and the secrets the person has seen. Exit \
        code 0: nothing is left. 4: something is, each with the command that takes it away."
    )]
    Offboard(OffboardArgs),
}

#[derive(Debug, clap::Args)]
struct OffboardArgs {
    /// The person, as in `dana`.
    person: String,
    /// The business.
    #[arg(long, value_name = "ID")]
    business: String,
    /// Only tell what the person has.
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    giving: GivingArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.verb {
        Verb::Offboard(args) => offboard(args, shell),
    }
}

fn offboard(args: &OffboardArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let person = args.person.strip_prefix("person:").unwrap_or(&args.person);
    let person: PersonId = person.parse().context("the person")?;
    let business: BusinessId = args.business.parse().context("in `--business`")?;
    let found = match args.giving.world.source()? {
        Source::Here(world) => here(&world, &business, &person),
        Source::There(client) => there(args, &client, &business, &person)?,
    };
    tell(args, &business, &person, &found, shell)?;
    if found.is_empty() {
        return Ok(Exit::Ok);
    }
    if args.plan {
        return Ok(Exit::Findings);
    }
    let command: Command = OffboardPerson { business, person }.into();
    let given = does::give(&command.into(), &args.giving, shell)?;
    let Some(remains) = given.remains else {
        return Ok(given.exit);
    };
    for left in &remains {
        shell.say(format!("next: countersign do '{}'", left.removal));
    }
    Ok(match remains.is_empty() {
        true => Exit::Ok,
        false => Exit::Findings,
    })
}

fn here(world: &World, business: &BusinessId, person: &PersonId) -> Vec<HoldingBody> {
    let found = holdings(&world.directory, business, person, world.now);
    found.iter().map(HoldingBody::of).collect()
}

fn there(
    args: &OffboardArgs,
    client: &Client,
    business: &BusinessId,
    person: &PersonId,
) -> Result<Vec<HoldingBody>> {
    let (business, person) = (business.as_str(), person.as_str());
    let mut query = vec![
        ("business", business.to_owned()),
        ("person", person.to_owned()),
    ];
    if args.giving.second_factor() {
        query.push(("second_factor", "true".to_owned()));
    }
    let found: HoldingsBody = client.get_with("/api/v1/holdings", &query)?;
    Ok(found.holdings)
}

/// A plan is what was asked for; before the deed it is talk.
fn tell(
    args: &OffboardArgs,
    business: &BusinessId,
    person: &PersonId,
    found: &[HoldingBody],
    shell: &mut Shell<'_>,
) -> Result<()> {
    if args.plan && shell.output == Output::Json {
        return shell.json(&found);
    }
    let mut lines = vec![match found.is_empty() {
        true => format!("person:{person} has nothing in business:{business}"),
        false => format!("person:{person} has in business:{business}:"),
    }];
    for held in found {
        lines.push(format!("  {:<13}  {}", held.sort, held.what));
        lines.push(format!("  {:<13}  {}", "", held.removal));
    }
    for line in lines {
        match args.plan {
            true => shell.line(line)?,
            false => shell.say(line),
        }
    }
    Ok(())
}
