//! `POST /api/v1/check` and `/api/v1/checks`: may this be done?

use std::collections::BTreeMap;

use api::{At, DecisionBody, QuestionBody, heard};
use axum::Json;
use axum::extract::State;
use engine::{Evidence, Request, Thing};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::command::requires_figures;
use crate::fault::Fault;
use crate::figure;
use crate::moment::Moment;

/// The most questions of one batch.
const MOST: usize = 1_000;

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionsBody {
    /// At most 1000.
    questions: Vec<QuestionBody>,
}

pub(crate) async fn check(
    State(app): State<App>,
    caller: Caller,
    Body(question): Body<QuestionBody>,
) -> Result<Json<DecisionBody>, Fault> {
    let moment = Moment::of(&app, &caller, question.at).await?;
    one(&app, &caller, &question, &moment).map(Json)
}

pub(crate) async fn checks(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<QuestionsBody>,
) -> Result<Json<Vec<DecisionBody>>, Fault> {
    if body.questions.len() > MOST {
        return Err(Fault::invalid(
            "questions",
            format!("at most {MOST} questions at once"),
        ));
    }
    let mut decisions = Vec::with_capacity(body.questions.len());
    // All that are about one moment are about one state.
    let mut moments: BTreeMap<Option<At>, Moment> = BTreeMap::new();
    for (index, question) in body.questions.iter().enumerate() {
        let decision = match moments.get(&question.at) {
            Some(moment) => one(&app, &caller, question, moment),
            None => match Moment::of(&app, &caller, question.at).await {
                Ok(moment) => {
                    let decision = one(&app, &caller, question, &moment);
                    moments.insert(question.at, moment);
                    decision
                }
                Err(fault) => Err(fault),
            },
        };
        decisions.push(decision.map_err(|fault| fault.within(&format!("questions[{index}]")))?);
    }
    Ok(Json(decisions))
}

fn one(
    app: &App,
    caller: &Caller,
    question: &QuestionBody,
    moment: &Moment,
) -> Result<DecisionBody, Fault> {
    let directory = moment.directory()?;
    let (request, evidence) = question.request(directory, &caller.credential)?;
    let everything = caller.asks_about(app, &request.credential)?;
    if let engine::Credential::Token(digest) = &request.credential {
        app.installation
            .last_use
            .note(digest, app.installation.now());
    }
    let evidence = with_figures(app, caller, &request, evidence, moment.now);
    let decision = engine::decide(directory, &request, &evidence, moment.now);
    app.metrics.decided(&decision);
    let decision = if everything {
        decision
    } else {
        heard(directory, &request, &evidence, moment.now, &decision)
    };
    Ok(DecisionBody::of(&decision, Some(moment.state())))
}

/// Adds the figures that are known, where the asker brought none. What is counted here is looked up only
/// for what can rest on it: a change of an amount, and operations that require a figure.
pub(crate) fn with_figures(
    app: &App,
    caller: &Caller,
    request: &Request,
    mut evidence: Evidence,
    now: Timestamp,
) -> Evidence {
    if let (Thing::Asset(asset), Ok(directory)) = (&request.resource, caller.directory()) {
        let realm = &caller.sight.realm;
        let counts =
            request.context.change.is_some() || requires_figures(directory, &request.operation);
        let fed = match counts {
            true => figure::known(app, realm, directory, &request.resource, now),
            false => app.installation.figures.of(realm, asset),
        };
        let figures = &mut evidence.figures;
        figures.daily_budget_total = figures.daily_budget_total.or(fed.daily_budget_total);
        figures.cpa = figures.cpa.or(fed.cpa);
        figures.roas = figures.roas.or(fed.roas);
        figures.spend_total = figures.spend_total.or(fed.spend_total);
        figures.active_ads = figures.active_ads.or(fed.active_ads);
    }
    evidence
}
