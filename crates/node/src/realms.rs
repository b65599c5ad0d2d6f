//! The realms of an installation, and the machine that folds entries into them.

pub mod app_secret;
mod give;
mod market;
mod task;

use std::collections::BTreeMap;
use std::sync::Arc;

use commands::{Answer, Order, Refusal, handle};
use engine::fact::{Change, Fact, Operator, Person, Properties, Settings};
use engine::{Directory, PersonId};
use jiff::Timestamp;
use ledger::store::Source;
use ledger::{Entry, Realm, RowWrite};

use crate::body::Body;
use crate::keys::Keys;
use crate::machine::{Handled, Machine, Submission};
use crate::shelf::{Shelf, hex};

use give::{Done, run_command};

pub use task::{Call, CallTask, OwnerTask, Task, TaskRefusal, Work};

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

/// The machine.
#[derive(Debug, Clone)]
pub struct RealmMachine {
    shelf: Shelf,
    seed: u64,
    keys: Arc<Keys>,
}

impl RealmMachine {
    /// Returns a machine that takes rulebooks from `shelf` and seals secrets with `keys`.
    ///
    /// `seed` makes hashes unpredictable: a random number, once per process.
    #[must_use]
    pub const fn new(shelf: Shelf, seed: u64, keys: Arc<Keys>) -> Self {
        Self { shelf, seed, keys }
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

    fn own(
        &self,
        state: &Realms,
        realm: &Realm,
        task: &OwnerTask,
        now: Timestamp,
    ) -> Result<(Body, Vec<RowWrite>), TaskRefusal> {
        match task {
            OwnerTask::CreateRealm {
                rulebook,
                switches,
                operator,
                loading,
            } => {
                if state.get(realm).is_some() {
                    return Err(TaskRefusal::RealmExists(realm.clone()));
                }
                let (settings, write) = self.settings("rulebook", rulebook, switches, *loading)?;
                let mut changes = vec![Change::Set(settings.into())];
                if let Some((person, role)) = operator {
                    changes.extend(first_operator(person, role));
                }
                Ok((Body::of("realm.create", changes), vec![write]))
            }
            OwnerTask::Load {
                changes,
                texts,
                last,
            } => {
                let settings = state.get(realm).and_then(Directory::settings);
                let settings = settings.ok_or_else(|| TaskRefusal::NoSuchRealm(realm.clone()))?;
                if !settings.loading {
                    return Err(TaskRefusal::Loaded(realm.clone()));
                }
                let mut changes = changes.clone();
                if *last {
                    let loading = false;
                    let settings = settings.clone();
                    changes.push(Change::Set(
                        Settings {
                            loading,
                            ..settings
                        }
                        .into(),
                    ));
                }
                Ok((Body::of("directory.import", changes), texts.clone()))
            }
            OwnerTask::Sweep {
                due,
                digest,
                sealed,
            } => {
                let directory = state.get(realm);
                let directory = directory.ok_or_else(|| TaskRefusal::NoSuchRealm(realm.clone()))?;
                let changes = commands::sweep_step(directory, due, *digest, now);
                // A secret is kept with the entry that its token is in, or not at all.
                let writes = match changes.is_empty() {
                    true => Vec::new(),
                    false => sealed.clone(),
                };
                Ok((Body::of(due.step.name(), changes), writes))
            }
            OwnerTask::Import {
                changes,
                texts,
                base,
            } => {
                let directory = state.get(realm);
                let directory = directory.ok_or_else(|| TaskRefusal::NoSuchRealm(realm.clone()))?;
                check_import(directory, changes, *base, now)?;
                let body = Body::of("directory.import", changes.clone());
                Ok((body, texts.clone()))
            }
        }
    }

    /// Returns how a realm is set under a rulebook's text, and the row that keeps the text.
    fn settings(
        &self,
        file: &str,
        rulebook: &str,
        switches: &BTreeMap<String, String>,
        loading: bool,
    ) -> Result<(Settings, RowWrite), TaskRefusal> {
        let (compiled, write) = self
            .shelf
            .add(file, rulebook, switches)
            .map_err(TaskRefusal::Rulebook)?;
        let settings = Settings {
            rulebook: compiled.name.clone(),
            digest: hex(&compiled.digest),
            switches: switches.clone(),
            loading,
        };
        Ok((settings, write))
    }

    fn call(
        &self,
        directory: &Directory,
        submission: &Submission<Work>,
        call: &Call,
        now: Timestamp,
    ) -> Result<Done, TaskRefusal> {
        let work = &submission.command;
        let loading = directory
            .settings()
            .is_some_and(|settings| settings.loading);
        // An import may go on where one was cut off; nothing else is done until it is through.
        if loading && !matches!(call.what, CallTask::Import { .. }) {
            return Err(TaskRefusal::Loading(work.realm.clone()));
        }
        match &call.what {
            CallTask::Do { command, rows, .. } => {
                let give = |order: &mut Order<'_>| handle(directory, command, order);
                run_command(command.name(), give, (submission, &self.keys), call, now)
                    .map(|done| market::with_rows(done, rows))
            }
            CallTask::Collect { token, gone } => {
                let give = |order: &mut Order<'_>| commands::collect(directory, token, order);
                let (body, mut writes, answer) =
                    run_command("token.collect", give, (submission, &self.keys), call, now)?;
                if gone.is_empty() {
                    return Err(TaskRefusal::NothingToCollect(token.clone()));
                }
                writes.extend(gone.iter().cloned());
                Ok((body, writes, answer))
            }
            CallTask::Market { asks, rows } => {
                let name = market::name_of(asks)?;
                let give = |order: &mut Order<'_>| commands::act(directory, asks, order);
                run_command(name, give, (submission, &self.keys), call, now)
                    .map(|done| market::with_rows(done, rows))
            }
            CallTask::Import {
                changes,
                texts,
                base,
            } => {
                may(directory, call, "directory.import", now)?;
                check_import(directory, changes, *base, now)?;
                let body = Body::of("directory.import", changes.clone());
                Ok((body, texts.clone(), Answer::default()))
            }
            CallTask::Activate {
                file,
                rulebook,
                switches,
            } => {
                may(directory, call, "rulebook.activate", now)?;
                let (settings, write) = self.settings(file, rulebook, switches, false)?;
                let compiled = self.shelf.get(&settings.digest, switches);
                let compiled = compiled.map_err(|_| TaskRefusal::Encode)?;
                let plan = commands::activation(directory, &compiled);
                if !plan.missing.is_empty() {
                    return Err(TaskRefusal::NamesInUse(plan.missing));
                }
                let mut changes = vec![Change::Set(settings.into())];
                changes.extend(plan.renamed);
                fits(changes.len())?;
                let body = Body::of("rulebook.activate", changes);
                Ok((body, vec![write], Answer::default()))
            }
        }
    }

    fn task(
        &self,
        state: &Realms,
        submission: &Submission<Work>,
        now: Timestamp,
    ) -> Result<Done, TaskRefusal> {
        let realm = &submission.command.realm;
        match &submission.command.task {
            Task::Own(task) => {
                let (body, writes) = self.own(state, realm, task, now)?;
                Ok((body, writes, Answer::default()))
            }
            Task::Call(call) => {
                let directory = state
                    .get(realm)
                    .ok_or_else(|| TaskRefusal::NoSuchRealm(realm.clone()))?;
                self.call(directory, submission, call, now)
            }
        }
    }
}

/// An import is worked out outside the writer: it is refused when the realm moved on since, when it
/// is more than an entry holds, and when it would leave the realm without an operator.
fn check_import(
    directory: &Directory,
    changes: &[Change],
    base: u64,
    now: Timestamp,
) -> Result<(), TaskRefusal> {
    if directory.position() != base {
        return Err(TaskRefusal::Moved);
    }
    fits(changes.len())?;
    let mut after = directory.clone();
    changes.iter().for_each(|change| after.apply(change));
    let filling = after.settings().is_some_and(|settings| settings.loading);
    if filling || has_operator(&after, now) {
        return Ok(());
    }
    Err(TaskRefusal::NoOperator)
}

/// Is there anybody who operates the realm?
pub(crate) fn has_operator(directory: &Directory, now: Timestamp) -> bool {
    directory
        .operators()
        .any(|one| one.until.is_none_or(|until| until > now))
}

const fn fits(changes: usize) -> Result<(), TaskRefusal> {
    const MOST: usize = commands::MOST_CHANGES;
    if changes > MOST {
        let refusal = Refusal::TooMany {
            changes,
            most: MOST,
        };
        return Err(TaskRefusal::Command(refusal));
    }
    Ok(())
}

fn first_operator(person: &PersonId, role: &str) -> [Change; 2] {
    let operator = Operator {
        person: person.clone(),
        role: role.to_owned(),
        until: None,
        break_glass: None,
        break_glass_until: None,
        reason: None,
    };
    [
        Change::Set(plain_person(person).into()),
        Change::Set(Fact::Operator(operator)),
    ]
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
    call: &Call,
    operation: &'static str,
    now: Timestamp,
) -> Result<(), TaskRefusal> {
    let request = engine::Request {
        credential: call.by.clone(),
        operation: operation.to_owned(),
        resource: engine::Thing::Realm,
        with: Vec::new(),
        context: engine::Context::default(),
    };
    let decision = engine::decide(directory, &request, &call.evidence, now);
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
