//! `GET /api/v1/findings`: what is unsafe, in a business or in the whole realm.

use api::{At, FindingBody, FindingsBody};
use axum::Json;
use axum::extract::State;
use commands::findings;
use engine::{BusinessId, Thing};
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::holding::id;
use crate::moment::Moment;
use crate::params::Params;

/// Where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Where {
    /// Of one business; of the whole realm if left out.
    business: Option<String>,
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
    /// As it was then.
    at: Option<At>,
}

pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(place): Params<Where>,
) -> Result<Json<FindingsBody>, Fault> {
    let business: Option<BusinessId> = match &place.business {
        Some(text) => Some(id("business", text)?),
        None => None,
    };
    match &business {
        None => caller.must(&app, "decision.ask")?,
        Some(business) => {
            let on = Thing::Business(business.clone());
            caller.asks_of(&app, "finding.list", on, place.second_factor)?;
        }
    }
    let moment = Moment::of(&app, &caller, place.at).await?;
    let state = moment.state();
    // It looks at every fact: nobody else waits for it.
    let found = tokio::task::spawn_blocking(move || -> Result<Vec<FindingBody>, Fault> {
        let found = findings(moment.directory()?, moment.now);
        let here = found
            .iter()
            .filter(|one| business.is_none() || one.business == business);
        Ok(here.map(FindingBody::of).collect())
    });
    Ok(Json(FindingsBody {
        findings: found.await.map_err(Fault::internal)??,
        state,
    }))
}
