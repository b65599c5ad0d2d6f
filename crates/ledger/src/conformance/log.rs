//! Cases about the log itself.

use super::{Case, Named, digest, draft, entries_after, noon};
use crate::actor::Actor;
use crate::command::CommandId;
use crate::head::{BrokenLink, Head, LogClock};
use crate::position::{Epoch, Position};
use crate::row::{Expect, RowKey, RowWrite, Table, Version};
use crate::store::{AppendError, Store, entries};
use crate::verify::{Verdict, verify_store};

pub(super) const CASES: &[Named] = &[
    ("an empty log", empty),
    ("entries come back as they were", read_back),
    ("reading in pages", pages),
    ("a stale head is a conflict", conflict),
    ("an append of nothing keeps the head", nothing),
    ("entries that do not follow are refused", broken_link),
    ("an entry without its body is refused", withheld),
    ("all or nothing", all_or_nothing),
    ("a command is found by its actor", find_command),
    ("a command id is taken once per actor", command_taken),
    ("actors of every shape", actors),
    ("a new epoch", epoch),
    ("a test clock is remembered", test_clock),
    ("a store verifies", verifies),
];

fn empty(store: &dyn Store) -> Case {
    let head = store.head()?;
    assert_eq!(head, Head::empty(head.log));
    assert_eq!(store.read(Position::FIRST, 10)?, []);
    Ok(())
}

fn read_back(store: &dyn Store) -> Case {
    let before = store.head()?;
    let written = entries_after(&before, "person_ana", 3)?;
    let head = store.append(&before, &written, &[])?;
    assert_eq!(head, before.follow_all(&written)?);
    assert_eq!(store.head()?, head);
    assert_eq!(store.read(Position::FIRST, 10)?, written);
    let more = entries_after(&head, "person_ben", 2)?;
    let head = store.append(&head, &more, &[])?;
    assert_eq!(store.head()?.position, Position::new(5));
    assert_eq!(head, store.head()?);
    assert_eq!(store.read(Position::new(4), 10)?, more);
    Ok(())
}

fn pages(store: &dyn Store) -> Case {
    let written = entries_after(&store.head()?, "person_ana", 7)?;
    store.append(&store.head()?, &written, &[])?;
    assert_eq!(
        Some(store.read(Position::new(3), 2)?.as_slice()),
        written.get(2..4)
    );
    assert_eq!(store.read(Position::EMPTY, 1)?.first(), written.first());
    assert_eq!(store.read(Position::new(8), 2)?, []);
    assert_eq!(store.read(Position::FIRST, 0)?, []);
    let walked: Result<Vec<_>, _> = entries(store, Position::new(2)).collect();
    assert_eq!(Some(walked?.as_slice()), written.get(1..));
    Ok(())
}

fn conflict(store: &dyn Store) -> Case {
    let before = store.head()?;
    let ours = entries_after(&before, "person_ana", 1)?;
    let theirs = entries_after(&before, "person_ben", 2)?;
    let head = store.append(&before, &theirs, &[])?;
    let row = RowWrite::put(RowKey::new(Table::Code, "code_1"), b"1".to_vec());
    for stale in [
        &before,
        &Head {
            epoch: Epoch::new(9),
            ..head.clone()
        },
    ] {
        let refused = store.append(stale, &ours, std::slice::from_ref(&row));
        let Err(AppendError::Conflict { found }) = refused else {
            return Err(format!("expected a conflict: {refused:?}").into());
        };
        assert_eq!(*found, head);
    }
    assert_eq!(store.read(Position::FIRST, 10)?, theirs);
    assert_eq!(store.row(&row.key)?, None);
    Ok(())
}

fn nothing(store: &dyn Store) -> Case {
    let written = entries_after(&store.head()?, "person_ana", 1)?;
    let head = store.append(&store.head()?, &written, &[])?;
    let row = RowWrite::put(RowKey::new(Table::Code, "code_1"), b"1".to_vec());
    assert_eq!(store.append(&head, &[], &[])?, head);
    assert_eq!(store.append(&head, &[], std::slice::from_ref(&row))?, head);
    assert!(store.row(&row.key)?.is_some());
    Ok(())
}

fn broken_link(store: &dyn Store) -> Case {
    let head = store.head()?;
    let written = entries_after(&head, "person_ana", 3)?;
    let [first, second, third] = written.as_slice() else {
        return Err("three entries".into());
    };
    let gap = store.append(&head, &[first.clone(), third.clone()], &[]);
    assert!(
        matches!(gap, Err(AppendError::Link(BrokenLink::Position { .. }))),
        "{gap:?}"
    );
    let mut edited = second.clone();
    edited.realm = crate::realm::Realm::parse("pinterest")?;
    let edited = store.append(&head, &[first.clone(), edited], &[]);
    assert!(
        matches!(edited, Err(AppendError::Link(BrokenLink::Hash(_)))),
        "{edited:?}"
    );
    assert_eq!(store.head()?, head);
    assert_eq!(store.read(Position::FIRST, 10)?, []);
    Ok(())
}

fn withheld(store: &dyn Store) -> Case {
    let head = store.head()?;
    let written = entries_after(&head, "person_ana", 2)?;
    let [first, second] = written.as_slice() else {
        return Err("two entries".into());
    };
    let refused = store.append(&head, &[first.clone(), second.withheld()], &[]);
    assert!(
        matches!(refused, Err(AppendError::Withheld(at)) if at == second.position),
        "{refused:?}"
    );
    assert_eq!(store.read(Position::FIRST, 10)?, []);
    Ok(())
}

