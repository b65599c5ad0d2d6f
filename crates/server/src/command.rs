//! `POST /api/v1/commands`: does something, once.

use api::{CommandAnswer, CommandBody, HoldingBody};
use axum::Json;
use axum::extract::State;
use commands::{Answer, Command, Refusal};
use engine::fact::ShareState;
use engine::{DelegateId, Directory, Evidence, Thing};
use ledger::{Actor, CommandId, RowWrite};
use node::installation::{Asked, Given};
use node::realms::{CallTask, Task, TaskRefusal};
use node::writer::{Answered, Outcome, SubmitError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::{Body, from_value};
use crate::caller::Caller;
use crate::fault::Fault;
use crate::figure::{self, held};
use crate::holding::id;

/// How often a command is decided anew because rows that it rests on changed in between.
const TRIES: usize = 8;

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
    let command = read(&body.command)?;
    let delegate = employee(body.delegate.as_deref())?;
    let mut tries = 0;
    loop {
        let held = held(&app, &caller.sight.realm, caller.directory()?, &command)?;
        let waits = !held.is_empty() && tries < TRIES;
        let evidence = measured(&app, &caller, &command, body.second_factor)?;
        let asked = asked(
            &caller,
            delegate.clone(),
            &command,
            &evidence,
            &body.command,
        );
        let asked = guarded(asked, held);
        let name = command.name();
        let answered = match submit(&app, &body.id, caller.actor()?, name, &asked).await {
            // What was counted is another sum by now: it is decided afresh.
            Err(fault) if waits && fault.is_conflict() => {
                tries += 1;
                continue;
            }
            answered => answered?,
        };
        return match answered.outcome {
            Outcome::Refused(refusal) => Err(refused(&app, &caller, &command, &evidence, refusal)),
            _ => Ok(Json(command_answer(answered)?)),
        };
    }
}

/// Returns the employee for whom a system user gives a command, if one is named.
pub(crate) fn employee(named: Option<&str>) -> Result<Option<DelegateId>, Fault> {
    named.map(|text| id("delegate", text)).transpose()
}

/// Returns a command as the writer takes it. `text` is what its id stands for.
pub(crate) fn asked(
    caller: &Caller,
    delegate: Option<DelegateId>,
    command: &Command,
    evidence: &Evidence,
    text: &Value,
) -> Asked {
    let given = Given {
        by: caller.credential.clone(),
        delegate,
        evidence: evidence.clone(),
    };
    let realm = caller.sight.realm.clone();
    Asked::command(realm, given, command.clone(), text.to_string())
}

/// Returns the same with rows that must be as they were read.
pub(crate) fn guarded(asked: Asked, held: Vec<RowWrite>) -> Asked {
    let Task::Call(mut call) = asked.task else {
        return asked;
    };
    if let CallTask::Do { rows, .. } = &mut call.what {
        rows.extend(held);
    }
    Asked {
        task: Task::Call(call),
        ..asked
    }
}

/// Returns what a command is decided on: the second factor, as the caller says, and the figures that
/// were fed of the thing that it is about. Figures of the caller's own count for nothing.
pub(crate) fn measured(
    app: &App,
    caller: &Caller,
    command: &Command,
    second_factor: bool,
) -> Result<Evidence, Fault> {
    let directory = caller.directory()?;
    let thing = match command {
        Command::MakeProposal(wish) => Some(Thing::Asset(wish.asset.clone())),
        Command::MakeChange(wish) => Some(Thing::Asset(wish.asset.clone())),
        Command::ExecuteProposal(one) => {
            let proposal = directory.proposal(&one.proposal);
            proposal.map(|proposal| Thing::Asset(proposal.asset.clone()))
        }
        Command::DeleteChild(one) => Some(Thing::Business(one.business.clone())),
        other => {
            let request = other.request(directory, &caller.credential);
            request.ok().map(|request| request.resource)
        }
    };
    let realm = &caller.sight.realm;
    let now = app.installation.now();
    // To know the ads of a business, all it owns is looked at: only for what rests on them.
    let asked_for = |thing: &Thing| match thing {
        Thing::Business(_) => requires_figures(directory, command.name()),
        _ => true,
    };
    Ok(Evidence {
        second_factor,
        figures: thing
            .filter(asked_for)
            .map(|thing| figure::known(app, realm, directory, &thing, now))
            .unwrap_or_default(),
        ..Evidence::default()
    })
}

/// Does an operation rest on figures, under some profile of the rulebook?
pub(crate) fn requires_figures(directory: &Directory, operation: &str) -> bool {
    let mut profiles = directory.rulebook().profiles.iter();
    profiles.any(|rules| {
        let operation = rules.operation_named(operation);
        operation.is_some_and(|operation| !operation.requires.is_empty())
    })
}

