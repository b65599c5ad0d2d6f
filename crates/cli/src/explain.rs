//! `countersign explain`: why, and what would put it right.

mod story;
pub(crate) mod way;

use anyhow::Result;
use api::{ExplainedBody, ExplanationBody, Eyes, remedies};

use crate::exit::Exit;
use crate::output::Output;
use crate::question::{Asked, AskedHere, QuestionArgs};
use crate::shell::Shell;

use story::Heading;
use way::{GivenTo, Way};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    question: QuestionArgs,
    /// Do not look for what would put it right.
    #[arg(long)]
    no_remedies: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let words = args.question.words()?;
    let place = &args.question.world.place;
    let mut way = Way {
        given_to: GivenTo::Server,
        place: place.words()?,
        rulebook: args.question.world.rulebook.clone(),
        at: args.question.world.at,
        asker: None,
        second_factor: false,
    };
    // A server tells as much, in the same shape, so both are shown by the same lines.
    let (explained, heading) = match args.question.asked()? {
        Asked::Here(asked) => {
            way.given_to = match place.file()? {
                Some(_) => GivenTo::File,
                None => GivenTo::Data,
            };
            way.asker = Some(words.who.clone());
            way.second_factor = asked.world.demands_second_factor();
            let explained = explained(args, &asked);
            let heading = Heading::here(words, &explained.explanation, &asked.world);
            (explained, heading)
        }
        Asked::There(client, question) => {
            let explained: ExplainedBody = client.post("/api/v1/explain", &question)?;
            let heading = Heading::there(words, &explained.explanation, args.question.world.at);
            (explained, heading)
        }
    };
    let allowed = explained.explanation.decision.is_allowed();
    match shell.output {
        Output::Json => shell.json(&explained)?,
        Output::Table => {
            story::tell(&heading, &explained.explanation, shell)?;
            if !allowed && !args.no_remedies {
                way.tell(&explained.remedies, shell)?;
            }
        }
    }
    Ok(if allowed { Exit::Ok } else { Exit::Denied })
}

fn explained(args: &Args, asked: &AskedHere) -> ExplainedBody {
    let (directory, now) = (&asked.world.directory, asked.world.now);
    let (request, evidence) = (&asked.request, &asked.evidence);
    // Who has the file, or the data directory, has seen everything in it.
    let eyes = Eyes::all();
    let story = engine::explain(directory, request, evidence, now);
    let found = match story.decision.is_allowed() || args.no_remedies {
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
