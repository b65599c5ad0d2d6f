//! No answer in one realm changes when another realm does.

use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::steps::steps;
use crate::world::{World, answers, facts};

proptest! {
    #![proptest_config(Config { cases: 6, ..Config::default() })]

    #[test]
    fn what_happens_in_one_realm_is_not_heard_in_another(ours in steps(12), theirs in steps(20)) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::with_realm(folder.path(), "bay");
        world.make("hill");
        for (number, step) in ours.iter().enumerate() {
            world.take("bay", &format!("s{number}"), step);
        }
        let before = world.installation.view();
        let mut done = 0;
        for (number, step) in theirs.iter().enumerate() {
            // The same people give commands there, under ids that are taken here.
            done += u64::from(world.take("hill", &format!("s{number}"), step).is_some());
        }
        let after = world.installation.view();
        prop_assert_eq!(after.head.position.get(), before.head.position.get() + done);
        prop_assert_eq!(answers(&after, "bay"), answers(&before, "bay"));
        prop_assert_eq!(&facts(&after.state)["bay"], &facts(&before.state)["bay"]);
        world.crash();
    }
}
