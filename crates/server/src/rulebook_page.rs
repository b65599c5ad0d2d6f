//! `GET /api/v1/rulebook`: which rulebook is active. `POST`: another one.

use std::collections::BTreeMap;

use api::CommandAnswer;
use axum::Json;
use axum::extract::State;
use engine::Evidence;
use node::installation::Asked;
use node::realms::Task;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::command::{command_answer, submit};
use crate::fault::Fault;

/// The active rulebook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulebookBody {
    name: String,
    label: String,
    version: String,
    digest: String,
    switches: BTreeMap<String, String>,
    operations: Vec<String>,
}

pub(crate) async fn show(caller: Caller) -> Result<Json<RulebookBody>, Fault> {
    let rulebook = caller.directory()?.rulebook();
    Ok(Json(RulebookBody {
        name: rulebook.name.clone(),
        label: rulebook.label.clone(),
        version: rulebook.version.clone(),
        digest: engine::fact::Digest(rulebook.digest).to_string(),
        switches: rulebook.switches.iter().cloned().collect(),
        operations: rulebook.rules(0).names.operations().to_vec(),
    }))
}

/// Activates a rulebook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivateBody {
    /// The command's id.
    id: String,
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
) -> Result<Json<CommandAnswer>, Fault> {
    let asked = Asked {
        realm: caller.sight.realm.clone(),
        text: format!("{}\n{:?}", body.text, body.switches),
        task: Task::Activate {
            rulebook: body.text,
            switches: body.switches,
        },
        by: caller.credential.clone(),
        evidence: Evidence {
            second_factor: true,
            ..Evidence::default()
        },
    };
    let answered = submit(&app, &body.id, caller.actor()?, &asked).await?;
    Ok(Json(command_answer(answered)?))
}
