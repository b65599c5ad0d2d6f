//! `GET /api/v1/holdings`: what a person has in a business.

use api::{At, HoldingBody, HoldingsBody};
use axum::Json;
use axum::extract::State;
use commands::holdings;
use engine::{BusinessId, PersonId, Thing};
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::params::Params;

/// Whose, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    business: String,
    person: String,
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
    /// As it was then.
    at: Option<At>,
}

pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(whose): Params<Whose>,
) -> Result<Json<HoldingsBody>, Fault> {
    let business: BusinessId = id("business", &whose.business)?;
    let person: PersonId = id("person", &whose.person)?;
    let on = Thing::Business(business.clone());
    caller.asks_of(&app, "holding.list", on, whose.second_factor)?;
    let moment = Moment::of(&app, &caller, whose.at).await?;
    let found = holdings(moment.directory()?, &business, &person, moment.now);
    Ok(Json(HoldingsBody {
        holdings: found.iter().map(HoldingBody::of).collect(),
        state: moment.state(),
    }))
}

/// Reads an id of the query.
pub(crate) fn id<T: std::str::FromStr<Err = engine::IdError>>(
    field: &str,
    text: &str,
) -> Result<T, Fault> {
    text.parse()
        .map_err(|error: engine::IdError| Fault::invalid(field, error.to_string()))
}
