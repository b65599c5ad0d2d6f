//! An explanation for people: five layers, the facts each looked at, the paths.

use std::collections::BTreeSet;

use anyhow::Result;
use api::{ExplanationBody, FactBody, LayerBody, NeedBody, PathBody, RefusalBody};

use crate::check::obligations;
use crate::paint::Paint;
use crate::question::Words;
use crate::shell::Shell;
use crate::world::World;
use api::At;

/// The number of the layer that asks for roles.
const ROLE: u8 = 4;

/// What stands above an explanation.
#[derive(Debug)]
pub(super) struct Heading {
    question: String,
    at: Option<String>,
}

impl Heading {
    /// Returns the heading of an explanation from facts that are here: things have their names.
    pub(super) fn here(words: Words, story: &ExplanationBody, world: &World) -> Self {
        let named = |thing: &str| match world.name(thing) {
            Some(name) => format!("{thing} ({name})"),
            None => thing.to_owned(),
        };
        Self {
            question: question(&words, story, &named),
            at: Some(world.now.to_string()),
        }
    }

    /// Returns the heading of a refusal that was kept.
    pub(super) fn of_refusal(refusal: &RefusalBody) -> Self {
        let subcode = refusal.subcode.map(|subcode| format!("/{subcode}"));
        let question = match (&refusal.operation, &refusal.on) {
            (Some(operation), Some(on)) => format!("\n  that is  {operation}  {on}"),
            _ => String::new(),
        };
        Self {
            question: format!(
                "✗ refused: {}  by {} through app:{}  with error {}{}{question}",
                refusal.call,
                refusal.holder,
                refusal.app,
                refusal.code,
                subcode.unwrap_or_default(),
            ),
            at: Some(format!("{}, position {}", refusal.at, refusal.position)),
        }
    }

    /// Writes the heading alone, for what has no explanation.
    pub(super) fn tell(&self, shell: &mut Shell<'_>) -> Result<()> {
        let question = shell.paint(Paint::Bad, &self.question);
        shell.line(question)?;
        if let Some(at) = &self.at {
            shell.line(format!("at {at}"))?;
        }
        Ok(())
    }

    /// Returns the heading of a server's explanation.
    pub(super) fn there(words: Words, story: &ExplanationBody, at: Option<At>) -> Self {
        Self {
            question: question(&words, story, &str::to_owned),
            at: at.map(|at| match at {
                At::Time(time) => time.to_string(),
                At::Position(position) => format!("position {position}"),
            }),
        }
    }
}

fn question(words: &Words, story: &ExplanationBody, named: &dyn Fn(&str) -> String) -> String {
    let may = match story.decision.is_allowed() {
        true => "✓ allow:",
        false => "✗ deny:",
    };
    let acting = match (&story.holder, &story.actor) {
        (Some(holder), Some(actor)) if holder != actor => {
            format!(" (of {holder}, with the role of {})", named(actor))
        }
        (Some(holder), _) if !words.who.starts_with(holder.as_str()) => {
            format!(" (of {})", named(holder))
        }
        _ => String::new(),
    };
    let (who, on) = (named(&words.who), named(&words.on));
    format!("{may} {who}{acting}  {}  {on}", words.operation)
}

/// Writes the decision, then each layer with its reasons, paths and facts.
pub(super) fn tell(
    heading: &Heading,
    story: &ExplanationBody,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let paint = match story.decision.is_allowed() {
        true => Paint::Good,
        false => Paint::Bad,
    };
    let question = shell.paint(paint, &heading.question);
    shell.line(question)?;
    if let Some(at) = &heading.at {
        shell.line(format!("at {at}"))?;
    }
    shell.line("")?;
    for layer in &story.layers {
        tell_layer(layer, story, shell)?;
    }
    for obligation in obligations(&story.decision) {
        shell.line(format!("\nwith it comes: {obligation}"))?;
    }
    Ok(())
}

