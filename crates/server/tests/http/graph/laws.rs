//! What holds whatever happens: sequences of calls through the door, and of commands where the platform
//! has no call, with every invariant checked after every step.
//!
//! | | |
//! |---|---|
//! | I1 | what a partner's people may do is within what was shared, also after the share shrinks |
//! | I2 | an asset has exactly one owner, and nobody else shares it |
//! | I3 | a business always has an admin |
//! | I4 | the scopes of a token never grow; renewed, it is of the same person and app |
//! | I5 | what is taken back is gone on the next call |
//! | I6 | one admin system user, and no more others than the tier allows |
//! | I7 | who is assigned to nothing sees nothing |
//! | I8 | what a group brings, an assignment to the asset does not lower |
//! | I9 | both sides of a partnership tell the same |
//! | I10 | at Standard a permission reaches no stranger; back at Advanced, only who consents anew |
//! | I11 | hidden and absent sound alike |
//! | I12 | a child's end takes its assets and every assignment with it |
//!
//! The seed is fixed; `COUNTERSIGN_WALKS` says how many sequences.

mod check;
mod eyes;
mod managed;
mod step;
mod tokens;
mod walk;

use std::cell::RefCell;
use std::collections::BTreeMap;

use node::installation::NewRealm;
use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::door::Door;
use crate::support::realm;
use step::{Step, refused, step, tour};
use walk::Walk;

/// The world of the flows with a second app, an account of the agency, and nearly as many
/// system users as there may be.
fn world() -> NewRealm {
    let mut world = include_str!("../../../../../tests/meta-sdk/world.yaml").to_owned();
    let app = "{ id: \"7009\", name: Eyes, type: business, owner: \"business:2001\", mode: live, \
        tier: full, created: \"2024-01-01T00:00:00Z\" }";
    let mut rows: Vec<(&str, String)> = vec![
        ("apps", app.to_owned()),
        (
            "assets",
            "{ id: act_21, kind: ad_account, owner: \"business:2001\" }".to_owned(),
        ),
        (
            "system_users",
            "{ id: \"6021\", business: \"2001\", role: employee }".to_owned(),
        ),
    ];
    for number in 6011..6019 {
        rows.push((
            "system_users",
            format!("{{ id: \"{number}\", business: \"1001\", role: employee }}"),
        ));
    }
    for business in ["1001", "2001", "3001", "4001"] {
        rows.push((
            "app_claims",
            format!("{{ app: \"7009\", business: \"{business}\" }}"),
        ));
    }
    for permission in [
        "ads_read",
        "ads_management",
        "business_management",
        "catalog_management",
        "pages_show_list",
        "pages_read_engagement",
    ] {
        let row = format!(
            "{{ app: \"7009\", permission: {permission}, level: advanced, approved: true }}"
        );
        rows.push(("app_permissions", row));
    }
    for (app, robot) in [
        ("7001", "6002"),
        ("7001", "6021"),
        ("7009", "6001"),
        ("7009", "6002"),
        ("7009", "6021"),
    ] {
        rows.push((
            "installs",
            format!("{{ app: \"{app}\", system_user: \"{robot}\" }}"),
        ));
    }
    // Whoever leaves the shop leaves its assets: nobody was added from outside.
    for (holder, asset) in [
        ("person:502", "act_11"),
        ("person:502", "\"2101\""),
        ("system_user:6001", "act_11"),
    ] {
        let row = format!("holder: \"{holder}\", asset: {asset}, ");
        assert!(world.contains(&row), "{row}");
        world = world.replace(&row, &format!("{row}via: \"1001\", "));
    }
    for (section, row) in rows {
        let section = format!("\n{section}:\n");
        assert!(world.contains(&section), "{section}");
        world = world.replacen(&section, &format!("{section}  - {row}\n"), 1);
    }
    realm("graph", "rulebooks/meta.toml", &world)
}

/// Walks, checking everything after every step; returns which steps were done.
fn walk(steps: &[Step], realm: &NewRealm) -> Vec<bool> {
    let door = Door::open(realm);
    let mut walk = Walk::begin(&door);
    let mut seen = walk.eyes.look(&walk.assets);
    walk.check(&seen);
    let mut all = Vec::new();
    for step in steps {
        let done = walk.step(step, &seen);
        let before = std::mem::replace(&mut seen, walk.eyes.look(&walk.assets));
        if done {
            check::gone(step, &before, &seen);
        }
        walk.check(&seen);
        all.push(done);
    }
    drop(walk);
    door.close();
    all
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "who asks for a long run wants to know what it met"
)]
fn whatever_happens_the_invariants_hold() {
    let asked = std::env::var("COUNTERSIGN_WALKS").ok();
    let asked = asked.map(|n| n.parse().unwrap());
    let config = Config {
        cases: asked.unwrap_or(6),
        failure_persistence: None,
        max_shrink_iters: 300,
        rng_seed: RngSeed::Fixed(20_261_122),
        ..Config::default()
    };
    let realm = world();
    let tally: RefCell<BTreeMap<String, (usize, usize)>> = RefCell::default();
    let ran = TestRunner::new(config).run(&vec(step(), 1..40), |steps| {
        for (step, done) in steps.iter().zip(walk(&steps, &realm)) {
            let mut tally = tally.borrow_mut();
            let counts = tally.entry(step.name()).or_default();
            *counts = (counts.0 + usize::from(done), counts.1 + usize::from(!done));
        }
        Ok(())
    });
    if let Err(wrong) = ran {
        panic!("{wrong}");
    }
    if asked.is_some() {
        eprintln!("done and refused: {:?}", tally.into_inner());
    }
}

/// Walks on which nothing succeeds would show nothing: here is every step, done.
#[test]
fn every_step_is_done_on_a_tour_and_the_invariants_hold() {
    let (tour, refused) = (tour(), refused());
    let all = [tour.as_slice(), &refused].concat();
    let done = walk(&all, &world());
    for (number, (step, done)) in all.iter().zip(done).enumerate() {
        assert_eq!(done, number < tour.len(), "{step:?}");
    }
}
