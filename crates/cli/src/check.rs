//! `countersign check`: may this be done?

use anyhow::Result;
use api::DecisionBody;

use crate::exit::Exit;
use crate::next;
use crate::output::Output;
use crate::paint::Paint;
use crate::question::{Asked, QuestionArgs, Words};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    question: QuestionArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let answer: DecisionBody = match args.question.asked()? {
        Asked::Here(asked) => {
            let world = &asked.world;
            let (directory, now) = (&world.directory, world.now);
            let decision = engine::decide(directory, &asked.request, &asked.evidence, now);
            DecisionBody::of(&decision, None)
        }
        Asked::There(client, question) => client.post("/api/v1/check", &question)?,
    };
    match shell.output {
        Output::Json => shell.json(&answer)?,
        Output::Table => {
            for line in lines(&args.question.words()?, &answer, shell) {
                shell.line(line)?;
            }
        }
    }
    if answer.is_allowed() {
        return Ok(Exit::Ok);
    }
    shell.say(format!("next: {}", next::with_other_subcommand("explain")));
    Ok(Exit::Denied)
}

/// Returns the answer for people: the decision, and each reason.
fn lines(words: &Words, answer: &DecisionBody, shell: &Shell<'_>) -> Vec<String> {
    let (mark, paint) = match answer.is_allowed() {
        true => ("✓ allow", Paint::Good),
        false => ("✗ deny", Paint::Bad),
    };
    let mark = shell.paint(paint, mark);
    let mut lines = vec![format!(
        "{mark}  {} {} {}",
        words.who, words.operation, words.on
    )];
    let width = answer.reasons.iter().map(|reason| reason.code.len()).max();
    for reason in &answer.reasons {
        let code = shell.paint(
            Paint::Bad,
            &format!("{:1$}", reason.code, width.unwrap_or(0)),
        );
        lines.push(format!("    {code}  {}", reason.text));
    }
    lines.extend(obligations(answer).map(|obligation| format!("    {obligation}")));
    if answer.asked.len() < 5 {
        let note = "    (layers 1 to 3 were not asked: nobody named a token)";
        lines.push(shell.paint(Paint::Faint, note));
    }
    lines
}

/// Returns what comes with an allow, in words.
pub(crate) fn obligations(answer: &DecisionBody) -> impl Iterator<Item = &'static str> {
    let said = [
        (answer.obligations.start_paused, "start_paused"),
        (answer.obligations.notify, "notify"),
    ];
    said.into_iter()
        .filter_map(|(holds, word)| holds.then_some(word))
}
