//! The past: any position or time, folded from the nearest snapshot into a second state.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use ledger::{Head, Position, ReadError, Store};

use super::Installation;
use crate::fold::FoldError;
use crate::picture;
use crate::realms::{RealmMachine, Realms};
use crate::view::View;

/// Why the past could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[source] ReadError),
    /// The log could not be folded.
    #[error("the log could not be folded")]
    Fold(#[source] FoldError),
    /// The realm is not there.
    #[error("there is no such realm now")]
    NoRealm,
}

/// The moments of the past that were asked about last, so that many questions about one moment fold
/// it once.
#[derive(Debug, Default)]
pub(super) struct Recent {
    views: Mutex<VecDeque<Arc<View<Realms>>>>,
}

impl Recent {
    const MOST: usize = 4;

    fn find(&self, position: Position) -> Option<Arc<View<Realms>>> {
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let found = views.iter().find(|view| view.head.position == position);
        found.map(Arc::clone)
    }

    fn keep(&self, view: &Arc<View<Realms>>) {
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.push_front(Arc::clone(view));
        views.truncate(Self::MOST);
    }
}

impl Installation {
    /// Returns the state at a position of the past, folded from the nearest snapshot. Past the end of
    /// the log it is the newest.
    pub fn at_position(&self, position: Position) -> Result<Arc<View<Realms>>, PastError> {
        let newest = self.view();
        if position >= newest.head.position {
            return Ok(newest);
        }
        if let Some(view) = self.recent.find(position) {
            return Ok(view);
        }
        let view = Arc::new(self.folded(position)?);
        self.recent.keep(&view);
        Ok(view)
    }

    fn folded(&self, upto: Position) -> Result<View<Realms>, PastError> {
        let head = self.store.head().map_err(PastError::Read)?;
        let mut view =
            nearest(&self.machine, &*self.store, &head, upto).map_err(PastError::Read)?;
        while view.head.position < upto {
            let entries = self
                .store
                .read(view.head.position.next(), 512)
                .map_err(PastError::Read)?;
            if entries.is_empty() {
                break;
            }
            for entry in entries.iter().take_while(|entry| entry.position <= upto) {
                self.apply(&mut view, entry)?;
            }
        }
        Ok(view)
    }

    /// Returns the state at a time of the past: after the last entry that is not later.
    pub fn at_time(&self, at: Timestamp) -> Result<Arc<View<Realms>>, PastError> {
        let head = self.store.head().map_err(PastError::Read)?;
        let mut low = Position::EMPTY;
        let mut high = head.position;
        // Entry times never go backwards, so the last one that is not later is found by halving.
        while low < high {
            let middle = Position::new(u64::midpoint(low.get(), high.get()) + 1);
            let found = self.store.read(middle, 1).map_err(PastError::Read)?;
            if found.first().is_some_and(|entry| entry.time <= at) {
                low = middle;
            } else {
                high = Position::new(middle.get() - 1);
            }
        }
        self.at_position(low)
    }

    fn apply(&self, view: &mut View<Realms>, entry: &ledger::Entry) -> Result<(), PastError> {
        use crate::machine::Machine as _;
        view.head = view
            .head
            .follow(entry)
            .map_err(|broken| PastError::Fold(FoldError::Broken(broken)))?;
        self.machine
            .apply(&mut view.state, entry)
            .map_err(|source| {
                PastError::Fold(FoldError::Apply {
                    position: entry.position,
                    source,
                })
            })
    }
}

/// Returns the state of the newest usable snapshot at or below a position; the empty one if there is
/// none. A snapshot that is not of this log's past, or cannot be read, is passed over: the log alone
/// is the truth.
pub(super) fn nearest(
    machine: &RealmMachine,
    store: &dyn Store,
    head: &Head,
    upto: Position,
) -> Result<View<Realms>, ReadError> {
    let empty = View {
        state: Realms::default(),
        head: Head::empty(head.log),
    };
    let Some(snapshot) = store.find_snapshot(picture::FORMAT, upto)? else {
        return Ok(empty);
    };
    let entries = store.read(snapshot.position, 1)?;
    let Some(entry) = entries.first().filter(|entry| entry.hash == snapshot.hash) else {
        return Ok(empty);
    };
    let at = Head {
        position: entry.position,
        hash: entry.hash,
        time: entry.time,
        ..Head::empty(head.log)
    };
    Ok(match picture::view(machine, &snapshot, at) {
        Ok(view) => view,
        Err(_) => empty,
    })
}
