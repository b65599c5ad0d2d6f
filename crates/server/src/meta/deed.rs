//! Commands that a call comes to, given by its token.

use ::meta::answer::place_of;
use ::meta::error::Behind;
use ::meta::refusal::{Place as Said, of_decision, of_refusal};
use ::meta::step::By;
use ::meta::{Call, Deed, GraphError, Write};
use commands::{Answer, Command, Refusal};
use engine::{Credential, Evidence};
use node::installation::{Asked, RunError};
use node::realms::{Call as Given, CallTask, Task, TaskRefusal};
use node::writer::{Outcome, SubmitError};
use serde_json::Value;

use super::Place;
use crate::app::App;
use crate::caller::Caller;
use crate::command::{asked, guarded, measured, submit};
use crate::figure::held;

/// Gives the commands one after the other, and returns the last one's answer as the call is answered.
pub(super) async fn carry_out(
    app: &App,
    place: &Place,
    call: &Call,
    deed: Deed,
) -> Result<Value, GraphError> {
    let mut answer = Answer::default();
    for command in &deed.commands {
        answer = given(app, place, call, deed.by, command).await?;
    }
    Ok(deed.then.body(&answer))
}

/// Gives one command by the token.
pub(super) async fn give(
    app: &App,
    place: &Place,
    call: &Call,
    command: &Command,
) -> Result<Answer, GraphError> {
    given(app, place, call, By::Token, command).await
}

async fn given(
    app: &App,
    place: &Place,
    call: &Call,
    by: By,
    command: &Command,
) -> Result<Answer, GraphError> {
    let mut caller =
        Caller::find(app, &place.asker.digest).map_err(|_| GraphError::unknown_token())?;
    if by == By::Holder {
        caller.credential = Credential::Holder(caller.holder.clone());
    }
    let internal = |_| GraphError::internal();
    let realm = &caller.sight.realm;
    let held = held(app, realm, place.directory()?, command).map_err(internal)?;
    let mut evidence = measured(app, &caller, command, false).map_err(internal)?;
    evidence.proof = place.proof;
    let text = serde_json::to_value(command).map_err(|_| GraphError::internal())?;
    let asked = guarded(asked(&caller, None, command, &evidence, &text), held);
    let id = format!("meta:{}", uuid::Uuid::now_v7());
    let actor = caller.actor().map_err(internal)?;
    let name = command.name();
    let given = submit(app, &id, actor, name, &asked).await;
    let answered = given.map_err(|_| GraphError::busy())?;
    match answered.outcome {
        Outcome::Done { answer, .. }
        | Outcome::Repeated { answer, .. }
        | Outcome::NoEntry { answer } => Ok(answer),
        Outcome::Refused(refusal) => {
            let command = Some(command);
            Err(refused(app, place, call, command, &evidence, &refusal))
        }
    }
}

/// Writes rows that a call comes to. Returns nothing if what they rest on changed in between.
pub(super) async fn write(
    app: &App,
    place: &Place,
    call: &Call,
    write: Write,
) -> Result<Option<Value>, GraphError> {
    let caller = Caller::find(app, &place.asker.digest).map_err(|_| GraphError::unknown_token())?;
    let actor = caller.actor().map_err(|_| GraphError::internal())?;
    let evidence = write.evidence.clone();
    let after = write.after.clone();
    let asked = Asked {
        realm: place.realm.clone(),
        text: format!("{} {:?}", call.method.word(), call.path),
        task: Task::Call(Box::new(Given {
            by: caller.credential.clone(),
            evidence: write.evidence,
            what: CallTask::Market {
                asks: write.asks,
                rows: write.rows,
            },
        })),
    };
    let id = format!("meta:{}", uuid::Uuid::now_v7());
    let id = ledger::CommandId::parse(&id).map_err(|_| GraphError::internal())?;
    let installation = std::sync::Arc::clone(&app.installation);
    let run = tokio::task::spawn_blocking(move || installation.run(id, actor, &asked));
    match run.await.map_err(|_| GraphError::internal())? {
        // The proposal that it was planned on is not what it was any more.
        Ok(Outcome::Refused(TaskRefusal::Command(
            Refusal::NotFound { .. } | Refusal::Conflict { .. },
        ))) => Ok(None),
        Ok(Outcome::Refused(refusal)) => Err(refused(app, place, call, None, &evidence, &refusal)),
        Ok(_) => {
            // Renaming comes last: rows are planned anew where they changed, and a name is given once.
            if let Some(command) = &after {
                given(app, place, call, By::Holder, command).await?;
            }
            Ok(Some(write.body))
        }
        Err(RunError::Submit(SubmitError::Row(_))) => Ok(None),
        Err(error) => {
            tracing::error!(%error, "rows could not be written");
            Err(GraphError::busy())
        }
    }
}

/// What a refusal sounds like to whoever called; rows that leave no entry come without a command.
fn refused(
    app: &App,
    place: &Place,
    call: &Call,
    command: Option<&Command>,
    evidence: &Evidence,
    refusal: &TaskRefusal,
) -> GraphError {
    let id = call.path.first().map_or("", String::as_str);
    let edge = call.path.get(1).map_or("", String::as_str);
    let said: Said<'_> = place_of(call, id, edge);
    let Ok(directory) = place.directory() else {
        return GraphError::busy();
    };
    match (refusal, command) {
        (TaskRefusal::Command(Refusal::Denied { decision, request }), _) => {
            let now = app.installation.now();
            let heard = api::heard(directory, request, evidence, now, decision);
            let error = of_decision(directory, &request.operation, &heard, &said);
            let request = (**request).clone();
            error.because(Behind::denied(request, evidence, decision.reasons))
        }
        (TaskRefusal::Command(refusal), Some(command)) => {
            let behind = match refusal {
                // What is not there sounds like what is not for the asker, here too.
                Refusal::NotFound { .. } => Behind::Nothing,
                other => Behind::Refused(other.code()),
            };
            of_refusal(refusal, command, &said).because(behind)
        }
        (TaskRefusal::Loading(_), _) => GraphError::busy(),
        _ => GraphError::internal(),
    }
}
