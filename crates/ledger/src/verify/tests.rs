//! Logs with one defect each, and what the walk says of them.

use proptest::prelude::*;

use super::{Defect, Verdict, verify};
use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::hash::Hash;
use crate::head::{Head, LogClock};
use crate::log_id::LogId;
use crate::position::{Epoch, Position};
use crate::store::ReadError;
use crate::toy;

fn at(position: u64) -> Position {
    Position::new(position)
}

fn walk(entries: &[Entry], checkpoints: &[Checkpoint]) -> Verdict {
    verify(&toy::head(), entries.iter().cloned().map(Ok), checkpoints).unwrap()
}

fn defect(entries: &[Entry]) -> Defect {
    match walk(entries, &[]) {
        Verdict::Broken(defect) => defect,
        sound @ Verdict::Sound { .. } => panic!("{sound:?}"),
    }
}

#[test]
fn a_sound_log_ends_at_its_head() {
    let entries = toy::entries::<5>();
    let head = toy::head().follow_all(&entries).unwrap();
    assert_eq!(
        walk(&entries, &[]),
        Verdict::Sound {
            head,
            checkpoints: 0
        }
    );
    assert_eq!(
        walk(&[], &[]),
        Verdict::Sound {
            head: toy::head(),
            checkpoints: 0
        }
    );
}

#[test]
fn a_walk_can_begin_in_the_middle() {
    let entries = toy::entries::<5>();
    let middle = toy::head().follow_all(&entries[..3]).unwrap();
    let verdict = verify(&middle, entries[3..].iter().cloned().map(Ok), &[]).unwrap();
    assert_eq!(
        verdict,
        Verdict::Sound {
            head: toy::head().follow_all(&entries).unwrap(),
            checkpoints: 0
        }
    );
}

#[test]
fn an_edited_entry_is_named() {
    let mut entries = toy::entries::<5>();
    entries[2].body = crate::entry::Body::Kept("{\"change\":9}".into());
    assert_eq!(defect(&entries), Defect::Edited(at(3)));
}

#[test]
fn removed_entries_are_named() {
    let mut entries = toy::entries::<6>().to_vec();
    entries.drain(2..4);
    assert_eq!(
        defect(&entries),
        Defect::Removed {
            first: at(3),
            last: at(4)
        }
    );
}

#[test]
fn a_removed_entry_is_found_when_the_rest_is_numbered_anew() {
    let mut entries = toy::entries::<5>().to_vec();
    entries.remove(2);
    for (entry, position) in entries.iter_mut().zip(1..) {
        entry.position = at(position);
    }
    assert_eq!(defect(&entries), Defect::Edited(at(3)));
}

#[test]
fn swapped_entries_are_named_in_both_forms() {
    let swapped_lines = {
        let mut entries = toy::entries::<6>();
        entries.swap(1, 4);
        entries
    };
    let swapped_contents = {
        let mut entries = swapped_lines.clone();
        entries[1].position = at(2);
        entries[4].position = at(5);
        entries
    };
    for entries in [swapped_lines, swapped_contents] {
        assert_eq!(
            defect(&entries),
            Defect::Swapped {
                first: at(2),
                second: at(5)
            }
        );
    }
}

#[test]
fn a_repeated_entry_is_out_of_order() {
    let [first, second] = toy::entries::<2>();
    assert_eq!(
        defect(&[first.clone(), second, first]),
        Defect::OutOfOrder {
            expected: at(3),
            found: at(1)
        }
    );
}

#[test]
fn a_log_that_runs_backwards_is_named_though_its_hashes_are_right() {
    let [first, mut second] = toy::entries::<2>();
    second.time = first.time - jiff::SignedDuration::from_secs(1);
    second.hash = second.hash_after(&first.hash);
    assert_eq!(defect(&[first, second]), Defect::BackInTime(at(2)));
}

#[test]
fn an_unreadable_entry_is_named() {
    let [first] = toy::entries::<1>();
    let unreadable = || ReadError::Unreadable {
        position: at(2),
        source: "no time".into(),
    };
    let verdict = verify(&toy::head(), [Ok(first.clone()), Err(unreadable())], &[]).unwrap();
    let expected = Defect::Unreadable {
        position: at(2),
        reason: "no time".to_owned(),
    };
    assert_eq!(verdict, Verdict::Broken(expected));
    let failed = verify(
        &toy::head(),
        [Ok(first), Err(ReadError::Failed("disk".into()))],
        &[],
    );
    assert!(failed.is_err());
}

