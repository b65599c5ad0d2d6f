//! `countersign serve`: the server, until told to stop.

mod huge_pages;
mod oidc;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use commands::document::DirectoryFile;
use engine::Holder;
use ledger::Realm;
use node::clock::{Clock, RealClock};
use node::installation::{Installation, NewRealm};
use node::realms::RealmMachine;
use node::writer::Writer;
use server::{App, Options, TestClock, Tls};

use self::oidc::Oidc;
use crate::demo::WORLDS;
use crate::exit::Exit;
use crate::realm::OPERATOR;
use crate::shell::Shell;
use crate::sources;

/// Entries between snapshots.
const SNAPSHOT_EVERY: u64 = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// The data directory: made if it is new. Without it (and without --demo) nothing is kept.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Load the demo's five worlds; in `./countersign-demo` unless --data says otherwise.
    #[arg(long)]
    demo: bool,
    /// Load a folder with `rulebook.toml` and `directory.yaml` into a realm of its own.
    #[arg(long, value_name = "FOLDER")]
    fixture: Option<PathBuf>,
    /// Offer /test-controls: anybody who can reach the server can then set the clock and sign in.
    #[arg(long)]
    test_controls: bool,
    /// The certificate chain, as PEM.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, as PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Do what is due by the calendar every so many minutes; 0 for never.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    sweep_every: u64,
    /// The address under which callers know the server.
    #[arg(long)]
    public_url: Option<String>,
    #[command(flatten)]
    oidc: Oidc,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    huge_pages::ask_for();
    start_log();
    let upstream = args.oidc.upstream()?;
    let test_clock = args.test_controls.then(|| Arc::new(TestClock::new()));
    let clock: Arc<dyn Clock> = match &test_clock {
        Some(clock) => Arc::clone(clock) as Arc<dyn Clock>,
        None => Arc::new(RealClock),
    };
    let folder = args
        .data
        .clone()
        .or_else(|| args.demo.then(|| PathBuf::from("countersign-demo")));
    let (installation, writer) = match &folder {
        Some(folder) => Installation::open(folder, clock)?,
        None => Installation::in_memory(clock)?,
    };
    if args.demo {
        demo(&installation, args, shell)?;
    }
    if let Some(folder) = &args.fixture {
        fixture(&installation, folder, shell)?;
    }
    let scheme = if args.tls_cert.is_some() {
        "https"
    } else {
        "http"
    };
    let public_url = args
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{scheme}://{}", args.listen));
    let options = Options {
        public_url: public_url.trim_end_matches('/').to_owned(),
        test_clock,
        upstream,
    };
    let tls = args.tls_cert.clone().zip(args.tls_key.clone());
    let tls = tls.map(|(certificate, key)| Tls { certificate, key });
    let installation = Arc::new(installation);
    let app = App::new(Arc::clone(&installation), options);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let snapshots = tokio::spawn(snapshots(Arc::clone(&installation)));
        let sweeps = tokio::spawn(sweeps(app.clone(), args.sweep_every));
        let rows = tokio::spawn(rows_over(Arc::clone(&installation)));
        let listening = |address: SocketAddr| {
            shell.say(format!(
                "listening on {scheme}://{address} (end with Ctrl-C)"
            ));
        };
        let served = server::serve(server::router(app), args.listen, tls, listening, stop()).await;
        snapshots.abort();
        sweeps.abort();
        rows.abort();
        served
    });
    drop(runtime);
    served?;
    end(installation, writer, folder.is_some())?;
    Ok(Exit::Ok)
}

/// Lets the writer finish what it took in, with a snapshot for the next start and the head signed.
fn end(installation: Arc<Installation>, writer: Writer<RealmMachine>, kept: bool) -> Result<()> {
    if kept {
        installation.leave()?;
    }
    drop(installation);
    writer.wait()?;
    Ok(())
}

