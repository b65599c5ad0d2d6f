//! The writer's thread: batch after batch.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ledger::store::Source;
use ledger::{AppendError, Head, RowRefusal, Store, WriteError};

use super::open_batch::{Bench, Fate, Filled, KeptOut, OpenBatch};
use super::reply::Request;
use super::{SubmitError, WriterFailure};
use crate::clock::Clock;
use crate::fold::catch_up;
use crate::machine::Machine;
use crate::view::{Published, View};

/// How often a batch is handled again because the log moved under it, or because an append was
/// lost.
const TRIES_MAX: u32 = 32;

/// What the thread works with.
pub(super) struct Work<M: Machine> {
    pub(super) machine: M,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) published: Published<M::State>,
    pub(super) batch_max: NonZeroUsize,
}

/// What came of an append.
enum Appended {
    /// It is durable, and the log ends there.
    Durable(Head),
    /// Nothing was written: this row write cannot be done.
    Row(RowRefusal),
    /// Nothing was written: the log ends elsewhere.
    Moved,
    /// Nothing was written, though nobody said so: the head tells.
    Lost(WriteError),
    /// Nothing was written.
    NotWritten(WriteError),
    /// Rows may have been written or not, and the head does not tell.
    Unknown,
}

impl<M: Machine> Work<M> {
    /// Works until every giver is gone, or until it must not go on. Whoever waits then is told that
    /// the outcome is unknown, by the drop of his request.
    pub(super) fn run(self, queue: &Receiver<Request<M>>) -> Result<(), WriterFailure> {
        while let Ok(first) = queue.recv() {
            let mut requests = vec![first];
            requests.extend(queue.try_iter().take(self.batch_max.get() - 1));
            self.settle(requests)?;
        }
        Ok(())
    }

    /// Handles a batch, makes it durable, publishes it, and answers everybody.
    fn settle(&self, requests: Vec<Request<M>>) -> Result<(), WriterFailure> {
        let mut kept_out = KeptOut::new();
        let mut tries_left = TRIES_MAX;
        loop {
            let view = self.published.view();
            let batch = match OpenBatch::fill(&self.bench(&view), &requests, &kept_out)? {
                Filled::Full(batch) => batch,
                Filled::Spoiled { index, source } => {
                    kept_out.insert(index, Fate::Broken(source));
                    continue;
                }
                Filled::Behind => {
                    self.follow(&mut kept_out)?;
                    continue;
                }
            };
            match self.append(&view.head, &batch)? {
                Appended::Durable(head) => {
                    self.answer(requests, batch, kept_out, head);
                    return Ok(());
                }
                Appended::Row(refusal) => keep_out(&mut kept_out, &batch, refusal)?,
                Appended::Moved if tries_left > 0 => {
                    tries_left -= 1;
                    self.follow(&mut kept_out)?;
                }
                Appended::Lost(_) if tries_left > 0 => tries_left -= 1,
                Appended::Moved => {
                    let busy: Source = "other nodes appended first, every time".into();
                    refuse_all(requests, WriteError::Failed(busy));
                    return Ok(());
                }
                Appended::Lost(error) | Appended::NotWritten(error) => {
                    refuse_all(requests, error);
                    return Ok(());
                }
                // The requests are dropped, and so everybody is told that it is unknown.
                Appended::Unknown => return Ok(()),
            }
        }
    }

    fn bench<'a>(&'a self, view: &'a View<M::State>) -> Bench<'a, M> {
        Bench {
            machine: &self.machine,
            store: &*self.store,
            clock: &*self.clock,
            view,
        }
    }

    fn append(&self, after: &Head, batch: &OpenBatch<M>) -> Result<Appended, WriterFailure> {
        if batch.is_empty() {
            return Ok(Appended::Durable(after.clone()));
        }
        match self.store.append(after, &batch.entries, &batch.writes) {
            Ok(head) => Ok(Appended::Durable(head)),
            Err(AppendError::Conflict { .. }) => Ok(Appended::Moved),
            Err(AppendError::Row(refusal)) => Ok(Appended::Row(refusal)),
            Err(AppendError::Write(WriteError::Unknown(source))) => self.look(after, batch, source),
            Err(AppendError::Write(error @ WriteError::Failed(_))) => {
                Ok(Appended::NotWritten(error))
            }
            Err(AppendError::Write(error @ WriteError::Fatal(_))) => {
                Err(WriterFailure::Store(error))
            }
            Err(
                error @ (AppendError::Link(_)
                | AppendError::CommandTaken(_)
                | AppendError::Withheld(_)),
            ) => Err(WriterFailure::Append(error)),
        }
    }

    /// Reads what became of an append of which nobody could say.
    fn look(
        &self,
        after: &Head,
        batch: &OpenBatch<M>,
        source: Source,
    ) -> Result<Appended, WriterFailure> {
        if batch.entries.is_empty() {
            return Ok(Appended::Unknown);
        }
        let found = self.store.head().map_err(WriterFailure::Read)?;
        if found.is_same_end(after) {
            return Ok(Appended::Lost(WriteError::Failed(source)));
        }
        let standing = self
            .store
            .read(after.position.next(), batch.entries.len())
            .map_err(WriterFailure::Read)?;
        if standing != batch.entries {
            return Ok(Appended::Moved);
        }
        // Ours. Others may have come after it; the next batch will find that.
        Ok(Appended::Durable(Head {
            epoch: found.epoch,
            clock: found.clock,
            ..batch.end().clone()
        }))
    }

    /// Brings the published state up to the end of a log that moved on. What was kept out is looked
    /// at afresh: it may have stumbled over something that is no longer so.
    fn follow(&self, kept_out: &mut KeptOut<M>) -> Result<(), WriterFailure> {
        kept_out.clear();
        let mut view = View::clone(&self.published.view());
        catch_up(&self.machine, &*self.store, &mut view).map_err(WriterFailure::Follow)?;
        self.published.publish(view);
        Ok(())
    }

    /// Publishes the batch, and then tells everybody, in the order in which they came.
    fn answer(
        &self,
        requests: Vec<Request<M>>,
        batch: OpenBatch<M>,
        kept_out: KeptOut<M>,
        head: Head,
    ) {
        let is_moved = !batch.entries.is_empty();
        let (state, fates) = batch.into_parts(kept_out);
        if is_moved {
            self.published.publish(View {
                state,
                head: head.clone(),
            });
        }
        for (request, fate) in requests.into_iter().zip(fates) {
            request
                .reply
                .send(fate.map_or(Err(SubmitError::Unknown), |fate| fate.answer(&head)));
        }
    }
}

/// Keeps out the command whose write was refused; the others are handled again without it.
fn keep_out<M: Machine>(
    kept_out: &mut KeptOut<M>,
    batch: &OpenBatch<M>,
    refusal: RowRefusal,
) -> Result<(), WriterFailure> {
    match batch.owner_of(refusal.write) {
        Some(owner) => {
            kept_out.insert(owner, Fate::Row(refusal));
            Ok(())
        }
        // A write that was never asked for: to try again would be to try for ever.
        None => Err(WriterFailure::Append(AppendError::Row(refusal))),
    }
}

fn refuse_all<M: Machine>(requests: Vec<Request<M>>, error: WriteError) {
    let error = Arc::new(error);
    for request in requests {
        request
            .reply
            .send(Err(SubmitError::NotWritten(Arc::clone(&error))));
    }
}
