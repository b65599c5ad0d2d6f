//! `countersign check`: may this be done?

mod answer;

use anyhow::Result;

use crate::args::Output;
use crate::exit::Exit;
use crate::next;
use crate::paint::Paint;
use crate::question::QuestionArgs;
use crate::shell::Shell;

pub(crate) use answer::{AnswerView, ReasonView, who_text};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    question: QuestionArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let asked = args.question.asked()?;
    let decision = engine::decide(
        &asked.world.directory,
        &asked.request,
        &asked.evidence,
        asked.world.now,
    );
    let view = AnswerView::of(&asked, decision);
    match shell.output {
        Output::Json => shell.json(&view)?,
        Output::Table => {
            for line in lines(&view, shell) {
                shell.line(line)?;
            }
        }
    }
    if decision.is_allowed() {
        return Ok(Exit::Ok);
    }
    shell.say(format!("next: {}", next::with_other_subcommand("explain")));
    Ok(Exit::Denied)
}

/// Returns the answer for people: the decision, and each reason with its layer.
pub(crate) fn lines(view: &AnswerView, shell: &Shell<'_>) -> Vec<String> {
    let (mark, paint) = match view.allowed {
        true => ("✓ allow", Paint::Good),
        false => ("✗ deny", Paint::Bad),
    };
    let mark = shell.paint(paint, mark);
    let mut lines = vec![format!(
        "{mark}  {} {} {}",
        view.who, view.operation, view.on
    )];
    let width = view.reasons.iter().map(|reason| reason.code.len()).max();
    for reason in &view.reasons {
        let code = shell.paint(
            Paint::Bad,
            &format!("{:1$}", reason.code, width.unwrap_or(0)),
        );
        lines.push(format!("    {code}  {}", reason.text));
    }
    for obligation in &view.obligations {
        lines.push(format!("    {obligation}"));
    }
    if view.asked.len() < 5 {
        let note = "    (layers 1 to 3 were not asked: nobody named a token)";
        lines.push(shell.paint(Paint::Faint, note));
    }
    lines
}
