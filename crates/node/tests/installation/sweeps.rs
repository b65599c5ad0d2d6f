//! What is due by the calendar is done once, and what cannot be done is told.

use std::sync::mpsc::sync_channel;

use commands::document::DirectoryFile;
use commands::{Answer, SweepStep};
use engine::fact::{Checkup, Digest, Fact, Key};
use engine::{Credential, Evidence, Holder};
use jiff::Timestamp;
use ledger::row::Table;
use ledger::{Actor, CommandId};
use node::installation::NewRealm;
use node::realms::TaskRefusal;
use node::writer::Outcome;
use rulebook::Source;

use crate::world::{World, facts, morning, realm};

const DIRECTORY: &str = r#"
rulebook: meta
businesses:
  - { id: b0, name: Bay, verified: true }
people:
  - { id: p0, name: Ada }
  - { id: p2, name: Cy }
  - { id: olga, name: Olga }
operators: [{ person: olga, role: operator }]
members:
  - { business: b0, person: p0, role: admin }
  - { business: b0, person: p2, role: employee }
system_users:
  - { id: su, business: b0, role: employee }
apps:
  - { id: tools, type: business, owner: "business:b0", mode: live, environment: production, tier: full, created: "2026-03-01T00:00:00Z" }
  - { id: old, type: business, owner: "business:b0", mode: live, environment: production, tier: full, created: "2025-03-01T00:00:00Z" }
  - { id: small, type: business, owner: "business:b0", mode: live, environment: production, tier: full, created: "2020-03-01T00:00:00Z" }
app_permissions:
  - { app: old, permission: ads_read, level: advanced, approved: true }
installs:
  - { app: tools, system_user: su }
grants:
  - { id: g, holder: "system_user:su", app: tools, scopes: [ads_read] }
tokens:
  - { id: t, grant: g, kind: system_user, issued: "2026-03-02T00:00:00Z", secret: test-t }
renewals:
  - { token: t, days_before: 14 }
"#;

fn world(folder: &std::path::Path) -> World {
    let world = World::open(folder, morning());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebooks/meta.toml");
    let rulebook = Source::parse("meta.toml", &std::fs::read_to_string(path).unwrap()).unwrap();
    let file = DirectoryFile::parse("directory", DIRECTORY).unwrap();
    let new = NewRealm::from_file(realm("r"), &rulebook, &file, Digest::of("r").0);
    let made = world.installation.create_realm(
        &new.unwrap_or_else(|wrong| panic!("{wrong}")),
        &mut |_, _| {},
    );
    made.unwrap();
    world
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    /// Sweeps; returns what was done, and how much could not be.
    fn sweep(&self) -> (Vec<SweepStep>, Vec<String>) {
        let swept = self.installation.sweep().unwrap();
        let done = swept.done.into_iter().map(|(_, due)| due.step);
        let not_done = swept.not_done.into_iter().map(|(_, one)| one.why);
        (done.collect(), not_done.collect())
    }

    fn fact(&self, key: &Key) -> Option<Fact> {
        let view = self.installation.view();
        view.state.get(&realm("r")).unwrap().fact(key)
    }

    fn tokens(&self) -> Vec<engine::fact::Token> {
        let view = self.installation.view();
        let grant = "g".parse().unwrap();
        let facts = view.state.get(&realm("r")).unwrap().tokens_of(&grant);
        let mut tokens: Vec<_> = facts
            .into_iter()
            .map(|fact| match fact {
                Fact::Token(token) => token,
                other => panic!("{other:?}"),
            })
            .collect();
        tokens.sort_by_key(|token| token.issued);
        tokens
    }

    fn collect(
        &self,
        who: &str,
        id: &str,
        token: &engine::TokenId,
    ) -> Outcome<Answer, TaskRefusal> {
        let holder: Holder = format!("person:{who}").parse().unwrap();
        let actor = Actor::through(&holder.to_string(), None, None).unwrap();
        let (sender, receiver) = sync_channel(1);
        let given = self.installation.collect(
            &realm("r"),
            (CommandId::parse(id).unwrap(), actor),
            (Credential::Holder(holder), Evidence::default()),
            token,
            move |answer| {
                sender
                    .send(answer.map(|answered| answered.outcome))
                    .unwrap()
            },
        );
        given.unwrap();
        receiver.recv().unwrap().unwrap()
    }
}

