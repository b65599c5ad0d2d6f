//! `GET /api/v1/rulebook`: which rulebook is active. `POST`: another one.

use std::collections::BTreeMap;

use api::ActivateAnswer;
use axum::Json;
use axum::extract::State;
use engine::Evidence;
use node::installation::Asked;
use node::realms::{Call, CallTask, Task, TaskRefusal};
use node::writer::Outcome;
use rulebook::{Family, Rulebook, Source};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::command::submit;
use crate::fault::Fault;

/// The active rulebook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulebookBody {
    name: String,
    label: String,
    version: String,
    digest: String,
    switches: BTreeMap<String, String>,
    /// The kinds of things: what `what-can` takes as `kind`.
    kinds: Vec<String>,
    operations: Vec<String>,
}

pub(crate) async fn show(caller: Caller) -> Result<Json<RulebookBody>, Fault> {
    let rulebook = caller.directory()?.rulebook();
    let kinds = rulebook.rules(0).kinds.iter();
    let kinds = kinds.filter(|kind| kind.family != Family::Realm);
    Ok(Json(RulebookBody {
        name: rulebook.name.clone(),
        label: rulebook.label.clone(),
        version: rulebook.version.clone(),
        digest: engine::fact::Digest(rulebook.digest).to_string(),
        switches: rulebook.switches.iter().cloned().collect(),
        kinds: kinds.map(|kind| kind.name.clone()).collect(),
        operations: rulebook.rules(0).names.operations().to_vec(),
    }))
}

/// Activates a rulebook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivateBody {
    /// The command's id; a plan needs none.
    id: Option<String>,
    /// Say what would change, and change nothing.
    #[serde(default)]
    plan: bool,
    /// What the text is called in messages.
    file: Option<String>,
    /// The rulebook's text.
    text: String,
    /// Its switches, where they differ from the defaults.
    #[serde(default)]
    switches: BTreeMap<String, String>,
}

pub(crate) async fn activate(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<ActivateBody>,
) -> Result<Json<ActivateAnswer>, Fault> {
    // Nobody else's text is compiled.
    caller.must(&app, "rulebook.activate")?;
    let file = body.file.unwrap_or_else(|| "rulebook".to_owned());
    let (name, text, switches) = (file.clone(), body.text.clone(), body.switches.clone());
    let compiled =
        tokio::task::spawn_blocking(move || Source::parse(&name, &text)?.compile(&switches));
    let compiled = compiled.await.map_err(Fault::internal)?;
    let compiled = compiled.map_err(|wrong| Fault::from(TaskRefusal::Rulebook(wrong)))?;
    let plan = commands::activation(caller.directory()?, &compiled);
    if !plan.missing.is_empty() {
        return Err(TaskRefusal::NamesInUse(plan.missing).into());
    }
    let renamed = plan.renamed.len();
    if body.plan {
        return Ok(Json(answer(
            "planned",
            &compiled,
            renamed,
            None,
            caller.sight.state(),
        )));
    }
    let Some(id) = body.id else {
        return Err(Fault::invalid("id", "name the command"));
    };
    let asked = Asked {
        realm: caller.sight.realm.clone(),
        text: format!("{}\n{:?}", body.text, body.switches),
        task: Task::Call(Box::new(Call {
            by: caller.credential.clone(),
            evidence: Evidence {
                second_factor: true,
                ..Evidence::default()
            },
            what: CallTask::Activate {
                file,
                rulebook: body.text,
                switches: body.switches,
            },
        })),
    };
    let answered = submit(&app, &id, caller.actor()?, "rulebook.activate", &asked).await?;
    let (outcome, position) = match answered.outcome {
        Outcome::Done { position, .. } => ("done", Some(position.get())),
        Outcome::Repeated { position, .. } => ("repeated", Some(position.get())),
        Outcome::NoEntry { .. } => ("unchanged", None),
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    let state = answered.at.to_string();
    Ok(Json(answer(outcome, &compiled, renamed, position, state)))
}

fn answer(
    outcome: &'static str,
    rulebook: &Rulebook,
    renamed: usize,
    position: Option<u64>,
    state: String,
) -> ActivateAnswer {
    ActivateAnswer {
        outcome: outcome.into(),
        name: rulebook.name.clone(),
        digest: engine::fact::Digest(rulebook.digest).to_string(),
        switches: rulebook.switches.iter().cloned().collect(),
        renamed,
        position,
        state,
    }
}
