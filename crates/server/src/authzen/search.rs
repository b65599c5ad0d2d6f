//! `POST /access/v1/search/{subject,resource,action}`: complete, in pages when asked.

use axum::Json;
use axum::extract::State;
use engine::{Holder, Search, Thing, operations_on, what_can, who_can};
use serde_json::{Map, Value, json};

use super::evaluation::asker;
use super::request::{
    Entity, Sent, Wrong, action, around, context, credential, entity, subject_type, thing,
};
use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

/// The most results of a page, and of an answer nobody asked pages of.
const MOST: usize = 1_000;

/// Which page is asked.
#[derive(Debug)]
struct Page {
    limit: usize,
    /// Everything up to and with this was on earlier pages.
    after: Option<String>,
    asked: bool,
}

pub(crate) async fn subjects(
    State(app): State<App>,
    caller: Result<Caller, Fault>,
    sent: Result<Sent, Wrong>,
) -> Result<Json<Value>, Wrong> {
    let caller = asker(&app, caller)?;
    let Sent(object) = sent?;
    let wanted = entity(&object, "subject", false)?;
    let resource = entity(&object, "resource", true)?;
    let (name, properties) = action(&object)?;
    let other = context(&object)?;
    let page = page(&object)?;
    let directory = caller.directory()?;
    let Some(thing) = thing(directory, &resource) else {
        return Ok(Json(results(&[], None, &page, &object)));
    };
    let (context, evidence) = around(&wanted, &resource, &properties, other);
    let mut after: Option<Holder> = page.after.as_deref().and_then(|after| after.parse().ok());
    let mut found = Vec::new();
    let mut more = true;
    while more && found.len() <= page.limit {
        let search = Search {
            with: &[],
            context: &context,
            evidence: &evidence,
            now: app.installation.now(),
            limit: MOST,
        };
        let next = who_can(directory, &name, &thing, after.as_ref(), &search);
        after = next.items.last().cloned();
        more = next.more;
        found.extend(
            next.items
                .into_iter()
                .filter(|one| subject_type(one) == wanted.kind),
        );
    }
    let cut = found.len() > page.limit;
    found.truncate(page.limit);
    let last = found.last().filter(|_| cut).map(Holder::to_string);
    let rows: Vec<Value> = found
        .iter()
        .map(|holder| json!({ "type": subject_type(holder), "id": holder.parts().1 }))
        .collect();
    Ok(Json(results(&rows, last, &page, &object)))
}

pub(crate) async fn resources(
    State(app): State<App>,
    caller: Result<Caller, Fault>,
    sent: Result<Sent, Wrong>,
) -> Result<Json<Value>, Wrong> {
    let caller = asker(&app, caller)?;
    let Sent(object) = sent?;
    let subject = entity(&object, "subject", true)?;
    let wanted = entity(&object, "resource", false)?;
    let (name, properties) = action(&object)?;
    let other = context(&object)?;
    let page = page(&object)?;
    let directory = caller.directory()?;
    let Some(credential) = credential(directory, &subject) else {
        return Ok(Json(results(&[], None, &page, &object)));
    };
    let (context, evidence) = around(&subject, &wanted, &properties, other);
    let search = Search {
        with: &[],
        context: &context,
        evidence: &evidence,
        now: app.installation.now(),
        limit: page.limit,
    };
    let found = what_can(
        directory,
        &credential,
        &name,
        &wanted.kind,
        page.after.as_deref(),
        &search,
    );
    let id = |thing: &Thing| {
        thing
            .to_string()
            .split_once(':')
            .map_or(String::new(), |(_, id)| id.to_owned())
    };
    let rows: Vec<Value> = found
        .items
        .iter()
        .map(|thing| json!({ "type": wanted.kind, "id": id(thing) }))
        .collect();
    let last = found.items.last().filter(|_| found.more).map(id);
    Ok(Json(results(&rows, last, &page, &object)))
}

