//! Remedies for people: each a sequence of commands to copy.

use anyhow::Result;
use commands::document::TwoFactorRow;
use commands::{Action, Command, Remedies, Remedy, RequestChange, Runners, Step};

use crate::next::quoted;
use crate::paint::Paint;
use crate::question::{Asked, WorldArgs};
use crate::shell::Shell;

/// Where the commands of a remedy leave the directory, so that the given one stays as it is.
const CHANGED: &str = "changed.yaml";

/// Writes every remedy, least privilege first.
pub(super) fn tell(
    asked: &Asked,
    remedies: &Remedies,
    world: &WorldArgs,
    shell: &mut Shell<'_>,
) -> Result<()> {
    if remedies.offered.is_empty() {
        let line = format!(
            "\nNothing was found that would put it right ({} ways tried).",
            remedies.tried
        );
        return Ok(shell.line(line)?);
    }
    let heading = "What would put it right, fewest steps first; each was tried and works:";
    let heading = shell.paint(Paint::Strong, heading);
    shell.line(format!("\n{heading}"))?;
    for (index, remedy) in remedies.offered.iter().enumerate() {
        tell_remedy(index + 1, remedy, asked, world, shell)?;
    }
    Ok(())
}

fn tell_remedy(
    number: usize,
    remedy: &Remedy,
    asked: &Asked,
    world: &WorldArgs,
    shell: &mut Shell<'_>,
) -> Result<()> {
    // Each command reads what the one ahead of it wrote.
    let mut from = world.directory.display().to_string();
    for (index, step) in remedy.steps.iter().enumerate() {
        let lead = match index {
            0 => format!("{number:>3}. "),
            _ => "     then ".to_owned(),
        };
        shell.line(format!("{lead}{}", step_words(step)))?;
        if let Some(line) = command_line(step, &from, asked, world) {
            shell.line(format!("     {line}"))?;
            from = CHANGED.to_owned();
        }
    }
    Ok(())
}

fn step_words(step: &Step) -> String {
    match &step.action {
        Action::Command(command) => format!("{} by {}", command.name(), runners(&step.runners)),
        Action::Request(change) => request_words(change),
    }
}

fn runners(runners: &Runners) -> String {
    match runners {
        Runners::Asker => "whoever asks".to_owned(),
        Runners::Platform => "the platform's staff, none of whom is in this directory".to_owned(),
        Runners::Holders { first, more } => {
            let holders: Vec<String> = first.iter().map(ToString::to_string).collect();
            let others = if *more { " or others" } else { "" };
            format!("{}{others}", holders.join(" or "))
        }
    }
}

/// Returns the command line that does the step; nothing for a change to the request.
fn command_line(step: &Step, from: &str, asked: &Asked, world: &WorldArgs) -> Option<String> {
    let Action::Command(command) = &step.action else {
        return None;
    };
    let by = match &step.runners {
        Runners::Holders { first, .. } => first.first()?.to_string(),
        Runners::Asker => match &asked.request.credential {
            engine::Credential::Holder(holder) => holder.to_string(),
            _ => return None,
        },
        Runners::Platform => return None,
    };
    let mut words = vec![
        "countersign do".to_owned(),
        quoted(&by),
        quoted(&body(command)?),
    ];
    words.push(format!("--directory {} --to {CHANGED}", quoted(from)));
    let mut businesses = asked.world.file.document().businesses.iter();
    if businesses.any(|business| business.two_factor != TwoFactorRow::None) {
        words.push("--evidence '{ second_factor: true }'".to_owned());
    }
    if let Some(rulebook) = &world.rulebook {
        words.push(format!("--rulebook {}", quoted(rulebook)));
    }
    if let Some(at) = world.at {
        words.push(format!("--at {at}"));
    }
    Some(words.join(" "))
}

/// Returns a command as files and the command line write it. JSON is YAML.
fn body(command: &Command) -> Option<String> {
    serde_json::to_string(command).ok()
}

/// Returns how the request is to be made instead.
fn request_words(change: &RequestChange) -> String {
    match change {
        RequestChange::UseNewToken => "ask with the token that was just issued".to_owned(),
        RequestChange::CarryScopes(scopes) => {
            format!(
                "ask with a token that carries {} as well",
                scopes.join(", ")
            )
        }
        RequestChange::UseKind(kind) => format!("ask with a token of kind {kind}"),
        RequestChange::SignIn => "sign in first-party, without a token".to_owned(),
        RequestChange::Prove => "send a proof made with the app's secret".to_owned(),
        RequestChange::PassSecondFactor => "pass the second factor first".to_owned(),
        RequestChange::Wait => "wait until the rate pool has room again".to_owned(),
        RequestChange::InProject(project) => format!("ask in the project group:{project}"),
        RequestChange::OutsideProject => "ask in no project".to_owned(),
        RequestChange::ApprovedBy(person) => format!("have person:{person} approve exactly this"),
        RequestChange::ChangeTo(amount) => format!("change the amount to {amount} instead"),
        RequestChange::MeasureAgain => {
            "measure the figures again, so that they are fresh".to_owned()
        }
        RequestChange::PauseFirst => "pause everything that runs first".to_owned(),
    }
}
