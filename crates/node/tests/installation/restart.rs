//! An installation that is opened again is the one that was closed.

use engine::Holder;
use engine::fact::Digest;
use ledger::Position;
use node::installation::{RunError, directory};
use node::picture;
use node::realms::TaskRefusal;

use crate::steps::Step;
use crate::world::{World, answers, facts, morning, new_realm, realm};

fn step(by: &str, command: &str) -> Step {
    Step {
        by: by.to_owned(),
        command: serde_json::from_str(command).unwrap(),
    }
}

#[test]
fn answers_sessions_and_the_head_are_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "bay");
    let add = step(
        "p0",
        r#"{"member.add":{"business":"b0","person":"p3","role":"employee"}}"#,
    );
    let position = world.take("bay", "add", &add).unwrap();
    let holder: Holder = "person:p0".parse().unwrap();
    let secret = world
        .installation
        .open_session(&realm("bay"), &holder)
        .unwrap();
    let ended = world
        .installation
        .open_session(&realm("bay"), &holder)
        .unwrap();
    let store = world.installation.store();
    world
        .installation
        .sessions
        .close(store, &Digest::of(&ended))
        .unwrap();
    let view = world.installation.view();
    let (head, answered) = (view.head.clone(), answers(&view, "bay"));
    drop(view);
    world.stop();

    let again = World::open(folder.path(), morning());
    let view = again.installation.view();
    assert_eq!(view.head, head);
    assert_eq!(answers(&view, "bay"), answered);
    let find = |secret: &str| {
        again
            .installation
            .sessions
            .find(&Digest::of(secret), morning())
    };
    assert_eq!(find(&secret).unwrap().holder, holder);
    assert_eq!(find(&ended), None);
    // A command that was done is not done again.
    assert_eq!(again.take("bay", "add", &add), Some(position));
    assert_eq!(again.installation.view().head, head);
    again.stop();
}

#[test]
fn leaving_writes_down_where_it_was_left_and_signs_it() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "bay");
    let head = world.installation.view().head.clone();
    world.stop();

    let again = World::open(folder.path(), morning());
    let store = again.installation.store();
    let snapshot = store
        .find_snapshot(picture::FORMAT, head.position)
        .unwrap()
        .unwrap();
    assert_eq!(
        (snapshot.position, snapshot.hash),
        (head.position, head.hash)
    );
    let signed = store.checkpoints(Position::new(1), 100).unwrap();
    let key = again.installation.verifier().unwrap().unwrap();
    let last = signed.last().unwrap().open(&key).unwrap();
    assert_eq!((last.position, last.hash), (head.position, head.hash));
    again.crash();
}

#[test]
fn a_realm_that_was_cut_off_while_it_was_filled_is_filled_by_the_same_facts() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(folder.path(), morning());
    let mut new = new_realm("bay");
    // More than one part.
    let person = |number: usize| {
        let id = format!("many{number}").parse().unwrap();
        engine::fact::Change::Set(node::realms::plain_person(&id).into())
    };
    new.changes.extend((0..6_000).map(person));
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut stop_after_the_first_part = |_, _| panic!("the power fails");
        world
            .installation
            .create_realm(&new, &mut stop_after_the_first_part)
    }));
    assert!(cut.is_err());
    let name = realm("bay");
    assert!(
        directory(&world.installation.view(), &name).is_none(),
        "half a realm answers"
    );
    world.crash();

    let again = World::open(folder.path(), morning());
    let mut other = new.clone();
    other.changes.reverse();
    let refused = again.installation.create_realm(&other, &mut |_, _| {});
    assert!(
        matches!(refused, Err(RunError::Submit(_))),
        "half of other facts is in it"
    );
    again
        .installation
        .create_realm(&new, &mut |_, _| {})
        .unwrap();
    let view = again.installation.view();
    assert_eq!(facts(&view.state)["bay"].len(), new.changes.len() + 1);
    assert!(directory(&view, &name).is_some());
    let exists = again.installation.create_realm(&new, &mut |_, _| {});
    assert!(matches!(
        exists,
        Err(RunError::Refused(TaskRefusal::RealmExists(_)))
    ));
    again.crash();
}
