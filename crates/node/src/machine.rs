//! What the writer drives: a pure state machine over the log.

use jiff::Timestamp;
use ledger::store::Source;
use ledger::{Actor, CommandDigest, CommandId, Entry, Realm, RowWrite};

/// A state that is a fold over entries, and commands that make entries.
///
/// Both are pure: the same state, command and time give the same outcome, and the same entry gives
/// the same state. A command may be handled more than once before it is answered, each time on a
/// newer state, and only the last time counts; so `handle` has no other effect than what it
/// returns.
pub trait Machine: Send + 'static {
    /// The state. Cloning it must be cheap: each batch of commands works on a clone.
    type State: Clone + Send + Sync + 'static;
    /// What can be asked.
    type Command: Send + 'static;
    /// What is answered when it is done.
    type Answer: Send + 'static;
    /// What is answered when it is not.
    type Refusal: Send + 'static;

    /// Returns what becomes of a command on this state at `now`.
    fn handle(
        &self,
        state: &Self::State,
        submission: &Submission<Self::Command>,
        now: Timestamp,
    ) -> Handled<Self::Answer, Self::Refusal>;

    /// Brings `entry` into the state. Errors: the body is not one of this machine's.
    fn apply(&self, state: &mut Self::State, entry: &Entry) -> Result<(), Source>;

    /// Returns the answer to a command that is asked once more, from the entry that it left:
    /// without what is only shown once. Errors: the body is not one of this machine's.
    fn recall(&self, entry: &Entry) -> Result<Self::Answer, Source>;
}

/// A command, and who gives it.
#[derive(Debug, Clone)]
pub struct Submission<C> {
    /// Who gives it.
    pub actor: Actor,
    /// Its id, by which a repeat is known.
    pub id: CommandId,
    /// The keyed digest of what is asked, by which a repeat is told from something else under the
    /// same id; see [`crate::keys::Keys::command_digest`].
    pub digest: CommandDigest,
    /// What is asked.
    pub command: C,
}

/// What becomes of a command. Whatever it is, the row writes are done with the batch.
#[derive(Debug, Clone)]
pub enum Handled<A, R> {
    /// It leaves an entry.
    Entry {
        /// The realm that it changes.
        realm: Realm,
        /// The changes, as JSON.
        body: String,
        /// Rows that go with it.
        writes: Vec<RowWrite>,
        /// The answer, once it is durable.
        answer: A,
    },
    /// All is as it asks already, or it only writes rows: no entry.
    NoEntry {
        /// Rows that go with it.
        writes: Vec<RowWrite>,
        /// The answer.
        answer: A,
    },
    /// It may not or cannot be.
    Refused {
        /// Rows that go with it: the refusal, kept for an explanation.
        writes: Vec<RowWrite>,
        /// Why.
        refusal: R,
    },
}