#[test]
fn checkpoints_hold_the_log_to_what_was_signed() {
    let entries = toy::entries::<5>();
    let head_at = |count: usize| toy::head().follow_all(&entries[..count]).unwrap();
    let checkpoints = [0, 3, 5].map(|count| Checkpoint::of(&head_at(count)));
    let sound = Verdict::Sound {
        head: head_at(5),
        checkpoints: 3,
    };
    assert_eq!(walk(&entries, &checkpoints), sound);
    assert_eq!(
        walk(&entries[..4], &checkpoints),
        Verdict::Broken(Defect::CheckpointBeyondEnd {
            signed: at(5),
            end: at(4)
        })
    );
    // Somebody edited entry 3 and made every hash anew: only the signed checkpoint gives it away.
    let mut rewritten = entries.clone();
    rewritten[2].body = crate::entry::Body::Kept("{}".into());
    let mut previous = rewritten[1].hash;
    for entry in &mut rewritten[2..] {
        entry.hash = entry.hash_after(&previous);
        previous = entry.hash;
    }
    assert!(matches!(walk(&rewritten, &[]), Verdict::Sound { .. }));
    assert_eq!(
        walk(&rewritten, &checkpoints),
        Verdict::Broken(Defect::CheckpointMismatch(at(3)))
    );
    let foreign = Checkpoint::of(&Head::empty(LogId::from_random([9; 16])));
    assert!(matches!(
        walk(&entries, &[foreign]),
        Verdict::Broken(Defect::CheckpointOfOtherLog { .. })
    ));
}

#[test]
fn the_head_is_held_to_the_entries() {
    let entries = toy::entries::<3>();
    let end = toy::head().follow_all(&entries).unwrap();
    let later = Head {
        position: at(5),
        ..end.clone()
    };
    assert_eq!(
        super::head_defect(&later, &end, &[]),
        Some(Defect::Removed {
            first: at(4),
            last: at(5)
        })
    );
    for other in [
        Head {
            hash: Hash::from_bytes([9; 32]),
            ..end.clone()
        },
        Head {
            position: at(2),
            ..end.clone()
        },
    ] {
        assert!(matches!(
            super::head_defect(&other, &end, &[]),
            Some(Defect::Head { .. })
        ));
    }
    let tested = Checkpoint {
        clock: LogClock::Test,
        ..Checkpoint::of(&end)
    };
    assert_eq!(
        super::head_defect(&end, &end, std::slice::from_ref(&tested)),
        Some(Defect::ClockDenied(at(3)))
    );
    let restored = Head {
        epoch: Epoch::new(2),
        ..end.clone()
    };
    assert_eq!(super::head_defect(&restored, &end, &[]), None);
}

proptest! {
    #[test]
    fn any_changed_byte_of_a_line_is_found(line in 0..4_usize, place in any::<prop::sample::Index>(), bits in 1..=255_u8) {
        let entries = toy::entries::<4>();
        let mut lines: Vec<Vec<u8>> =
            entries.iter().map(|entry| entry.to_line().unwrap().into_bytes()).collect();
        let place = place.index(lines[line].len());
        lines[line][place] ^= bits;
        let read: Option<Vec<Entry>> = lines
            .into_iter()
            .map(|line| String::from_utf8(line).ok().and_then(|line| Entry::parse_line(&line).ok()))
            .collect();
        if let Some(read) = read {
            prop_assert_ne!(&read[..], &entries[..], "two texts of one entry");
            prop_assert!(matches!(walk(&read, &[]), Verdict::Broken(_)));
        }
    }

    #[test]
    fn any_other_order_is_found(order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(), kept in 1..=5_usize) {
        let entries = toy::entries::<5>();
        let read: Vec<_> = order.iter().take(kept).map(|index| entries[*index].clone()).collect();
        let is_prefix = read[..] == entries[..kept];
        prop_assert_eq!(matches!(walk(&read, &[]), Verdict::Sound { .. }), is_prefix);
    }
}
