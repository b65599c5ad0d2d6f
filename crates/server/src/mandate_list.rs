//! `GET /api/v1/mandates` and `/api/v1/proposals`: the limits of tools, and what they propose and
//! made, as far as the caller may know of it.

use api::{MandateBody, MandatesBody, ProposalBody, ProposalsBody};
use axum::Json;
use axum::extract::State;
use commands::{MandatesOf, ProposalsOf, Reader};
use engine::{BusinessId, Evidence, Thing};
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::holding::id;
use crate::list::limit;
use crate::params::Params;

/// Which mandates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhichMandates {
    id: Option<String>,
    business: Option<String>,
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
    limit: Option<usize>,
    cursor: Option<String>,
}

pub(crate) async fn mandates(
    State(app): State<App>,
    caller: Caller,
    Params(wanted): Params<WhichMandates>,
) -> Result<Json<MandatesBody>, Fault> {
    let of = MandatesOf {
        id: one("id", wanted.id.as_deref())?,
        business: one("business", wanted.business.as_deref())?,
        after: wanted.cursor,
        limit: limit(wanted.limit)?,
    };
    let second_factor = wanted.second_factor;
    may_list(&app, &caller, "mandate.list", &of.business, second_factor)?;
    let (everything, evidence) = (caller.may_ask(&app)?, measured(second_factor));
    let reader = reader(&caller, everything, &evidence);
    let now = app.installation.now();
    let found = commands::mandates(caller.directory()?, &of, &reader, now);
    let lines: Vec<MandateBody> = found.mandates.iter().map(MandateBody::of).collect();
    let last = lines.last().map(|line| line.id.clone());
    Ok(Json(MandatesBody {
        cursor: last.filter(|_| found.more),
        mandates: lines,
        state: caller.sight.state(),
    }))
}

/// Which proposals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhichProposals {
    id: Option<String>,
    business: Option<String>,
    mandate: Option<String>,
    #[serde(default)]
    open: bool,
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
    limit: Option<usize>,
    cursor: Option<String>,
}

pub(crate) async fn proposals(
    State(app): State<App>,
    caller: Caller,
    Params(wanted): Params<WhichProposals>,
) -> Result<Json<ProposalsBody>, Fault> {
    let of = ProposalsOf {
        id: one("id", wanted.id.as_deref())?,
        business: one("business", wanted.business.as_deref())?,
        mandate: one("mandate", wanted.mandate.as_deref())?,
        open: wanted.open,
        after: wanted.cursor,
        limit: limit(wanted.limit)?,
    };
    let second_factor = wanted.second_factor;
    may_list(&app, &caller, "proposal.list", &of.business, second_factor)?;
    let (everything, evidence) = (caller.may_ask(&app)?, measured(second_factor));
    let reader = reader(&caller, everything, &evidence);
    let now = app.installation.now();
    let found = commands::proposals(caller.directory()?, &of, &reader, now);
    let lines = found.proposals.iter();
    let lines: Vec<ProposalBody> = lines.map(|one| ProposalBody::of(one, now)).collect();
    let last = lines.last().map(|line| line.id.clone());
    Ok(Json(ProposalsBody {
        cursor: last.filter(|_| found.more),
        proposals: lines,
        state: caller.sight.state(),
    }))
}

/// Reads an id of the query that may be left out.
fn one<T: std::str::FromStr<Err = engine::IdError>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, Fault> {
    text.map(|text| id(field, text)).transpose()
}

/// Who names a business must be one who may list what is there, or is told alike whether there is
/// such a business.
fn may_list(
    app: &App,
    caller: &Caller,
    operation: &str,
    business: &Option<BusinessId>,
    second_factor: bool,
) -> Result<(), Fault> {
    match business {
        None => Ok(()),
        Some(business) => {
            let on = Thing::Business(business.clone());
            caller.asks_of(app, operation, on, second_factor)
        }
    }
}

fn measured(second_factor: bool) -> Evidence {
    Evidence {
        second_factor,
        ..Evidence::default()
    }
}

const fn reader<'a>(caller: &'a Caller, everything: bool, evidence: &'a Evidence) -> Reader<'a> {
    match everything {
        true => Reader::Everything,
        false => Reader::Somebody {
            credential: &caller.credential,
            evidence,
        },
    }
}
