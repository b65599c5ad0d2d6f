//! The realms of an installation, and the machine that folds entries into them.

use std::collections::BTreeMap;
use std::sync::Arc;

use commands::{Answer, Command, Handled as Done, Order, Refusal, handle};
use engine::fact::{Change, Fact, Operator, Person, Properties, Settings};
use engine::{Credential, Directory, Evidence, PersonId};
use jiff::Timestamp;
use ledger::store::Source;
use ledger::{Entry, Realm, RowWrite};
use rulebook::Problems;

use crate::body::Body;
use crate::machine::{Handled, Machine, Submission};
use crate::shelf::{Shelf, hex};
use crate::texts::Texts;

/// The state of an installation: each realm by itself. What happens in one never reaches another.
#[derive(Debug, Clone, Default)]
pub struct Realms {
    realms: Arc<BTreeMap<Realm, Directory>>,
}

impl Realms {
    /// Returns a realm's directory, if there is such a realm.
    #[must_use]
    pub fn get(&self, realm: &Realm) -> Option<&Directory> {
        self.realms.get(realm)
    }

    /// Returns the realms, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Realm, &Directory)> {
        self.realms.iter()
    }

    /// Puts a realm in place, as a snapshot had it.
    pub fn put(&mut self, realm: Realm, directory: Directory) {
        Arc::make_mut(&mut self.realms).insert(realm, directory);
    }
}

/// What can be asked of the writer.
#[derive(Debug, Clone)]
pub struct Work {
    /// In which realm.
    pub realm: Realm,
    /// What.
    pub task: Task,
    /// By whom.
    pub by: Credential,
    /// What was measured.
    pub evidence: Evidence,
    /// Random bytes for secrets and salts.
    pub entropy: [u8; 32],
}

/// A task.
#[derive(Debug, Clone)]
pub enum Task {
    /// A command of the realm.
    Do(Box<Command>),
    /// Makes the realm: its rulebook, its switches, its first operator. For the local owner of the
    /// installation only; a door never offers it.
    CreateRealm {
        /// The rulebook's text.
        rulebook: String,
        /// Its switches.
        switches: BTreeMap<String, String>,
        /// The first operator and the role.
        operator: Option<(PersonId, String)>,
        /// It is filled first and answers nothing until it is loaded.
        loading: bool,
    },
    /// Sets and ends facts as a file says; free texts come beside their digests.
    Import {
        /// The changes.
        changes: Vec<Change>,
        /// Rows that keep the free texts.
        texts: Vec<RowWrite>,
        /// After this part the realm is loaded.
        last: bool,
    },
    /// Activates another rulebook, or other switches.
    Activate {
        /// The rulebook's text.
        rulebook: String,
        /// Its switches.
        switches: BTreeMap<String, String>,
    },
}

/// Why a task was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    /// There is no such realm.
    #[error("there is no realm `{0}`")]
    NoSuchRealm(Realm),
    /// The realm is there already.
    #[error("there is a realm `{0}` already")]
    RealmExists(Realm),
    /// The realm is being filled.
    #[error("realm `{0}` is being loaded; ask again when it is")]
    Loading(Realm),
    /// The command says no.
    #[error(transparent)]
    Command(#[from] Refusal),
    /// The rulebook is wrong.
    #[error("the rulebook is refused:\n{0}")]
    Rulebook(Problems),
    /// The rulebook lacks names that facts use.
    #[error("the rulebook lacks names in use: {}; list them under `[renamed]`", .0.join(", "))]
    NamesInUse(Vec<String>),
    /// The caller may not.
    #[error("`{operation}` may not be done")]
    Denied {
        /// The operation.
        operation: &'static str,
        /// The engine's decision.
        decision: engine::Decision,
    },
    /// An entry could not be written down.
    #[error("the changes could not be written down")]
    Encode,
}

/// The machine.
#[derive(Debug, Clone)]
pub struct RealmMachine {
    shelf: Shelf,
    seed: u64,
}