fn tell_layer(layer: &LayerBody, story: &ExplanationBody, shell: &mut Shell<'_>) -> Result<()> {
    let title = format!("{} {:<11}", layer.number, layer.name);
    if !layer.asked {
        let line = format!("–  {title} not asked");
        let line = shell.paint(Paint::Faint, &line);
        return Ok(shell.line(line)?);
    }
    let mark = match layer.reasons.is_empty() {
        true => shell.paint(Paint::Good, "✓"),
        false => shell.paint(Paint::Bad, "✗"),
    };
    shell.line(format!("{mark}  {title} {}", layer.question))?;
    for reason in &layer.reasons {
        let code = shell.paint(Paint::Bad, &reason.code);
        shell.line(format!("     {code}  {}", reason.text))?;
        for gate in story.gates.iter().filter(|gate| gate.reason == reason.code) {
            shell.line(format!("     → {}", gate.text))?;
        }
    }
    let mut told = BTreeSet::new();
    if layer.number == ROLE {
        for need in &story.needs {
            tell_need(need, &mut told, shell)?;
        }
    }
    for fact in &layer.facts {
        tell_fact(fact, &mut told, shell)?;
    }
    Ok(())
}

/// A fact is told once a layer, however many paths rest on it.
fn tell_fact<'s>(
    fact: &'s FactBody,
    told: &mut BTreeSet<&'s str>,
    shell: &mut Shell<'_>,
) -> Result<()> {
    if told.insert(&fact.text) {
        let line = shell.paint(Paint::Faint, &format!("     · {}", fact.text));
        shell.line(line)?;
    }
    Ok(())
}

fn tell_need<'s>(
    need: &'s NeedBody,
    told: &mut BTreeSet<&'s str>,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let on = match &need.on {
        Some(thing) => format!("{thing} ({})", need.kind),
        None => format!(
            "{}, which the question does not name or nobody knows",
            need.kind
        ),
    };
    let roles = match need.roles.as_slice() {
        [] => String::new(),
        [role] => format!("; the role {role} carries it"),
        roles => format!("; the roles {} carry it", roles.join(", ")),
    };
    shell.line(format!(
        "     needs {} on {on}{roles}",
        need.can.join(" or ")
    ))?;
    for path in &need.paths {
        tell_path(path, told, shell)?;
    }
    let enough = need.paths.iter().filter(|path| path.enough).count();
    if enough > 1 {
        let note =
            format!("     {enough} paths, and each suffices alone: ending one changes nothing");
        shell.line(note)?;
    }
    Ok(())
}

fn tell_path<'s>(
    path: &'s PathBody,
    told: &mut BTreeSet<&'s str>,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let mark = match path.enough {
        true => shell.paint(Paint::Good, "✓"),
        false => shell.paint(Paint::Bad, "✗"),
    };
    let can = match path.can.is_empty() {
        true => "nothing".to_owned(),
        false => path.can.join(", "),
    };
    let capped = match path.capped.is_empty() {
        true => String::new(),
        false => format!("; the share caps {}", path.capped.join(", ")),
    };
    shell.line(format!(
        "     {mark} path by {}: gives {can}{capped}",
        sort_words(&path.sort)
    ))?;
    for fact in &path.facts {
        told.insert(&fact.text);
        let line = shell.paint(Paint::Faint, &format!("         · {}", fact.text));
        shell.line(line)?;
    }
    Ok(())
}

/// Returns what sort of path it is, in words. A sort that a newer server has is its own word.
fn sort_words(sort: &str) -> &str {
    match sort {
        "owner" => "ownership",
        "assignment" => "assignment",
        "reach" => "a role in a business that reaches it",
        "partner" => "what was shared to the business",
        "membership" => "a role in the business",
        "parent" => "a role in the parent business",
        "app_role" => "a role on the app",
        "operator" => "a role of the platform's staff",
        other => other,
    }
}
