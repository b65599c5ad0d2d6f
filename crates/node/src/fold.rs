//! Bringing a state up to the end of the log.

use ledger::head::BrokenLink;
use ledger::store::{Source, entries};
use ledger::{Head, Position, ReadError, Store};

use crate::machine::Machine;
use crate::view::View;

/// Why a state was not brought up to the end of the log.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[source] ReadError),
    /// The log does not hold together, so nothing may rest on it.
    #[error("the log is broken: `ledger verify` says where and how")]
    Broken(#[source] BrokenLink),
    /// The log ends elsewhere than its head says.
    #[error("the log ends at {end} and its head says {head}: `ledger verify` says more")]
    Head {
        /// Where the entries end.
        end: Position,
        /// Where the head says that they end.
        head: Position,
    },
    /// An entry is not one that this version of the program understands.
    #[error("entry {position} cannot be applied")]
    Apply {
        /// Which entry.
        position: Position,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
}

/// Applies the entries after `view` up to the store's head, each checked against the one ahead of
/// it.
///
/// `view` may be a machine's first state with the empty head, or one from a snapshot of the same
/// log. On an error it is somewhere in between, and must be thrown away.
pub fn catch_up<M: Machine>(
    machine: &M,
    store: &dyn Store,
    view: &mut View<M::State>,
) -> Result<(), FoldError> {
    let head = store.head().map_err(FoldError::Read)?;
    let missing = head.position.get().saturating_sub(view.head.position.get());
    let missing = usize::try_from(missing).unwrap_or(usize::MAX);
    // No further than the head that was read: somebody else may be appending.
    for entry in entries(store, view.head.position.next()).take(missing) {
        let entry = entry.map_err(FoldError::Read)?;
        view.head = view.head.follow(&entry).map_err(FoldError::Broken)?;
        machine
            .apply(&mut view.state, &entry)
            .map_err(|source| FoldError::Apply {
                position: entry.position,
                source,
            })?;
    }
    let end = Head {
        epoch: head.epoch,
        clock: head.clock,
        ..view.head.clone()
    };
    if end != head {
        return Err(FoldError::Head {
            end: end.position,
            head: head.position,
        });
    }
    view.head = head;
    Ok(())
}

/// Returns the state at the end of the log, from its first entry on.
pub fn fold<M: Machine>(
    machine: &M,
    store: &dyn Store,
    first: M::State,
) -> Result<View<M::State>, FoldError> {
    let log = store.head().map_err(FoldError::Read)?.log;
    let mut view = View {
        state: first,
        head: Head::empty(log),
    };
    catch_up(machine, store, &mut view)?;
    Ok(view)
}
