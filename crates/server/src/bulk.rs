//! `POST /api/v1/bulk`: thousands of commands under one id, each by itself.

use api::{BulkAnswer, BulkBody, BulkItem};
use axum::Json;
use axum::extract::State;
use commands::{Order, handle};
use engine::Evidence;
use engine::fact::TextDigest;
use node::writer::Outcome;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::command::{Sent, asked, command_answer, employee, guarded, measured, read, refused};
use crate::fault::Fault;
use crate::figure::held;

/// The most commands of one call.
const MOST: usize = 5_000;
/// How many are with the writer at a time.
const AT_ONCE: usize = 512;

/// Does every command by itself, in order. What is wrong with one is said at its place, and the
/// others are done. The id of a command is the bulk's and its number, so that the same bulk given
/// again does nothing twice.
pub(crate) async fn run(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<BulkBody>,
) -> Result<Json<BulkAnswer>, Fault> {
    if body.commands.is_empty() || body.commands.len() > MOST {
        let message = format!("a call has 1 to {MOST} commands");
        return Err(Fault::invalid("commands", message));
    }
    let items = match body.plan {
        true => planned(&app, &caller, &body)?,
        false => done(&app, &caller, &body).await?,
    };
    let count = |outcome: &str| items.iter().filter(|item| item.outcome == outcome).count();
    Ok(Json(BulkAnswer {
        done: count("done"),
        repeated: count("repeated"),
        unchanged: count("unchanged"),
        refused: count("refused"),
        items,
    }))
}

async fn done(app: &App, caller: &Caller, body: &BulkBody) -> Result<Vec<BulkItem>, Fault> {
    let mut items = Vec::with_capacity(body.commands.len());
    let realm = caller.sight.realm.as_str();
    let mut numbered = (body.first..).zip(&body.commands).peekable();
    while numbered.peek().is_some() {
        let mut sent = Vec::with_capacity(AT_ONCE);
        for (index, value) in numbered.by_ref().take(AT_ONCE) {
            sent.push((index, begin(app, caller, body, index, value)));
        }
        for (index, begun) in sent {
            let item = match begun {
                Ok((command, evidence, sent)) => match sent.answer(realm).await {
                    Ok(answered) => match answered.outcome {
                        Outcome::Refused(refusal) => {
                            Err(refused(app, caller, &command, &evidence, refusal))
                        }
                        _ => command_answer(answered),
                    },
                    Err(fault) => Err(fault),
                },
                Err(fault) => Err(fault),
            };
            items.push(match item {
                Ok(answer) => BulkItem::of(index, answer),
                Err(fault) => BulkItem::refused(index, fault.problem()),
            });
        }
    }
    Ok(items)
}

fn begin(
    app: &App,
    caller: &Caller,
    body: &BulkBody,
    index: u64,
    value: &serde_json::Value,
) -> Result<(commands::Command, Evidence, Sent), Fault> {
    let command = read(value)?;
    let held = held(app, &caller.sight.realm, caller.directory()?, &command)?;
    let evidence = measured(app, caller, &command, body.second_factor)?;
    let delegate = employee(body.delegate.as_deref())?;
    let asked = guarded(asked(caller, delegate, &command, &evidence, value), held);
    let id = format!("{}:{index}", body.id);
    let sent = Sent::send(app, &id, caller.actor()?, command.name(), &asked)?;
    Ok((command, evidence, sent))
}

/// What each would come to, after those before it, on a copy: nothing is written.
fn planned(app: &App, caller: &Caller, body: &BulkBody) -> Result<Vec<BulkItem>, Fault> {
    let mut directory = caller.directory()?.clone();
    let delegate = employee(body.delegate.as_deref())?;
    let mut items = Vec::with_capacity(body.commands.len());
    for (index, value) in (body.first..).zip(&body.commands) {
        let tried = read(value).and_then(|command| {
            let evidence = measured(app, caller, &command, body.second_factor)?;
            let id = format!("{}:{index}", body.id);
            // A text that is not kept needs no salt, and a secret that is not told none either.
            let mut keep_text = |_: &str| TextDigest("".into());
            let mut order = Order {
                by: caller.credential.clone(),
                delegate: delegate.clone(),
                evidence: evidence.clone(),
                // Not before what was measured: that would be of the future.
                now: app.installation.now(),
                id: &id,
                entropy: [0; 32],
                keep_text: &mut keep_text,
            };
            handle(&directory, &command, &mut order)
                .map_err(|refusal| refused(app, caller, &command, &evidence, refusal.into()))
        });
        items.push(match tried {
            Ok(handled) => {
                for change in &handled.changes {
                    directory.apply(change);
                }
                BulkItem::planned(index, &handled.changes)
            }
            Err(fault) => BulkItem::refused(index, fault.problem()),
        });
    }
    Ok(items)
}
