//! An explanation for programs.

use commands::scenario::step_name;
use commands::{Action, Command, Remedies, Remedy, RequestChange, Runners};
use engine::fact::Fact;
use engine::{Explanation, LayerStory, NeedStory, Path};
use serde::Serialize;
use serde_json::{Value, json};

use super::story::sort_words;
use crate::check::{AnswerView, ReasonView};
use crate::question::Asked;

/// An explanation as it is written.
#[derive(Debug, Serialize)]
pub(super) struct ExplanationView<'a> {
    #[serde(flatten)]
    answer: AnswerView,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    layers: Vec<LayerView<'a>>,
    needs: Vec<NeedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedies: Option<Vec<Vec<StepView<'a>>>>,
}

#[derive(Debug, Serialize)]
struct LayerView<'a> {
    layer: &'static str,
    asked: bool,
    reasons: Vec<ReasonView>,
    facts: &'a [Fact],
}

#[derive(Debug, Serialize)]
struct NeedView<'a> {
    on: Option<String>,
    kind: &'a str,
    can: &'a [String],
    roles: &'a [String],
    paths: Vec<PathView<'a>>,
}

#[derive(Debug, Serialize)]
struct PathView<'a> {
    by: &'static str,
    enough: bool,
    can: &'a [String],
    capped: &'a [String],
    facts: &'a [Fact],
}

#[derive(Debug, Serialize)]
struct StepView<'a> {
    step: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a Command>,
    #[serde(skip_serializing_if = "Value::is_null")]
    with: Value,
    by: Value,
}

impl<'a> ExplanationView<'a> {
    pub(super) fn of(
        asked: &Asked,
        story: &'a Explanation,
        remedies: Option<&'a Remedies>,
    ) -> Self {
        Self {
            answer: AnswerView::of(asked, story.decision),
            first_reason: story.first_reason.map(::rulebook::Reason::code),
            holder: story.holder.as_ref().map(ToString::to_string),
            actor: story.actor.as_ref().map(ToString::to_string),
            layers: story.layers.iter().map(LayerView::of).collect(),
            needs: story.needs.iter().map(NeedView::of).collect(),
            remedies: remedies.map(|found| found.offered.iter().map(steps).collect()),
        }
    }
}

impl<'a> LayerView<'a> {
    fn of(story: &'a LayerStory) -> Self {
        Self {
            layer: story.layer.name(),
            asked: story.asked,
            reasons: story.reasons.iter().copied().map(ReasonView::of).collect(),
            facts: &story.facts,
        }
    }
}

impl<'a> NeedView<'a> {
    fn of(story: &'a NeedStory) -> Self {
        Self {
            on: story.on.as_ref().map(ToString::to_string),
            kind: &story.kind,
            can: &story.can,
            roles: &story.roles,
            paths: story.paths.iter().map(PathView::of).collect(),
        }
    }
}

impl<'a> PathView<'a> {
    fn of(path: &'a Path) -> Self {
        Self {
            by: sort_words(path.sort),
            enough: path.enough,
            can: &path.can,
            capped: &path.capped,
            facts: &path.facts,
        }
    }
}

fn steps(remedy: &Remedy) -> Vec<StepView<'_>> {
    let view = |step: &'_ commands::Step| -> (&'static str, Value, Value) {
        let with = match &step.action {
            Action::Command(_) => Value::Null,
            Action::Request(change) => change_with(change),
        };
        (step_name(&step.action), with, runners(&step.runners))
    };
    let steps = remedy.steps.iter().map(|step| {
        let (name, with, by) = view(step);
        let command = match &step.action {
            Action::Command(command) => Some(command.as_ref()),
            Action::Request(_) => None,
        };
        StepView {
            step: name,
            command,
            with,
            by,
        }
    });
    steps.collect()
}

fn runners(runners: &Runners) -> Value {
    match runners {
        Runners::Asker => json!("asker"),
        Runners::Platform => json!("platform"),
        Runners::Holders { first, more } => json!({ "holders": first, "more": more }),
    }
}

fn change_with(change: &RequestChange) -> Value {
    match change {
        RequestChange::CarryScopes(scopes) => json!(scopes),
        RequestChange::UseKind(kind) => json!(kind),
        RequestChange::InProject(project) => json!(project),
        RequestChange::ApprovedBy(person) => json!(person),
        RequestChange::ChangeTo(amount) => json!(amount),
        RequestChange::UseNewToken
        | RequestChange::SignIn
        | RequestChange::Prove
        | RequestChange::PassSecondFactor
        | RequestChange::Wait
        | RequestChange::OutsideProject
        | RequestChange::MeasureAgain
        | RequestChange::PauseFirst => Value::Null,
    }
}
