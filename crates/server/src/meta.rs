//! `/meta/…`: Meta's Graph, as its official SDKs speak it.

mod app_token;
mod deed;
mod dialog;
mod etag;
mod exchange;
mod incoming;
mod page_token;
mod proof;
mod rate;
mod refused;
mod revoke;

use std::cell::Cell;
use std::sync::Arc;

use ::meta::sight::MOST_WORK;
use ::meta::usage::Header;
use ::meta::{Asker, Call, GraphError, Method, PageTokens, Sight, Step, batch};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::fact::Digest;
use engine::{Directory, Evidence, Proof};
use ledger::Realm;
use serde_json::{Value, json};
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) use self::app_token::AppTokens;
use self::refused::Refused;
use crate::app::App;

/// Where the door stands.
const PREFIX: &str = "/meta";
/// How often a write is planned anew because what it rests on changed in between.
const TRIES: usize = 8;
/// The rulebook of the realms it opens to.
const RULEBOOK: &str = "meta";

const TRACE: HeaderName = HeaderName::from_static("x-fb-trace-id");
const REQUEST: HeaderName = HeaderName::from_static("x-fb-request-id");
const REVISION: HeaderName = HeaderName::from_static("x-fb-rev");
const VERSION: HeaderName = HeaderName::from_static("facebook-api-version");

/// Returns the routes. Whatever goes wrong behind them is told in the platform's own shape.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/meta", any(handle))
        .route("/meta/", any(handle))
        .route("/meta/{*path}", any(handle))
        .layer(CatchPanicLayer::custom(panicked))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Refused::from(GraphError::internal()).response()
}

async fn handle(State(app): State<App>, request: Request) -> Response {
    let base = format!("{}{PREFIX}", app.options.public_url);
    let known = etag::known(request.headers());
    let call = match incoming::read(request, PREFIX, &base).await {
        Ok(call) => call,
        Err(error) => return Refused::from(error).response(),
    };
    if dialog::is_asked_for(&call) {
        let led = dialog::lead_on(&app, &call);
        return led.unwrap_or_else(|error| Refused::from(error).response());
    }
    let version = call.version.clone();
    let reads = call.method == Method::Get;
    let mut usage = Vec::new();
    let answered = if call.params.text("batch").is_some() && call.path.is_empty() {
        all(&app, &call, &mut usage).await.map_err(Refused::from)
    } else {
        one(&app, call, &mut usage).await
    };
    let mut response = match answered {
        Ok(body) => {
            let response = json_response(StatusCode::OK, &body, &new_trace());
            match reads {
                true => etag::marked(response, &body, known.as_deref()),
                false => response,
            }
        }
        Err(refused) => refused.response(),
    };
    for (name, value) in usage {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    if let Ok(version) = HeaderValue::from_str(&version) {
        response.headers_mut().insert(VERSION, version);
    }
    response
}

/// A batch: one after the other, each by itself.
async fn all(app: &App, outer: &Call, usage: &mut Vec<Header>) -> Result<Value, GraphError> {
    let headers = outer.params.text("include_headers").as_deref() != Some("false");
    let mut items = Vec::new();
    let known = batch::known(outer)
        .into_iter()
        .chain(std::iter::repeat(None));
    for (call, known) in batch::calls(outer)?.into_iter().zip(known) {
        let mut own = Vec::new();
        let reads = call.as_ref().is_ok_and(|call| call.method == Method::Get);
        let answered = match call {
            Ok(call) => one(app, call, &mut own).await,
            Err(error) => Err(Refused::from(error)),
        };
        items.push(told(answered, &own, (reads, headers), known.as_deref()));
        // The whole answer says how things stand after its last item.
        for header in own {
            usage.retain(|(name, _)| *name != header.0);
            usage.push(header);
        }
    }
    Ok(Value::Array(items))
}

/// An item of a batch's answer: one that its caller has already is not sent again.
fn told(
    answered: Result<Value, Refused>,
    usage: &[Header],
    (reads, headers): (bool, bool),
    known: Option<&str>,
) -> Value {
    let body = match answered {
        Ok(body) => body,
        Err(refused) => {
            let shown = headers.then_some(usage);
            return batch::item(refused.error.status, &refused.body(), shown);
        }
    };
    if !reads {
        return batch::item(200, &body, headers.then_some(usage));
    }
    let (mark, has) = etag::of(&body, known);
    let mut more = usage.to_vec();
    more.push(("ETag", mark));
    let shown = headers.then_some(more.as_slice());
    match has {
        true => batch::unchanged(shown),
        false => batch::item(200, &body, shown),
    }
}

/// One call; `usage` takes the headers that say how much is used up.
async fn one(app: &App, call: Call, usage: &mut Vec<Header>) -> Result<Value, Refused> {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["oauth", "access_token"] => return Ok(exchange::answer(app, &call).await?),
        ["oauth", "revoke"] => return Ok(revoke::answer(app, &call).await?),
        // The SDKs report their own crashes here, without a token.
        [_, "instruments"] if call.method == Method::Post => return Ok(json!({ "success": true })),
        _ => {}
    }
    let secret = call.params.text("access_token");
    let about_me = call.path.first().is_some_and(|first| first == "me");
    let named = secret.ok_or_else(|| GraphError::no_token(about_me))?;
    let digest = app_token::meant(app, &named).await?;
    let call = app_token::looked_into(app, call).await;
    let place = Place::find(app, &digest)?;
    let mut place = proof::looked_at(app, place, &call, &named).await?;
    *usage = rate::counted(app, &mut place, &call)
        .await
        .map(|usage| usage.headers())
        .unwrap_or_default();
    app.installation
        .last_use
        .note(&digest, app.installation.now());
    for _ in 0..TRIES {
        // What changed in between is looked at afresh.
        let place = Place {
            proof: place.proof,
            rate: place.rate,
            ..Place::find(app, &digest)?
        };
        let answered = asked(app, &place, &call).await;
        let answered = answered.map_err(|error| refused::kept(app, &place, &call, error));
        if let Some(body) = answered? {
            return Ok(body);
        }
    }
    Err(GraphError::busy().into())
}

