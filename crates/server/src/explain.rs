//! `POST /api/v1/explain`: why, and what would put it right.

use api::{ExplainedBody, ExplanationBody, QuestionBody, remedies, told_to_asker};
use axum::Json;
use axum::extract::State;
use engine::Gate;

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
    let evidence = with_figures(&app, &caller, &request, evidence, moment.now);
    let eyes = caller.eyes(everything)?;
    let (explanation, hidden) = match everything {
        true => {
            let story = engine::explain(directory, &request, &evidence, moment.now);
            (story, false)
        }
        false => told_to_asker(directory, &request, &evidence, moment.now),
    };
    app.metrics.decided(&explanation.decision);
    let found = if hidden {
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
