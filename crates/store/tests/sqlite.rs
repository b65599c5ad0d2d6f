//! The SQLite store: what every store must do, and what is its own: the file, its lock, its form,
//! its rules.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test's own functions unwrap fails that test"
)]

#[path = "sqlite/tampering.rs"]
mod tampering;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ledger::{
    Actor, Checkpoint, Command, CommandDigest, CommandId, Draft, Entry, FreeText, Head, LogId,
    NoteSigner, Position, Realm, RowKey, RowWrite, Store, Table, text,
};
use rusqlite::Connection;
use store::{OpenError, SqliteStore};
use tempfile::TempDir;

/// A directory that goes away with the test, and the ledger's path in it.
fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    (directory, path)
}

fn log_id() -> LogId {
    LogId::from_random([7; 16])
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open_or_create(path, log_id()).unwrap()
}

fn noon() -> Timestamp {
    "2026-05-03T12:00:00Z".parse().unwrap()
}

fn entry(head: &Head, command: &str) -> Entry {
    let draft = Draft {
        realm: Realm::parse("meta").unwrap(),
        actor: Actor::through("person_ana", Some("app_1"), Some("token_1")).unwrap(),
        command: Command {
            id: CommandId::parse(command).unwrap(),
            digest: CommandDigest::from_bytes([1; 32]),
        },
        body: format!("{{\"set\":\"{command}\"}}"),
    };
    draft.seal(head, noon())
}

/// Appends `count` entries, one by one, and returns the head.
fn grow(store: &dyn Store, count: usize) -> Head {
    let mut head = store.head().unwrap();
    for _ in 0..count {
        let next = entry(&head, &format!("c{}", head.position.next()));
        head = store.append(&head, &[next], &[]).unwrap();
    }
    head
}

#[test]
fn sqlite_does_what_a_store_must() {
    let directory = tempfile::tempdir().unwrap();
    let mut count = 0;
    ledger::conformance::check(|| {
        count += 1;
        open(&directory.path().join(format!("ledger-{count}.db")))
    });
}

#[test]
fn everything_is_there_after_a_restart() {
    let (_directory, path) = place();
    let first = open(&path);
    let row = RowWrite::put(RowKey::new(Table::Session, "session_1"), b"1".to_vec());
    let head = grow(&first, 3);
    first
        .append(&head, &[], std::slice::from_ref(&row))
        .unwrap();
    first.mark_test_clock().unwrap();
    let before = (
        first.head().unwrap(),
        first.read(Position::FIRST, 10).unwrap(),
    );
    drop(first);
    // Another id for a new log changes nothing in one that is there.
    let second = SqliteStore::open_or_create(&path, LogId::from_random([8; 16])).unwrap();
    assert_eq!(
        (
            second.head().unwrap(),
            second.read(Position::FIRST, 10).unwrap()
        ),
        before
    );
    assert!(second.row(&row.key).unwrap().is_some());
    grow(&second, 1);
    drop(second);
    assert_eq!(
        SqliteStore::open(&path).unwrap().head().unwrap().position,
        Position::new(4)
    );
}

#[test]
fn a_second_process_is_refused_and_told_who_has_the_file() {
    let (_directory, path) = place();
    let first = open(&path);
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }));
    let expected = format!(
        "the ledger `{}` is in use by process {}: one process at a time can have it open",
        path.display(),
        std::process::id()
    );
    assert_eq!(error.to_string(), expected);
    drop(first);
    assert!(SqliteStore::open(&path).is_ok());
}

#[test]
fn no_file_is_made_unless_asked() {
    let (_directory, path) = place();
    assert!(matches!(
        SqliteStore::open(&path),
        Err(OpenError::NotFound(_))
    ));
    assert!(!path.exists());
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(
        SqliteStore::open(&path),
        Err(OpenError::NotFound(_))
    ));
    // As a start that was killed between making the file and filling it leaves it.
    grow(&open(&path), 1);
}

#[test]
fn other_files_are_refused_and_left_as_they_are() {
    let (_directory, path) = place();
    std::fs::write(
        &path,
        "no database at all, but long enough to be read as the head of one".repeat(99),
    )
    .unwrap();
    assert!(matches!(
        SqliteStore::open_or_create(&path, log_id()),
        Err(OpenError::NotALedger(_))
    ));
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute("create table theirs (a)", ())
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        SqliteStore::open_or_create(&path, log_id()),
        Err(OpenError::NotALedger(_))
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let (_directory, path) = place();
    grow(&open(&path), 1);
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(
        matches!(error, OpenError::Newer { found: 99, .. }),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, path) = place();
    let store = open(&path);
    grow(&store, 1);
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        if file.file_name() != "ledger.db.lock" {
            assert_eq!(
                file.metadata().unwrap().permissions().mode() & 0o077,
                0,
                "{file:?}"
            );
        }
    }
}