fn all_or_nothing(store: &dyn Store) -> Case {
    let head = store.head()?;
    let written = entries_after(&head, "person_ana", 2)?;
    let key = |name| RowKey::new(Table::Session, name);
    let writes = [
        RowWrite::put(key("session_1"), b"1".to_vec()),
        RowWrite::put(key("session_2"), b"2".to_vec()).expecting(Expect::Version(Version::new(77))),
    ];
    let refused = store.append(&head, &written, &writes);
    let Err(AppendError::Row(refusal)) = &refused else {
        return Err(format!("{refused:?}").into());
    };
    assert_eq!((refusal.write, &refusal.key), (1, &key("session_2")));
    assert_eq!(store.head()?, head);
    assert_eq!(store.read(Position::FIRST, 10)?, []);
    assert_eq!(store.row(&key("session_1"))?, None);
    let actor = Actor::through("person_ana", Some("app_1"), None)?;
    assert_eq!(store.find_command(&actor, &CommandId::parse("c1")?)?, None);
    // The same append without the impossible write goes through: nothing of the first try is in its
    // way.
    store.append(&head, &written, &writes[..1])?;
    assert_eq!(store.read(Position::FIRST, 10)?, written);
    Ok(())
}

fn find_command(store: &dyn Store) -> Case {
    let head = store.head()?;
    store.append(&head, &entries_after(&head, "person_ana", 3)?, &[])?;
    let id = CommandId::parse("c2")?;
    let found = store.find_command(
        &Actor::through("person_ana", Some("app_1"), Some("token_9"))?,
        &id,
    )?;
    let found = found.ok_or("the command is not found")?;
    assert_eq!(
        (found.position, found.digest),
        (Position::new(2), digest("c2"))
    );
    for other in [
        Actor::System,
        Actor::principal("person_ana")?,
        Actor::through("person_ana", Some("app_2"), None)?,
        Actor::through("person_ben", Some("app_1"), None)?,
    ] {
        assert_eq!(store.find_command(&other, &id)?, None, "{other:?}");
    }
    Ok(())
}

fn command_taken(store: &dyn Store) -> Case {
    let head = store.head()?;
    let first = draft("person_ana", "c1")?.seal(&head, noon()?);
    let next = head.follow(&first)?;
    let again = draft("person_ana", "c1")?.seal(&next, noon()?);
    let in_one = store.append(&head, &[first.clone(), again.clone()], &[]);
    assert!(
        matches!(in_one, Err(AppendError::CommandTaken(_))),
        "{in_one:?}"
    );
    assert_eq!(store.head()?, head);
    store.append(&head, &[first], &[])?;
    let later = store.append(&next, &[again], &[]);
    assert!(
        matches!(later, Err(AppendError::CommandTaken(_))),
        "{later:?}"
    );
    store.append(
        &next,
        &[draft("person_ben", "c1")?.seal(&next, noon()?)],
        &[],
    )?;
    assert_eq!(store.head()?.position, Position::new(2));
    Ok(())
}

fn actors(store: &dyn Store) -> Case {
    let mut head = store.head()?;
    let mut written = Vec::new();
    for actor in [
        Actor::System,
        Actor::principal("person_ana")?,
        Actor::through("person_ana", Some("app_1"), None)?,
        Actor::through("person_ana", None, Some("token_1"))?,
    ] {
        let mut draft = draft("anybody", "same")?;
        // Without app, the scope of the last is that of the second.
        draft.command.id = CommandId::from_stored(&format!("bulk/{}", head.position))?;
        draft.actor = actor;
        let entry = draft.seal(&head, noon()?);
        head = store.append(&head, std::slice::from_ref(&entry), &[])?;
        written.push(entry);
    }
    assert_eq!(store.read(Position::FIRST, 10)?, written);
    for entry in &written {
        let found = store.find_command(&entry.actor, &entry.command.id)?;
        assert_eq!(found.map(|found| found.position), Some(entry.position));
    }
    Ok(())
}

fn epoch(store: &dyn Store) -> Case {
    let before = store.head()?;
    let head = store.append(&before, &entries_after(&before, "person_ana", 1)?, &[])?;
    let next = store.begin_epoch()?;
    assert_eq!(
        next,
        Head {
            epoch: head.epoch.next(),
            ..head.clone()
        }
    );
    assert_eq!(store.head()?, next);
    let more = entries_after(&head, "person_ana", 1)?;
    assert!(matches!(
        store.append(&head, &more, &[]),
        Err(AppendError::Conflict { .. })
    ));
    assert_eq!(store.append(&next, &more, &[])?.epoch, next.epoch);
    Ok(())
}

fn test_clock(store: &dyn Store) -> Case {
    assert_eq!(store.head()?.clock, LogClock::Real);
    assert_eq!(store.mark_test_clock()?.clock, LogClock::Test);
    let head = store.mark_test_clock()?;
    store.append(&head, &entries_after(&head, "person_ana", 1)?, &[])?;
    assert_eq!(store.head()?.clock, LogClock::Test);
    Ok(())
}

fn verifies(store: &dyn Store) -> Case {
    let head = store.head()?;
    let head = store.append(&head, &entries_after(&head, "person_ana", 5)?, &[])?;
    assert_eq!(
        verify_store(store, None)?,
        Verdict::Sound {
            head,
            checkpoints: 0
        }
    );
    Ok(())
}
