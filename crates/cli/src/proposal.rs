//! `countersign proposal`: what tools propose under their mandates, and answering them.

use anyhow::{Result, anyhow};
use api::{ProposalBody, ProposalsBody};
use commands::{ApproveProposal, Command, DeclineProposal, ProposalsOf, Reader, proposals};
use engine::{BusinessId, MandateId, ProposalId};

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
    /// List what tools propose, and what they made within the last hour.
    List(ListArgs),
    /// Tell one proposal in full.
    Show(ShowArgs),
    /// Approve a proposal: the tool may make exactly this change, once.
    Approve(AnswerArgs),
    /// Decline a proposal, which ends it.
    Decline(AnswerArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those under mandates of this business.
    #[arg(long, value_name = "ID")]
    business: Option<BusinessId>,
    /// Only those under this mandate.
    #[arg(long, value_name = "ID")]
    mandate: Option<MandateId>,
    /// Only those that can still be approved or made.
    #[arg(long)]
    open: bool,
    /// The second factor was passed. Of a server.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The proposal.
    proposal: ProposalId,
    /// The second factor was passed. Of a server.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Debug, clap::Args)]
struct AnswerArgs {
    /// The proposal.
    proposal: ProposalId,
    #[command(flatten)]
    giving: GivingArgs,
}

pub(crate) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let (command, giving): (Command, GivingArgs) = match args.verb {
        Verb::List(args) => return list(args, shell),
        Verb::Show(args) => return show(args, shell),
        Verb::Approve(AnswerArgs { proposal, giving }) => {
            (ApproveProposal { proposal }.into(), giving)
        }
        Verb::Decline(AnswerArgs { proposal, giving }) => {
            (DeclineProposal { proposal }.into(), giving)
        }
    };
    Ok(does::give(&command.into(), &giving, shell)?.exit)
}

fn list(args: ListArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let of = ProposalsOf {
        business: args.business,
        mandate: args.mandate,
        open: args.open,
        limit: usize::MAX,
        ..ProposalsOf::default()
    };
    let found = found(&of, &args.world, args.second_factor)?;
    shell.list(&found, line, "no proposal")?;
    Ok(Exit::Ok)
}

fn show(args: ShowArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let of = ProposalsOf {
        id: Some(args.proposal.clone()),
        limit: 1,
        ..ProposalsOf::default()
    };
    let found = found(&of, &args.world, args.second_factor)?;
    let Some(one) = found.first() else {
        return Err(anyhow!("there is no proposal `{}`", args.proposal));
    };
    if shell.output == Output::Json {
        shell.json(one)?;
        return Ok(Exit::Ok);
    }
    shell.line(line(one))?;
    shell.line(format!(
        "  does       {} on asset:{}",
        one.operation, one.asset
    ))?;
    shell.line(format!("  under      mandate {}", one.mandate))?;
    shell.line(format!("  proposed   {} by {}", one.at, one.by))?;
    if let Some(app) = &one.app {
        shell.line(format!("  through    app:{app}"))?;
    }
    if let Some(person) = &one.approved_by {
        shell.line(format!("  approved   by person:{person}"))?;
    }
    match one.executed {
        Some(time) => shell.line(format!("  made       {time}"))?,
        None => shell.line(format!("  until      {}", one.until))?,
    }
    if one.state == "pending" {
        let place = args.world.place.words()?;
        shell.say(format!(
            "next: countersign proposal approve {} {place}",
            one.id
        ));
    }
    Ok(Exit::Ok)
}

fn found(of: &ProposalsOf, world: &WorldArgs, second_factor: bool) -> Result<Vec<ProposalBody>> {
    match world.source()? {
        Source::Here(world) => {
            let found = proposals(&world.directory, of, &Reader::Everything, world.now);
            let found = found.proposals.iter();
            Ok(found.map(|one| ProposalBody::of(one, world.now)).collect())
        }
        Source::There(client) => {
            world.only_now("proposals")?;
            let query = Query::new()
                .with("second_factor", second_factor.then_some("true"))
                .with("id", of.id.as_ref())
                .with("business", of.business.as_ref())
                .with("mandate", of.mandate.as_ref())
                .with("open", of.open.then_some("true"));
            all_pages(
                &client,
                "/api/v1/proposals",
                &query,
                |page: ProposalsBody| (page.proposals, page.cursor),
            )
        }
    }
}

/// Returns a proposal in one line: its sentence names it while it is open, and not once it is made.
fn line(one: &ProposalBody) -> String {
    format!("{:<9} {}  {}", one.state, one.id, one.told)
}