impl RealmMachine {
    /// Returns a machine that takes rulebooks from `shelf`.
    ///
    /// `seed` makes hashes unpredictable: a random number, once per process.
    #[must_use]
    pub const fn new(shelf: Shelf, seed: u64) -> Self {
        Self { shelf, seed }
    }

    /// Returns the shelf of rulebooks.
    #[must_use]
    pub const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Brings changes into a realm, which they make if it is new.
    pub fn fold(
        &self,
        realms: &mut Realms,
        realm: &Realm,
        changes: &[Change],
        position: u64,
    ) -> Result<(), Source> {
        let all = Arc::make_mut(&mut realms.realms);
        for settings in changes.iter().filter_map(settings_of) {
            let rulebook = self.shelf.get(&settings.digest, &settings.switches)?;
            match all.get_mut(realm) {
                Some(directory) if Arc::ptr_eq(directory.rulebook(), &rulebook) => {}
                Some(directory) => *directory = directory.under(rulebook),
                None => {
                    all.insert(realm.clone(), Directory::new(rulebook, self.seed));
                }
            }
        }
        let directory = all.get_mut(realm).ok_or("the realm was never made")?;
        changes.iter().for_each(|change| directory.apply(change));
        directory.set_position(position);
        Ok(())
    }

    fn create(&self, state: &Realms, work: &Work) -> Result<(Body, Vec<RowWrite>), TaskRefusal> {
        let Task::CreateRealm {
            rulebook,
            switches,
            operator,
            loading,
        } = &work.task
        else {
            return Err(TaskRefusal::Encode);
        };
        if state.get(&work.realm).is_some() {
            return Err(TaskRefusal::RealmExists(work.realm.clone()));
        }
        let (compiled, write) = self
            .shelf
            .add(rulebook, switches)
            .map_err(TaskRefusal::Rulebook)?;
        let settings = Settings {
            rulebook: compiled.name.clone(),
            digest: hex(&compiled.digest),
            switches: switches.clone(),
            loading: *loading,
        };
        let mut changes = vec![Change::Set(settings.into())];
        if let Some((person, role)) = operator {
            changes.push(Change::Set(plain_person(person).into()));
            changes.push(Change::Set(Fact::Operator(Operator {
                person: person.clone(),
                role: role.clone(),
                until: None,
                break_glass: None,
                reason: None,
            })));
        }
        Ok((
            Body {
                operation: "realm.create".to_owned(),
                changes,
                made: None,
            },
            vec![write],
        ))
    }

    fn activate(
        &self,
        directory: &Directory,
        rulebook: &str,
        switches: &BTreeMap<String, String>,
    ) -> Result<(Body, Vec<RowWrite>), TaskRefusal> {
        let (compiled, write) = self
            .shelf
            .add(rulebook, switches)
            .map_err(TaskRefusal::Rulebook)?;
        let settings = Settings {
            rulebook: compiled.name.clone(),
            digest: hex(&compiled.digest),
            switches: switches.clone(),
            loading: false,
        };
        let plan = commands::activation(directory, &compiled);
        if !plan.missing.is_empty() {
            return Err(TaskRefusal::NamesInUse(plan.missing));
        }
        let mut changes = vec![Change::Set(settings.into())];
        changes.extend(plan.renamed);
        Ok((
            Body {
                operation: "rulebook.activate".to_owned(),
                changes,
                made: None,
            },
            vec![write],
        ))
    }