/// One call of a token that is known. Returns nothing if what it rests on changed in between.
async fn asked(app: &App, place: &Place, call: &Call) -> Result<Option<Value>, GraphError> {
    let mut step = step_of(app, place, call).await?;
    if let Step::Cut(cuts, otherwise) = step {
        let place = page_token::cut(app, place, &cuts).await?;
        step = match step_of(app, &place, call).await? {
            Step::Cut(..) => Step::Answer(otherwise),
            step => step,
        };
    }
    match step {
        Step::Answer(body) | Step::Cut(_, body) => Ok(Some(body)),
        Step::Do(deed) => {
            let done = deed::carry_out(app, place, call, deed).await;
            done.map(Some)
        }
        Step::Write(write) => deed::write(app, place, call, *write).await,
    }
}

/// A token's realm, as one call sees it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    view: Arc<node::view::View<node::realms::Realms>>,
    pub(super) realm: Realm,
    pub(super) asker: Asker,
    /// What the call's proof is worth.
    pub(super) proof: Proof,
    /// What the rate pool says of this call.
    pub(super) rate: engine::Rate,
}

impl Place {
    /// Finds the realm that knows a token. As it is looked up by its digest, the time taken tells nothing.
    pub(super) fn find(app: &App, digest: &Digest) -> Result<Self, GraphError> {
        let view = app.installation.view();
        let found = view.state.iter().find_map(|(realm, directory)| {
            let ours = directory.rulebook().name == RULEBOOK;
            let asker = ours.then(|| Asker::find(directory, digest)).flatten()?;
            Some((realm.clone(), asker))
        });
        let (realm, asker) = found.ok_or_else(GraphError::unknown_token)?;
        Ok(Self {
            view,
            realm,
            asker,
            proof: Proof::Missing,
            rate: engine::Rate::Within,
        })
    }

    pub(super) fn directory(&self) -> Result<&Directory, GraphError> {
        node::installation::directory(&self.view, &self.realm).ok_or_else(GraphError::busy)
    }

    /// Returns what the door measures: the proof and the rate, and no second factor, for none goes with
    /// a token.
    pub(super) fn evidence(&self) -> Evidence {
        Evidence {
            proof: self.proof,
            rate: self.rate,
            ..Evidence::default()
        }
    }
}

/// Works out what a call comes to, where it may wait for the store.
async fn step_of(app: &App, place: &Place, call: &Call) -> Result<Step, GraphError> {
    let (app, place, call) = (app.clone(), place.clone(), call.clone());
    let fresh = uuid::Uuid::now_v7().simple().to_string();
    let worked = tokio::task::spawn_blocking(move || {
        let evidence = place.evidence();
        let text = |digest: &engine::fact::TextDigest| {
            let read = app.installation.text(digest);
            read.ok().flatten()
        };
        let secret_of = |token: &engine::TokenId| {
            let kept = app.installation.kept_token(&place.realm, token);
            kept.unwrap_or_else(|error| {
                tracing::error!(error = %crate::fault::chain(&error), "a kept token could not be read");
                None
            })
        };
        let sight = Sight {
            directory: place.directory()?,
            now: app.installation.now(),
            asker: &place.asker,
            evidence: &evidence,
            text: &text,
            fresh: &fresh,
            left: &Cell::new(MOST_WORK),
            market: market::Shelf::new(app.installation.store(), &place.realm),
            figures: &|asset, object| {
                let board = &app.installation.figures;
                board.of_thing(&place.realm, asset, object)
            },
            place: ::meta::refusal::Place::NOWHERE,
            page_tokens: &PageTokens::new(&secret_of),
        };
        ::meta::answer(&sight, &call)
    });
    worked.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a call could not be worked out");
        Err(GraphError::internal())
    })
}

/// Returns a new id under which an answer can be spoken of.
fn new_trace() -> String {
    let id = uuid::Uuid::new_v4();
    format!("A{}", URL_SAFE_NO_PAD.encode(id.as_bytes()))
}

fn json_response(status: StatusCode, body: &Value, trace: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=UTF-8"),
        (
            header::CACHE_CONTROL,
            "private, no-cache, no-store, must-revalidate",
        ),
    ];
    let mut response = (status, headers, body.to_string()).into_response();
    let headers = response.headers_mut();
    if let Ok(trace) = HeaderValue::from_str(trace) {
        headers.insert(REQUEST, trace.clone());
        headers.insert(TRACE, trace);
    }
    // Clients log it; there is one revision of this door.
    headers.insert(REVISION, HeaderValue::from_static("1"));
    response
}
