//! The sweep: what is due by the calendar, in every realm, done by the system.
//!
//! Each step is a command under an id that derives from what it is and when it fell due, so that two
//! sweeps do it once. A renewed token's secret is made here and sealed into a row of the
//! installation, in the same write as the entry; whoever may get tokens of its holder collects it
//! once.

use base64::Engine as _;
use commands::{Answer, Due, NotDone, SweepStep, calendar, renewed_id};
use engine::fact::Digest;
use engine::{Credential, Evidence, TokenId};
use ledger::row::{RowKey, RowWrite, Table};
use ledger::{Actor, CommandId, Expect, ReadError, Realm};

use super::{Asked, Installation, RunError, directory};
use crate::keys::{SealError, UnsealError};
use crate::random::bytes;
use crate::realms::{Call, CallTask, OwnerTask, Task, TaskRefusal};
use crate::writer::{Answered, Outcome, SubmitError};

/// What a sweep came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// What was done, in which realm.
    pub done: Vec<(Realm, Due)>,
    /// What should have been done and could not be, in which realm.
    pub not_done: Vec<(Realm, NotDone)>,
}

/// Why the secret of a renewed token is not handed out.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The row could not be read.
    #[error("the sealed secret could not be read")]
    Read(#[source] ReadError),
    /// The row could not be opened.
    #[error("the sealed secret could not be opened")]
    Unseal(#[source] UnsealError),
    /// It was not done.
    #[error(transparent)]
    Run(RunError),
}

impl Installation {
    /// Does what is due in every realm that is loaded. Blocks until all of it is durable.
    ///
    /// What cannot be done does not keep the rest from being done; it is told in [`Swept::not_done`].
    /// Errors: the writer gave no outcome, or no secret could be made.
    pub fn sweep(&self) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        let view = self.view();
        for (realm, _) in view.state.iter() {
            self.sweep_realm(&view, realm, &mut swept)?;
        }
        Ok(swept)
    }

    /// The same in one realm.
    pub fn sweep_one(&self, realm: &Realm) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        self.sweep_realm(&self.view(), realm, &mut swept)?;
        Ok(swept)
    }

    fn sweep_realm(
        &self,
        view: &crate::view::View<crate::realms::Realms>,
        realm: &Realm,
        swept: &mut Swept,
    ) -> Result<(), SweepError> {
        let Some(directory) = directory(view, realm) else {
            return Ok(());
        };
        let calendar = calendar(directory, self.now());
        swept.not_done.extend(
            calendar
                .not_done
                .into_iter()
                .map(|one| (realm.clone(), one)),
        );
        for due in calendar.due {
            match self.sweep_step(realm, &due)? {
                Outcome::Done { .. } => swept.done.push((realm.clone(), due)),
                // Somebody else did it in between, or it is no longer due.
                Outcome::Repeated { .. } | Outcome::NoEntry { .. } => {}
                Outcome::Refused(refusal) => {
                    if let SweepStep::Renew(token) | SweepStep::Forget(token) = due.step {
                        let why = refusal.to_string();
                        swept.not_done.push((realm.clone(), NotDone { token, why }));
                    }
                }
            }
        }
        Ok(())
    }

    fn sweep_step(
        &self,
        realm: &Realm,
        due: &Due,
    ) -> Result<Outcome<Answer, TaskRefusal>, SweepError> {
        let (digest, sealed) = match (&due.step, renewed_id(due)) {
            (SweepStep::Renew(_), Some(new)) => {
                let (digest, write) = self.sealed_secret(realm, &new)?;
                (Some(digest), vec![write])
            }
            _ => (None, Vec::new()),
        };
        let id = CommandId::from_stored(&due.id())
            .map_err(|error| SweepError::Run(RunError::Id(error)))?;
        let asked = Asked {
            realm: realm.clone(),
            text: due.id(),
            task: Task::Own(OwnerTask::Sweep {
                due: due.clone(),
                digest,
                sealed,
            }),
        };
        self.run(id, Actor::System, &asked).map_err(SweepError::Run)
    }

    /// Makes a secret; returns its digest, and the row that keeps it sealed.
    fn sealed_secret(
        &self,
        realm: &Realm,
        token: &TokenId,
    ) -> Result<(Digest, RowWrite), SweepError> {
        let random: [u8; 32] =
            bytes(&self.random).map_err(|error| SweepError::Run(RunError::Random(error)))?;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        let secret = format!("cs_{text}");
        let key = sealed_row(realm, token);
        let sealed = self
            .keys
            .seal(&key, secret.as_bytes(), &self.random)
            .map_err(SweepError::Seal)?;
        Ok((Digest::of(&secret), RowWrite::put(key, sealed)))
    }

    /// Hands out the secret of a token that was renewed by itself, once: the row goes with the same
    /// write, and a person who gets it is noted.
    ///
    /// `reply` is called once with what became of it; on [`Outcome::Done`] and
    /// [`Outcome::NoEntry`] the answer has the secret.
    /// Errors: nothing waits, or the row cannot be read or opened; nothing was given to the writer.
    pub fn collect(
        &self,
        realm: &Realm,
        (id, actor): (CommandId, Actor),
        by: (Credential, Evidence),
        token: &TokenId,
        reply: impl FnOnce(Result<Answered<Answer, TaskRefusal>, SubmitError>) + Send + 'static,
    ) -> Result<(), CollectError> {
        let key = sealed_row(realm, token);
        let row = self.store.row(&key).map_err(CollectError::Read)?;
        let sealed = row.map(|row| {
            let opened = self.keys.unseal(&key, &row.value);
            opened.map(|secret| {
                let write = RowWrite::delete(key.clone()).expecting(Expect::Version(row.version));
                (String::from_utf8_lossy(secret.expose()).into_owned(), write)
            })
        });
        let sealed = sealed.transpose().map_err(CollectError::Unseal)?;
        let (secret, gone) = match sealed {
            Some((secret, gone)) => (Some(secret), vec![gone]),
            None => (None, Vec::new()),
        };
        let (by, evidence) = by;
        let asked = Asked {
            realm: realm.clone(),
            text: format!("token.collect {token}"),
            task: Task::Call(Box::new(Call {
                by,
                evidence,
                what: CallTask::Collect {
                    token: token.clone(),
                    gone,
                },
            })),
        };
        let with_secret = move |answered: Result<Answered<Answer, TaskRefusal>, SubmitError>| {
            reply(answered.map(|answered| hand_out(answered, secret)));
        };
        self.submit(id, actor, &asked, with_secret)
            .map_err(|error| CollectError::Run(RunError::Random(error)))
    }
}

/// Puts the secret into the answer of what was done now.
fn hand_out(
    answered: Answered<Answer, TaskRefusal>,
    secret: Option<String>,
) -> Answered<Answer, TaskRefusal> {
    let outcome = match answered.outcome {
        Outcome::Done { answer, position } => Outcome::Done {
            answer: Answer { secret, ..answer },
            position,
        },
        Outcome::NoEntry { answer } => Outcome::NoEntry {
            answer: Answer { secret, ..answer },
        },
        other => other,
    };
    Answered {
        outcome,
        at: answered.at,
    }
}

fn sealed_row(realm: &Realm, token: &TokenId) -> RowKey {
    RowKey::new(
        Table::SealedSecret,
        &format!("renewed/{}/{token}", realm.as_str()),
    )
}

/// Why a sweep stopped.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A step was not run.
    #[error("a step of the sweep was not run")]
    Run(#[source] RunError),
    /// A secret could not be sealed.
    #[error("a renewed token's secret could not be sealed")]
    Seal(#[source] SealError),
}
