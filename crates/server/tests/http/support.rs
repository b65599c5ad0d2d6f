//! A server in a thread, with a world in it, and a small client.

pub(crate) mod client;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use commands::document::DirectoryFile;
use engine::Holder;
use ledger::Realm;
use node::clock::{Clock, RealClock};
use node::installation::{Installation, NewRealm};
use node::realms::RealmMachine;
use node::writer::Writer;
use rulebook::Source;
use server::{App, Options, TestClock, Tls};

pub(crate) use client::{Ask, Reply};

/// Reads a file of the repository.
pub(crate) fn file(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    std::fs::read_to_string(format!("{root}{path}")).unwrap()
}

/// Returns a realm made of a rulebook and a directory of the repository; `olga` operates it.
pub(crate) fn realm(name: &str, rulebook: &str, directory: &str) -> NewRealm {
    let rulebook = Source::parse(rulebook, &file(rulebook)).unwrap();
    let file = DirectoryFile::parse("directory", directory).unwrap();
    let entropy = engine::fact::Digest::of(name).0;
    let realm = Realm::parse(name).unwrap();
    NewRealm {
        operator: Some(("olga".parse().unwrap(), "operator".to_owned())),
        ..NewRealm::from_file(realm, &rulebook, &file, entropy).unwrap()
    }
}

/// An agency with twelve clients, under Meta's rules.
pub(crate) fn agency(name: &str) -> NewRealm {
    let directory = file("scenarios/meta/directories/northlight.yaml");
    realm(name, "rulebooks/meta.toml", &directory)
}

/// The agency, and strangers of whom it knows nothing: business `Z99` with one of everything.
pub(crate) fn crowd(name: &str) -> NewRealm {
    let mut directory = file("scenarios/meta/directories/northlight.yaml");
    for (section, row) in [
        ("businesses", "{ id: Z98, name: Zenith, verified: true }"),
        (
            "businesses",
            "{ id: Z99, name: Zenith North, verified: true, parent: Z98 }",
        ),
        ("people", "{ id: zed, name: Zed }"),
        ("members", "{ business: Z99, person: zed, role: admin }"),
        (
            "system_users",
            "{ id: su-z, business: Z99, role: employee }",
        ),
        (
            "apps",
            "{ id: app-z, name: Z, type: business, owner: \"business:Z99\", mode: live, \
             environment: production, tier: full, created: \"2024-01-01T00:00:00Z\" }",
        ),
        ("installs", "{ app: app-z, system_user: su-z }"),
        (
            "assets",
            "{ id: act_z, kind: ad_account, owner: \"business:Z99\" }",
        ),
        (
            "assets",
            "{ id: act_z_2, kind: ad_account, owner: \"business:Z99\" }",
        ),
        (
            "assets",
            "{ id: act_own, kind: ad_account, owner: \"business:9001\" }",
        ),
        (
            "assets",
            "{ id: act_own_2, kind: ad_account, owner: \"business:9001\" }",
        ),
        ("groups", "{ id: g-z, business: Z99, name: Z }"),
        ("group_assets", "{ group: g-z, asset: act_z }"),
        (
            "grants",
            "{ id: gr-z, holder: \"system_user:su-z\", app: app-z, scopes: [ads_read] }",
        ),
        (
            "tokens",
            "{ id: t-z, grant: gr-z, kind: system_user, issued: \"2026-03-02T00:00:00Z\", \
             expires: \"2036-05-01T00:00:00Z\", secret: test-z }",
        ),
        (
            "tokens",
            "{ id: t-own, grant: g-su-buy, kind: system_user, issued: \"2026-03-02T00:00:00Z\", \
             expires: \"2036-05-01T00:00:00Z\", secret: test-own }",
        ),
    ] {
        let section = format!("\n{section}:\n");
        assert!(directory.contains(&section), "{section}");
        directory = directory.replacen(&section, &format!("{section}  - {row}\n"), 1);
    }
    directory += "mandates:\n  - { id: m-z, business: Z99, app: app-z, mode: autopilot }\n";
    directory += "  - { id: m-own, business: \"9001\", app: northlight-tools, mode: autopilot }\n";
    for (id, business, by) in [("i-z", "Z99", "zed"), ("i-own", "9001", "ana")] {
        let head = if id == "i-z" { "invitations:\n" } else { "" };
        directory += &format!(
            "{head}  - {{ id: {id}, business: \"{business}\", role: employee, code: test-{id}, \
             invited_by: \"person:{by}\", until: \"2036-05-01T00:00:00Z\" }}\n"
        );
    }
    directory += &waiting();
    realm(name, "rulebooks/meta.toml", &directory)
}

