//! `POST /api/v1/who-can` and `/api/v1/what-can`: complete lists, a page at a time.

use api::{
    ContextBody, EvidenceBody, HoldersBody, QuestionBody, ThingsBody, WhatCanBody, WhoCanBody,
};
use axum::Json;
use axum::extract::State;
use engine::{AssetId, Holder, Search, Thing, what_can, who_can};

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::moment::Moment;

const MOST: usize = 1_000;
const USUAL: usize = 100;

pub(crate) async fn who(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<WhoCanBody>,
) -> Result<Json<HoldersBody>, Fault> {
    caller.must(&app, "decision.ask")?;
    let moment = Moment::of(&app, &caller, body.at).await?;
    let directory = moment.directory()?;
    let question = QuestionBody {
        who: None,
        operation: body.operation.clone(),
        on: body.on.clone(),
        with: body.with.clone(),
        context: body.context.clone(),
        evidence: body.evidence.clone(),
        at: None,
    };
    let (request, evidence) = question.request(directory, &caller.credential)?;
    let after: Option<Holder> = match &body.cursor {
        Some(cursor) => Some(cursor.parse().map_err(|_| wrong_cursor())?),
        None => None,
    };
    let search = Search {
        with: &request.with,
        context: &request.context,
        evidence: &evidence,
        now: moment.now,
        limit: limit(body.limit)?,
    };
    let page = who_can(
        directory,
        &request.operation,
        &request.resource,
        after.as_ref(),
        &search,
    );
    let holders: Vec<String> = page.items.iter().map(Holder::to_string).collect();
    let cursor = holders.last().cloned().filter(|_| page.more);
    Ok(Json(HoldersBody {
        holders,
        cursor,
        state: moment.state(),
    }))
}

pub(crate) async fn what(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<WhatCanBody>,
) -> Result<Json<ThingsBody>, Fault> {
    let moment = Moment::of(&app, &caller, body.at).await?;
    let directory = moment.directory()?;
    let question = QuestionBody {
        who: body.who.clone(),
        operation: body.operation.clone(),
        on: "realm".to_owned(),
        with: std::collections::BTreeMap::new(),
        context: ContextBody {
            terms: None,
            ..body.context.clone()
        },
        evidence: EvidenceBody::default(),
        at: None,
    };
    let (request, _) = question.request(directory, &caller.credential)?;
    caller.asks_about(&app, &request.credential)?;
    if directory
        .rulebook()
        .rules(0)
        .kind_named(&body.kind)
        .is_none()
    {
        let message = format!("`{}` is no kind of thing of this platform", body.kind);
        return Err(Fault::invalid("kind", message));
    }
    let evidence = body.evidence.evidence()?;
    if let Some(cursor) = &body.cursor {
        // A cursor is the last id of the page before.
        cursor.parse::<AssetId>().map_err(|_| wrong_cursor())?;
    }
    let search = Search {
        with: &[],
        context: &request.context,
        evidence: &evidence,
        now: moment.now,
        limit: limit(body.limit)?,
    };
    let page = what_can(
        directory,
        &request.credential,
        &request.operation,
        &body.kind,
        body.cursor.as_deref(),
        &search,
    );
    let things: Vec<String> = page.items.iter().map(Thing::to_string).collect();
    let last = things
        .last()
        .and_then(|thing| thing.split_once(':'))
        .map(|(_, id)| id.to_owned());
    let cursor = last.filter(|_| page.more);
    Ok(Json(ThingsBody {
        things,
        cursor,
        state: moment.state(),
    }))
}

/// Returns how long a page is to be.
pub(crate) fn limit(limit: Option<usize>) -> Result<usize, Fault> {
    match limit {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(_) => Err(Fault::invalid(
            "limit",
            format!("a page has 1 to {MOST} items"),
        )),
    }
}

fn wrong_cursor() -> Fault {
    Fault::invalid("cursor", "send the `cursor` of the page before, unchanged")
}
