//! An installation that is opened again is the one that was closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::fact::{Digest, Fact};
use engine::{Credential, Holder};
use ledger::{Actor, CommandId, Position};
use node::installation::{Beyond, Import, Imported, Importer, RunError, Wanted, directory};
use node::picture;
use node::realms::TaskRefusal;
use node::writer::Outcome;

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

/// An import by Olga, who operates the realm, of so many people.
fn people(count: usize) -> Import {
    let person = |number: usize| {
        let id = format!("many{number}").parse().unwrap();
        node::realms::plain_person(&id).into()
    };
    let olga: Holder = "person:olga".parse().unwrap();
    Import {
        realm: realm("bay"),
        id: CommandId::parse("many").unwrap(),
        by: Importer::Caller {
            actor: Actor::through("person:olga", None, None).unwrap(),
            credential: Credential::Holder(olga),
            evidence: Box::default(),
        },
        wanted: Arc::new(Wanted {
            facts: (0..count).map(person).collect(),
            texts: BTreeMap::new(),
            beyond: Beyond::Stay,
        }),
        text: format!("{count} people"),
    }
}

fn import(world: &World, import: &Import, progress: &mut dyn FnMut(usize, usize)) -> Imported {
    let installation = &world.installation;
    let plan = installation
        .plan_import(&import.realm, &import.wanted)
        .unwrap();
    installation.import(import, plan, progress).unwrap()
}

#[test]
fn an_import_that_was_cut_off_goes_on_when_it_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "bay");
    let before = facts(&world.installation.view().state)["bay"].len();
    let many = people(12_000);
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        import(&world, &many, &mut |written, of| {
            assert!(written < 2, "the power fails after {written} of {of}");
        })
    }));
    assert!(cut.is_err());
    let name = realm("bay");
    let view = world.installation.view();
    assert!(directory(&view, &name).is_none(), "half an import answers");
    // Nobody else does anything there meanwhile.
    let add = step(
        "p0",
        r#"{"member.add":{"business":"b0","person":"p3","role":"employee"}}"#,
    );
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        world.take("bay", "add", &add)
    }));
    assert!(refused.is_err(), "the realm is being loaded");
    drop(view);
    world.crash();

    let again = World::open(folder.path(), morning());
    let mut told = Vec::new();
    let done = import(&again, &many, &mut |written, of| told.push((written, of)));
    let Outcome::Done { position, .. } = done.answered.outcome else {
        panic!("{:?}", done.answered.outcome)
    };
    // Only what was missing was written.
    assert_eq!(done.counts.adds.get("person"), Some(&2_000));
    assert_eq!(told.last(), Some(&(2, 2)));
    let view = again.installation.view();
    assert!(directory(&view, &name).is_some());
    assert_eq!(facts(&view.state)["bay"].len(), before + 12_000);
    let repeated = import(&again, &many, &mut |_, _| {}).answered.outcome;
    assert!(matches!(repeated, Outcome::Repeated { position: at, .. } if at == position));
    again.crash();
}

#[test]
fn an_import_that_was_worked_out_on_an_older_realm_is_worked_out_anew() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_realm(folder.path(), "bay");
    let few = people(3);
    let plan = world
        .installation
        .plan_import(&few.realm, &few.wanted)
        .unwrap();
    let add = step(
        "p0",
        r#"{"member.add":{"business":"b0","person":"p3","role":"employee"}}"#,
    );
    assert!(world.take("bay", "add", &add).is_some());
    let done = world
        .installation
        .import(&few, plan, &mut |_, _| {})
        .unwrap();
    assert!(matches!(done.answered.outcome, Outcome::Done { .. }));
    let view = world.installation.view();
    let there = facts(&view.state)["bay"].clone();
    let is = |kind: &str, id: &str| {
        let about = |fact: &&Fact| fact.kind() == kind && format!("{fact:?}").contains(id);
        there.iter().filter(about).count()
    };
    assert_eq!((is("membership", "\"p3\""), is("person", "\"many")), (1, 3));
    world.crash();
}
