//! `POST /api/v1/explain`: why, and what would put it right.

use api::{ExplainedBody, ExplanationBody, QuestionBody, is_masked, masked, remedies};
use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::check::with_figures;
use crate::fault::Fault;

pub(crate) async fn explain(
    State(app): State<App>,
    caller: Caller,
    Body(question): Body<QuestionBody>,
) -> Result<Json<ExplainedBody>, Fault> {
    let directory = caller.directory()?;
    let (request, evidence) = question.request(directory, &caller.credential)?;
    let everything = caller.asks_about(&app, &request.credential)?;
    let evidence = with_figures(&app, &caller, &request, evidence);
    let eyes = caller.eyes(everything)?;
    let past;
    let (directory, now, state) = match question.at {
        None => (directory, app.installation.now(), caller.sight.state()),
        Some(at) => {
            past = app.installation.at_time(at).map_err(Fault::internal)?;
            let found = node::installation::directory(&past, &caller.sight.realm);
            let found =
                found.ok_or_else(|| Fault::invalid("at", "the realm was not there then"))?;
            (found, at, past.head.token().to_string())
        }
    };
    let mut explanation = engine::explain(directory, &request, &evidence, now);
    app.metrics.decided(&explanation.decision);
    let hidden = is_masked(&explanation.decision) && !everything;
    if hidden {
        // Absent and forbidden look the same: no facts, no paths, no remedies that would tell.
        explanation.decision = masked(&explanation.decision);
        explanation.first_reason = explanation.decision.reasons.iter().next();
        explanation.needs.clear();
        for story in &mut explanation.layers {
            story.reasons = explanation
                .decision
                .reasons
                .of_layer(story.layer)
                .iter()
                .collect();
            if story.layer >= rulebook::Layer::Role {
                story.facts.clear();
            }
        }
    }
    let found = if hidden {
        Vec::new()
    } else {
        remedies(
            directory,
            &commands::remedies(directory, &request, &evidence, now),
            &eyes,
        )
    };
    let explanation = ExplanationBody::of(&explanation, &eyes, Some(state));
    Ok(Json(ExplainedBody {
        explanation,
        remedies: found,
    }))
}
