//! A snapshot and what follows it are the log from its first entry on; and so is every place between.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Position, Store};
use node::fold::fold;
use node::picture;
use node::realms::{RealmMachine, Realms};
use node::shelf::Shelf;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::steps::{Step, steps};
use crate::world::{World, facts, morning};

/// Returns the state at the end of the log, by nothing but its entries.
fn folded(store: &dyn Store) -> Realms {
    let row = |digest: &str| {
        let key = ledger::row::RowKey::new(ledger::row::Table::Rulebook, digest);
        String::from_utf8(store.row(&key).unwrap().unwrap().value.to_vec()).unwrap()
    };
    // The shelf is asked for what settings name: those of the realms are few.
    let mut texts = BTreeMap::new();
    for entry in store.read(Position::new(1), 1_000).unwrap() {
        let body = node::body::Body::parse(entry.body.text().unwrap()).unwrap();
        for change in body.changes {
            if let engine::fact::Change::Set(engine::fact::Fact::Settings(one)) = change {
                texts.insert(one.digest.clone(), row(&one.digest));
            }
        }
    }
    let shelf = Shelf::new(Arc::new(move |digest| Ok(texts.get(digest).cloned())));
    let keys = node::keys::Keys::generate(&node::random::SystemRandom).unwrap();
    let machine = RealmMachine::new(shelf, 7, Arc::new(keys));
    fold(&machine, store, Realms::default()).unwrap().state
}

fn run(world: &World, steps: &[Step], from: usize) {
    for (step, number) in steps.iter().zip(from..) {
        world.take("bay", &format!("s{number}"), step);
    }
}

proptest! {
    #![proptest_config(Config { cases: 6, ..Config::default() })]

    #[test]
    fn a_snapshot_and_the_rest_are_the_whole(before in steps(20), after in steps(20)) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::with_realm(folder.path(), "bay");
        let start = world.installation.view().head.position;
        run(&world, &before, 0);
        let taken = world.installation.take_snapshot().unwrap();
        run(&world, &after, before.len());
        let end = world.installation.view();
        // Some were done on either side.
        prop_assume!(taken > start && end.head.position > taken);
        // Nothing is written down at the end: what is opened next starts from the snapshot above.
        world.crash();

        let again = World::open(folder.path(), morning());
        let store = again.installation.store();
        let found = store.find_snapshot(picture::FORMAT, Position::new(u64::MAX >> 1)).unwrap();
        prop_assert_eq!(found.unwrap().position, taken);
        let view = again.installation.view();
        prop_assert_eq!(&view.head, &end.head);
        prop_assert_eq!(facts(&view.state), facts(&end.state));
        prop_assert_eq!(facts(&view.state), facts(&folded(store)));
        again.crash();
    }

    #[test]
    fn every_place_of_the_past_is_as_it_was(steps in steps(20), snapshot in 0..20_usize) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::with_realm(folder.path(), "bay");
        let mut seen = BTreeMap::new();
        for (number, step) in steps.iter().enumerate() {
            world.clock.advance(jiff::SignedDuration::from_secs(60));
            world.take("bay", &format!("s{number}"), step);
            let view = world.installation.view();
            seen.insert(view.head.position, view);
            if number == snapshot {
                world.installation.take_snapshot().unwrap();
            }
        }
        for (position, then) in &seen {
            let past = world.installation.at_position(*position).unwrap();
            prop_assert_eq!(&past.head.hash, &then.head.hash);
            prop_assert_eq!(facts(&past.state), facts(&then.state));
            let at = world.installation.at_time(then.head.time).unwrap();
            prop_assert_eq!(at.head.position, *position);
        }
        world.crash();
    }
}
