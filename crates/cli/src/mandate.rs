//! `countersign mandate`: the limits of tools, and stopping one at once.

use anyhow::{Result, anyhow};
use api::{MandateBody, MandatesBody};
use commands::{Command, MandatesOf, Reader, StopMandate, mandates};
use engine::{BusinessId, MandateId};
use serde_json::Value;

use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::output::Output;
use crate::pages::{Query, all_pages};
use crate::shell::Shell;
use crate::world::{Source, WorldArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List the mandates, and how much waits under each.
    List(ListArgs),
    /// Tell one mandate in full: its limits, its end, who may approve.
    Show(ShowArgs),
    /// Stop a tool at once: nothing can be done under the mandate, and what was open is void.
    Stop(Box<StopArgs>),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those of this business.
    #[arg(long, value_name = "ID")]
    business: Option<BusinessId>,
    /// The second factor was passed. Of a server.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The mandate.
    mandate: MandateId,
    /// The second factor was passed. Of a server.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Debug, clap::Args)]
struct StopArgs {
    /// The mandate.
    mandate: MandateId,
    /// Let the tool go on, under the same limits.
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    giving: GivingArgs,
}

pub(crate) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match args.verb {
        Verb::List(args) => list(args, shell),
        Verb::Show(args) => show(args, shell),
        Verb::Stop(args) => {
            let command: Command = StopMandate {
                mandate: args.mandate,
                stopped: !args.release,
            }
            .into();
            Ok(does::give(&command.into(), &args.giving, shell)?.exit)
        }
    }
}

fn list(args: ListArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let of = MandatesOf {
        business: args.business,
        limit: usize::MAX,
        ..MandatesOf::default()
    };
    let found = found(&of, &args.world, args.second_factor)?;
    shell.list(&found, line, "no mandate")?;
    Ok(Exit::Ok)
}

fn show(args: ShowArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let of = MandatesOf {
        id: Some(args.mandate.clone()),
        limit: 1,
        ..MandatesOf::default()
    };
    let found = found(&of, &args.world, args.second_factor)?;
    let Some(one) = found.first() else {
        return Err(anyhow!("there is no mandate `{}`", args.mandate));
    };
    if shell.output == Output::Json {
        shell.json(one)?;
        return Ok(Exit::Ok);
    }
    shell.line(line(one))?;
    let listed = |what: &[String], none: &str| match what.is_empty() {
        true => none.to_owned(),
        false => what.join(" "),
    };
    let on = listed(&one.assets, "every asset the business owns");
    shell.line(format!("  on         {on}"))?;
    let may = listed(&one.operations, "every write");
    shell.line(format!("  for        {may}"))?;
    if let Value::Object(limits) = &one.limits {
        for (name, most) in limits {
            shell.line(format!("  limit      {name}: {most}"))?;
        }
    }
    let approvers = listed(
        &one.approvers,
        "anybody of the business who holds the right",
    );
    shell.line(format!("  approvers  {approvers}"))?;
    shell.line(format!("  figures    at most {} s old", one.fresh_within_s))?;
    Ok(Exit::Ok)
}

fn found(of: &MandatesOf, world: &WorldArgs, second_factor: bool) -> Result<Vec<MandateBody>> {
    match world.source()? {
        Source::Here(world) => {
            let found = mandates(&world.directory, of, &Reader::Everything, world.now);
            Ok(found.mandates.iter().map(MandateBody::of).collect())
        }
        Source::There(client) => {
            world.only_now("mandates")?;
            let query = Query::new()
                .with("second_factor", second_factor.then_some("true"))
                .with("id", of.id.as_ref())
                .with("business", of.business.as_ref());
            all_pages(&client, "/api/v1/mandates", &query, |page: MandatesBody| {
                (page.mandates, page.cursor)
            })
        }
    }
}

fn line(one: &MandateBody) -> String {
    match one.waiting {
        0 => one.told.clone(),
        1 => format!("{}; 1 proposal is open", one.told),
        several => format!("{}; {several} proposals are open", one.told),
    }
}
