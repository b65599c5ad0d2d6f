//! An explanation for people: five layers, the facts each looked at, the paths.

use std::collections::BTreeSet;

use ::rulebook::Layer;
use anyhow::Result;
use engine::fact::Fact;
use engine::{Explanation, LayerStory, NeedStory, Path, PathSort};

use crate::check::{AnswerView, who_text};
use crate::paint::Paint;
use crate::question::Asked;
use crate::shell::Shell;
use api::sentence;

/// Writes the decision, then each layer with its reasons, paths and facts.
pub(super) fn tell(asked: &Asked, story: &Explanation, shell: &mut Shell<'_>) -> Result<()> {
    let heading = heading(asked, story);
    let paint = match story.decision.is_allowed() {
        true => Paint::Good,
        false => Paint::Bad,
    };
    let heading = shell.paint(paint, &heading);
    shell.line(heading)?;
    shell.line(format!("at {}", asked.world.now))?;
    shell.line("")?;
    for layer in &story.layers {
        tell_layer(layer, &story.needs, shell)?;
    }
    let view = AnswerView::of(asked, story.decision);
    for obligation in &view.obligations {
        shell.line(format!("\nwith it comes: {obligation}"))?;
    }
    Ok(())
}

fn heading(asked: &Asked, story: &Explanation) -> String {
    let may = match story.decision.is_allowed() {
        true => "✓ allow:",
        false => "✗ deny:",
    };
    let who = named(asked, &who_text(&asked.who));
    let on = named(asked, &asked.request.resource.to_string());
    let acting = match (&story.holder, &story.actor) {
        (Some(holder), Some(actor)) if holder != actor => {
            format!(
                " (of {holder}, with the role of {})",
                named(asked, &actor.to_string())
            )
        }
        (Some(holder), _)
            if holder.to_string() != who_text(&asked.who)
                && !who.starts_with(&holder.to_string()) =>
        {
            format!(" (of {})", named(asked, &holder.to_string()))
        }
        _ => String::new(),
    };
    format!("{may} {who}{acting}  {}  {on}", asked.request.operation)
}

/// Returns a thing with its name, if the directory gives it one.
fn named(asked: &Asked, thing: &str) -> String {
    let of = format!("{thing}/name");
    let text = asked.world.texts.iter().find(|text| text.of == of);
    match text {
        Some(text) => format!("{thing} ({})", text.text),
        None => thing.to_owned(),
    }
}

fn tell_layer(layer: &LayerStory, needs: &[NeedStory], shell: &mut Shell<'_>) -> Result<()> {
    let title = format!("{} {:<11}", layer.layer.number(), layer.layer.name());
    if !layer.asked {
        let line = format!("–  {title} not asked");
        let line = shell.paint(Paint::Faint, &line);
        return Ok(shell.line(line)?);
    }
    let mark = match layer.reasons.is_empty() {
        true => shell.paint(Paint::Good, "✓"),
        false => shell.paint(Paint::Bad, "✗"),
    };
    shell.line(format!("{mark}  {title} {}", layer.layer.question()))?;
    for reason in &layer.reasons {
        let code = shell.paint(Paint::Bad, reason.code());
        shell.line(format!("     {code}  {}", reason.text()))?;
    }
    let mut told = BTreeSet::new();
    if layer.layer == Layer::Role {
        for need in needs {
            tell_need(need, &mut told, shell)?;
        }
    }
    for fact in &layer.facts {
        tell_fact(fact, &mut told, shell)?;
    }
    Ok(())
}

/// A fact is told once a layer, however many paths rest on it.
fn tell_fact(fact: &Fact, told: &mut BTreeSet<String>, shell: &mut Shell<'_>) -> Result<()> {
    let line = sentence(fact);
    if told.insert(line.clone()) {
        let line = shell.paint(Paint::Faint, &format!("     · {line}"));
        shell.line(line)?;
    }
    Ok(())
}

fn tell_need(need: &NeedStory, told: &mut BTreeSet<String>, shell: &mut Shell<'_>) -> Result<()> {
    let on = match &need.on {
        Some(thing) => format!("{thing} ({})", need.kind),
        None => format!("a {}, which the question does not name", need.kind),
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

fn tell_path(path: &Path, told: &mut BTreeSet<String>, shell: &mut Shell<'_>) -> Result<()> {
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
        sort_words(path.sort)
    ))?;
    for fact in &path.facts {
        let line = sentence(fact);
        told.insert(line.clone());
        let line = shell.paint(Paint::Faint, &format!("         · {line}"));
        shell.line(line)?;
    }
    Ok(())
}

/// Returns what sort of path it is, in words.
pub(super) const fn sort_words(sort: PathSort) -> &'static str {
    match sort {
        PathSort::Owner => "ownership",
        PathSort::Assignment => "assignment",
        PathSort::Reach => "a role in a business that reaches it",
        PathSort::Partner => "what was shared to the business",
        PathSort::Membership => "a role in the business",
        PathSort::Parent => "a role in the parent business",
        PathSort::AppRole => "a role on the app",
        PathSort::Operator => "a role of the platform's staff",
    }
}
