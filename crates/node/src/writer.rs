//! The writer: one thread through which every command goes.
//!
//! It takes what is waiting, a batch, and handles each command on its own working copy: the durable
//! state plus what the commands ahead of it left. Then it appends the whole batch after the one
//! head that the batch rests on, publishes the new state, and answers everybody in the order in
//! which they came. *Refusals wait too*: one may rest on an entry that is not yet durable. While
//! the disk is busy with one batch, the next one gathers; so the busier it is, the fewer syncs a
//! command costs.
//!
//! INVARIANT: nobody is answered on the strength of something that could still be lost.
//!
//! When the log turns out to end elsewhere (another node appended), the working copy is dropped and
//! the batch handled again. When it is not known whether an append was done, the head is read
//! before anybody is answered. When the disk failed, the writer stops for good: [`Writer::wait`]
//! returns why, and the process must end.

mod open_batch;
mod reply;
mod work;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use ledger::store::Source;
use ledger::{
    AppendError, ConsistencyToken, LogClock, Position, ReadError, RowRefusal, Store, WriteError,
};

use crate::clock::Clock;
use crate::fold::{FoldError, catch_up};
use crate::machine::{Machine, Submission};
use crate::view::{Published, View};
use reply::{Reply, Request};
use work::Work;

/// How much the writer takes in.
#[derive(Debug, Clone, Copy)]
pub struct WriterLimits {
    /// How many commands may wait; beyond that, [`SubmitError::Busy`].
    pub queue: NonZeroUsize,
    /// How many commands go into one batch.
    pub batch: NonZeroUsize,
}

impl Default for WriterLimits {
    fn default() -> Self {
        const QUEUE: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();
        const BATCH: NonZeroUsize = NonZeroUsize::new(512).unwrap();
        Self {
            queue: QUEUE,
            batch: BATCH,
        }
    }
}

/// A command that was answered, and how much of the log the answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<A, R> {
    /// What became of it.
    pub outcome: Outcome<A, R>,
    /// A place in the log at or after everything that the answer rests on; durable.
    pub at: ConsistencyToken,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<A, R> {
    /// It was done, now.
    Done {
        /// The answer.
        answer: A,
        /// Where its entry stands.
        position: Position,
    },
    /// It had been done before, and was not done again.
    Repeated {
        /// The answer that its entry gives.
        answer: A,
        /// Where its entry stands.
        position: Position,
    },
    /// It left no entry: all is as it asks already, or it wrote rows only.
    NoEntry {
        /// The answer.
        answer: A,
    },
    /// It may not or cannot be.
    Refused(R),
}

