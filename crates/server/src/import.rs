//! `POST /api/v1/import`: a directory file into the realm. `GET`: how far a long one is.

mod file;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{ImportAnswer, ImportProgress};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Evidence;
use engine::fact::{Change, Digest};
use ledger::{CommandId, Position, Realm};
use node::installation::{
    Beyond, Import, ImportCounts, ImportError, ImportPlan, ImportProgress as Progress, ImportState,
    Imported, Importer, RunError, Wanted,
};
use node::writer::Outcome;
use serde::Deserialize;

use crate::app::App;
use crate::body::file_text;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::params::Params;

/// How many changes a plan says in words.
const SAID: usize = 200;

/// How an import is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct How {
    /// Its id: giving it again under it does nothing twice.
    id: Option<String>,
    /// Say what would change, and change nothing.
    #[serde(default)]
    plan: bool,
    /// What the file does not say ends.
    #[serde(default)]
    replace: bool,
    /// What the file is called in messages.
    file: Option<String>,
}

pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Params(how): Params<How>,
    request: Request,
) -> Result<Response, Fault> {
    let directory = caller.sight.any_directory().ok_or_else(Fault::not_ready)?;
    caller.must_in(directory, &app, "directory.import")?;
    let id = match &how.id {
        Some(id) => Some(command_id(id)?),
        None if how.plan => None,
        None => return Err(Fault::invalid("id", "name the import: `?id=…`")),
    };
    let text = file_text(request).await?;
    let digest = Digest::of(&text);
    let name = how.file.clone().unwrap_or_else(|| "directory".to_owned());
    let beyond = match how.replace {
        true => Beyond::End,
        false => Beyond::Stay,
    };
    let (app_, caller_) = (app.clone(), caller.clone());
    let planned = tokio::task::spawn_blocking(move || {
        let wanted = Arc::new(file::wanted(&app_, &caller_, &name, &text, beyond)?);
        let plan = plan(&app_, &caller_, &wanted)?;
        Ok::<_, Fault>((wanted, plan))
    });
    let (wanted, plan) = planned.await.map_err(Fault::internal)??;
    let Some(id) = id.filter(|_| !how.plan) else {
        return Ok(Json(told(&caller, &plan)).into_response());
    };
    let import = Import {
        realm: caller.sight.realm.clone(),
        id,
        by: Importer::Caller {
            actor: caller.actor()?,
            credential: caller.credential.clone(),
            evidence: Box::new(Evidence {
                second_factor: true,
                ..Evidence::default()
            }),
        },
        wanted,
        text: format!("import {digest} replace {}", how.replace),
    };
    if plan.parts() == 1 {
        let done = tokio::task::spawn_blocking(move || {
            app.installation.import(&import, plan, &mut |_, _| {})
        });
        let done = done.await.map_err(Fault::internal)?.map_err(fault)?;
        if let Outcome::Done { position, .. } = &done.answered.outcome {
            imported(&caller.sight.realm, &caller.holder.to_string(), *position);
        }
        return Ok(Json(answer(done)?).into_response());
    }
    let mut answer = told(&caller, &plan);
    answer.changes.clear();
    answer.outcome = "running".into();
    begin(app, import, plan);
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

/// Which import is asked about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    id: String,
}

/// How far an import is that this caller gave. One that the process no longer knows of stands in the
/// log when it is through.
pub(crate) async fn progress(
    State(app): State<App>,
    caller: Caller,
    Params(which): Params<Which>,
) -> Result<Json<ImportProgress>, Fault> {
    let id = command_id(&which.id)?;
    let actor = caller.actor()?;
    if let Some(known) = app
        .installation
        .imports
        .find(&caller.sight.realm, &actor, &id)
    {
        return Ok(Json(known_progress(known)));
    }
    let realm = &caller.sight.realm;
    let found = app.installation.find_command(realm, &actor, &id);
    let found = found.map_err(Fault::internal)?.ok_or_else(|| {
        let detail = "no import of yours has this id; give it again to go on with it";
        Fault::told(api::Problem::new(404, "NOT_FOUND", "No such thing", detail))
    })?;
    Ok(Json(ImportProgress {
        outcome: "done".into(),
        written: None,
        entries: None,
        position: Some(found.position.get()),
        detail: None,
    }))
}

