//! Importing a directory: worked out against what is there, then written in as few entries as it
//! takes.
//!
//! What fits into one entry is written as one, and nobody sees it half done. What does not is
//! written in parts while the realm is *loading*, when it answers nothing at all; so that nobody
//! sees that half done either. Where it is cut off, the same import given again goes on.
//!
//! What is not here: the form of a directory file, and who may import; the machine asks the engine
//! with each part.

mod plan;
mod progress;

use std::sync::Arc;

use engine::fact::{Change, Settings};
use engine::{Credential, Evidence};
use ledger::{Actor, CommandId, ReadError, Realm, RowWrite};

pub use plan::{Beyond, ImportCounts, ImportPlan, Wanted};
pub use progress::{ImportProgress, ImportState, Imports};

use super::{Asked, Installation, PART, RunError};
use crate::random::RandomError;
use crate::realms::{Call, CallTask, OwnerTask, Task, TaskRefusal, has_operator};
use crate::writer::{Answered, Outcome};

/// How often an import is worked out anew when the realm changes in between.
const TRIES: usize = 8;

/// Why an import was not worked out or not done.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[source] RandomError),
    /// The texts or the log could not be read.
    #[error("the log could not be read")]
    Read(#[source] ReadError),
    /// It was refused.
    #[error(transparent)]
    Refused(TaskRefusal),
    /// A part was not run.
    #[error("a part of the import was not run")]
    Run(#[source] RunError),
}

/// An import that was asked for.
#[derive(Debug, Clone)]
pub struct Import {
    /// Into which realm.
    pub realm: Realm,
    /// Under which id.
    pub id: CommandId,
    /// By whom.
    pub by: Importer,
    /// What the realm is to hold.
    pub wanted: Arc<Wanted>,
    /// What was asked, as text: the same id with another text is a conflict.
    pub text: String,
}

/// Who imports.
#[derive(Debug, Clone)]
pub enum Importer {
    /// A caller; the engine is asked with each part.
    Caller {
        /// As the entries name him.
        actor: Actor,
        /// As the engine knows him.
        credential: Credential,
        /// What was measured.
        evidence: Box<Evidence>,
    },
    /// The owner of the machine.
    Owner,
}

impl Import {
    /// Returns the importer as the entries name him.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        match &self.by {
            Importer::Caller { actor, .. } => actor,
            Importer::Owner => &Actor::System,
        }
    }
}

/// What became of an import.
#[derive(Debug)]
pub struct Imported {
    /// What became of its last entry.
    pub answered: Answered<commands::Answer, TaskRefusal>,
    /// What it changed.
    pub counts: ImportCounts,
}

type Part = Answered<commands::Answer, TaskRefusal>;

impl Installation {
    /// Does an import and waits until it is durable. For threads that may block.
    ///
    /// `plan` is what was worked out for it; when the realm changed since, it is worked out anew.
    /// `progress` is told how many entries are written, of how many; it is not called for an import
    /// of one.
    pub fn import(
        &self,
        import: &Import,
        mut plan: ImportPlan,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Imported, ImportError> {
        let known = self
            .find_command(&import.realm, import.actor(), &import.id)
            .map_err(ImportError::Read)?;
        if known.is_some() {
            // The writer tells a repeat from something else under the same id.
            let answered = self.part(import, import.id.clone(), Vec::new(), Vec::new(), 0)?;
            let counts = plan.counts();
            return Ok(Imported { answered, counts });
        }
        for _ in 0..TRIES {
            let counts = plan.counts();
            let answered = if plan.parts() == 1 {
                let base = plan.base;
                let (changes, texts) = plan.whole();
                self.part(import, import.id.clone(), changes, texts, base)?
            } else {
                self.in_parts(import, plan, progress)?
            };
            if answered.outcome != Outcome::Refused(TaskRefusal::Moved) {
                return Ok(Imported { answered, counts });
            }
            plan = self.plan_import(&import.realm, &import.wanted)?;
        }
        Err(ImportError::Refused(TaskRefusal::Moved))
    }

    /// Writes a long import: the first part says that the realm is loading, the last that it is
    /// loaded. The last has the import's own id, so that the id is taken when all is done.
    fn in_parts(
        &self,
        import: &Import,
        plan: ImportPlan,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Part, ImportError> {
        let now = self.now();
        if !has_operator(&plan.after, now) {
            return Err(ImportError::Refused(TaskRefusal::NoOperator));
        }
        let settings = plan.after.settings().cloned();
        let settings = |loading| {
            let settings = settings.clone();
            settings.map(|settings| {
                Change::Set(
                    Settings {
                        loading,
                        ..settings
                    }
                    .into(),
                )
            })
        };
        let (first, of) = (plan.base, plan.parts());
        let mut base = first;
        let mut parts = plan.into_parts(PART).into_iter().enumerate().peekable();
        while let Some((index, (mut changes, texts))) = parts.next() {
            if index == 0 {
                changes.extend(settings(true));
            }
            if parts.peek().is_none() {
                changes.extend(settings(false));
                let done = self.part(import, import.id.clone(), changes, texts, base)?;
                progress(of, of);
                return Ok(done);
            }
            let id = format!("{}/{first}/{index}", import.id);
            let id = CommandId::from_stored(&id).map_err(|e| ImportError::Run(RunError::Id(e)))?;
            let done = self.part(import, id, changes, texts, base)?;
            match done.outcome {
                Outcome::Done { position, .. } | Outcome::Repeated { position, .. } => {
                    base = position.get();
                }
                Outcome::NoEntry { .. } | Outcome::Refused(_) => return Ok(done),
            }
            progress(index + 1, of);
        }
        Err(ImportError::Refused(TaskRefusal::Encode))
    }

    fn part(
        &self,
        import: &Import,
        id: CommandId,
        changes: Vec<Change>,
        texts: Vec<RowWrite>,
        base: u64,
    ) -> Result<Part, ImportError> {
        let task = match &import.by {
            Importer::Caller {
                credential,
                evidence,
                ..
            } => Task::Call(Box::new(Call {
                by: credential.clone(),
                evidence: (**evidence).clone(),
                what: CallTask::Import {
                    changes,
                    texts,
                    base,
                },
            })),
            Importer::Owner => Task::Own(OwnerTask::Import {
                changes,
                texts,
                base,
            }),
        };
        let asked = Asked {
            realm: import.realm.clone(),
            task,
            text: import.text.clone(),
        };
        let submission = self
            .submission(id, import.actor().clone(), &asked)
            .map_err(ImportError::Random)?;
        self.submitter
            .ask(submission)
            .map_err(|error| ImportError::Run(RunError::Submit(error)))
    }
}