#[test]
fn a_token_is_renewed_once_and_its_secret_is_handed_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    let renewals = |done: Vec<SweepStep>| {
        let is = |step: &&SweepStep| matches!(step, SweepStep::Renew(_));
        done.iter().filter(is).count()
    };
    assert_eq!(renewals(world.sweep().0), 0);
    world.clock.set(at("2026-04-17T00:00:00Z"));
    assert_eq!(renewals(world.sweep().0), 1);
    assert_eq!(renewals(world.sweep().0), 0);
    let [old, new] = &world.tokens()[..] else {
        panic!("two tokens")
    };
    assert_eq!((old.ended, new.grant.as_str()), (None, "g"));
    assert_eq!(new.expires, Some(at("2026-06-16T00:00:00Z")));
    assert_eq!(world.fact(&Key::Renewal(old.id.clone())), None);
    assert!(world.fact(&Key::Renewal(new.id.clone())).is_some());

    let denied = world.collect("p2", "one", &new.id);
    assert!(matches!(denied, Outcome::Refused(_)), "{denied:?}");
    let Outcome::Done { answer, .. } = world.collect("p0", "two", &new.id) else {
        panic!("it was not done")
    };
    assert_eq!(Digest::of(&answer.secret.unwrap()), new.digest);
    let rows = world
        .installation
        .store()
        .rows(Table::SealedSecret, "", "", 10);
    assert_eq!(rows.unwrap().len(), 0);
    let again = world.collect("p0", "three", &new.id);
    let nothing = Outcome::Refused(TaskRefusal::NothingToCollect(new.id.clone()));
    assert_eq!(again, nothing);
    // Given once more under the same id, it says what was done, and no secret.
    match world.collect("p0", "two", &new.id) {
        Outcome::Repeated { answer, .. } => assert_eq!(answer.secret, None),
        other => panic!("{other:?}"),
    }
    let before = facts(&world.installation.view().state);
    world.stop();
    let world = World::open(folder.path(), at("2026-04-17T01:00:00Z"));
    assert!(facts(&world.installation.view().state) == before);
    assert_eq!(renewals(world.sweep().0), 0);
    world.crash();
}

#[test]
fn what_was_not_renewed_in_time_is_told_and_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    world.clock.set(at("2026-05-01T00:00:00Z"));
    let (done, not_done) = world.sweep();
    let token = "t".parse().unwrap();
    assert!(done.contains(&SweepStep::Forget(token)), "{done:?}");
    let why = "it expired at 2026-05-01T00:00:00Z and was not renewed in time: issue a new one";
    assert_eq!(not_done, [why]);
    assert_eq!(world.sweep().1, [""; 0]);
    world.crash();
}

#[test]
fn a_checkup_is_due_every_year_and_missed_after_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    let checkup = || match world.fact(&Key::App("old".parse().unwrap())) {
        Some(Fact::App(app)) => app.checkup,
        other => panic!("{other:?}"),
    };
    let old = || "old".parse().unwrap();
    // An app without Advanced Access owes none, however old it is.
    assert_eq!(world.sweep().0, [SweepStep::CheckupDue(old())]);
    assert_eq!((checkup(), world.sweep().0), (Checkup::Due, Vec::new()));
    world.clock.set(at("2026-05-31T07:59:59Z"));
    let missed = SweepStep::CheckupMissed(old());
    assert!(!world.sweep().0.contains(&missed));
    world.clock.set(at("2026-05-31T08:00:00Z"));
    assert!(world.sweep().0.contains(&missed));
    assert_eq!(checkup(), Checkup::Missed);
    world.crash();
}
