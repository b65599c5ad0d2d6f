//! Remedies, as they are written: commands ready to be given, changes to the request, who may.

use commands::{Action, Remedies, RequestChange, Runners};
use engine::Directory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::explanation::Eyes;

/// A sequence of steps that is proven to turn the deny into an allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemedyBody {
    /// The steps, in order.
    pub steps: Vec<StepBody>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepBody {
    /// In plain words.
    pub text: String,
    /// The command, ready to be given; absent for a change to the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub command: Option<serde_json::Value>,
    /// Who may do it: `you`, `the platform`, or holders.
    pub who: Vec<String>,
}

/// Returns the remedies for these eyes.
#[must_use]
pub fn remedies(directory: &Directory, found: &Remedies, eyes: &Eyes) -> Vec<RemedyBody> {
    let remedies = found.offered.iter();
    remedies
        .map(|remedy| RemedyBody {
            steps: remedy
                .steps
                .iter()
                .map(|step| step_body(directory, step, eyes))
                .collect(),
        })
        .collect()
}

/// Returns a step for these eyes.
#[must_use]
pub fn step_body(directory: &Directory, step: &commands::Step, eyes: &Eyes) -> StepBody {
    StepBody {
        text: words(&step.action),
        command: match &step.action {
            Action::Command(command) => serde_json::to_value(command).ok(),
            Action::Request(_) => None,
        },
        who: match &step.runners {
            Runners::Asker => vec!["you".to_owned()],
            Runners::Platform => vec!["the platform".to_owned()],
            Runners::Holders { first, more } => {
                let mut named: Vec<String> = first
                    .iter()
                    .map(|holder| eyes.holder(directory, holder))
                    .collect();
                named.dedup();
                if *more {
                    named.push("and others".to_owned());
                }
                named
            }
        },
    }
}

/// Returns an action in plain words.
#[must_use]
pub fn words(action: &Action) -> String {
    match action {
        Action::Command(command) => format!("run `{}`", command.name()),
        Action::Request(change) => match change {
            RequestChange::UseNewToken => "use the new token".to_owned(),
            RequestChange::CarryScopes(scopes) => {
                format!("use a token that carries {} too", scopes.join(", "))
            }
            RequestChange::UseKind(kind) => format!("use a `{kind}` token"),
            RequestChange::SignIn => "sign in, without a token".to_owned(),
            RequestChange::Prove => "send a valid proof made with the app's secret".to_owned(),
            RequestChange::PassSecondFactor => "pass two-factor authentication".to_owned(),
            RequestChange::Wait => "wait until the rate pool has room again".to_owned(),
            RequestChange::InProject(group) => format!("name project {group} as the context"),
            RequestChange::OutsideProject => "name no project".to_owned(),
            RequestChange::ApprovedBy(person) => {
                format!("have {person} approve exactly this change")
            }
            RequestChange::ChangeTo(amount) => format!("change the amount to {amount} instead"),
            RequestChange::MeasureAgain => "measure the figures again".to_owned(),
            RequestChange::PauseFirst => "pause everything that runs first".to_owned(),
        },
    }
}