fn actions_on(app: &App, caller: &Caller, object: &Map<String, Value>) -> Result<Value, Wrong> {
    let subject: Entity = entity(object, "subject", true)?;
    let resource = entity(object, "resource", true)?;
    let other = context(object)?;
    let page = page(object)?;
    let directory = caller.directory()?;
    let asked = credential(directory, &subject).zip(thing(directory, &resource));
    let Some((credential, thing)) = asked else {
        return Ok(results(&[], None, &page, object));
    };
    let (context, evidence) = around(&subject, &resource, &engine::fact::Properties::new(), other);
    let search = Search {
        with: &[],
        context: &context,
        evidence: &evidence,
        now: app.installation.now(),
        limit: MOST,
    };
    let mut names = operations_on(directory, &credential, &thing, &search);
    names.retain(|name| page.after.as_ref().is_none_or(|after| name > after));
    let cut = names.len() > page.limit;
    names.truncate(page.limit);
    let last = names.last().filter(|_| cut).cloned();
    let rows: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    Ok(results(&rows, last, &page, object))
}

pub(crate) async fn actions(
    State(app): State<App>,
    caller: Result<Caller, Fault>,
    sent: Result<Sent, Wrong>,
) -> Result<Json<Value>, Wrong> {
    let caller = asker(&app, caller)?;
    let Sent(object) = sent?;
    actions_on(&app, &caller, &object).map(Json)
}

/// Reads `page`. A token goes with the request it was given for, and with no other.
fn page(object: &Map<String, Value>) -> Result<Page, Wrong> {
    let page = match object.get("page") {
        None | Some(Value::Null) => {
            return Ok(Page {
                limit: MOST,
                after: None,
                asked: false,
            });
        }
        Some(Value::Object(page)) => page,
        Some(_) => return Err(Wrong::request("`page` must be an object")),
    };
    let limit = match page.get("limit") {
        None | Some(Value::Null) => None,
        Some(limit) => Some(
            limit
                .as_u64()
                .and_then(|limit| usize::try_from(limit).ok())
                .ok_or_else(|| {
                    Wrong::request("`page.limit` must be a whole number, not negative")
                })?,
        ),
    };
    let after = match page.get("token") {
        None | Some(Value::Null) => None,
        Some(Value::String(token)) if token.is_empty() => None,
        Some(Value::String(token)) => Some(opened(object, token)?),
        Some(_) => return Err(Wrong::request("`page.token` must be a string")),
    };
    let (limit, after) = match after {
        None => (limit, None),
        Some((before, after)) => (limit.or(Some(before)), Some(after)),
    };
    Ok(Page {
        limit: limit.unwrap_or(MOST).clamp(1, MOST),
        after,
        asked: true,
    })
}

/// A token holds the digest of the request without its page, the limit, and the last result.
fn opened(object: &Map<String, Value>, token: &str) -> Result<(usize, String), Wrong> {
    let wrong = || Wrong::request("`page.token` is not of this request; start again without one");
    let mut parts = token.splitn(3, '.');
    let (digest, limit, after) = (parts.next(), parts.next(), parts.next());
    let limit = limit
        .and_then(|limit| limit.parse().ok())
        .ok_or_else(wrong)?;
    if digest != Some(digest_of(object).as_str()) {
        return Err(wrong());
    }
    Ok((limit, after.ok_or_else(wrong)?.to_owned()))
}

fn digest_of(object: &Map<String, Value>) -> String {
    let mut object = object.clone();
    object.remove("page");
    let text = Value::Object(object).to_string();
    engine::fact::Digest::of(&text)
        .to_string()
        .chars()
        .take(32)
        .collect()
}

fn results(
    rows: &[Value],
    last: Option<String>,
    page: &Page,
    object: &Map<String, Value>,
) -> Value {
    if !page.asked && last.is_none() {
        return json!({ "results": rows });
    }
    let token = last.map_or_else(String::new, |last| {
        format!("{}.{}.{last}", digest_of(object), page.limit)
    });
    json!({ "page": { "next_token": token, "count": rows.len() }, "results": rows })
}
