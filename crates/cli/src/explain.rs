//! `countersign explain`: why, and what would put it right.

mod story;
mod view;
mod way;

use anyhow::Result;

use crate::args::Output;
use crate::exit::Exit;
use crate::question::QuestionArgs;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    question: QuestionArgs,
    /// Do not look for what would put it right.
    #[arg(long)]
    no_remedies: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let asked = args.question.asked()?;
    let (directory, now) = (&asked.world.directory, asked.world.now);
    let explanation = engine::explain(directory, &asked.request, &asked.evidence, now);
    let allowed = explanation.decision.is_allowed();
    let remedies = match allowed || args.no_remedies {
        true => None,
        false => Some(commands::remedies(
            directory,
            &asked.request,
            &asked.evidence,
            now,
        )),
    };
    match shell.output {
        Output::Json => {
            shell.json(&view::ExplanationView::of(
                &asked,
                &explanation,
                remedies.as_ref(),
            ))?;
        }
        Output::Table => {
            story::tell(&asked, &explanation, shell)?;
            if let Some(remedies) = &remedies {
                way::tell(&asked, remedies, &args.question.world, shell)?;
            }
        }
    }
    Ok(if allowed { Exit::Ok } else { Exit::Denied })
}
