//! `POST /api/v1/explain`: why, and what would put it right.

use api::{
    ExplainedBody, ExplanationBody, QuestionBody, blurred, heard, is_masked, masked, remedies,
};
use axum::Json;
use axum::extract::State;
use engine::{Explanation, Gate};

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::check::with_figures;
use crate::fault::Fault;
use crate::moment::Moment;

pub(crate) async fn explain(
    State(app): State<App>,
    caller: Caller,
    Body(question): Body<QuestionBody>,
) -> Result<Json<ExplainedBody>, Fault> {
    let moment = Moment::of(&app, &caller, question.at).await?;
    let directory = moment.directory()?;
    let (request, evidence) = question.request(directory, &caller.credential)?;
    let everything = caller.asks_about(&app, &request.credential)?;
    let evidence = with_figures(&app, &caller, &request, evidence);
    let eyes = caller.eyes(everything)?;
    let mut explanation = engine::explain(directory, &request, &evidence, moment.now);
    app.metrics.decided(&explanation.decision);
    let mut hidden = false;
    if !everything {
        let decision = explanation.decision;
        let heard = heard(directory, &request, &evidence, moment.now, &decision);
        if !heard.is_allowed() {
            hidden = is_masked(&decision);
            if let Some(request) = blurred(directory, &request, &evidence, moment.now) {
                hidden = true;
                explanation = engine::explain(directory, &request, &evidence, moment.now);
            }
            explanation.decision = heard;
        }
    }
    let found = if hidden {
        hide(&mut explanation);
        Vec::new()
    } else {
        let found = commands::remedies(directory, &request, &evidence, moment.now);
        remedies(directory, &found, &eyes)
    };
    let tell = |gate: &Gate| {
        let why = gate
            .why
            .as_ref()
            .filter(|_| eyes.manage(directory, &gate.app))?;
        app.installation.text(why).ok().flatten()
    };
    let explanation = ExplanationBody::of(&explanation, &eyes, Some(moment.state()), &tell);
    Ok(Json(ExplainedBody {
        explanation,
        remedies: found,
    }))
}

/// Absent and forbidden look the same: no facts, no paths that would tell.
fn hide(explanation: &mut Explanation) {
    explanation.decision = masked(&explanation.decision);
    let reasons = explanation.decision.reasons;
    explanation.first_reason = reasons.iter().next();
    explanation.needs.clear();
    explanation.gates.clear();
    for story in &mut explanation.layers {
        story.reasons = reasons.of_layer(story.layer).iter().collect();
        if story.layer >= rulebook::Layer::Role {
            story.facts.clear();
        }
    }
}
