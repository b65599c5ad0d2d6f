//! `/test-controls/…`: for tests of those who integrate, and ours. They exist only when the server
//! was started with `--test-controls`, and need no sign-in.

use std::sync::Arc;

use api::FigureFeed;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use commands::document::DirectoryFile;
use engine::Directory;
use engine::fact::{Digest, Fact};
use jiff::{SignedDuration, Timestamp};
use ledger::{CommandId, Realm};
use node::installation::{
    Beyond, Import, ImportError, Importer, NewRealm, RunError, Wanted, directory,
};
use node::writer::Outcome;
use rulebook::Source;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::Body;
use crate::fault::Fault;
use crate::figure;

/// The paths, for tests that see whether they exist.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/test-controls/clock", get(clock).post(advance))
        .route("/test-controls/realms", post(load))
        .route("/test-controls/reset", post(reset))
        .route("/test-controls/sessions", post(session))
        .route("/test-controls/sign-ins", post(sign_in))
        .route("/test-controls/figures", post(feed))
}

#[derive(Debug, Serialize)]
struct Clock {
    now: Timestamp,
}

fn time(app: &App) -> Json<Clock> {
    Json(Clock {
        now: app.installation.now(),
    })
}

async fn clock(State(app): State<App>) -> Json<Clock> {
    time(&app)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// How many seconds.
    seconds: u32,
}

async fn advance(State(app): State<App>, Body(body): Body<Advance>) -> Json<Clock> {
    if let Some(clock) = &app.options.test_clock {
        clock.advance(SignedDuration::from_secs(i64::from(body.seconds)));
    }
    time(&app)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    /// A new realm.
    realm: String,
    /// Its rulebook's text.
    rulebook: String,
    /// Its directory file's text. Name an operator in it, so that somebody may do everything.
    directory: String,
}

async fn load(State(app): State<App>, Body(body): Body<Load>) -> Result<Json<Clock>, Fault> {
    let realm = realm(&body.realm)?;
    let wrong = |problems| Fault::file("The file is refused", &problems);
    let rulebook = Source::parse("rulebook", &body.rulebook).map_err(wrong)?;
    let file = DirectoryFile::parse("directory", &body.directory).map_err(wrong)?;
    // Salts of a test need not be secret.
    let entropy = Digest::of(&format!("{}\n{}", body.realm, body.directory)).0;
    let new = NewRealm::from_file(realm, &rulebook, &file, entropy).map_err(wrong)?;
    let installation = Arc::clone(&app.installation);
    let made = tokio::task::spawn_blocking(move || installation.create_realm(&new, &mut |_, _| {}));
    made.await.map_err(Fault::internal)?.map_err(ran)?;
    Ok(time(&app))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    realm: String,
}

/// Ends every fact of a realm but its operators, and forgets all figures.
async fn reset(State(app): State<App>, Body(body): Body<Reset>) -> Result<Json<Clock>, Fault> {
    let realm = realm(&body.realm)?;
    app.installation.figures.clear();
    let installation = Arc::clone(&app.installation);
    let ended = tokio::task::spawn_blocking(move || {
        let view = installation.view();
        let facts = directory(&view, &realm).map(operators).unwrap_or_default();
        let wanted = Wanted {
            facts,
            texts: std::collections::BTreeMap::new(),
            beyond: Beyond::End,
        };
        let plan = installation.plan_import(&realm, &wanted)?;
        let id = CommandId::parse(&format!("reset:{}", view.head.position));
        let import = Import {
            realm,
            id: id.map_err(|error| ImportError::Run(RunError::Id(error)))?,
            by: Importer::Owner,
            wanted: Arc::new(wanted),
            text: "reset".to_owned(),
        };
        installation.import(&import, plan, &mut |_, _| {})
    });
    match ended.await.map_err(Fault::internal)? {
        Ok(done) => match done.answered.outcome {
            Outcome::Refused(refusal) => Err(refusal.into()),
            _ => Ok(time(&app)),
        },
        Err(ImportError::Refused(refusal)) => Err(refusal.into()),
        Err(ImportError::Run(error)) => Err(ran(error)),
        Err(error) => Err(Fault::internal(error)),
    }
}

fn operators(directory: &Directory) -> Vec<Fact> {
    let people: Vec<_> = directory
        .operators()
        .map(|one| one.person.clone())
        .collect();
    let facts = directory.facts().into_iter();
    let kept = facts.filter(|fact| match fact {
        Fact::Operator(_) => true,
        Fact::Person(person) => people.contains(&person.id),
        _ => false,
    });
    kept.collect()
}

fn realm(name: &str) -> Result<Realm, Fault> {
    Realm::parse(name).map_err(|error| Fault::invalid("realm", error.to_string()))
}

fn ran(error: RunError) -> Fault {
    match error {
        RunError::Refused(refusal) => refusal.into(),
        RunError::Submit(error) => error.into(),
        other => Fault::internal(other),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    realm: String,
    holder: String,
}

#[derive(Debug, Serialize)]
struct Token {
    token: String,
}

async fn session(State(app): State<App>, Body(body): Body<SignIn>) -> Result<Json<Token>, Fault> {
    let realm = realm(&body.realm)?;
    if app.installation.view().state.get(&realm).is_none() {
        return Err(node::realms::TaskRefusal::NoSuchRealm(realm).into());
    }
    let holder = body
        .holder
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("holder", error.to_string()))?;
    let token = app
        .installation
        .open_session(&realm, &holder)
        .map_err(Fault::internal)?;
    Ok(Json(Token { token }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BrowserSignIn {
    realm: String,
    person: String,
    /// As if a second factor had been passed?
    #[serde(default)]
    second_factor: bool,
}

#[derive(Debug, Serialize)]
struct Cookie {
    /// `name=value`, as a browser sends it.
    cookie: String,
}

/// Signs a person in as a browser is, for the pages on which people consent.
async fn sign_in(
    State(app): State<App>,
    Body(body): Body<BrowserSignIn>,
) -> Result<Json<Cookie>, Fault> {
    let realm = realm(&body.realm)?;
    let person = body
        .person
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("person", error.to_string()))?;
    let signed = crate::oauth::sign_in_as(&app, &realm, &person, body.second_factor)?;
    Ok(Json(Cookie {
        cookie: signed.cookie,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    realm: String,
    figures: Vec<FigureFeed>,
}

async fn feed(State(app): State<App>, Body(body): Body<Figures>) -> Result<Json<Clock>, Fault> {
    figure::note(&app, &realm(&body.realm)?, &body.figures)?;
    Ok(time(&app))
}