/// Why a command was not answered with an outcome.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Too many are waiting. It was not taken in; try again later.
    #[error("too many commands are waiting")]
    Busy,
    /// The same actor gave another command under this id before. It was not done.
    #[error("the command id was used for another command: the entry at {position}")]
    IdTaken {
        /// The entry of the other command.
        position: Position,
    },
    /// A row that it writes was changed in between. It was not done.
    #[error("the command came too late")]
    Row(#[source] RowRefusal),
    /// The store could not write. It was not done; try again.
    #[error("the command could not be made durable")]
    NotWritten(#[source] Arc<WriteError>),
    /// The machine does not understand an entry of its own. It was not done.
    #[error("the command's entry cannot be read back")]
    Broken(#[source] Source),
    /// Whether it was done is not known. Asking again with the same id tells.
    #[error("whether the command was done is not known: ask again with the same id")]
    Unknown,
}

/// Why the writer stopped. The process must end, and start again from what is durable.
#[derive(Debug, thiserror::Error)]
pub enum WriterFailure {
    /// The store cannot make anything durable.
    #[error("the store cannot make anything durable")]
    Store(#[source] WriteError),
    /// The store refused entries that were made to fit: somebody changed it under our hands, or we
    /// are wrong.
    #[error("the store refused entries that follow its head")]
    Append(#[source] AppendError),
    /// The store could not be read, when an answer hung on it.
    #[error("the store could not be read")]
    Read(#[source] ReadError),
    /// The log moved on, and could not be followed.
    #[error("the log could not be followed")]
    Follow(#[source] FoldError),
    /// The thread panicked.
    #[error("the writer panicked")]
    Panicked,
}

/// Why the writer was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The log could not be folded.
    #[error("the log could not be followed to its end")]
    Follow(#[source] FoldError),
    /// The log could not be marked as one that ran with a test clock.
    #[error("the log could not be marked as one with a test clock")]
    MarkClock(#[source] WriteError),
    /// The system gives no thread.
    #[error("the writer's thread could not be started")]
    Thread(#[source] std::io::Error),
}

/// What a command is answered with: an outcome, or why there is none.
pub type Answer<M> = Result<Answered<<M as Machine>::Answer, <M as Machine>::Refusal>, SubmitError>;

/// A running writer.
pub struct Writer<M: Machine> {
    submitter: Submitter<M>,
    published: Published<M::State>,
    thread: JoinHandle<Result<(), WriterFailure>>,
}

/// Gives commands to the writer. Clones give to the same one; it ends when the last is dropped.
pub struct Submitter<M: Machine> {
    queue: SyncSender<Request<M>>,
}

impl<M: Machine> Writer<M> {
    /// Starts the writer on `store`, from `view`: a machine's first state with the empty head, or a
    /// state of the same log's past. Returns when `view` is brought up to the end of the log and
    /// published.
    pub fn start(
        machine: M,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        mut view: View<M::State>,
        limits: WriterLimits,
    ) -> Result<Self, StartError> {
        if clock.kind() == LogClock::Test {
            store.mark_test_clock().map_err(StartError::MarkClock)?;
        }
        catch_up(&machine, &*store, &mut view).map_err(StartError::Follow)?;
        let published = Published::new(view);
        let (queue, requests) = sync_channel(limits.queue.get());
        let work = Work {
            machine,
            store,
            clock,
            published: published.clone(),
            batch_max: limits.batch,
        };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work.run(&requests))
            .map_err(StartError::Thread)?;
        Ok(Self {
            submitter: Submitter { queue },
            published,
            thread,
        })
    }

    /// Returns a way to give it commands.
    #[must_use]
    pub fn submitter(&self) -> Submitter<M> {
        self.submitter.clone()
    }

    /// Returns where its newest state is to be had.
    #[must_use]
    pub fn published(&self) -> Published<M::State> {
        self.published.clone()
    }

    /// Waits until it stops: when every [`Submitter`] is dropped and everything is answered, or
    /// when it fails. On an error the process must end.
    pub fn wait(self) -> Result<(), WriterFailure> {
        drop(self.submitter);
        self.thread.join().unwrap_or(Err(WriterFailure::Panicked))
    }
}

impl<M: Machine> Submitter<M> {
    /// Gives a command and returns at once. `reply` is called once, whatever happens: on the
    /// writer's thread, so it must be quick and must not wait; or here, when the command is not
    /// taken in.
    pub fn submit(
        &self,
        submission: Submission<M::Command>,
        reply: impl FnOnce(Answer<M>) + Send + 'static,
    ) {
        let request = Request {
            submission,
            reply: Reply::new(reply),
        };
        match self.queue.try_send(request) {
            Ok(()) => {}
            Err(TrySendError::Full(request)) => request.reply.send(Err(SubmitError::Busy)),
            // Dropping a reply sends that the outcome is unknown.
            Err(TrySendError::Disconnected(request)) => drop(request),
        }
    }

    /// Gives a command, waits for a place in the queue if it must, and returns the answer. For
    /// threads that may block.
    pub fn ask(&self, submission: Submission<M::Command>) -> Answer<M> {
        let (sender, receiver) = sync_channel(1);
        let reply = Reply::new(move |answer| {
            // Nobody waits any more: there is nobody to tell.
            let _ = sender.send(answer);
        });
        drop(self.queue.send(Request { submission, reply }));
        receiver.recv().unwrap_or(Err(SubmitError::Unknown))
    }
}

impl<M: Machine> Clone for Submitter<M> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
        }
    }
}

impl<M: Machine> fmt::Debug for Submitter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitter").finish_non_exhaustive()
    }
}

impl<M: Machine> fmt::Debug for Writer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}
