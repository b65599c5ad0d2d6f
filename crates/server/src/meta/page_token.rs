//! Tokens of Pages, cut when somebody reads them for the first time.

use ::meta::GraphError;
use ::meta::page_token::Cut;
use engine::{Credential, Evidence};
use ledger::Actor;
use node::installation::Asked;
use node::realms::{Call, CallTask, Task};

use super::Place;
use crate::app::App;
use crate::command::Sent;

/// Cuts tokens; returns the place as it is then. All are asked for before the first is waited for, so
/// that the log is made durable once for many.
///
/// One that is refused is left out: whoever reads is not told why, for the Page itself was for him.
pub(super) async fn cut(app: &App, place: &Place, cuts: &[Cut]) -> Result<Place, GraphError> {
    let Some(grant) = &place.asker.grant else {
        return Err(GraphError::unknown_token());
    };
    let holder = grant.holder.to_string();
    let token = place.asker.token.id.to_string();
    let mut sent = Vec::with_capacity(cuts.len());
    for cut in cuts {
        let actor = Actor::through(&holder, Some(grant.app.as_str()), Some(&token));
        let actor = actor.map_err(|_| GraphError::internal())?;
        let text = serde_json::to_string(&cut.command).map_err(|_| GraphError::internal())?;
        let asked = Asked {
            realm: place.realm.clone(),
            text,
            // The holder let the app act, and the engine said that the token may see the Page.
            task: Task::Call(Box::new(Call {
                by: Credential::Holder(grant.holder.clone()),
                evidence: Evidence::default(),
                what: CallTask::Do {
                    command: Box::new(cut.command.clone()),
                    delegate: None,
                    rows: Vec::new(),
                },
            })),
        };
        let one = Sent::send(app, &cut.id, actor, cut.command.name(), &asked);
        sent.push(one.map_err(|_| GraphError::busy())?);
    }
    for one in sent {
        one.answer(place.realm.as_str())
            .await
            .map_err(|_| GraphError::busy())?;
    }
    let view = app.installation.view();
    Ok(Place {
        view,
        ..place.clone()
    })
}