    fn task(
        &self,
        state: &Realms,
        submission: &Submission<Work>,
        now: Timestamp,
    ) -> Result<(Body, Vec<RowWrite>, Answer), TaskRefusal> {
        let work = &submission.command;
        if matches!(work.task, Task::CreateRealm { .. }) {
            let (body, writes) = self.create(state, work)?;
            return Ok((body, writes, Answer::default()));
        }
        let directory = state
            .get(&work.realm)
            .ok_or_else(|| TaskRefusal::NoSuchRealm(work.realm.clone()))?;
        let loading = directory
            .settings()
            .is_some_and(|settings| settings.loading);
        if loading && !matches!(work.task, Task::Import { .. }) {
            return Err(TaskRefusal::Loading(work.realm.clone()));
        }
        match &work.task {
            Task::Do(command) => {
                let mut texts = Texts::new(work.entropy);
                let mut keep_text = |text: &str| texts.keep(text);
                let mut order = Order {
                    by: work.by.clone(),
                    evidence: work.evidence.clone(),
                    now,
                    id: submission.id.as_str(),
                    entropy: work.entropy,
                    keep_text: &mut keep_text,
                };
                let Done { changes, answer } = handle(directory, command, &mut order)?;
                let operation = command.name().to_owned();
                let body = Body {
                    operation,
                    changes,
                    made: answer.id.clone(),
                };
                Ok((body, texts.into_writes(), answer))
            }
            Task::Import {
                changes,
                texts,
                last,
            } => {
                if !loading {
                    may(directory, work, "directory.import", now)?;
                }
                let mut changes = changes.clone();
                if let Some(settings) = directory.settings().filter(|_| loading && *last) {
                    let settings = Settings {
                        loading: false,
                        ..settings.clone()
                    };
                    changes.push(Change::Set(settings.into()));
                }
                let operation = "directory.import".to_owned();
                let body = Body {
                    operation,
                    changes,
                    made: None,
                };
                Ok((body, texts.clone(), Answer::default()))
            }
            Task::Activate { rulebook, switches } => {
                may(directory, work, "rulebook.activate", now)?;
                let (body, writes) = self.activate(directory, rulebook, switches)?;
                Ok((body, writes, Answer::default()))
            }
            Task::CreateRealm { .. } => Err(TaskRefusal::RealmExists(work.realm.clone())),
        }
    }
}

impl Machine for RealmMachine {
    type State = Realms;
    type Command = Work;
    type Answer = Answer;
    type Refusal = TaskRefusal;

    fn handle(
        &self,
        state: &Realms,
        submission: &Submission<Work>,
        now: Timestamp,
    ) -> Handled<Answer, TaskRefusal> {
        let realm = submission.command.realm.clone();
        match self.task(state, submission, now) {
            Ok((body, writes, answer)) if body.changes.is_empty() => {
                Handled::NoEntry { writes, answer }
            }
            Ok((body, writes, answer)) => match body.to_json() {
                Ok(body) => Handled::Entry {
                    realm,
                    body,
                    writes,
                    answer,
                },
                Err(_) => Handled::Refused {
                    writes: Vec::new(),
                    refusal: TaskRefusal::Encode,
                },
            },
            Err(refusal) => Handled::Refused {
                writes: Vec::new(),
                refusal,
            },
        }
    }

    fn apply(&self, state: &mut Realms, entry: &Entry) -> Result<(), Source> {
        let text = entry
            .body
            .text()
            .ok_or("the body of the entry is withheld")?;
        let body = Body::parse(text)?;
        self.fold(state, &entry.realm, &body.changes, entry.position.get())
    }

    fn recall(&self, entry: &Entry) -> Result<Answer, Source> {
        let text = entry
            .body
            .text()
            .ok_or("the body of the entry is withheld")?;
        let body = Body::parse(text)?;
        Ok(Answer {
            id: body.made,
            ..Answer::default()
        })
    }
}

fn may(
    directory: &Directory,
    work: &Work,
    operation: &'static str,
    now: Timestamp,
) -> Result<(), TaskRefusal> {
    let request = engine::Request {
        credential: work.by.clone(),
        operation: operation.to_owned(),
        resource: engine::Thing::Realm,
        with: Vec::new(),
        context: engine::Context::default(),
    };
    let decision = engine::decide(directory, &request, &work.evidence, now);
    if decision.is_allowed() {
        return Ok(());
    }
    Err(TaskRefusal::Denied {
        operation,
        decision,
    })
}

const fn settings_of(change: &Change) -> Option<&Settings> {
    match change {
        Change::Set(Fact::Settings(settings)) => Some(settings),
        _ => None,
    }
}

/// Returns a person of whom nothing but the id is said.
#[must_use]
pub fn plain_person(id: &PersonId) -> Person {
    Person {
        id: id.clone(),
        name: None,
        email: None,
        identity: None,
        shared_login: false,
        properties: Properties::default(),
    }
}
