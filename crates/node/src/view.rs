//! What readers see: the state after the last durable entry, behind one pointer.

use std::sync::Arc;

use arc_swap::ArcSwap;
use ledger::Head;

/// A state, and the end of the log that it is the fold of.
#[derive(Debug, Clone)]
pub struct View<S> {
    /// The state.
    pub state: S,
    /// The last entry that is in it. Its token goes with every answer.
    pub head: Head,
}

/// Where the newest view is to be had. Clones share it.
///
/// Taking a view never waits, and a view never changes. Whoever keeps one keeps its memory too, so
/// let it go when the question is answered.
#[derive(Debug)]
pub struct Published<S> {
    newest: Arc<ArcSwap<View<S>>>,
}

impl<S> Published<S> {
    pub(crate) fn new(view: View<S>) -> Self {
        Self {
            newest: Arc::new(ArcSwap::from_pointee(view)),
        }
    }

    /// Returns the newest view.
    #[must_use]
    pub fn view(&self) -> Arc<View<S>> {
        self.newest.load_full()
    }

    pub(crate) fn publish(&self, view: View<S>) {
        self.newest.store(Arc::new(view));
    }
}

impl<S> Clone for Published<S> {
    fn clone(&self) -> Self {
        Self {
            newest: Arc::clone(&self.newest),
        }
    }
}
