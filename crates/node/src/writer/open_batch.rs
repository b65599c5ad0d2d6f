//! A batch in the making: a working copy, what the commands left on it, and what each will be told.

use std::collections::{BTreeMap, HashMap};

use ledger::store::Source;
use ledger::{
    Command, CommandDigest, Draft, Entry, FoundCommand, Head, Position, ReadError, RowRefusal,
    RowWrite, Store,
};

use super::reply::Request;
use super::{Answer, Answered, Outcome, SubmitError, WriterFailure};
use crate::clock::Clock;
use crate::machine::{Handled, Machine, Submission};
use crate::view::View;

/// What a command will be told, once the batch is durable.
pub(super) enum Fate<M: Machine> {
    Settled(Outcome<M::Answer, M::Refusal>),
    IdTaken(Position),
    Row(RowRefusal),
    Broken(Source),
}

/// The fates of commands that must stay out of the batch, by their place in it.
pub(super) type KeptOut<M> = BTreeMap<usize, Fate<M>>;

/// How far the making of a batch came.
pub(super) enum Filled<M: Machine> {
    /// Every command has a fate.
    Full(OpenBatch<M>),
    /// The machine cannot work with the entry of this command, and the working copy is spoiled by
    /// it.
    Spoiled { index: usize, source: Source },
    /// The store knows of entries that the working copy does not.
    Behind,
}

/// A working copy, and what was done on it.
pub(super) struct OpenBatch<M: Machine> {
    pub(super) state: M::State,
    pub(super) entries: Vec<Entry>,
    pub(super) writes: Vec<RowWrite>,
    /// For each write, the place of the command that wants it.
    owners: Vec<usize>,
    /// The end of the log with the batch's entries on it.
    head: Head,
    /// Which entry of the batch a command id has, per actor.
    ids: HashMap<IdKey, usize>,
    /// For each command, its fate; nothing for those that are kept out.
    fates: Vec<Option<Fate<M>>>,
}

/// Who, app and command id.
type IdKey = (Box<str>, Box<str>, Box<str>);

fn id_key<C>(submission: &Submission<C>) -> IdKey {
    let scope = submission.actor.command_scope();
    (
        scope.who.into(),
        scope.app.into(),
        submission.id.as_str().into(),
    )
}

/// What one command came to, before its place in the batch is known to matter.
enum Step<M: Machine> {
    Fate(Fate<M>),
    Spoiled(Source),
    Behind,
}

/// What the making of a batch needs beside the commands.
pub(super) struct Bench<'a, M: Machine> {
    pub(super) machine: &'a M,
    pub(super) store: &'a dyn Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) view: &'a View<M::State>,
}

impl<M: Machine> OpenBatch<M> {
    /// Handles `requests` in order on a copy of the view, but for those that are kept out.
    pub(super) fn fill(
        bench: &Bench<'_, M>,
        requests: &[Request<M>],
        kept_out: &KeptOut<M>,
    ) -> Result<Filled<M>, WriterFailure> {
        let mut batch = Self {
            state: bench.view.state.clone(),
            entries: Vec::new(),
            writes: Vec::new(),
            owners: Vec::new(),
            head: bench.view.head.clone(),
            ids: HashMap::new(),
            fates: Vec::with_capacity(requests.len()),
        };
        for (index, request) in requests.iter().enumerate() {
            if kept_out.contains_key(&index) {
                batch.fates.push(None);
                continue;
            }
            match batch
                .take(bench, index, &request.submission)
                .map_err(WriterFailure::Read)?
            {
                Step::Fate(fate) => batch.fates.push(Some(fate)),
                Step::Spoiled(source) => return Ok(Filled::Spoiled { index, source }),
                Step::Behind => return Ok(Filled::Behind),
            }
        }
        Ok(Filled::Full(batch))
    }

