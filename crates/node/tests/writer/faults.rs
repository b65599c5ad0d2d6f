//! What everybody is told when an append goes wrong, fault by fault.

use std::sync::Arc;

use ledger::faulty::Fault;
use ledger::{Actor, Command, CommandDigest, CommandId, Draft, RowWrite, Store};
use node::WriterFailure;

use super::toy::{Coins, body, by, code_key, realm};
use super::{at, faulty, give, in_one_batch, said, spend, told};

/// An entry that somebody else appends.
pub(crate) fn outsider(text: &str) -> Draft {
    Draft {
        realm: realm(),
        actor: Actor::principal("outsider").unwrap(),
        command: Command {
            id: CommandId::parse(&format!("out-{}", text.len())).unwrap(),
            digest: CommandDigest::from_bytes([9; 32]),
        },
        body: text.to_owned(),
    }
}

/// A batch with a change, a refusal that rests on it, and a question.
fn batch() -> Vec<node::Submission<Coins>> {
    vec![
        by("ana", "1", give("red", 3)),
        by("ben", "1", spend("red", 5)),
        by("ben", "2", Coins::Look { at: "red" }),
    ]
}

const ALL_WELL: [&str; 3] = ["done at 1: 3", "refused: has 3", "no entry: 3"];

#[test]
fn when_nothing_was_written_refusals_do_not_stand_either() {
    let store = faulty(vec![Some(Fault::Before)]);
    let answers = told(Arc::clone(&store) as Arc<dyn Store>, batch());
    assert_eq!(answers, ["not written"; 3]);
    assert_eq!(store.inner().head().unwrap().position, at(0));
    // Nothing of the dropped working copy is left: the same commands, given again, find what they
    // found.
    assert_eq!(told(store, batch()), ALL_WELL);
}

#[test]
fn an_unknown_outcome_is_looked_up_before_anybody_is_told() {
    for fault in [Fault::After, Fault::Lost, Fault::Torn] {
        let store = faulty(vec![Some(fault.clone())]);
        let answers = told(Arc::clone(&store) as Arc<dyn Store>, batch());
        assert_eq!(answers, ALL_WELL, "{fault:?}");
        assert_eq!(store.inner().head().unwrap().position, at(1), "{fault:?}");
    }
}

#[test]
fn a_store_that_loses_every_append_is_given_up() {
    let store = faulty(vec![Some(Fault::Lost); 1_000]);
    assert_eq!(
        told(Arc::clone(&store) as Arc<dyn Store>, batch()),
        ["not written"; 3]
    );
    assert_eq!(store.inner().head().unwrap().position, at(0));
}

#[test]
fn when_somebody_else_was_first_the_batch_is_handled_again() {
    let red_by_somebody_else = outsider(&body("red", 2, 2));
    let store = faulty(vec![Some(Fault::Outsider(Box::new(red_by_somebody_else)))]);
    let answers = told(Arc::clone(&store) as Arc<dyn Store>, batch());
    assert_eq!(answers, ["done at 2: 5", "done at 3: 0", "no entry: 0"]);
    assert_eq!(store.inner().head().unwrap().position, at(3));
}

#[test]
fn an_unknown_outcome_is_told_from_what_somebody_else_appended() {
    let outsider = || Box::new(outsider(&body("red", 2, 2)));
    let store = faulty(vec![Some(Fault::LostToOutsider(outsider()))]);
    let answers = told(Arc::clone(&store) as Arc<dyn Store>, batch());
    assert_eq!(answers, ["done at 2: 5", "done at 3: 0", "no entry: 0"]);
    assert_eq!(store.inner().head().unwrap().position, at(3));
    let store = faulty(vec![Some(Fault::AfterAndOutsider(outsider()))]);
    let answers = told(Arc::clone(&store) as Arc<dyn Store>, batch());
    assert_eq!(answers, ALL_WELL);
    assert_eq!(store.inner().head().unwrap().position, at(2));
}

#[test]
fn who_came_too_late_is_not_too_late_when_the_other_no_longer_comes() {
    // Ana and Ben redeem one code in one batch, and Ben is too late. Then somebody else puts Ana's
    // purse into debt, and so nothing stands in Ben's way any more.
    let store = faulty(vec![
        None,
        Some(Fault::Outsider(Box::new(outsider(&body("red", -5, -5))))),
    ]);
    store
        .write_rows(&[RowWrite::put(code_key("spring"), b"1".to_vec())])
        .unwrap();
    let version = store.row(&code_key("spring")).unwrap().unwrap().version;
    let redeem = |to| Coins::Redeem {
        to,
        code: "spring",
        version,
    };
    let both = vec![
        by("ana", "1", redeem("red")),
        by("ben", "1", redeem("blue")),
    ];
    assert_eq!(told(store, both), ["refused: has -5", "done at 2: 1"]);
}

#[test]
fn when_the_disk_fails_the_writer_stops_and_nobody_is_told_a_lie() {
    for fault in [Fault::Fsync, Fault::AfterAndBlind] {
        let store = faulty(vec![Some(fault.clone())]);
        let (answers, stopped) = in_one_batch(Arc::clone(&store) as Arc<dyn Store>, 512, batch());
        let answers: Vec<_> = answers.iter().map(|(_, answer)| said(answer)).collect();
        assert_eq!(answers, ["unknown"; 3], "{fault:?}");
        match fault {
            Fault::Fsync => assert!(
                matches!(stopped, Err(WriterFailure::Store(_))),
                "{stopped:?}"
            ),
            _ => assert!(
                matches!(stopped, Err(WriterFailure::Read(_))),
                "{stopped:?}"
            ),
        }
    }
}

#[test]
fn rows_alone_of_which_nobody_knows_are_said_to_be_unknown() {
    let notes = || {
        vec![
            by("ana", "1", Coins::Note { key: "a" }),
            by("ben", "1", Coins::Look { at: "red" }),
        ]
    };
    let store = faulty(vec![Some(Fault::After)]);
    assert_eq!(
        told(Arc::clone(&store) as Arc<dyn Store>, notes()),
        ["unknown"; 2]
    );
    // The writer lives on: no state rests on these rows.
    assert_eq!(told(store, notes()), ["no entry: 0"; 2]);
}