/// A request and a proposal that wait, of the agency and of strangers.
fn waiting() -> String {
    let times = "at: \"2026-03-01T00:00:00Z\", until: \"2036-05-01T00:00:00Z\"";
    let both = [
        ("z", "Z99", "act_z", "zed"),
        ("own", "9001", "act_own", "ana"),
    ];
    let mut rows = "access_requests:\n".to_owned();
    for (id, business, asset, by) in both {
        rows += &format!(
            "  - {{ id: r-{id}, from: \"{business}\", asset: {asset}, asset_kind: ad_account, terms: Standard, \
             asked_by: \"person:{by}\", {times} }}\n"
        );
    }
    rows += "proposals:\n";
    for (id, _, asset, by) in both {
        rows += &format!(
            "  - {{ id: p-{id}, mandate: m-{id}, operation: ad.pause, asset: {asset}, by: \"person:{by}\", \
             {times}, state: pending }}\n"
        );
    }
    rows
}

/// How a server is started.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) realms: Vec<NewRealm>,
    pub(crate) test_controls: bool,
    pub(crate) data: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
    pub(crate) public_url: Option<&'static str>,
    pub(crate) upstream: Option<server::Upstream>,
}

/// A running server.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) installation: Arc<Installation>,
    writer: Writer<RealmMachine>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: JoinHandle<()>,
    secure: bool,
}

impl Setup {
    pub(crate) fn with(realm: NewRealm) -> Self {
        Self {
            realms: vec![realm],
            ..Self::default()
        }
    }

    pub(crate) fn start(self) -> TestServer {
        let test_clock = self.test_controls.then(|| Arc::new(TestClock::new()));
        let clock: Arc<dyn Clock> = match &test_clock {
            Some(clock) => Arc::clone(clock) as Arc<dyn Clock>,
            None => Arc::new(RealClock),
        };
        let (installation, writer) = match &self.data {
            Some(folder) => Installation::open(folder, clock).unwrap(),
            None => Installation::in_memory(clock).unwrap(),
        };
        for realm in &self.realms {
            installation.create_realm(realm, &mut |_, _| {}).unwrap();
        }
        let installation = Arc::new(installation);
        let options = Options {
            public_url: self
                .public_url
                .unwrap_or("http://countersign.test")
                .to_owned(),
            test_clock,
            upstream: self.upstream,
        };
        let app = App::new(Arc::clone(&installation), options);
        let secure = self.tls.is_some();
        let (told, address) = sync_channel(1);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let tls = self.tls;
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            let any = "127.0.0.1:0".parse().unwrap();
            let listening = |address| told.send(address).unwrap();
            let stop = async {
                let _ = stopped.await;
            };
            let served = server::serve(server::router(app), any, tls, listening, stop);
            runtime.block_on(served).unwrap();
        });
        TestServer {
            address: address.recv().unwrap(),
            installation,
            writer,
            stop: Some(stop),
            thread,
            secure,
        }
    }
}

impl TestServer {
    /// Returns an API token of a holder.
    pub(crate) fn token(&self, realm: &str, holder: &str) -> String {
        let holder: Holder = holder.parse().unwrap();
        let realm = Realm::parse(realm).unwrap();
        self.installation.open_session(&realm, &holder).unwrap()
    }

    pub(crate) fn send(&self, ask: &Ask) -> Reply {
        assert!(!self.secure, "ask over TLS");
        let stream = std::net::TcpStream::connect(self.address).unwrap();
        client::exchange(stream, ask)
    }

    /// Tells the server to stop; [`TestServer::stop`] waits until it has.
    pub(crate) fn tell_to_stop(&mut self) {
        self.stop.take();
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.tell_to_stop();
        self.thread.join().unwrap();
        self.installation.leave().unwrap();
        drop(self.installation);
        self.writer.wait().unwrap();
    }
}
