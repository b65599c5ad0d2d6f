//! `countersign person`: who is known, what somebody has in a business, and taking it away.

use anyhow::{Context as _, Result};
use api::{HoldingBody, HoldingsBody};
use commands::{ChangePerson, Command, OffboardPerson, RegisterPerson, holdings};
use engine::fact::Identity;
use engine::{BusinessId, PersonId};

use crate::client::Client;
use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::output::Output;
use crate::removal::Lines;
use crate::shell::Shell;
use crate::world::Source;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Make a person known. That gives nothing: a person without a place can do nothing.
    Register(RegisterArgs),
    /// Change what is known of a person. What is left out stays.
    Change(ChangeArgs),
    /// Take away everything a person has in a business, and tell what is left.
    #[command(
        after_help = "The plan comes first: everything the person has, and the secrets the person has seen. Exit \
        code 0: nothing is left. 4: something is, each with the command that takes it away."
    )]
    Offboard(OffboardArgs),
}

#[derive(Debug, clap::Args)]
struct RegisterArgs {
    /// The person's id, as in `dana`.
    person: PersonId,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    giving: GivingArgs,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    /// The person, as in `dana`.
    person: PersonId,
    #[command(flatten)]
    known: KnownArgs,
    /// Several people use this login: then no tool may act with it.
    #[arg(long, value_name = "TRUE|FALSE")]
    shared_login: Option<bool>,
    #[command(flatten)]
    giving: GivingArgs,
}

/// What is known of a person.
#[derive(Debug, clap::Args)]
struct KnownArgs {
    /// The name.
    #[arg(long)]
    name: Option<String>,
    /// The e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// The identity provider that knows the person: its issuer, as in `https://id.example.com`.
    #[arg(long, value_name = "URL", requires = "subject")]
    issuer: Option<String>,
    /// Who the person is there. Nobody else can be the same.
    #[arg(long, value_name = "TEXT", requires = "issuer")]
    subject: Option<String>,
}

impl KnownArgs {
    fn identity(&self) -> Option<Identity> {
        let (issuer, subject) = (self.issuer.clone()?, self.subject.clone()?);
        Some(Identity { issuer, subject })
    }
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
    let (command, giving): (Command, &GivingArgs) = match &args.verb {
        Verb::Offboard(args) => return offboard(args, shell),
        Verb::Register(args) => {
            let register = RegisterPerson {
                person: args.person.clone(),
                name: args.known.name.clone(),
                email: args.known.email.clone(),
                identity: args.known.identity(),
            };
            (register.into(), &args.giving)
        }
        Verb::Change(args) => {
            let change = ChangePerson {
                person: args.person.clone(),
                name: args.known.name.clone(),
                email: args.known.email.clone(),
                identity: args.known.identity(),
                shared_login: args.shared_login,
            };
            (change.into(), &args.giving)
        }
    };
    Ok(does::give(&command.into(), giving, shell)?.exit)
}

fn offboard(args: &OffboardArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let person = args.person.strip_prefix("person:").unwrap_or(&args.person);
    let person: PersonId = person.parse().context("the person")?;
    let business: BusinessId = args.business.parse().context("in `--business`")?;
    let world = &args.giving.world;
    let (found, lines) = match world.source()? {
        Source::Here(here) => {
            let found = holdings(&here.directory, &business, &person, here.now);
            let found = found.iter().map(HoldingBody::of).collect();
            (found, Lines::of(world, Some(&here))?)
        }
        Source::There(client) => {
            let found = there(args, &client, &business, &person)?;
            (found, Lines::of(world, None)?)
        }
    };
    let lines = lines.not_by(format!("person:{person}"));
    tell(args, &business, &person, (&found, &lines), shell)?;
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
    let lines = match args.giving.written_to() {
        Some(path) => lines.for_file(path),
        None => lines,
    };
    for left in &remains {
        shell.say(format!("next: {}", lines.line(&left.removal)));
    }
    Ok(match remains.is_empty() {
        true => Exit::Ok,
        false => Exit::Findings,
    })
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
    (found, lines): (&[HoldingBody], &Lines),
    shell: &mut Shell<'_>,
) -> Result<()> {
    if args.plan && shell.output == Output::Json {
        return shell.json(&found);
    }
    let mut told = vec![match found.is_empty() {
        true => format!("person:{person} has nothing in business:{business}"),
        false => format!("person:{person} has in business:{business}:"),
    }];
    for held in found {
        let line = lines.line(&held.removal);
        told.push(format!("  {:<13}  {}", held.sort, held.what));
        told.push(format!("  {:<13}  {line}", ""));
    }
    for line in told {
        match args.plan {
            true => shell.line(line)?,
            false => shell.say(line),
        }
    }
    Ok(())
}
