//! Remedies for people: each a sequence of commands to copy.

use anyhow::Result;
use api::{RemedyBody, StepBody};
use engine::Holder;
use serde_json::Value;

use crate::next::quoted;
use crate::paint::Paint;
use crate::shell::Shell;
use api::At;

/// Where the commands of a remedy leave the directory file, so that the given one stays as it is.
const CHANGED: &str = "changed.yaml";

/// What a command is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivenTo {
    /// A directory file: it is written anew.
    File,
    /// A data directory.
    Data,
    /// A server: the token of the caller says who gives it.
    Server,
}

/// What the commands of remedies have in common.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) given_to: GivenTo,
    /// The flags that say where the facts are.
    pub(crate) place: String,
    pub(crate) rulebook: Option<String>,
    pub(crate) at: Option<At>,
    /// Who asks; nothing where the token of the caller says it.
    pub(crate) asker: Option<String>,
    /// Somebody will have to pass the second factor.
    pub(crate) second_factor: bool,
}

impl Way {
    /// Writes every remedy, fewest steps first.
    pub(crate) fn tell(&self, remedies: &[RemedyBody], shell: &mut Shell<'_>) -> Result<()> {
        if remedies.is_empty() {
            return Ok(shell.line("\nNothing was found that would put it right.")?);
        }
        let heading = "What would put it right, fewest steps first; each was tried and works:";
        let heading = shell.paint(Paint::Strong, heading);
        shell.line(format!("\n{heading}"))?;
        for (index, remedy) in remedies.iter().enumerate() {
            self.tell_remedy(index + 1, remedy, shell)?;
        }
        Ok(())
    }

    fn tell_remedy(&self, number: usize, remedy: &RemedyBody, shell: &mut Shell<'_>) -> Result<()> {
        // Each command on a file reads what the one ahead of it wrote.
        let mut place = self.place.clone();
        for (index, step) in remedy.steps.iter().enumerate() {
            let lead = match index {
                0 => format!("{number:>3}. "),
                _ => "     then ".to_owned(),
            };
            shell.line(format!("{lead}{}", step_words(step)))?;
            if let Some(line) = self.command_line(step, &place) {
                shell.line(format!("     {line}"))?;
                if self.given_to == GivenTo::File {
                    place = format!("--directory {CHANGED}");
                }
            }
        }
        Ok(())
    }

    /// Returns the command line that does the step; nothing for a change to the request, and nothing
    /// where nobody among the facts may do it.
    pub(crate) fn command_line(&self, step: &StepBody, place: &str) -> Option<String> {
        let command = step.command.as_ref()?;
        let mut words = vec![format!("countersign do {}", quoted(&command.to_string()))];
        if self.given_to != GivenTo::Server {
            words.push(format!("--as {}", quoted(&self.runner(step)?)));
        }
        words.push(place.to_owned());
        if self.second_factor {
            words.push("--evidence '{ second_factor: true }'".to_owned());
        }
        if self.given_to == GivenTo::File {
            words.push(format!("--to {CHANGED}"));
            if let Some(rulebook) = &self.rulebook {
                words.push(format!("--rulebook {}", quoted(rulebook)));
            }
            if let Some(at) = self.at {
                words.push(format!("--at {at}"));
            }
        }
        Some(words.join(" "))
    }

    fn runner(&self, step: &StepBody) -> Option<String> {
        let first = step.who.first()?;
        match first.as_str() {
            "you" => self.asker.clone().filter(|asker| !asker.contains(' ')),
            named => named.parse::<Holder>().ok().map(|_| named.to_owned()),
        }
    }
}

fn step_words(step: &StepBody) -> String {
    match step.command.as_ref().and_then(name_of) {
        Some(name) => format!("{name} by {}", runners(&step.who)),
        None => step.text.clone(),
    }
}

fn runners(who: &[String]) -> String {
    let named: Vec<&str> = who.iter().map(String::as_str).collect();
    match named.as_slice() {
        ["you"] => "whoever asks".to_owned(),
        ["the platform"] => "the platform's staff".to_owned(),
        [named @ .., "and others"] => format!("{} or others", named.join(" or ")),
        named => named.join(" or "),
    }
}

fn name_of(command: &Value) -> Option<&str> {
    command.as_object()?.keys().next().map(String::as_str)
}
