//! Somebody edits the file with another program, triggers dropped: verify names what he did.

use std::path::Path;

use ledger::verify::{Defect, Verdict, verify_store};
use ledger::{Checkpoint, NoteSigner, Position, Store};
use rusqlite::Connection;
use rusqlite::types::Value;
use store::SqliteStore;

use super::{grow, open, place};

/// A connection of somebody who stops at nothing.
fn intruder(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    let mut statement = connection
        .prepare("select name from sqlite_schema where type = 'trigger'")
        .unwrap();
    let triggers: Vec<String> = statement
        .query_map((), |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    drop(statement);
    for trigger in triggers {
        connection
            .execute_batch(&format!("drop trigger {trigger}"))
            .unwrap();
    }
    connection
        .execute_batch("drop index entry_by_command")
        .unwrap();
    connection
}

fn defect(store: &dyn Store) -> Option<Defect> {
    match verify_store(store, None).unwrap() {
        Verdict::Broken(defect) => Some(defect),
        Verdict::Sound { .. } => None,
    }
}

/// What verify says of a log of five entries after `sql` was done to it.
fn after(sql: &str) -> Option<Defect> {
    let (_directory, path) = place();
    let store = open(&path);
    grow(&store, 5);
    intruder(&path).execute_batch(sql).unwrap();
    defect(&store)
}

fn at(position: u64) -> Position {
    Position::new(position)
}

#[test]
fn an_edited_entry_is_named() {
    for edit in [
        "body = '{\"set\":\"c9\"}'",
        "who = 'person_eve'",
        "app = ''",
        "token = 'token_2'",
        "realm = 'pinterest'",
        "time_ms = time_ms + 1",
        "command = 'c9'",
        "command_digest = zeroblob(32)",
        "hash = zeroblob(32)",
    ] {
        let found = after(&format!("update entry set {edit} where position = 3"));
        assert_eq!(found, Some(Defect::Edited(at(3))), "{edit}");
    }
}

#[test]
fn a_removed_entry_is_named() {
    let gone = |first, last| {
        Some(Defect::Removed {
            first: at(first),
            last: at(last),
        })
    };
    assert_eq!(after("delete from entry where position = 3"), gone(3, 3));
    assert_eq!(after("delete from entry where position <= 2"), gone(1, 2));
    assert_eq!(after("delete from entry where position >= 4"), gone(4, 5));
    assert_eq!(after("delete from entry"), gone(1, 5));
}

#[test]
fn swapped_entries_are_named() {
    let found = after(
        "update entry set position = 99 where position = 2;
         update entry set position = 2 where position = 4;
         update entry set position = 4 where position = 99;",
    );
    assert_eq!(
        found,
        Some(Defect::Swapped {
            first: at(2),
            second: at(4)
        })
    );
}

#[test]
fn a_head_that_was_set_back_is_named() {
    let found = after(
        "update log set (position, hash) = (select position, hash from entry where position = 3)",
    );
    assert!(
        matches!(found, Some(Defect::Head { head, end, .. }) if (head, end) == (at(3), at(5))),
        "{found:?}"
    );
}

#[test]
fn entries_cut_off_with_their_head_are_missed_by_a_checkpoint() {
    let (_directory, path) = place();
    let store = open(&path);
    let signer = NoteSigner::from_seed("tests", &[1; 32]).unwrap();
    store
        .put_checkpoint(&Checkpoint::of(&grow(&store, 5)).sign(&signer))
        .unwrap();
    intruder(&path)
        .execute_batch(
            "delete from entry where position > 3;
             update log set (position, hash) = (select position, hash from entry where position = 3);",
        )
        .unwrap();
    // Without the key nothing is missing: the log is a sound, shorter one.
    assert_eq!(defect(&store), None);
    let verdict = verify_store(&store, Some(&signer.verifier())).unwrap();
    assert_eq!(
        verdict,
        Verdict::Broken(Defect::CheckpointBeyondEnd {
            signed: at(5),
            end: at(3)
        })
    );
}

/// Every value that `value` becomes by changing one byte of it, in two ways, or one bit of a
/// number.
fn changed(value: &Value) -> Vec<Value> {
    let flipped = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let flip = |index: usize, bits: u8| {
            let mut bytes = bytes.to_vec();
            bytes[index] ^= bits;
            bytes
        };
        (0..bytes.len())
            .flat_map(|index| [flip(index, 0x01), flip(index, 0xa0)])
            .collect()
    };
    match value {
        Value::Integer(number) => (0..64)
            .map(|bit| Value::Integer(number ^ (1_i64 << bit)))
            .collect(),
        // Bytes that are no UTF-8 go in as well: see the cast below.
        Value::Text(text) => flipped(text.as_bytes())
            .into_iter()
            .map(Value::Blob)
            .collect(),
        Value::Blob(bytes) => flipped(bytes).into_iter().map(Value::Blob).collect(),
        other => panic!("no column holds {other:?}"),
    }
}

/// Changes every byte of `column` of the entry at `position`, one at a time, and returns how many
/// changes there were.
fn every_change_is_found(
    store: &SqliteStore,
    intruder: &Connection,
    column: &str,
    position: i64,
) -> usize {
    let read = format!("select {column} from entry where position = {position}");
    let value: Value = intruder.query_row(&read, (), |row| row.get(0)).unwrap();
    let cast = if matches!(value, Value::Text(_)) {
        "cast(?1 as text)"
    } else {
        "?1"
    };
    let write = format!("update entry set {column} = {cast} where hash = ?2 or rowid = ?3");
    let hash: Vec<u8> = intruder
        .query_row(
            &format!("select hash from entry where position = {position}"),
            (),
            |row| row.get(0),
        )
        .unwrap();
    let changes = changed(&value);
    for change in &changes {
        // A number that is another entry's position already would be refused: that is no change of
        // one byte.
        let Ok(1) = intruder.execute(&write, (change, &hash, position)) else {
            continue;
        };
        let found = defect(store);
        assert!(
            found.is_some(),
            "{column} of entry {position} became {change:?}"
        );
        let restored = intruder.execute(&write, (&value, &hash, position)).unwrap();
        assert_eq!(restored, 1);
    }
    changes.len()
}

#[test]
fn any_changed_byte_of_any_entry_is_found() {
    let (_directory, path) = place();
    let store = open(&path);
    grow(&store, 3);
    let intruder = intruder(&path);
    intruder.pragma_update(None, "synchronous", "off").unwrap();
    let columns = [
        "position",
        "realm",
        "time_ms",
        "who",
        "app",
        "token",
        "command",
        "command_digest",
        "body",
        "hash",
    ];
    let mut changes = 0;
    for position in 1..=3 {
        for column in columns {
            changes += every_change_is_found(&store, &intruder, column, position);
        }
        assert_eq!(defect(&store), None, "the test restores what it changed");
    }
    assert!(changes > 1_000, "{changes}");
}

#[test]
fn an_unreadable_entry_is_named_and_so_is_a_bad_one_ahead_of_it() {
    let broken = "update entry set body = cast(x'ff' as text) where position = 4;";
    let found = after(broken);
    assert!(
        matches!(&found, Some(Defect::Unreadable { position, .. }) if *position == at(4)),
        "{found:?}"
    );
    let found = after(&format!(
        "{broken} update entry set body = '{{}}' where position = 2;"
    ));
    assert_eq!(found, Some(Defect::Edited(at(2))));
}
