//! Every command, given by somebody who may and by somebody who may not, and refused in each of the
//! ways it has: one table, `table.yaml`, on one world, `world.yaml`.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod row;
mod told;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use commands::Command;
use commands::Refusal;
use insta::assert_snapshot;

use row::{Row, table};
use told::told;
use world::World;

#[test]
fn what_every_command_does_and_how_it_is_refused() {
    let world = World::read();
    let mut text = String::new();
    for (name, rows) in table() {
        writeln!(text, "{name}").unwrap();
        for row in &rows {
            let came = told(&world.give(&name, row).map(|(handled, _)| handled));
            writeln!(text, "  {}: {}\n      {came}", row.by, row.say).unwrap();
        }
    }
    assert_snapshot!(text);
}

#[test]
fn every_command_is_in_the_table_with_a_yes_and_with_a_no() {
    let world = World::read();
    let table = table();
    let known: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
    let given: BTreeSet<&str> = table.keys().map(String::as_str).collect();
    assert_eq!(known, given);
    let mut lacking = Vec::new();
    for (name, rows) in &table {
        let came: Vec<_> = rows.iter().map(|row| world.give(name, row)).collect();
        if !came.iter().any(Result::is_ok) {
            lacking.push(format!("{name}: never done"));
        }
        let denied = |one: &Result<_, Refusal>| matches!(one, Err(Refusal::Denied { .. }));
        if !came.iter().any(denied) {
            lacking.push(format!("{name}: never denied"));
        }
    }
    assert_eq!(lacking, Vec::<String>::new());
}

/// Commands about a thing of somebody else: the command, what it says, a thing that is there, and one that
/// is not.
const STRANGE: &[(&str, &str, &str, &str)] = &[
    (
        "member.add",
        "{ business: ID, person: nils, role: employee }",
        "north",
        "nowhere",
    ),
    ("child.delete", "{ business: ID }", "north-kids", "nowhere"),
    (
        "invitation.send",
        "{ business: ID, role: employee }",
        "north",
        "nowhere",
    ),
    (
        "invitation.resend",
        "{ invitation: ID }",
        "i-nils",
        "i-nothing",
    ),
    (
        "invitation.cancel",
        "{ invitation: ID }",
        "i-nils",
        "i-nothing",
    ),
    (
        "system_user.remove",
        "{ system_user: ID }",
        "su-north",
        "su-nothing",
    ),
    ("asset.remove", "{ asset: ID }", "act-1", "act-9"),
    ("asset.rename", "{ asset: ID, name: New }", "act-1", "act-9"),
    (
        "group.rename",
        "{ group: ID, name: New }",
        "autumn",
        "winter",
    ),
    (
        "invitation.change",
        "{ invitation: ID, role: admin }",
        "i-nils",
        "i-nothing",
    ),
    ("test_user.create", "{ app: ID }", "north-app", "no-app"),
    (
        "app.own",
        "{ app: ID, business: east }",
        "north-app",
        "no-app",
    ),
    ("group.remove", "{ group: ID }", "autumn", "winter"),
    (
        "share.offer",
        "{ asset: ID, to: east, terms: { ad_account: Admin } }",
        "act-1",
        "act-9",
    ),
    (
        "assignment.give",
        "{ holder: \"person:eve\", asset: ID, via: east, terms: { ad_account: admin } }",
        "act-1",
        "act-9",
    ),
    ("app.remove", "{ app: ID }", "north-app", "no-app"),
    (
        "app_role.give",
        "{ app: ID, person: eve, role: admin }",
        "north-app",
        "no-app",
    ),
    ("grant.revoke", "{ grant: ID }", "g-emil", "g-nothing"),
    ("grant.revoke", "{ grant: ID }", "g-north", "g-nothing"),
    (
        "token.issue",
        "{ grant: ID, kind: user }",
        "g-emil",
        "g-nothing",
    ),
    ("token.revoke", "{ token: ID }", "t-emil", "t-nothing"),
    ("token.revoke", "{ token: ID }", "t-north", "t-nothing"),
    (
        "disclosure.record",
        "{ token: ID, to: eve }",
        "t-north",
        "t-nothing",
    ),
    ("request.approve", "{ request: ID }", "r-claim", "r-none"),
    ("request.decline", "{ request: ID }", "r-nils", "r-none"),
    ("request.withdraw", "{ request: ID }", "r-nils", "r-none"),
    ("claim.approve", "{ request: ID }", "r-claim", "r-none"),
    ("claim.decline", "{ request: ID }", "r-claim", "r-none"),
    (
        "on_behalf.start",
        "{ partner: ID, client: north }",
        "south",
        "nowhere",
    ),
    (
        "on_behalf.start",
        "{ partner: south, client: ID }",
        "north",
        "nowhere",
    ),
    (
        "on_behalf.end",
        "{ partner: toolco, client: ID }",
        "north",
        "nowhere",
    ),
    (
        "on_behalf_token.issue",
        "{ partner: ID, client: north, app: pilot, scopes: [ads_read] }",
        "toolco",
        "nowhere",
    ),
    ("mandate.stop", "{ mandate: ID }", "m-north", "m-nothing"),
    ("mandate.end", "{ mandate: ID }", "m-north", "m-nothing"),
];

/// To a stranger a thing that is there and one that is not are the same.
#[test]
fn a_stranger_learns_nothing_from_a_refusal() {
    let world = World::read();
    let mut telling = Vec::new();
    for (name, body, there, absent) in STRANGE {
        let give = |id: &str| {
            let row = Row::plain("eve", &body.replace("ID", id));
            match world.give(name, &row) {
                Err(Refusal::Denied { decision, .. }) if !decision.visible => "nothing".to_owned(),
                other => told(&other.map(|(handled, _)| handled)),
            }
        };
        let (there, absent) = (give(there), give(absent));
        if there != "nothing" || absent != "nothing" {
            telling.push(format!("{name}: {there} / {absent}"));
        }
    }
    assert_eq!(telling, Vec::<String>::new());
}

#[test]
fn what_a_platform_does_not_have_cannot_be_commanded() {
    let rulebook = world::rulebook("pinterest", &BTreeMap::new());
    let names = &rulebook.rules(0).names;
    let lacking: Vec<&str> = Command::NAMES
        .iter()
        .copied()
        .filter(|name| names.operation(name).is_none())
        .collect();
    assert_snapshot!(lacking.join(" "), @"business.verify child.delete invitation.change asset.rename group.rename custom_audience.create custom_audience.delete on_behalf.start on_behalf.end on_behalf_token.issue delegate.map delegate.unmap app.go_live app.claim app.own app.unclaim app.set_checkup app.allow test_user.create test_user.remove app_permission.set_level token.exchange_long_lived");
    let world = World::read().under(&rulebook);
    let table = table();
    for name in lacking {
        for row in &table[name] {
            let came = world::give(world.clone(), name, row).map(|(handled, _)| handled);
            let refused = matches!(came, Err(Refusal::NoSuchCommand { .. }));
            assert!(refused, "{name}: {}: {}", row.say, told(&came));
        }
    }
}
