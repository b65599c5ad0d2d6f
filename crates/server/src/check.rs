//! `POST /api/v1/check` and `/api/v1/checks`: may this be done?

use api::{DecisionBody, QuestionBody, masked};
use axum::Json;
use axum::extract::State;
use engine::{Evidence, Request, Thing};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

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
    one(&app, &caller, &question).map(Json)
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
    body.questions
        .iter()
        .map(|question| one(&app, &caller, question))
        .collect::<Result<_, _>>()
        .map(Json)
}

fn one(app: &App, caller: &Caller, question: &QuestionBody) -> Result<DecisionBody, Fault> {
    let (request, evidence) = question.request(caller.directory()?, &caller.credential)?;
    let everything = caller.asks_about(app, &request.credential)?;
    let evidence = with_figures(app, caller, &request, evidence);
    let (decision, state) = match question.at {
        None => {
            let directory = caller.directory()?;
            let decision = engine::decide(directory, &request, &evidence, app.installation.now());
            (decision, caller.sight.state())
        }
        Some(at) => {
            let past = app.installation.at_time(at).map_err(Fault::internal)?;
            let directory = node::installation::directory(&past, &caller.sight.realm);
            let directory =
                directory.ok_or_else(|| Fault::invalid("at", "the realm was not there then"))?;
            (
                engine::decide(directory, &request, &evidence, at),
                past.head.token().to_string(),
            )
        }
    };
    app.metrics.decided(&decision);
    let decision = if everything {
        decision
    } else {
        masked(&decision)
    };
    Ok(DecisionBody::of(&decision, Some(state)))
}

/// Adds the figures that were fed in, where the asker brought none.
pub(crate) fn with_figures(
    app: &App,
    caller: &Caller,
    request: &Request,
    mut evidence: Evidence,
) -> Evidence {
    if let Thing::Asset(asset) = &request.resource {
        let fed = app.installation.figures.of(&caller.sight.realm, asset);
        let figures = &mut evidence.figures;
        figures.daily_budget_total = figures.daily_budget_total.or(fed.daily_budget_total);
        figures.cpa = figures.cpa.or(fed.cpa);
        figures.roas = figures.roas.or(fed.roas);
        figures.spend_total = figures.spend_total.or(fed.spend_total);
        figures.active_ads = figures.active_ads.or(fed.active_ads);
    }
    evidence
}
