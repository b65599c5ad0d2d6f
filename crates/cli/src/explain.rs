//! `countersign explain`: why, and what would put it right.

mod error;
mod story;
mod trace;
pub(crate) mod way;

use anyhow::{Result, anyhow};
use api::{ExplainedBody, ExplanationBody, Eyes, remedies};
use commands::scenario::{ThingRow, WhoRow};

use crate::exit::Exit;
use crate::output::Output;
use crate::question::{AroundArgs, Asked, AskedHere, DescribedArgs, QuestionArgs};
use crate::shell::Shell;
use crate::world::WorldArgs;

use error::ErrorArgs;
use story::Heading;
use way::{GivenTo, Way};

#[derive(Debug, clap::Args)]
#[command(
    override_usage = "countersign explain [OPTIONS] <WHO> <OPERATION> <ON>\n       \
    countersign explain [OPTIONS] --trace <ID>\n       countersign explain [OPTIONS] --error <FILE>",
    after_help = "With `--trace` a refusal is explained by the id it came with; with `--error` an error of the \
    platform, which needs no facts at all."
)]
pub(crate) struct Args {
    /// Who: `token:ID`, `person:ID`, `system_user:ID`, `business:ID` or `app:ID`.
    #[arg(required_unless_present_any = ["trace", "error"])]
    who: Option<WhoRow>,
    /// What they want to do: an operation of the rulebook, as in `ad.edit`.
    #[arg(required_unless_present_any = ["trace", "error"])]
    operation: Option<String>,
    /// On what: `asset:ID`, `business:ID`, `app:ID`, `group:ID`, `person:ID`, `system_user:ID` or `realm`.
    #[arg(required_unless_present_any = ["trace", "error"])]
    on: Option<ThingRow>,
    #[command(flatten)]
    described: DescribedArgs,
    #[command(flatten)]
    around: AroundArgs,
    /// Do not look for what would put it right.
    #[arg(long)]
    no_remedies: bool,
    /// Explain the refusal that came with this id: the `fbtrace_id` of an error.
    #[arg(long, value_name = "ID", conflicts_with_all = ["who", "error", "app", "with", "context", "evidence", "at"])]
    trace: Option<String>,
    #[command(flatten)]
    error: ErrorArgs,
    #[command(flatten)]
    world: WorldArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    if let Some(file) = args.error.file() {
        return error::run(file, &args.error, &args.world, shell);
    }
    if let Some(id) = &args.trace {
        return trace::run(id, args.no_remedies, &args.world, shell);
    }
    let (Some(who), Some(operation), Some(on)) = (&args.who, &args.operation, &args.on) else {
        return Err(anyhow!("who does what, on what?"));
    };
    let described = (who.clone(), args.described.clone());
    let (around, world) = (args.around.clone(), args.world.clone());
    let question = QuestionArgs::new(described, operation.clone(), on.clone(), around, world);
    asked(&question, args.no_remedies, shell)
}

/// Explains a question.
fn asked(question: &QuestionArgs, no_remedies: bool, shell: &mut Shell<'_>) -> Result<Exit> {
    let words = question.words()?;
    let place = &question.world.place;
    let mut way = Way {
        given_to: GivenTo::Server,
        place: place.words()?,
        rulebook: question.world.rulebook.clone(),
        at: question.world.at,
        asker: None,
        second_factor: false,
    };
    // A server tells as much, in the same shape, so both are shown by the same lines.
    let (explained, heading) = match question.asked()? {
        Asked::Here(asked) => {
            way.given_to = match place.file()? {
                Some(_) => GivenTo::File,
                None => GivenTo::Data,
            };
            way.asker = Some(words.who.clone());
            way.second_factor = asked.world.demands_second_factor();
            let explained = explained(no_remedies, &asked);
            let heading = Heading::here(words, &explained.explanation, &asked.world);
            (explained, heading)
        }
        Asked::There(client, body) => {
            let explained: ExplainedBody = client.post("/api/v1/explain", &body)?;
            let heading = Heading::there(words, &explained.explanation, question.world.at);
            (explained, heading)
        }
    };
    let allowed = explained.explanation.decision.is_allowed();
    match shell.output {
        Output::Json => shell.json(&explained)?,
        Output::Table => {
            story::tell(&heading, &explained.explanation, shell)?;
            if !allowed && !no_remedies {
                way.tell(&explained.remedies, shell)?;
            }
        }
    }
    Ok(if allowed { Exit::Ok } else { Exit::Denied })
}

fn explained(no_remedies: bool, asked: &AskedHere) -> ExplainedBody {
    let (directory, now) = (&asked.world.directory, asked.world.now);
    let (request, evidence) = (&asked.request, &asked.evidence);
    // Who has the file, or the data directory, has seen everything in it.
    let eyes = Eyes::all();
    let story = engine::explain(directory, request, evidence, now);
    let found = match story.decision.is_allowed() || no_remedies {
        true => Vec::new(),
        false => {
            let found = commands::remedies(directory, request, evidence, now);
            remedies(directory, &found, &eyes)
        }
    };
    ExplainedBody {
        explanation: ExplanationBody::of(&story, &eyes, None, &|gate| {
            asked.world.text(gate.why.as_ref()?)
        }),
        remedies: found,
    }
}
