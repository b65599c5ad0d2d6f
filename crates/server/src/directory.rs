//! `GET /api/v1/export`: the facts of the realm, one by one in plain JSON.

use axum::Json;
use axum::extract::State;
use engine::fact::Fact;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

/// The facts of a realm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactsBody {
    /// The place in the log they are true at.
    state: String,
    /// The facts, in the order in which they can be set.
    #[schema(value_type = Vec<Object>)]
    facts: Vec<Fact>,
}

pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<FactsBody>, Fault> {
    caller.must(&app, "directory.export")?;
    Ok(Json(FactsBody {
        state: caller.sight.state(),
        facts: caller.directory()?.facts(),
    }))
}
