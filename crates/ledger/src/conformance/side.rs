//! Cases about snapshots and checkpoints.

use super::{Case, Named, entries_after};
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::hash::Hash;
use crate::head::Head;
use crate::note::NoteSigner;
use crate::position::Position;
use crate::snapshot::Snapshot;
use crate::store::{PutCheckpointError, Store};
use crate::verify::{Defect, Verdict, verify_store};

pub(super) const CASES: &[Named] = &[
    ("the nearest snapshot is found", nearest_snapshot),
    ("old snapshots are trimmed", trim_snapshots),
    ("checkpoints come back in order", checkpoints),
    ("one checkpoint for one position", one_checkpoint),
    ("checkpoints are verified", verified),
];

fn snapshot(position: u64, format: u32, bytes: &[u8]) -> Snapshot {
    Snapshot {
        position: Position::new(position),
        hash: Hash::from_bytes([1; 32]),
        format,
        bytes: bytes.into(),
    }
}

fn nearest_snapshot(store: &dyn Store) -> Case {
    for kept in [
        snapshot(5, 1, b"five"),
        snapshot(9, 1, b"nine"),
        snapshot(7, 2, b"other form"),
    ] {
        store.put_snapshot(&kept)?;
    }
    let find = |format, at| store.find_snapshot(format, Position::new(at));
    assert_eq!(find(1, 4)?, None);
    assert_eq!(find(1, 5)?, Some(snapshot(5, 1, b"five")));
    assert_eq!(find(1, 8)?, Some(snapshot(5, 1, b"five")));
    assert_eq!(find(1, 1_000)?, Some(snapshot(9, 1, b"nine")));
    assert_eq!(find(2, 1_000)?, Some(snapshot(7, 2, b"other form")));
    assert_eq!(find(3, 1_000)?, None);
    store.put_snapshot(&snapshot(9, 1, b"nine again"))?;
    assert_eq!(find(1, 9)?, Some(snapshot(9, 1, b"nine again")));
    Ok(())
}

fn trim_snapshots(store: &dyn Store) -> Case {
    for position in [3, 1, 2] {
        store.put_snapshot(&snapshot(position, 1, b""))?;
        store.put_snapshot(&snapshot(position, 2, b""))?;
    }
    assert_eq!(store.trim_snapshots(1, 2)?, 1);
    assert_eq!(store.trim_snapshots(1, 2)?, 0);
    assert_eq!(store.find_snapshot(1, Position::FIRST)?, None);
    assert_eq!(
        store.find_snapshot(1, Position::new(2))?,
        Some(snapshot(2, 1, b""))
    );
    assert_eq!(
        store.find_snapshot(2, Position::FIRST)?,
        Some(snapshot(1, 2, b""))
    );
    Ok(())
}

fn signer(seed: u8) -> Result<NoteSigner, crate::note::NoteNameError> {
    NoteSigner::from_seed("tests", &[seed; 32])
}

/// Appends `count` entries and returns the new head.
fn grow(store: &dyn Store, count: u64) -> Result<Head, Box<dyn std::error::Error>> {
    let head = store.head()?;
    Ok(store.append(&head, &entries_after(&head, "person_ana", count)?, &[])?)
}

fn checkpoints(store: &dyn Store) -> Case {
    let mut signed = Vec::new();
    for _ in 0..3 {
        signed.push(Checkpoint::of(&grow(store, 2)?).sign(&signer(1)?));
    }
    for checkpoint in signed.iter().rev() {
        store.put_checkpoint(checkpoint)?;
    }
    assert_eq!(store.checkpoints(Position::EMPTY, usize::MAX)?, signed);
    assert_eq!(
        Some(store.checkpoints(Position::new(3), 1)?.as_slice()),
        signed.get(1..2)
    );
    assert_eq!(store.checkpoints(Position::new(7), 10)?, []);
    Ok(())
}

fn one_checkpoint(store: &dyn Store) -> Case {
    let head = grow(store, 1)?;
    let checkpoint = Checkpoint::of(&head).sign(&signer(1)?);
    store.put_checkpoint(&checkpoint)?;
    store.put_checkpoint(&checkpoint)?;
    let other = Head {
        hash: Hash::from_bytes([9; 32]),
        ..head
    };
    let taken = store.put_checkpoint(&Checkpoint::of(&other).sign(&signer(1)?));
    assert!(
        matches!(taken, Err(PutCheckpointError::Taken(Position::FIRST))),
        "{taken:?}"
    );
    let nonsense = store.put_checkpoint(&SignedCheckpoint::from_text("hello\n".to_owned()));
    assert!(
        matches!(nonsense, Err(PutCheckpointError::NoCheckpoint)),
        "{nonsense:?}"
    );
    assert_eq!(store.checkpoints(Position::EMPTY, 10)?, [checkpoint]);
    // The same position in the next epoch is another place in the life of the log.
    let next = Checkpoint::of(&store.begin_epoch()?).sign(&signer(1)?);
    store.put_checkpoint(&next)?;
    assert_eq!(store.checkpoints(Position::EMPTY, 10)?.len(), 2);
    Ok(())
}

fn verified(store: &dyn Store) -> Case {
    grow(store, 2)?;
    store.put_checkpoint(&Checkpoint::of(&store.head()?).sign(&signer(1)?))?;
    let head = grow(store, 1)?;
    let verdict = verify_store(store, Some(&signer(1)?.verifier()))?;
    assert_eq!(
        verdict,
        Verdict::Sound {
            head: head.clone(),
            checkpoints: 1
        }
    );
    let verdict = verify_store(store, Some(&signer(2)?.verifier()))?;
    assert!(
        matches!(verdict, Verdict::Broken(Defect::CheckpointUntrusted { .. })),
        "{verdict:?}"
    );
    let forged = Head {
        hash: Hash::from_bytes([9; 32]),
        ..head
    };
    store.put_checkpoint(&Checkpoint::of(&forged).sign(&signer(1)?))?;
    let verdict = verify_store(store, Some(&signer(1)?.verifier()))?;
    assert_eq!(
        verdict,
        Verdict::Broken(Defect::CheckpointMismatch(Position::new(3)))
    );
    Ok(())
}
