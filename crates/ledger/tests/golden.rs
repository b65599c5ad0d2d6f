//! The exact bytes of one entry, as every version of this code must write and hash them.
//!
//! `golden/entry_v1.txt` was first made by another program from the description of the form. If it
//! differs, the form was changed: that needs a new version in the label, never a new golden file in
//! place of this one.

#![expect(
    clippy::unwrap_used,
    reason = "what a test's own functions unwrap fails that test"
)]

use ledger::{Actor, Body, Command, CommandDigest, CommandId, Draft, Entry, Head, LogId, Realm};

fn entry(head: &Head) -> Entry {
    let draft = Draft {
        realm: Realm::parse("meta").unwrap(),
        actor: Actor::through("person_ana", Some("app_1"), None).unwrap(),
        command: Command {
            id: CommandId::parse("invite-7").unwrap(),
            digest: CommandDigest::from_bytes(std::array::from_fn(|index| {
                0xc0 + u8::try_from(index).unwrap()
            })),
        },
        body: "{\"set\":[{\"kind\":\"assignment\",\"id\":\"assign_1\",\"note\":\"é\"}]}".to_owned(),
    };
    draft.seal(head, "2026-05-03T12:00:00.1239Z".parse().unwrap())
}

fn head() -> Head {
    Head::empty(LogId::from_random(std::array::from_fn(|index| {
        u8::try_from(index).unwrap()
    })))
}

fn hex_lines(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    bytes.chunks(32).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_entry_byte_for_byte() {
    let head = head();
    let entry = entry(&head);
    let said = format!(
        "line\n{}\nprevious\n{}\nbytes\n{}\nhash\n{}\n",
        entry.to_line().unwrap(),
        head.hash,
        hex_lines(&entry.hashed_bytes(&head.hash)),
        entry.hash,
    );
    assert_eq!(said, include_str!("golden/entry_v1.txt"));
}

#[test]
fn a_withheld_body_leaves_the_same_bytes() {
    let head = head();
    let entry = entry(&head);
    assert_eq!(
        entry.withheld().hashed_bytes(&head.hash),
        entry.hashed_bytes(&head.hash)
    );
    assert!(matches!(entry.withheld().body, Body::Withheld(_)));
}
