//! Random commands: some are done, some refused, as people's are.

use commands::Command;
use proptest::prelude::*;

/// A command, and who gives it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) by: String,
    pub(crate) command: Command,
}

/// Each with ids that end in a number of their own: `b1`, `p2`, `a0`, `g1`, `s0`.
const COMMANDS: &[&str] = &[
    r#"{"business.create":{"id":"b1","admin":"p1","role":"admin","name":"Business"}}"#,
    r#"{"business.verify":{"business":"b1","verified":true}}"#,
    r#"{"business.suspend":{"business":"b1","suspended":false}}"#,
    r#"{"business.suspend":{"business":"b1","suspended":true}}"#,
    r#"{"business.update":{"business":"b1","name":"Renamed"}}"#,
    r#"{"child.create":{"parent":"b1","id":"c1","name":"Child"}}"#,
    r#"{"child.delete":{"business":"c1"}}"#,
    r#"{"member.add":{"business":"b1","person":"p1","role":"employee"}}"#,
    r#"{"member.add":{"business":"b1","person":"p1","role":"admin"}}"#,
    r#"{"member.remove":{"business":"b1","person":"p1"}}"#,
    r#"{"system_user.create":{"business":"b1","id":"s1","role":"employee","name":"Robot"}}"#,
    r#"{"system_user.remove":{"system_user":"s1"}}"#,
    r#"{"asset.create":{"business":"b1","id":"a1","kind":"ad_account","name":"Account"}}"#,
    r#"{"asset.remove":{"asset":"a1"}}"#,
    r#"{"group.create":{"business":"b1","id":"g1","project":true}}"#,
    r#"{"group.add_asset":{"group":"g1","asset":"a1"}}"#,
    r#"{"group.remove":{"group":"g1"}}"#,
    r#"{"share.offer":{"of":"asset:a1","to":"b1","terms":{"ad_account":["Standard"]}}}"#,
    r#"{"share.accept":{"of":"asset:a1","to":"b1"}}"#,
    r#"{"share.revoke":{"of":"asset:a1","to":"b1"}}"#,
    r#"{"partner.remove":{"business":"b1","partner":"b1"}}"#,
    r#"{"assignment.give":{"holder":"person:p1","on":"asset:a1","via":"b1","terms":{"ad_account":["analyst"]}}}"#,
    r#"{"assignment.give":{"holder":"person:p1","on":"asset:a1","via":"b1","terms":{"ad_account":["advertiser"]}}}"#,
    r#"{"assignment.revoke":{"holder":"person:p1","on":"asset:a1","via":"b1"}}"#,
];

/// Returns the command with other numbers in its ids, taken in turn from `numbers`.
fn renumbered(command: &str, numbers: [usize; 4]) -> Command {
    let mut numbers = numbers.into_iter().cycle();
    let mut text = String::new();
    let mut rest = command;
    while let Some(at) = rest.find("1\"") {
        let (before, after) = rest.split_at(at);
        text += before;
        text += &numbers.next().unwrap().to_string();
        rest = &after[1..];
    }
    text += rest;
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let by = prop_oneof![Just("olga"), Just("p0"), Just("p0"), Just("p1"), Just("p2")];
    let numbers = [0..2_usize, 0..3, 0..2, 0..2];
    (by, prop::sample::select(COMMANDS), numbers).prop_map(|(by, command, numbers)| Step {
        by: by.to_owned(),
        command: renumbered(command, numbers),
    })
}

pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..most)
}
