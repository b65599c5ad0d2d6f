//! An installation in a folder of its own, and a realm to work in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use commands::document::DirectoryFile;
use engine::fact::{Digest, Fact};
use engine::{Context, Credential, Evidence, Holder, Request, Search, Thing, decide, who_can};
use jiff::Timestamp;
use ledger::{Actor, CommandId, Realm};
use node::clock::SetClock;
use node::installation::{Asked, Installation, NewRealm};
use node::realms::{Call, CallTask, RealmMachine, Realms, Task, TaskRefusal};
use node::view::View;
use node::writer::{Outcome, Writer};
use rulebook::Source;

use crate::steps::Step;

/// Two businesses, four people, and nothing shared yet.
const DIRECTORY: &str = r#"
rulebook: meta
businesses:
  - { id: b0, name: Bay, verified: true }
  - { id: b1, name: Brook, verified: true }
people:
  - { id: olga, name: Olga }
  - { id: p0, name: Ada, email: ada@bay.example }
  - { id: p1, name: Bo }
  - { id: p2, name: Cy }
  - { id: p3, name: Di }
operators: [{ person: olga, role: operator }]
members:
  - { business: b0, person: p0, role: admin }
  - { business: b1, person: p1, role: admin }
  - { business: b0, person: p2, role: employee }
assets:
  - { id: a0, kind: ad_account, owner: "business:b0" }
  - { id: a1, kind: ad_account, owner: "business:b1" }
apps:
  - { id: app0, type: business, owner: "business:b0", mode: live, created: "2024-01-01T00:00:00Z" }
app_roles: [{ app: app0, person: p0, role: admin }]
"#;

/// The time of the first entry.
pub(crate) fn morning() -> Timestamp {
    "2026-04-01T08:00:00Z".parse().unwrap()
}

pub(crate) fn realm(name: &str) -> Realm {
    Realm::parse(name).unwrap()
}

pub(crate) fn new_realm(name: &str) -> NewRealm {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebooks/meta.toml");
    let rulebook = Source::parse("meta.toml", &std::fs::read_to_string(path).unwrap()).unwrap();
    let file = DirectoryFile::parse("directory", DIRECTORY).unwrap();
    NewRealm::from_file(realm(name), &rulebook, &file, Digest::of(name).0).unwrap()
}

/// A running installation.
pub(crate) struct World {
    pub(crate) installation: Installation,
    writer: Writer<RealmMachine>,
    pub(crate) clock: Arc<SetClock>,
}

impl World {
    /// Opens the installation in a folder, at a time.
    pub(crate) fn open(folder: &Path, now: Timestamp) -> Self {
        let clock = Arc::new(SetClock::at(now));
        let (installation, writer) =
            Installation::open(folder, Arc::clone(&clock) as Arc<_>).unwrap();
        Self {
            installation,
            writer,
            clock,
        }
    }

    /// The same with a realm made in it.
    pub(crate) fn with_realm(folder: &Path, name: &str) -> Self {
        let world = Self::open(folder, morning());
        world.make(name);
        world
    }

    pub(crate) fn make(&self, name: &str) {
        let new = new_realm(name);
        self.installation
            .create_realm(&new, &mut |_, _| {})
            .unwrap();
    }

    /// Ends it as a server does when it is told to stop.
    pub(crate) fn stop(self) {
        self.installation.leave().unwrap();
        self.crash();
    }

    /// Ends it without a word.
    pub(crate) fn crash(self) {
        drop(self.installation);
        self.writer.wait().unwrap();
    }

    /// Gives a step's command; returns where its entry stands if it left one.
    pub(crate) fn take(&self, name: &str, id: &str, step: &Step) -> Option<u64> {
        let holder: Holder = format!("person:{}", step.by).parse().unwrap();
        let asked = Asked {
            realm: realm(name),
            task: Task::Call(Box::new(Call {
                by: Credential::Holder(holder.clone()),
                evidence: Evidence {
                    second_factor: true,
                    ..Evidence::default()
                },
                what: CallTask::Do {
                    command: Box::new(step.command.clone()),
                    delegate: None,
                    rows: Vec::new(),
                },
            })),
            text: format!("{:?}", step.command),
        };
        let actor = Actor::through(&holder.to_string(), None, None).unwrap();
        let id = CommandId::parse(id).unwrap();
        match self.installation.run(id, actor, &asked).unwrap() {
            Outcome::Done { position, .. } | Outcome::Repeated { position, .. } => {
                Some(position.get())
            }
            Outcome::NoEntry { .. } => None,
            Outcome::Refused(refusal) => {
                assert!(matches!(refusal, TaskRefusal::Command(_)), "{refusal}");
                None
            }
        }
    }
}

/// Returns the facts of every realm.
pub(crate) fn facts(state: &Realms) -> BTreeMap<String, Vec<Fact>> {
    let realms = state.iter();
    realms
        .map(|(name, directory)| (name.as_str().to_owned(), directory.facts()))
        .collect()
}

/// Returns what a realm answers: may each person do each of these, and who can; nothing of the
/// log's length, which all realms share.
pub(crate) fn answers(view: &View<Realms>, name: &str) -> Vec<String> {
    let directory = node::installation::directory(view, &realm(name)).unwrap();
    let now = morning();
    let mut answers = Vec::new();
    for operation in [
        "ad.edit",
        "insights.read",
        "assignment.give",
        "asset.remove",
    ] {
        for asset in ["a0", "a1", "a2", "none"] {
            let on: Thing = format!("asset:{asset}").parse().unwrap();
            for person in ["p0", "p1", "p2", "p3", "olga"] {
                let holder = format!("person:{person}").parse().unwrap();
                let request = Request {
                    credential: Credential::Holder(holder),
                    operation: operation.to_owned(),
                    resource: on.clone(),
                    with: vec![("business".to_owned(), "business:b0".parse().unwrap())],
                    context: Context::default(),
                };
                let decision = decide(directory, &request, &Evidence::default(), now);
                answers.push(format!(
                    "{operation} {on} {person}: {:?} {}",
                    decision.reasons, decision.visible
                ));
            }
            let search = Search {
                with: &[],
                context: &Context::default(),
                evidence: &Evidence::default(),
                now,
                limit: 100,
            };
            let page = who_can(directory, operation, &on, None, &search);
            answers.push(format!("{operation} {on}: {:?}", page.items));
        }
    }
    answers
}
