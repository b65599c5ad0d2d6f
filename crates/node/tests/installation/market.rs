//! Rows of marketing objects: written by the writer, which asks again, and never without asking.

use commands::{Act, Refusal};
use engine::{Context, Credential, Evidence, Request, Thing};
use ledger::row::{RowKey, RowWrite, Table};
use ledger::{Actor, CommandId};
use node::installation::Asked;
use node::realms::{Call, CallTask, Task, TaskRefusal};
use node::writer::Outcome;

use crate::world::{World, realm};

fn row() -> RowKey {
    RowKey::new(Table::Market, "r of app0 campaign 1")
}

/// Somebody writes a row, for which all of this must be allowed to him.
fn writes(by: &str, asks: &[&str]) -> Asked {
    let ask = |operation: &&str| Act {
        request: Request {
            // Whoever is named here, the caller is asked about.
            credential: Credential::Holder("person:p0".parse().unwrap()),
            operation: (*operation).to_owned(),
            resource: Thing::App("app0".parse().unwrap()),
            with: Vec::new(),
            context: Context::default(),
        },
        proposal: None,
    };
    Asked {
        realm: realm("r"),
        text: format!("{by} {asks:?}"),
        task: Task::Call(Box::new(Call {
            by: Credential::Holder(by.parse().unwrap()),
            evidence: Evidence::default(),
            what: CallTask::Market {
                asks: asks.iter().map(ask).collect(),
                rows: vec![RowWrite::put(row(), b"paused".to_vec())],
            },
        })),
    }
}

#[test]
fn a_row_is_written_if_all_is_allowed_to_the_caller() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "r");
    let installation = &world.installation;
    let before = installation.view().head.position;
    let run = |id: &str, by: &str, asks: &[&str]| {
        let actor = Actor::through(by, None, None).unwrap();
        let id = CommandId::parse(id).unwrap();
        installation.run(id, actor, &writes(by, asks)).unwrap()
    };
    let kept = || installation.store().row(&row()).unwrap();

    let outcome = run("1", "person:p0", &[]);
    let nothing_asked = matches!(outcome, Outcome::Refused(TaskRefusal::NothingAsked));
    assert!(nothing_asked, "{outcome:?}");
    for (id, by, asks) in [
        ("2", "person:p1", vec!["app.new_secret"]),
        ("3", "person:p0", vec!["app.new_secret", "operator.appoint"]),
        ("4", "person:p0", vec!["nothing.known"]),
    ] {
        let outcome = run(id, by, &asks);
        let denied = matches!(
            outcome,
            Outcome::Refused(TaskRefusal::Command(Refusal::Denied { .. }))
        );
        assert!(denied, "{by} {asks:?}");
    }
    assert_eq!(kept(), None);

    let outcome = run("5", "person:p0", &["app.new_secret"]);
    assert!(matches!(outcome, Outcome::NoEntry { .. }), "{outcome:?}");
    assert_eq!(kept().unwrap().value, b"paused");
    assert_eq!(installation.view().head.position, before, "no entry");
    world.stop();
}