pub(crate) fn read(value: &Value) -> Result<Command, Fault> {
    let name = match value {
        Value::Object(fields) if fields.len() == 1 => fields.keys().next(),
        _ => None,
    };
    let Some(name) = name else {
        let message = "write one command under its name: `{ \"member.add\": { … } }`";
        return Err(Fault::invalid("command", message));
    };
    if !Command::NAMES.contains(&name.as_str()) {
        let near = rulebook::nearest(name, Command::NAMES.iter().copied());
        let hint = near.map_or_else(
            || "GET /api/v1/commands lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{name}` is no command; {hint}");
        return Err(Fault::invalid("command", message));
    }
    from_value("command", value.clone())
}

/// What a command came to, for the eyes of this caller. To those who may ask about everything it is
/// told as it is. To everybody else a command about a thing that is not known sounds like one about
/// a thing of somebody else.
pub(crate) fn refused(
    app: &App,
    caller: &Caller,
    command: &Command,
    evidence: &Evidence,
    refusal: TaskRefusal,
) -> Fault {
    let Ok(directory) = caller.directory() else {
        return refusal.into();
    };
    let everything = caller.may_ask(app).unwrap_or(false);
    let now = app.installation.now();
    match &refusal {
        TaskRefusal::Command(Refusal::Denied { decision, request }) if everything => {
            Fault::denied(&request.operation, decision)
        }
        TaskRefusal::Command(Refusal::Denied { decision, request }) => {
            let heard = api::heard(directory, request, evidence, now, decision);
            Fault::denied(&request.operation, &heard)
        }
        // Was it found missing before anything was decided?
        TaskRefusal::Command(Refusal::NotFound { .. })
            if !everything && command.request(directory, &caller.credential).is_err() =>
        {
            let by = &caller.credential;
            let decision = api::denied_on_nothing(directory, by, command.name(), evidence, now);
            Fault::denied(command.name(), &decision)
        }
        _ => refusal.into(),
    }
}

/// Gives the writer a command and waits for what became of it. `name` is what the log calls it.
pub(crate) async fn submit(
    app: &App,
    id: &str,
    actor: Actor,
    name: &str,
    asked: &Asked,
) -> Result<Answered<Answer, TaskRefusal>, Fault> {
    let realm = asked.realm.as_str().to_owned();
    Sent::send(app, id, actor, name, asked)?
        .answer(&realm)
        .await
}

type Reply = Result<Answered<Answer, TaskRefusal>, SubmitError>;

/// A command that the writer has, and whose answer is waited for.
#[derive(Debug)]
pub(crate) struct Sent {
    start: tokio::time::Instant,
    who: String,
    name: String,
    receiver: tokio::sync::oneshot::Receiver<Reply>,
}

impl Sent {
    /// Gives the writer a command. Those that one caller sends are done in the order of sending.
    pub(crate) fn send(
        app: &App,
        id: &str,
        actor: Actor,
        name: &str,
        asked: &Asked,
    ) -> Result<Self, Fault> {
        let start = tokio::time::Instant::now();
        let who = actor.who().unwrap_or("system").to_owned();
        let id = CommandId::parse(id).map_err(|error| Fault::invalid("id", error.to_string()))?;
        let (sender, receiver) = tokio::sync::oneshot::channel();
        app.installation
            .submit(id, actor, asked, move |answer| {
                // Nobody waits any more: there is nobody to tell.
                let _ = sender.send(answer);
            })
            .map_err(Fault::internal)?;
        Ok(Self {
            start,
            who,
            name: name.to_owned(),
            receiver,
        })
    }

    /// Returns what became of the command, once it is durable.
    pub(crate) async fn answer(self, realm: &str) -> Result<Answered<Answer, TaskRefusal>, Fault> {
        let answered = self.receiver.await.map_err(Fault::internal)??;
        let name = self.name;
        if let Outcome::Done { position, .. } = &answered.outcome {
            tracing::info!(
                realm,
                actor = self.who,
                command = name,
                position = position.get(),
                took_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX),
                "did {name}"
            );
        }
        Ok(answered)
    }
}

pub(crate) fn command_answer(
    answered: Answered<Answer, TaskRefusal>,
) -> Result<CommandAnswer, Fault> {
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
        refresh: answer.refresh,
        share: answer.share.map(|state| match state {
            ShareState::Pending => "pending".into(),
            ShareState::Accepted => "accepted".into(),
        }),
        remains: answer
            .remains
            .map(|left| left.iter().map(HoldingBody::of).collect()),
        state: answered.at.to_string(),
    })
}
