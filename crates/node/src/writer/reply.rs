//! A command on its way, and how its giver is told.

use super::{Answer, SubmitError};
use crate::machine::{Machine, Submission};

/// A command and the way back.
pub(super) struct Request<M: Machine> {
    pub(super) submission: Submission<M::Command>,
    pub(super) reply: Reply<M>,
}

/// Tells the giver of a command, once. Dropped without an answer (the writer failed, or panicked,
/// with the command in its hands or still in the queue) it says that the outcome is unknown.
pub(super) struct Reply<M: Machine> {
    tell: Option<Box<dyn FnOnce(Answer<M>) + Send>>,
}

impl<M: Machine> Reply<M> {
    pub(super) fn new(tell: impl FnOnce(Answer<M>) + Send + 'static) -> Self {
        Self {
            tell: Some(Box::new(tell)),
        }
    }

    pub(super) fn send(mut self, answer: Answer<M>) {
        if let Some(tell) = self.tell.take() {
            tell(answer);
        }
    }
}

impl<M: Machine> Drop for Reply<M> {
    fn drop(&mut self) {
        if let Some(tell) = self.tell.take() {
            tell(Err(SubmitError::Unknown));
        }
    }
}
