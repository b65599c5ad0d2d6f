//! `GET /api/v1/ledger/…`: entries in plain words, the signed head, the check of the chain.

use axum::Json;
use axum::extract::State;
use ledger::verify::{Verdict, verify_store};
use ledger::{Entry, Position};
use node::body::Body as EntryBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::params::Params;

/// The most entries of a page.
const MOST: usize = 1_000;

/// Which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    from: Option<u64>,
    limit: Option<usize>,
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
    caller.must(&app, "ledger.read")?;
    let limit = range.limit.unwrap_or(100).clamp(1, MOST);
    let from = Position::new(range.from.unwrap_or(1).max(1));
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

fn view(entry: &Entry) -> EntryView {
    let body = entry
        .body
        .text()
        .and_then(|text| EntryBody::parse(text).ok());
    let actor = entry.actor.who().unwrap_or("system").to_owned();
    let (operation, told, changes) = match body {
        Some(body) => {
            let told = api::entry_sentence(&actor, &body.operation, &body.changes);
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
