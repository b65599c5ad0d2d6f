//! How facts are written in the ledger, byte for byte. What stands in these files is read for ever.
//!
//! A file holds the changes of one kind, one a line, as an entry keeps them. Lines are never edited:
//! a new field gets a new line, and the old line says that entries without it are still understood.

use std::fs;
use std::path::Path;

use engine::fact::{Change, KINDS};

fn golden(kind: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{kind}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a file, and what each says.
fn changes(text: &str) -> Vec<(&str, Change)> {
    let inside = text
        .strip_prefix("[\n")
        .unwrap()
        .strip_suffix("\n]\n")
        .unwrap();
    let lines = inside
        .lines()
        .map(|line| line.strip_suffix(',').unwrap_or(line));
    lines
        .map(|line| match serde_json::from_str(line) {
            Ok(change) => (line, change),
            Err(error) => panic!("{error}: {line}"),
        })
        .collect()
}

#[test]
fn every_kind_is_read_and_written_back_byte_for_byte() {
    for kind in KINDS {
        for (line, change) in changes(&golden(kind)) {
            assert_eq!(change.kind(), *kind, "{line}");
            assert_eq!(serde_json::to_string(&change).unwrap(), line);
        }
    }
}

#[test]
fn a_kind_is_set_and_then_ended_by_its_key() {
    for kind in KINDS {
        let text = golden(kind);
        let (mut set, mut ended) = (None, None);
        for (_, change) in changes(&text) {
            match change {
                Change::Set(fact) => set = Some(fact.key()),
                Change::End(key) => ended = Some(key),
            }
        }
        assert!(set.is_some(), "{kind}");
        assert_eq!(set, ended, "{kind}");
    }
}

/// A field that says nothing could be renamed and nobody would notice.
#[test]
fn the_newest_line_fills_every_field() {
    for kind in KINDS {
        let text = golden(kind);
        let mut sets = changes(&text).into_iter().map(|(_, change)| change);
        let newest = sets
            .rfind(|change| matches!(change, Change::Set(_)))
            .unwrap();
        let said = format!("{newest:?}");
        for nothing in ["None", "false", "[]", "{}"] {
            assert!(
                !said.contains(nothing),
                "`{kind}` leaves a field empty: {said}"
            );
        }
    }
}
