//! `POST /api/v1/commands`: does something, once.

use api::{CommandAnswer, CommandBody};
use axum::Json;
use axum::extract::State;
use commands::scenario::CommandRow;
use commands::{Answer, Command};
use engine::Evidence;
use engine::fact::ShareState;
use ledger::{Actor, CommandId};
use node::installation::Asked;
use node::realms::{Call, CallTask, Task, TaskRefusal};
use node::writer::{Answered, Outcome};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

/// The commands this platform has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommandNames {
    commands: Vec<&'static str>,
}

pub(crate) async fn names(caller: Caller) -> Result<Json<CommandNames>, Fault> {
    let rules = caller.directory()?.rulebook().rules(0);
    let has = |name: &&str| rules.names.operation(name).is_some();
    Ok(Json(CommandNames {
        commands: Command::NAMES.iter().copied().filter(has).collect(),
    }))
}

pub(crate) async fn run(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<CommandBody>,
) -> Result<Json<CommandAnswer>, Fault> {
    let wrong = |error: &dyn std::fmt::Display| Fault::invalid("command", error.to_string());
    // As files write commands: assets, groups and terms may be named in short.
    let row: CommandRow =
        serde_json::from_value(body.command.clone()).map_err(|error| wrong(&error))?;
    let command = row
        .command(caller.directory()?)
        .map_err(|error| wrong(&error))?;
    let asked = Asked {
        realm: caller.sight.realm.clone(),
        task: Task::Call(Box::new(Call {
            by: caller.credential.clone(),
            evidence: Evidence {
                second_factor: body.second_factor,
                ..Evidence::default()
            },
            what: CallTask::Do(Box::new(command)),
        })),
        text: body.command.to_string(),
    };
    let answered = submit(&app, &body.id, caller.actor()?, &asked).await?;
    Ok(Json(command_answer(answered)?))
}

/// Gives the writer a command and waits for what became of it.
pub(crate) async fn submit(
    app: &App,
    id: &str,
    actor: Actor,
    asked: &Asked,
) -> Result<Answered<Answer, TaskRefusal>, Fault> {
    let id = CommandId::parse(id).map_err(|error| Fault::invalid("id", error.to_string()))?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.installation
        .submit(id, actor, asked, move |answer| {
            // Nobody waits any more: there is nobody to tell.
            let _ = sender.send(answer);
        })
        .map_err(Fault::internal)?;
    let answer = receiver.await.map_err(Fault::internal)?;
    answer.map_err(Fault::from)
}

fn command_answer(answered: Answered<Answer, TaskRefusal>) -> Result<CommandAnswer, Fault> {
    let (outcome, answer, position) = match answered.outcome {
        Outcome::Done { answer, position } => ("done", answer, Some(position)),
        Outcome::Repeated { answer, position } => ("repeated", answer, Some(position)),
        Outcome::NoEntry { answer } => ("unchanged", answer, None),
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    Ok(CommandAnswer {
        outcome: outcome.into(),
        position: position.map(ledger::Position::get),
        made: answer.id,
        secret: answer.secret,
        share: answer.share.map(|state| match state {
            ShareState::Pending => "pending".into(),
            ShareState::Accepted => "accepted".into(),
        }),
        state: answered.at.to_string(),
    })
}