#[test]
fn an_erased_text_is_in_no_file() {
    let (directory, path) = place();
    let store = open(&path);
    let head = grow(&store, 1);
    let secret = "ana.the.advertiser@example.com";
    let everywhere = || -> Vec<u8> {
        let files = std::fs::read_dir(directory.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    };
    let stands = || {
        let bytes = everywhere();
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    let texts: Vec<_> = (0..50).map(|index| format!("text_{index}")).collect();
    for key in &texts {
        store
            .append(&head, &[], &[FreeText::new(secret, [5; 32]).write(key)])
            .unwrap();
    }
    assert!(stands());
    let erasures: Vec<_> = texts.iter().map(|key| text::erase(key)).collect();
    store.append(&head, &[], &erasures).unwrap();
    assert!(!stands());
}

/// What somebody with another program might try, and what he is told.
const FORBIDDEN: &[(&str, &str)] = &[
    (
        "update entry set body = '{}' where position = 2",
        "entry: append-only",
    ),
    ("delete from entry where position = 3", "entry: append-only"),
    (
        "insert or replace into entry select position, realm, time_ms, 'person_eve', app, token, command, command_digest, body, hash from entry where position = 2",
        "entry: position is taken or leaves a gap",
    ),
    (
        "insert or replace into entry select 4, realm, time_ms, who, app, token, command, command_digest, body, hash from entry where position = 2",
        "entry: command has an entry already",
    ),
    (
        "insert into entry select 5, realm, time_ms, who, app, token, 'new', command_digest, body, hash from entry where position = 2",
        "entry: position is taken or leaves a gap",
    ),
    (
        "insert into entry select 4, realm, time_ms - 1, who, app, token, 'new', command_digest, body, hash from entry where position = 3",
        "entry: time is before the last entry's",
    ),
    (
        "insert into entry select 4, realm, time_ms, '', app, token, 'new', command_digest, body, hash from entry where position = 3",
        "CHECK",
    ),
    (
        "insert into entry select 4, realm, time_ms, who, app, token, 'new', command_digest, body, x'00' from entry where position = 3",
        "CHECK",
    ),
    (
        "update log set position = 2",
        "log: the head is not the last entry",
    ),
    (
        "update log set hash = zeroblob(32)",
        "log: the head is not the last entry",
    ),
    ("update log set log_id = zeroblob(16)", "log: append-only"),
    ("update log set epoch = epoch - 1", "log: append-only"),
    ("update log set epoch = epoch + 2", "log: append-only"),
    ("update log set test_clock = 0", "log: append-only"),
    ("update log set version = version - 1", "log: append-only"),
    ("delete from log", "log: append-only"),
    (
        "insert or replace into log select * from log",
        "log: there is one already",
    ),
    (
        "update side_row set value = x'00' where kind = 'rulebook'",
        "side_row: kept for ever",
    ),
    ("delete from side_row", "side_row: kept for ever"),
    (
        "insert or replace into side_row values ('rulebook', 'digest', 99, x'00', null)",
        "side_row: kept for ever",
    ),
    (
        "insert into side_row values ('gossip', 'a', 99, x'00', null)",
        "FOREIGN KEY",
    ),
    ("update checkpoint set note = ''", "checkpoint: append-only"),
    ("delete from checkpoint", "checkpoint: append-only"),
    (
        "insert or replace into checkpoint select position, epoch, '' from checkpoint",
        "checkpoint: there is one already",
    ),
];

#[test]
fn the_schema_itself_refuses_to_rewrite_the_log() {
    let (_directory, path) = place();
    let store = open(&path);
    store.mark_test_clock().unwrap();
    store.begin_epoch().unwrap();
    let head = grow(&store, 3);
    let rules = RowWrite::put(RowKey::new(Table::Rulebook, "digest"), b"rules".to_vec());
    store.write_rows(&[rules]).unwrap();
    let signer = NoteSigner::from_seed("tests", &[1; 32]).unwrap();
    store
        .put_checkpoint(&Checkpoint::of(&head).sign(&signer))
        .unwrap();
    drop(store);
    let other = Connection::open(&path).unwrap();
    other.pragma_update(None, "foreign_keys", true).unwrap();
    for (sql, expected) in FORBIDDEN {
        match other.execute(sql, ()) {
            Err(error) => assert!(error.to_string().contains(expected), "{sql}: {error}"),
            Ok(rows) => panic!("{sql}: changed {rows} rows"),
        }
    }
}