fn known_progress(known: Progress) -> ImportProgress {
    let (outcome, position, detail) = match known.state {
        ImportState::Running => ("running", None, None),
        ImportState::Done(position) => ("done", Some(position.get()), None),
        ImportState::Failed(detail) => ("failed", None, Some(detail)),
    };
    ImportProgress {
        outcome: outcome.into(),
        written: Some(known.written),
        entries: Some(known.of),
        position,
        detail,
    }
}

fn command_id(id: &str) -> Result<CommandId, Fault> {
    CommandId::parse(id).map_err(|error| Fault::invalid("id", error.to_string()))
}

fn plan(app: &App, caller: &Caller, wanted: &Wanted) -> Result<ImportPlan, Fault> {
    let plan = app.installation.plan_import(&caller.sight.realm, wanted);
    plan.map_err(fault)
}

/// Says what would change.
fn told(caller: &Caller, plan: &ImportPlan) -> ImportAnswer {
    let before = |change: &_| match change {
        Change::Set(fact) => plan.before(fact),
        Change::End(_) => None,
    };
    let words = plan
        .changes()
        .take(SAID)
        .map(|change| api::plan_sentence(change, before(change)));
    let outcome = "planned";
    ImportAnswer {
        changes: words.collect(),
        entries: match plan.changes().next() {
            None if plan.parts() == 1 => 0,
            _ => plan.parts(),
        },
        ..counted(outcome, plan.counts(), caller.sight.state())
    }
}

fn counted(outcome: &'static str, counts: ImportCounts, state: String) -> ImportAnswer {
    ImportAnswer {
        outcome: outcome.into(),
        adds: named(counts.adds),
        changed: named(counts.changes),
        ends: named(counts.ends),
        unchanged: counts.unchanged,
        changes: Vec::new(),
        entries: 0,
        position: None,
        state,
    }
}

fn named(counts: BTreeMap<&'static str, usize>) -> BTreeMap<String, usize> {
    let rows = counts.into_iter();
    rows.map(|(kind, count)| (kind.to_owned(), count)).collect()
}

fn answer(done: Imported) -> Result<ImportAnswer, Fault> {
    let (outcome, position) = match done.answered.outcome {
        Outcome::Done { position, .. } => ("done", Some(position)),
        Outcome::Repeated { position, .. } => ("repeated", Some(position)),
        Outcome::NoEntry { .. } => ("unchanged", None),
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    Ok(ImportAnswer {
        entries: usize::from(position.is_some()),
        position: position.map(ledger::Position::get),
        ..counted(outcome, done.counts, done.answered.at.to_string())
    })
}

/// Starts a long import beside the request. It goes on when the caller hangs up, and the process
/// waits for it when it is told to stop.
fn begin(app: App, import: Import, plan: ImportPlan) {
    let imports = &app.installation.imports;
    if !imports.begin(&import.realm, import.actor(), &import.id, plan.parts()) {
        return;
    }
    let of = plan.parts();
    tokio::task::spawn_blocking(move || {
        let installation = &app.installation;
        let note = |written, state| {
            let progress = Progress { written, of, state };
            installation
                .imports
                .note(&import.realm, import.actor(), &import.id, progress);
        };
        let mut last = 0;
        let done = installation.import(&import, plan, &mut |written, _| {
            last = written;
            note(written, ImportState::Running);
        });
        match done.map(|done| done.answered.outcome) {
            Ok(Outcome::Done { position, .. } | Outcome::Repeated { position, .. }) => {
                note(of, ImportState::Done(position));
                let actor = import.actor().who().unwrap_or("system");
                imported(&import.realm, actor, position);
            }
            Ok(Outcome::NoEntry { .. }) => {
                note(last, ImportState::Failed("nothing was written".to_owned()));
            }
            Ok(Outcome::Refused(refusal)) => note(last, ImportState::Failed(refusal.to_string())),
            Err(error) => {
                tracing::error!(error = %crate::fault::chain(&error), "an import was cut off");
                let detail = "an error of ours; the log of the server has the cause";
                note(last, ImportState::Failed(detail.to_owned()));
            }
        }
    });
}

fn imported(realm: &Realm, actor: &str, position: Position) {
    let (realm, position) = (realm.as_str(), position.get());
    tracing::info!(realm, actor, position, "imported a directory file");
}

fn fault(error: ImportError) -> Fault {
    match error {
        ImportError::Refused(refusal) => refusal.into(),
        ImportError::Run(RunError::Submit(error)) => error.into(),
        other => Fault::internal(other),
    }
}
