//! `GET /api/v1/tokens`: the inventory of tokens, a page at a time; and the secret of a renewed one,
//! `POST /api/v1/tokens/collect`, once.

use api::{CollectBody, CommandAnswer, TokenBody, TokensBody};
use axum::Json;
use axum::extract::State;
use commands::{InventoryOf, inventory};
use engine::{BusinessId, Context, Credential, Evidence, Request, Thing, TokenId, decide};
use ledger::CommandId;
use serde::Deserialize;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::command::command_answer;
use crate::fault::Fault;
use crate::params::Params;

/// Which tokens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    business: Option<String>,
    ending_within_days: Option<u32>,
    alive: Option<bool>,
    limit: Option<usize>,
    cursor: Option<String>,
}

pub(crate) async fn tokens(
    State(app): State<App>,
    caller: Caller,
    Params(wanted): Params<Wanted>,
) -> Result<Json<TokensBody>, Fault> {
    let business = wanted.business.as_deref().map(str::parse).transpose();
    let business: Option<BusinessId> =
        business.map_err(|error: engine::IdError| Fault::invalid("business", error.to_string()))?;
    match &business {
        Some(business) => may_list(&app, &caller, business)?,
        None => caller.must(&app, "directory.export")?,
    }
    let limit = crate::list::limit(wanted.limit)?;
    let of = InventoryOf {
        business,
        alive: wanted.alive.unwrap_or(false),
        ending_within_days: wanted.ending_within_days,
        after: wanted.cursor,
        limit,
    };
    let directory = caller.directory()?;
    let found = inventory(directory, &of, app.installation.now());
    let last = found.tokens.last().map(|line| line.token.to_string());
    let used = |token: &TokenId| {
        let fact = directory.fact(&engine::fact::Key::Token(token.clone()));
        match fact {
            Some(engine::fact::Fact::Token(token)) => app.installation.last_use.of(&token.digest),
            _ => None,
        }
    };
    let lines = found.tokens.iter();
    Ok(Json(TokensBody {
        tokens: lines
            .map(|line| TokenBody::of(line, used(&line.token)))
            .collect(),
        cursor: last.filter(|_| found.more),
        state: caller.sight.state(),
    }))
}

/// The caller may list the tokens of the business, or is told alike whether there is such a business.
fn may_list(app: &App, caller: &Caller, business: &BusinessId) -> Result<(), Fault> {
    let request = Request {
        credential: caller.credential.clone(),
        operation: "token.list".to_owned(),
        resource: Thing::Business(business.clone()),
        with: vec![("platform".to_owned(), Thing::Realm)],
        context: Context::default(),
    };
    let evidence = Evidence {
        second_factor: true,
        ..Evidence::default()
    };
    let now = app.installation.now();
    let directory = caller.directory()?;
    let decision = decide(directory, &request, &evidence, now);
    if decision.is_allowed() {
        return Ok(());
    }
    let heard = api::heard(directory, &request, &evidence, now, &decision);
    Err(Fault::denied(&request.operation, &heard))
}

pub(crate) async fn collect(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<CollectBody>,
) -> Result<Json<CommandAnswer>, Fault> {
    let token: TokenId = body
        .token
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("token", error.to_string()))?;
    let id = CommandId::parse(&body.id).map_err(|error| Fault::invalid("id", error.to_string()))?;
    let evidence = Evidence {
        second_factor: matches!(caller.credential, Credential::Holder(_)),
        ..Evidence::default()
    };
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let installation = std::sync::Arc::clone(&app.installation);
    let realm = caller.sight.realm.clone();
    let (actor, by) = (caller.actor()?, caller.credential.clone());
    let asked = tokio::task::spawn_blocking(move || {
        installation.collect(&realm, (id, actor), (by, evidence), &token, move |answer| {
            // Nobody waits any more: there is nobody to tell.
            let _ = sender.send(answer);
        })
    });
    asked
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)?;
    let answered = receiver.await.map_err(Fault::internal)??;
    Ok(Json(command_answer(answered)?))
}
