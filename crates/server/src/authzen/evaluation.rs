//! `POST /access/v1/evaluation` and `/access/v1/evaluations`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use engine::{Directory, Request, decide};
use serde_json::{Map, Value, json};

use super::request::{Sent, Wrong, action, around, context, credential, entity, thing};
use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

const MOST: usize = 1_000;

pub(crate) async fn one(
    State(app): State<App>,
    caller: Result<Caller, Fault>,
    headers: HeaderMap,
    sent: Result<Sent, Wrong>,
) -> Result<Json<Value>, Wrong> {
    let caller = asker(&app, caller)?;
    let Sent(object) = sent?;
    evaluate(&app, &caller, &object, wants_reasons(&headers, &object)).map(Json)
}

pub(crate) async fn many(
    State(app): State<App>,
    caller: Result<Caller, Fault>,
    headers: HeaderMap,
    sent: Result<Sent, Wrong>,
) -> Result<Json<Value>, Wrong> {
    let caller = asker(&app, caller)?;
    let Sent(mut object) = sent?;
    let explain = wants_reasons(&headers, &object);
    let items = match object.remove("evaluations") {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Wrong::request("`evaluations` must be an array")),
    };
    if items.is_empty() {
        return evaluate(&app, &caller, &object, explain).map(Json);
    }
    if items.len() > MOST {
        return Err(Wrong::request(format!(
            "at most {MOST} evaluations at once"
        )));
    }
    let stop_on = semantic(&object)?;
    let mut answers = Vec::new();
    for item in items {
        let answer = item_of(&object, item)
            .and_then(|item| evaluate(&app, &caller, &item, explain))
            .unwrap_or_else(|wrong| {
                let error = json!({ "status": wrong.0.as_u16(), "message": wrong.1 });
                json!({ "decision": false, "context": { "error": error } })
            });
        let decision = answer.get("decision").and_then(Value::as_bool);
        answers.push(answer);
        if stop_on.is_some() && decision == stop_on {
            break;
        }
    }
    Ok(Json(json!({ "evaluations": answers })))
}

/// The decision at which a batch stops, by its semantic.
fn semantic(object: &Map<String, Value>) -> Result<Option<bool>, Wrong> {
    let name = object
        .get("options")
        .and_then(|options| options.get("evaluations_semantic"));
    match name {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => match name.as_str() {
            "execute_all" => Ok(None),
            "deny_on_first_deny" => Ok(Some(false)),
            "permit_on_first_permit" => Ok(Some(true)),
            other => Err(Wrong::request(format!(
                "`{other}` is no evaluations_semantic"
            ))),
        },
        Some(_) => Err(Wrong::request("`evaluations_semantic` must be a string")),
    }
}

/// An item with the defaults it does not replace; each is replaced whole.
fn item_of(defaults: &Map<String, Value>, item: Value) -> Result<Map<String, Value>, Wrong> {
    let Value::Object(mut item) = item else {
        return Err(Wrong::request("each evaluation must be an object"));
    };
    for name in ["subject", "action", "resource", "context"] {
        if !item.contains_key(name)
            && let Some(value) = defaults.get(name)
        {
            item.insert(name.to_owned(), value.clone());
        }
    }
    Ok(item)
}

/// A caller of this door may ask about others.
pub(super) fn asker(app: &App, caller: Result<Caller, Fault>) -> Result<Caller, Wrong> {
    let caller = caller?;
    caller.must(app, "decision.ask")?;
    Ok(caller)
}

fn wants_reasons(headers: &HeaderMap, object: &Map<String, Value>) -> bool {
    let preferred = headers
        .get("prefer")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|one| one.trim().eq_ignore_ascii_case("explain"))
        });
    let named = object
        .get("context")
        .and_then(|context| context.get("explain"));
    preferred || named == Some(&Value::Bool(true))
}

fn evaluate(
    app: &App,
    caller: &Caller,
    object: &Map<String, Value>,
    explain: bool,
) -> Result<Value, Wrong> {
    let subject = entity(object, "subject", true)?;
    let resource = entity(object, "resource", true)?;
    let (name, action) = action(object)?;
    let other = context(object)?;
    let directory = caller.directory()?;
    let (context, evidence) = around(&subject, &resource, &action, other);
    let request = request(directory, &subject, &resource, &name, context);
    let Some(request) = request else {
        return Ok(json!({ "decision": false }));
    };
    let decision = decide(directory, &request, &evidence, app.installation.now());
    app.metrics.decided(&decision);
    if !explain {
        return Ok(json!({ "decision": decision.is_allowed() }));
    }
    let body = api::DecisionBody::of(&decision, Some(caller.sight.state()));
    let body = serde_json::to_value(body).map_err(Fault::internal)?;
    Ok(json!({ "decision": decision.is_allowed(), "context": { "countersign": body } }))
}

fn request(
    directory: &Directory,
    subject: &super::request::Entity,
    resource: &super::request::Entity,
    operation: &str,
    context: engine::Context,
) -> Option<Request> {
    Some(Request {
        credential: credential(directory, subject)?,
        operation: operation.to_owned(),
        resource: thing(directory, resource)?,
        with: Vec::new(),
        context,
    })
}
