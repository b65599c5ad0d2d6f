//! A command that comes with rows: done together or not at all.

use std::sync::mpsc::sync_channel;

use commands::{Command, RedeemConsent};
use engine::{Credential, Evidence};
use ledger::row::{Expect, RowKey, RowWrite, Table};
use ledger::{Actor, CommandId};
use node::installation::Asked;
use node::realms::{Call, CallTask, Task};
use node::writer::{Outcome, SubmitError};

use crate::world::{World, realm};

fn code() -> RowKey {
    RowKey::new(Table::Code, "code/1")
}

fn redemption(grant: &str, expect: Expect) -> Asked {
    let command = Command::from(RedeemConsent {
        grant: Some(grant.parse().unwrap()),
        person: "p0".parse().unwrap(),
        app: "app0".parse().unwrap(),
        scopes: vec!["ads_read".to_owned()],
        declined: Vec::new(),
        targets: std::collections::BTreeMap::new(),
        kind: None,
    });
    let used = RowWrite::put(code(), b"used".to_vec()).expecting(expect);
    Asked {
        realm: realm("r"),
        text: format!("{command:?}"),
        task: Task::Call(Box::new(Call {
            by: Credential::Holder("person:p0".parse().unwrap()),
            evidence: Evidence::default(),
            what: CallTask::Do {
                delegate: None,
                command: Box::new(command),
                rows: vec![used],
            },
        })),
    }
}

#[test]
fn of_two_who_redeem_one_code_at_once_one_gets_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "r");
    let installation = &world.installation;
    let row = RowWrite::put(code(), b"fresh".to_vec());
    installation.store().write_rows(&[row]).unwrap();
    let version = installation.store().row(&code()).unwrap().unwrap().version;
    let before = installation.view().head.position;

    let (told, answers) = sync_channel(8);
    for number in 0..8 {
        let told = told.clone();
        let asked = redemption(&format!("g{number}"), Expect::Version(version));
        let id = CommandId::parse(&format!("redeem-{number}")).unwrap();
        let actor = Actor::through("person:p0", Some("app0"), None).unwrap();
        let reply = move |answer| told.send(answer).unwrap();
        installation.submit(id, actor, &asked, reply).unwrap();
    }
    let (mut done, mut late) = (0, 0);
    for _ in 0..8 {
        match answers.recv().unwrap().map(|answered| answered.outcome) {
            Ok(Outcome::Done { answer, .. }) => {
                assert!(answer.secret.is_some() && answer.refresh.is_some());
                done += 1;
            }
            Err(SubmitError::Row(refusal)) => {
                assert_eq!(refusal.key, code());
                late += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((done, late), (1, 7));
    let view = installation.view();
    assert_eq!(view.head.position.get(), before.get() + 1);
    let directory = view.state.get(&realm("r")).unwrap();
    let held = directory.grants_held_by(&"person:p0".parse().unwrap());
    assert_eq!(held.len(), 1);
    let row = installation.store().row(&code()).unwrap().unwrap();
    assert_eq!(row.value, b"used");
    world.stop();
}

#[test]
fn a_refused_command_writes_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "r");
    let mut asked = redemption("g1", Expect::Absent);
    if let Task::Call(call) = &mut asked.task {
        call.by = Credential::Holder("person:p1".parse().unwrap());
    }
    let id = CommandId::parse("redeem").unwrap();
    let actor = Actor::through("person:p1", None, None).unwrap();
    let outcome = world.installation.run(id, actor, &asked).unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert_eq!(world.installation.store().row(&code()).unwrap(), None);
    world.stop();
}

#[test]
fn a_new_secret_is_kept_by_its_digest_and_replaces_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "r");
    let app = "app0".parse().unwrap();
    let kept = || {
        let store = world.installation.store();
        node::realms::app_secret::find(store, &realm("r"), &app).unwrap()
    };
    assert_eq!(kept(), None);
    let mut secrets = Vec::new();
    for id in ["one", "two"] {
        let command = commands::NewSecret { app: app.clone() };
        let asked = Asked {
            realm: realm("r"),
            text: id.to_owned(),
            task: Task::Call(Box::new(Call {
                by: Credential::Holder("person:p0".parse().unwrap()),
                evidence: Evidence::default(),
                what: CallTask::Do {
                    command: Box::new(command.into()),
                    delegate: None,
                    rows: Vec::new(),
                },
            })),
        };
        let actor = Actor::through("person:p0", None, None).unwrap();
        let id = CommandId::parse(id).unwrap();
        match world.installation.run(id, actor, &asked).unwrap() {
            Outcome::Done { answer, .. } => secrets.push(answer.secret.unwrap()),
            other => panic!("{other:?}"),
        }
        let newest = engine::fact::Digest::of(secrets.last().unwrap());
        assert_eq!(kept(), Some(newest));
    }
    assert_ne!(secrets[0], secrets[1]);
    world.stop();
}