async fn snapshots(installation: Arc<Installation>) {
    let mut last = installation.view().head.position.get();
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(30)).await;
        let position = installation.view().head.position.get();
        if position >= last + SNAPSHOT_EVERY {
            let installation = Arc::clone(&installation);
            let taken = tokio::task::spawn_blocking(move || {
                installation
                    .leave()
                    .map(ledger::Position::get)
                    .map_err(|error| error.to_string())
            });
            match taken.await {
                Ok(Ok(position)) => last = position,
                Ok(Err(error)) => tracing::warn!(error, "a snapshot could not be taken"),
                Err(error) => tracing::warn!(%error, "a snapshot could not be taken"),
            }
        }
    }
}

/// Does what is due a minute after the start, and every so many minutes from then on.
async fn sweeps(app: App, minutes: u64) {
    if minutes == 0 {
        return;
    }
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    loop {
        let sweeping = app.clone();
        let swept = tokio::task::spawn_blocking(move || sweeping.sweep()).await;
        if let Err(error) = swept {
            tracing::error!(%error, "the sweep could not be done");
        }
        tokio::time::sleep(std::time::Duration::from_secs(minutes * 60)).await;
    }
}

/// Codes and sign-ins that are over go, every minute.
async fn rows_over(installation: Arc<Installation>) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        let installation = Arc::clone(&installation);
        let swept = tokio::task::spawn_blocking(move || {
            installation.sweep_rows().map_err(|error| error.to_string())
        });
        if let Ok(Err(error)) = swept.await {
            tracing::warn!(error, "rows that are over could not be swept away");
        }
    }
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COUNTERSIGN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    // Somebody else has set a log up already: theirs is as good.
    drop(started);
}

fn demo(installation: &Installation, args: &Args, shell: &mut Shell<'_>) -> Result<()> {
    let operator: Holder = format!("person:{OPERATOR}").parse()?;
    shell.say("the demo's worlds, each in a realm of its own; API tokens are shown this once:");
    for world in WORLDS {
        let realm = Realm::parse(world.realm)?;
        // One that was cut off while it was loaded goes on from there.
        if node::installation::directory(&installation.view(), &realm).is_none() {
            let new = world.realm()?;
            let changes = new.changes.len();
            installation.create_realm(&new, &mut |done, of| {
                if of > 5_000 {
                    shell.say(format!("  {}: {done} of {of} facts", world.realm));
                }
            })?;
            shell.say(format!("  {} loaded: {changes} facts", world.realm));
        }
        let token = installation.open_session(&realm, &operator)?;
        shell.say(format!("\n{}: {}", world.realm, world.about));
        shell.line(format!("{} {token}", world.realm))?;
        let (who, operation, on) = world.question;
        let body = format!(r#"{{"who":"{who}","operation":"{operation}","on":"{on}"}}"#);
        shell.say(format!(
            "  curl -s http://{}/api/v1/explain -H 'Authorization: Bearer {token}' \\\n    \
             -H 'Content-Type: application/json' -d '{body}'",
            args.listen
        ));
    }
    shell.say("");
    Ok(())
}

fn fixture(
    installation: &Installation,
    folder: &std::path::Path,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let text = sources::read(&folder.join("rulebook.toml"))?;
    let source =
        rulebook::Source::parse("rulebook.toml", &text).map_err(|wrong| anyhow!("{wrong}"))?;
    let path = folder.join("directory.yaml");
    let file: DirectoryFile = sources::directory(&path)?;
    let realm = Realm::parse("fixture")?;
    // The fixture's salts need not be secret: its names are made up.
    let entropy = engine::fact::Digest::of(&text).0;
    let new = NewRealm::from_file(realm.clone(), &source, &file, entropy)
        .map_err(|wrong| anyhow!("{wrong}"))?;
    let compiled = file
        .document()
        .compile(&source)
        .map_err(|wrong| anyhow!("{wrong}"))?;
    let kind = compiled
        .rules(0)
        .kind_named("realm")
        .context("the fixture's rulebook has no realm")?;
    let role = kind
        .roles
        .first()
        .context("the fixture's realm has no role")?
        .name
        .clone();
    let operator: engine::PersonId = OPERATOR.parse()?;
    let new = NewRealm {
        operator: Some((operator.clone(), role)),
        ..new
    };
    installation.create_realm(&new, &mut |_, _| {})?;
    let token = installation.open_session(&realm, &Holder::Person(operator))?;
    shell.say("the fixture's API token, shown this once:");
    shell.line(token)?;
    Ok(())
}
