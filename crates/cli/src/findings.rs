//! `countersign findings`: what is unsafe, each with a command that mends it.

use anyhow::{Context as _, Result};
use api::{FindingBody, FindingsBody};
use commands::findings;
use engine::BusinessId;

use crate::exit::Exit;
use crate::output::Output;
use crate::removal::Lines;
use crate::shell::Shell;
use crate::world::{Source, WorldArgs};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 0: nothing was found. 4: something was.")]
pub(crate) struct Args {
    /// Of this business only.
    #[arg(long, value_name = "ID")]
    business: Option<String>,
    #[command(flatten)]
    world: WorldArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let business = args.business.as_ref().map(|text| text.parse());
    let business: Option<BusinessId> = business.transpose().context("in `--business`")?;
    let (found, lines) = match args.world.source()? {
        Source::Here(world) => {
            let found = findings(&world.directory, world.now);
            let here = found
                .iter()
                .filter(|one| business.is_none() || one.business == business);
            let here: Vec<FindingBody> = here.map(FindingBody::of).collect();
            (here, Lines::of(&args.world, Some(&world))?)
        }
        Source::There(client) => {
            let of = business.map(|business| ("business", business.to_string()));
            let at = args.world.at.map(|at| ("at", at.to_string()));
            let query: Vec<_> = of.into_iter().chain(at).collect();
            let found: FindingsBody = client.get_with("/api/v1/findings", &query)?;
            (found.findings, Lines::of(&args.world, None)?)
        }
    };
    tell(&found, &lines, shell)?;
    Ok(match found.is_empty() {
        true => Exit::Ok,
        false => Exit::Findings,
    })
}

fn tell(found: &[FindingBody], lines: &Lines, shell: &mut Shell<'_>) -> Result<()> {
    if shell.output == Output::Json {
        return shell.json(&found);
    }
    for finding in found {
        shell.line(format!("{}  {}", finding.code, finding.what))?;
        shell.line(format!("  why: {} ({})", finding.why, finding.source))?;
        if let Some(mend) = &finding.mend {
            shell.line(format!("  mend: {}", lines.line(mend)))?;
        }
    }
    if found.is_empty() {
        shell.say("nothing was found");
    }
    Ok(())
}
