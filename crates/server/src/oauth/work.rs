//! Commands that an app brings on somebody's behalf.

use ::oauth::ErrorCode;
use commands::{Answer, Command, RevokeGrant};
use engine::{AppId, Credential, Evidence, GrantId, Holder};
use ledger::row::RowWrite;
use ledger::{Actor, CommandId};
use node::installation::{Asked, RunError};
use node::realms::{Call, CallTask, Task, TaskRefusal};
use node::writer::{Outcome, SubmitError};

use super::answer::Refused;
use super::client::REUSED;
use super::place::Place;

/// On whose behalf something is done, and by which app, if by one.
#[derive(Debug, Clone)]
pub(super) struct Behalf {
    pub(super) holder: Holder,
    pub(super) app: Option<AppId>,
    /// Was a second factor passed when the holder agreed?
    pub(super) second_factor: bool,
}

/// What came of a command.
#[derive(Debug)]
pub(super) enum Came {
    /// It was done, now.
    Done(Answer),
    /// It was done before under the same id.
    Before,
    /// A row was not as it should be: somebody else was first.
    Late,
    /// It was refused, in these words.
    Refused(String),
}

/// Does a command with its rows and waits. `id`: the same again is the same command.
pub(super) fn run(
    place: &Place,
    behalf: &Behalf,
    id: &str,
    command: Command,
    rows: Vec<RowWrite>,
) -> Result<Came, Refused> {
    let id = CommandId::parse(id).map_err(Refused::internal)?;
    let holder = behalf.holder.to_string();
    let actor = Actor::through(&holder, behalf.app.as_ref().map(AppId::as_str), None);
    let text = serde_json::to_string(&command).map_err(Refused::internal)?;
    let evidence = Evidence {
        second_factor: behalf.second_factor,
        ..Evidence::default()
    };
    let name = command.name();
    let asked = Asked {
        realm: place.realm.clone(),
        text,
        task: Task::Call(Box::new(Call {
            by: Credential::Holder(behalf.holder.clone()),
            evidence,
            what: CallTask::Do {
                delegate: None,
                command: Box::new(command),
                rows,
            },
        })),
    };
    let actor = actor.map_err(Refused::internal)?;
    match place.installation.run(id, actor, &asked) {
        Ok(Outcome::Done { answer, position }) => {
            let (realm, position) = (place.realm.as_str(), position.get());
            tracing::info!(
                realm,
                actor = holder,
                command = name,
                position,
                "did {name}"
            );
            Ok(Came::Done(answer))
        }
        Ok(Outcome::Repeated { .. }) => Ok(Came::Before),
        Ok(Outcome::NoEntry { answer }) => Ok(Came::Done(answer)),
        Ok(Outcome::Refused(refusal)) => Ok(Came::Refused(words(&refusal))),
        Err(RunError::Submit(SubmitError::Row(_))) => Ok(Came::Late),
        Err(RunError::Submit(SubmitError::IdTaken { .. })) => Ok(Came::Before),
        Err(RunError::Submit(SubmitError::Busy)) => {
            let message = "too many are waiting";
            Err(Refused::of(ErrorCode::TemporarilyUnavailable, message))
        }
        Err(error) => Err(Refused::internal(error)),
    }
}

/// Returns why a task was refused: codes, no ids.
fn words(refusal: &TaskRefusal) -> String {
    match refusal {
        TaskRefusal::Command(commands::Refusal::Denied { decision, .. }) => {
            let codes: Vec<&str> = decision
                .reasons
                .iter()
                .map(rulebook::Reason::code)
                .collect();
            format!("the holder may not do this: {}", codes.join(", "))
        }
        TaskRefusal::Command(refusal) => format!("it was refused: {}", refusal.code()),
        _ => "it was refused".to_owned(),
    }
}

/// Ends everything of a grant, because what is good once came twice.
pub(super) fn end_reused(place: &Place, holder: &Holder, app: &AppId, grant: &GrantId) {
    let behalf = Behalf {
        holder: holder.clone(),
        app: Some(app.clone()),
        second_factor: true,
    };
    let revoke = RevokeGrant {
        grant: grant.clone(),
        reason: Some(REUSED),
        scopes: Vec::new(),
    };
    let id = format!("oauth-reused:{grant}");
    let came = run(place, &behalf, &id, revoke.into(), Vec::new());
    let realm = place.realm.as_str();
    match came {
        Ok(Came::Done(_)) => {
            tracing::warn!(
                realm,
                app = app.as_str(),
                "a code or refresh token came twice"
            );
        }
        Ok(_) => {}
        Err(_) => tracing::error!(
            realm,
            app = app.as_str(),
            "a reused grant could not be ended"
        ),
    }
}

/// Returns an id for a command that is asked once.
pub(super) fn new_id() -> String {
    format!("oauth:{}", uuid::Uuid::now_v7())
}
