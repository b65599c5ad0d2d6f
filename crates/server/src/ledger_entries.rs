//! `GET /api/v1/ledger/…`: entries in plain words, the signed head, the check of the chain.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use engine::{BusinessId, Holder, Thing};
use ledger::verify::{Verdict, verify_store};
use ledger::{Entry, Position};
use node::body::Body as EntryBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::holding::id;
use crate::params::Params;

/// The most entries of a page.
const MOST: usize = 1_000;

/// Which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    from: Option<u64>,
    limit: Option<usize>,
    /// Only those that touch this business.
    business: Option<String>,
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntriesBody {
    /// Those of the caller's realm.
    entries: Vec<EntryView>,
    /// Where the next page starts; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    position: u64,
    time: String,
    actor: String,
    /// The employee for whom a system user did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    delegate: Option<String>,
    /// The id it was given under; left out where the caller may read of one business only.
    #[serde(skip_serializing_if = "String::is_empty")]
    command: String,
    operation: String,
    /// What was done, in one line of plain words.
    told: String,
    /// Every change, in plain words.
    changes: Vec<String>,
    hash: String,
}

pub(crate) async fn entries(
    State(app): State<App>,
    caller: Caller,
    Params(range): Params<Range>,
) -> Result<Json<EntriesBody>, Fault> {
    let limit = range.limit.unwrap_or(100).clamp(1, MOST);
    let from = Position::new(range.from.unwrap_or(1).max(1));
    let may_read = caller.must(&app, "ledger.read");
    if let Some(business) = &range.business {
        let business: BusinessId = id("business", business)?;
        if may_read.is_err() {
            let on = Thing::Business(business.clone());
            caller.asks_of(&app, "entry.list", on, range.second_factor)?;
        }
        let reads_all = may_read.is_ok();
        return touching(&app, &caller, (business, from, limit), reads_all).await;
    }
    may_read?;
    let store = app.installation.store();
    let found = store.read(from, limit).map_err(Fault::internal)?;
    let next = found
        .last()
        .filter(|_| found.len() == limit)
        .map(|last| last.position.get() + 1);
    let own = found
        .iter()
        .filter(|entry| entry.realm == caller.sight.realm);
    Ok(Json(EntriesBody {
        entries: own.map(view).collect(),
        next,
    }))
}

/// Returns the entries that touch a business. Who may read the whole ledger reads them whole; others
/// only what touches the business, and people of other businesses by their role.
async fn touching(
    app: &App,
    caller: &Caller,
    (business, from, limit): (BusinessId, Position, usize),
    reads_all: bool,
) -> Result<Json<EntriesBody>, Fault> {
    // Folding the state before the page costs; two at a time leave room for everybody else.
    let _turn = app.past.acquire().await.map_err(Fault::internal)?;
    let installation = Arc::clone(&app.installation);
    let realm = caller.sight.realm.clone();
    let found =
        tokio::task::spawn_blocking(move || installation.touching(&realm, &business, from, limit));
    let found = found
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)?;
    let directory = caller.directory()?;
    let eyes = caller.eyes(caller.may_ask(app)?)?;
    let entries = found.entries.iter().map(|one| match reads_all {
        true => view(&one.entry),
        false => {
            let actor = one
                .entry
                .actor
                .who()
                .map(|who| match who.parse::<Holder>() {
                    Ok(holder) => eyes.holder(directory, &holder),
                    Err(_) => who.to_owned(),
                });
            let actor = actor.unwrap_or_else(|| "system".to_owned());
            let delegate = one.body.delegate.as_ref().map(|employee| {
                let of = one.entry.actor.who().and_then(|who| who.parse().ok());
                match of {
                    Some(of) => eyes.employee(directory, &of, employee),
                    None => "an employee".to_owned(),
                }
            });
            let (operation, changes) = (&one.body.operation, &one.changes);
            EntryView {
                told: api::entry_sentence(&actor, delegate.as_deref(), operation, changes),
                delegate,
                actor,
                command: String::new(),
                operation: one.body.operation.clone(),
                changes: one.changes.iter().map(api::change_sentence).collect(),
                position: one.entry.position.get(),
                time: one.entry.time.to_string(),
                hash: one.entry.hash.to_string(),
            }
        }
    });
    Ok(Json(EntriesBody {
        entries: entries.collect(),
        next: found.next.map(Position::get),
    }))
}

fn view(entry: &Entry) -> EntryView {
    let body = entry
        .body
        .text()
        .and_then(|text| EntryBody::parse(text).ok());
    let actor = entry.actor.who().unwrap_or("system").to_owned();
    let delegate = body.as_ref().and_then(|body| body.delegate.as_ref());
    let delegate = delegate.map(|employee| format!("employee {employee}"));
    let (operation, told, changes) = match body {
        Some(body) => {
            let (employee, name) = (delegate.as_deref(), &body.operation);
            let told = api::entry_sentence(&actor, employee, name, &body.changes);
            let changes = body.changes.iter().map(api::change_sentence).collect();
            (body.operation, told, changes)
        }
        None => {
            let told = format!("{actor}: (withheld)");
            ("withheld".to_owned(), told, Vec::new())
        }
    };
    EntryView {
        position: entry.position.get(),
        time: entry.time.to_string(),
        actor,
        delegate,
        command: node::installation::given_id(&entry.realm, &entry.command.id).to_owned(),
        operation,
        told,
        changes,
        hash: entry.hash.to_string(),
    }
}

/// The end of the log, signed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeadBody {
    /// The consistency token of the newest state.
    state: String,
    /// The checkpoint: a signed note.
    checkpoint: Option<String>,
    /// The key to verify it with.
    key: Option<String>,
}

pub(crate) async fn head(State(app): State<App>, caller: Caller) -> Result<Json<HeadBody>, Fault> {
    caller.must(&app, "ledger.read")?;
    let checkpoint = app.installation.checkpoint().map_err(Fault::internal)?;
    let key = app.installation.verifier().map_err(Fault::internal)?;
    Ok(Json(HeadBody {
        state: caller.sight.state(),
        checkpoint: checkpoint.map(|one| one.as_str().to_owned()),
        key: key.map(|key| key.to_string()),
    }))
}

/// What a check of the whole chain found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerdictBody {
    /// Does the chain hold?
    whole: bool,
    /// In words, naming the first bad entry.
    verdict: String,
}

pub(crate) async fn verify(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<VerdictBody>, Fault> {
    caller.must(&app, "ledger.read")?;
    let key = app.installation.verifier().map_err(Fault::internal)?;
    let installation = std::sync::Arc::clone(&app.installation);
    let verdict =
        tokio::task::spawn_blocking(move || verify_store(installation.store(), key.as_ref()));
    let verdict = verdict
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)?;
    Ok(Json(match verdict {
        Verdict::Sound { head, checkpoints } => VerdictBody {
            whole: true,
            verdict: format!(
                "{} entries follow each other, {checkpoints} checkpoints agree",
                head.position.get()
            ),
        },
        Verdict::Broken(defect) => VerdictBody {
            whole: false,
            verdict: defect.to_string(),
        },
    }))
}