    fn take(
        &mut self,
        bench: &Bench<'_, M>,
        index: usize,
        submission: &Submission<M::Command>,
    ) -> Result<Step<M>, ReadError> {
        if let Some(step) = self.repeat(bench, submission)? {
            return Ok(step);
        }
        let now = self.head.time_of_next(bench.clock.now());
        let (writes, outcome) = match bench.machine.handle(&self.state, submission, now) {
            Handled::Entry {
                realm,
                body,
                writes,
                answer,
            } => {
                let command = Command {
                    id: submission.id.clone(),
                    digest: submission.digest,
                };
                let draft = Draft {
                    realm,
                    actor: submission.actor.clone(),
                    command,
                    body,
                };
                let entry = draft.seal_onto(&mut self.head, now);
                if let Err(source) = bench.machine.apply(&mut self.state, &entry) {
                    return Ok(Step::Spoiled(source));
                }
                let position = entry.position;
                self.ids.insert(id_key(submission), self.entries.len());
                self.entries.push(entry);
                (writes, Outcome::Done { answer, position })
            }
            Handled::NoEntry { writes, answer } => (writes, Outcome::NoEntry { answer }),
            Handled::Refused { writes, refusal } => (writes, Outcome::Refused(refusal)),
        };
        self.owners.extend(writes.iter().map(|_| index));
        self.writes.extend(writes);
        Ok(Step::Fate(Fate::Settled(outcome)))
    }

    /// What a command comes to whose id has an entry already, in this batch or in the log; nothing
    /// for a new one.
    fn repeat(
        &self,
        bench: &Bench<'_, M>,
        submission: &Submission<M::Command>,
    ) -> Result<Option<Step<M>>, ReadError> {
        let in_batch = self
            .ids
            .get(&id_key(submission))
            .and_then(|index| self.entries.get(*index));
        if let Some(entry) = in_batch {
            return Ok(Some(Step::Fate(recalled(
                bench.machine,
                entry,
                submission.digest,
            ))));
        }
        let Some(found) = bench
            .store
            .find_command(&submission.actor, &submission.id)?
        else {
            return Ok(None);
        };
        if found.position > bench.view.head.position {
            return Ok(Some(Step::Behind));
        }
        if found.digest != submission.digest {
            return Ok(Some(Step::Fate(Fate::IdTaken(found.position))));
        }
        let entry = read_one(bench.store, &found)?;
        Ok(Some(Step::Fate(recalled(
            bench.machine,
            &entry,
            submission.digest,
        ))))
    }

    /// Returns whether there is nothing to append.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.writes.is_empty()
    }

    /// Returns which command wants the write with this index.
    pub(super) fn owner_of(&self, write: usize) -> Option<usize> {
        self.owners.get(write).copied()
    }

    /// Returns the end of the log once the batch is appended.
    pub(super) fn end(&self) -> &Head {
        &self.head
    }

    /// Takes the batch apart: the state, and every command's fate in the order in which they came.
    pub(super) fn into_parts(self, mut kept_out: KeptOut<M>) -> (M::State, Vec<Option<Fate<M>>>) {
        let fates = self.fates.into_iter().enumerate();
        let fates = fates
            .map(|(index, fate)| fate.or_else(|| kept_out.remove(&index)))
            .collect();
        (self.state, fates)
    }
}

fn recalled<M: Machine>(machine: &M, entry: &Entry, digest: CommandDigest) -> Fate<M> {
    if entry.command.digest != digest {
        return Fate::IdTaken(entry.position);
    }
    match machine.recall(entry) {
        Ok(answer) => Fate::Settled(Outcome::Repeated {
            answer,
            position: entry.position,
        }),
        Err(source) => Fate::Broken(source),
    }
}

fn read_one(store: &dyn Store, found: &FoundCommand) -> Result<Entry, ReadError> {
    let missing = || ReadError::Unreadable {
        position: found.position,
        source: "it is not there".into(),
    };
    let mut page = store.read(found.position, 1)?;
    page.pop()
        .filter(|entry| entry.position == found.position)
        .ok_or_else(missing)
}

impl<M: Machine> Fate<M> {
    /// Returns what the giver is told, when all that is in the log up to `head` is durable.
    pub(super) fn answer(self, head: &Head) -> Answer<M> {
        match self {
            Self::Settled(outcome) => Ok(Answered {
                outcome,
                at: head.token(),
            }),
            Self::IdTaken(position) => Err(SubmitError::IdTaken { position }),
            Self::Row(refusal) => Err(SubmitError::Row(refusal)),
            Self::Broken(source) => Err(SubmitError::Broken(source)),
        }
    }
}
