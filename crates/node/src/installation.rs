//! One running installation: its log, its writer, its newest state, its clock and keys.

mod asked;
mod import;
mod new_realm;
mod past;
mod refusing;
mod secrets;
mod sweep;
mod touching;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use commands::Answer;
use engine::{Directory, Holder};
use jiff::Timestamp;
use ledger::row::{RowKey, Table};
use ledger::store::Source;
use ledger::text::{TextRead, row_key};
use ledger::{
    Actor, CommandId, FoundCommand, LogId, MemoryStore, Position, ReadError, Realm,
    SignedCheckpoint, Store, WriteError,
};
use store::SqliteStore;

use crate::checkpoints::{SignError, claim, sign_head};
use crate::clock::Clock;
use crate::figures::FigureBoard;
use crate::fold::{FoldError, catch_up};
use crate::keys::{Keys, KeysError};
use crate::last_use::LastUse;
use crate::machine::Submission;
use crate::picture;
use crate::random::{RandomError, SystemRandom, bytes};
use crate::rates::RateBoard;
use crate::realms::{RealmMachine, Realms, TaskRefusal, Work};
use crate::refusals::Refusals;
use crate::sessions::{OpenSessionError, Sessions};
use crate::shelf::{Shelf, ShelfError};
use crate::sign_in::{self, Tries};
use crate::view::{Published, View};
use crate::writer::{
    Answered, Outcome, StartError, SubmitError, Submitter, Writer, WriterFailure, WriterLimits,
};

pub use asked::{Asked, Given};
pub use import::{
    Beyond, Import, ImportCounts, ImportError, ImportPlan, ImportProgress, ImportState, Imported,
    Importer, Imports, Wanted,
};
pub use new_realm::NewRealm;
pub use past::PastError;
pub use refusing::KeepRefusalError;
pub use sweep::{CollectError, SweepError, Swept};
pub use touching::{Touching, TouchingPage};

/// The most changes one part of an import holds.
pub const PART: usize = 5_000;

/// A running installation.
pub struct Installation {
    store: Arc<dyn Store>,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    random: SystemRandom,
    machine: RealmMachine,
    submitter: Submitter<RealmMachine>,
    published: Published<Realms>,
    /// API tokens.
    pub sessions: Sessions,
    /// Who tried too often to sign in.
    tries: Tries,
    /// Figures fed from outside.
    pub figures: FigureBoard,
    /// How fast apps call.
    pub rates: RateBoard,
    /// How far imports of many parts are.
    pub imports: Imports,
    /// When tokens were last used.
    pub last_use: LastUse,
    /// Refusals that can be explained by their ids.
    refusals: Refusals,
    recent: past::Recent,
}

impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Installation").finish_non_exhaustive()
    }
}

/// Why an installation did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartInstallationError {
    /// The data directory could not be made or opened.
    #[error("the data directory `{path}` could not be used")]
    Folder {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The log's file could not be opened.
    #[error("the log could not be opened")]
    Open(#[source] store::OpenError),
    /// The keys could not be read or made.
    #[error("the keys could not be read")]
    Keys(#[source] KeysError),
    /// The key file is not that of this log, or the head could not be signed.
    #[error("the log could not be signed")]
    Sign(#[source] SignError),
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[source] RandomError),
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[source] ReadError),
    /// The writer could not be started.
    #[error("the writer could not be started")]
    Writer(#[source] StartError),
}

impl Installation {
    /// Opens the installation in a folder, making it if it is new. Another process that has it open
    /// is an error.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Writer<RealmMachine>), StartInstallationError> {
        std::fs::create_dir_all(folder).map_err(|source| StartInstallationError::Folder {
            path: folder.display().to_string(),
            source,
        })?;
        let random = SystemRandom;
        let log = LogId::from_random(bytes(&random).map_err(StartInstallationError::Random)?);
        let store = SqliteStore::open_or_create(&folder.join("countersign.db"), log)
            .map_err(StartInstallationError::Open)?;
        let path = folder.join("countersign.keys");
        let keys = match Keys::read(&path) {
            Err(KeysError::NotFound(_)) => Keys::create(&path, &random),
            read => read,
        };
        let keys = keys.map_err(StartInstallationError::Keys)?;
        Self::start(Arc::new(store), keys, clock)
    }

    /// Starts an installation that lives in memory only.
    pub fn in_memory(
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Writer<RealmMachine>), StartInstallationError> {
        let random = SystemRandom;
        let log = LogId::from_random(bytes(&random).map_err(StartInstallationError::Random)?);
        let keys = Keys::generate(&random).map_err(StartInstallationError::Random)?;
        Self::start(Arc::new(MemoryStore::new(log)), keys, clock)
    }

    /// Starts on a store: the nearest snapshot, then the rest of the log, then the writer.
    pub fn start(
        store: Arc<dyn Store>,
        keys: Keys,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Writer<RealmMachine>), StartInstallationError> {
        let head = store.head().map_err(StartInstallationError::Read)?;
        if let Some(signer) = keys.signer(head.log) {
            claim(&*store, &signer).map_err(StartInstallationError::Sign)?;
        }
        let random = SystemRandom;
        let seed: [u8; 8] = bytes(&random).map_err(StartInstallationError::Random)?;
        let keys = Arc::new(keys);
        let seed = u64::from_le_bytes(seed);
        let machine = RealmMachine::new(shelf(&store), seed, Arc::clone(&keys));
        let view = past::nearest(&machine, &*store, &head, head.position)
            .map_err(StartInstallationError::Read)?;
        let sessions = Sessions::load(&*store).map_err(StartInstallationError::Read)?;
        let last_use = LastUse::load(&*store).map_err(StartInstallationError::Read)?;
        let limits = WriterLimits::default();
        let writer = Writer::start(
            machine.clone(),
            Arc::clone(&store),
            Arc::clone(&clock),
            view,
            limits,
        )
        .map_err(StartInstallationError::Writer)?;
        let installation = Self {
            store,
            keys,
            clock,
            random,
            machine,
            submitter: writer.submitter(),
            published: writer.published(),
            sessions,
            tries: Tries::default(),
            figures: FigureBoard::default(),
            rates: RateBoard::default(),
            imports: Imports::default(),
            last_use,
            refusals: Refusals::default(),
            recent: past::Recent::default(),
        };
        Ok((installation, writer))
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the newest state with the end of the log it is the fold of.
    #[must_use]
    pub fn view(&self) -> Arc<View<Realms>> {
        self.published.view()
    }

    /// Returns the store beneath.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Gives a command to the writer; `reply` is called once with what became of it.
    ///
    /// Errors: the system gives no random numbers; nothing was given.
    pub fn submit(
        &self,
        id: CommandId,
        actor: Actor,
        asked: &Asked,
        reply: impl FnOnce(Result<Answered<Answer, TaskRefusal>, SubmitError>) + Send + 'static,
    ) -> Result<(), RandomError> {
        let submission = self.submission(id, actor, asked)?;
        self.submitter.submit(submission, reply);
        Ok(())
    }

    /// Gives a command to the writer and waits. For threads that may block.
    pub fn run(
        &self,
        id: CommandId,
        actor: Actor,
        asked: &Asked,
    ) -> Result<Outcome<Answer, TaskRefusal>, RunError> {
        let submission = self
            .submission(id, actor, asked)
            .map_err(RunError::Random)?;
        let answered = self.submitter.ask(submission).map_err(RunError::Submit)?;
        Ok(answered.outcome)
    }

    fn submission(
        &self,
        id: CommandId,
        actor: Actor,
        asked: &Asked,
    ) -> Result<Submission<Work>, RandomError> {
        let id = in_realm(&asked.realm, &id);
        let digest = self.keys.command_digest(asked.text.as_bytes());
        let work = Work {
            realm: asked.realm.clone(),
            task: asked.task.clone(),
            entropy: bytes(&self.random)?,
        };
        Ok(Submission {
            actor,
            id,
            digest,
            command: work,
        })
    }

    /// Returns where the entry stands that a command left, if it was done.
    pub fn find_command(
        &self,
        realm: &Realm,
        actor: &Actor,
        id: &CommandId,
    ) -> Result<Option<FoundCommand>, ReadError> {
        self.store.find_command(actor, &in_realm(realm, id))
    }

    /// Makes an API token for a holder of a realm.
    pub fn open_session(&self, realm: &Realm, holder: &Holder) -> Result<String, OpenSessionError> {
        self.sessions
            .open(&*self.store, &self.random, realm, holder, self.now())
    }

    /// Returns what is needed to look at how people sign in.
    #[must_use]
    pub fn sign_in_desk(&self) -> sign_in::Desk<'_> {
        sign_in::Desk {
            store: &*self.store,
            keys: &self.keys,
            random: &self.random,
            tries: &self.tries,
            now: self.now(),
        }
    }

    /// Sweeps away rows that are over, a thousand at most; returns how many.
    pub fn sweep_rows(&self) -> Result<usize, WriteError> {
        const AT_ONCE: usize = 1_000;
        self.store.sweep_rows(self.now(), AT_ONCE)
    }

    /// Returns a free text by the digest a fact holds; nothing if it was erased.
    pub fn text(&self, digest: &engine::fact::TextDigest) -> Result<Option<String>, ReadError> {
        let Some((key, hash)) = digest.0.split_once('.') else {
            return Ok(None);
        };
        let Ok(hash) = hash.parse() else {
            return Ok(None);
        };
        let row = self.store.row(&row_key(key))?;
        Ok(
            match ledger::TextDigest::from_hash(hash).read(key, row.as_ref()) {
                TextRead::Text(text) => Some(text.into()),
                TextRead::Erased | TextRead::Altered => None,
            },
        )
    }

    /// Takes a snapshot of the newest state and keeps the newest few.
    pub fn take_snapshot(&self) -> Result<Position, Source> {
        const KEPT: usize = 8;
        let view = self.view();
        let snapshot = picture::take(&view)?;
        self.store.put_snapshot(&snapshot)?;
        self.store.trim_snapshots(picture::FORMAT, KEPT)?;
        Ok(snapshot.position)
    }

    /// Writes down when tokens were last used, if anything is new.
    pub fn keep_last_use(&self) -> Result<(), ledger::store::WriteRowsError> {
        self.last_use.save(&*self.store)
    }

    /// Writes down where the installation is left: a snapshot for the next start, when tokens were
    /// last used, what was refused, and a signature over the head.
    ///
    /// To be called when it is told to stop, and every now and then.
    pub fn leave(&self) -> Result<Position, LeaveError> {
        let position = self.take_snapshot().map_err(LeaveError::Snapshot)?;
        self.keep_last_use()
            .map_err(|error| LeaveError::Snapshot(Box::new(error)))?;
        self.write_refusals()
            .map_err(|error| LeaveError::Snapshot(Box::new(error)))?;
        self.checkpoint().map_err(LeaveError::Sign)?;
        Ok(position)
    }

    /// Signs the durable head of the log.
    pub fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, SignError> {
        let head = self.store.head().map_err(SignError::Read)?;
        let signer = self.keys.signer(head.log);
        signer
            .map(|signer| sign_head(&*self.store, &signer))
            .transpose()
    }

    /// Certifies that a residue of a realm is empty, with the key of the checkpoints.
    ///
    /// `head` is that of the state the residue was looked for in.
    pub fn certify(
        &self,
        residue: &commands::residue::Residue,
        around: &crate::certificate::Circumstances<'_>,
    ) -> Option<Result<crate::certificate::Certificate, crate::certificate::CertifyError>> {
        let signer = self.keys.signer(around.head.log)?;
        Some(crate::certificate::Certificate::issue(
            residue, around, &signer,
        ))
    }

    /// Returns the key that checkpoints are verified with.
    pub fn verifier(&self) -> Result<Option<ledger::NoteVerifier>, ReadError> {
        let head = self.store.head()?;
        Ok(self.keys.signer(head.log).map(|signer| signer.verifier()))
    }

    /// Returns the rulebook with this digest under these switches, which was active at some time.
    pub fn rulebook(
        &self,
        digest: &str,
        switches: &BTreeMap<String, String>,
    ) -> Result<Arc<rulebook::Rulebook>, ShelfError> {
        self.machine.shelf().get(digest, switches)
    }
}

/// Why it was not written down where the installation is left. Nothing is lost by it.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// No snapshot could be kept.
    #[error("no snapshot could be kept")]
    Snapshot(#[source] Source),
    /// The head could not be signed.
    #[error("the head of the log could not be signed")]
    Sign(#[source] SignError),
}

/// Why a command was not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[source] RandomError),
    /// The writer gave no outcome.
    #[error(transparent)]
    Submit(SubmitError),
    /// It was refused.
    #[error(transparent)]
    Refused(TaskRefusal),
    /// The command id is no id.
    #[error("the command id is no id")]
    Id(#[source] ledger::command::CommandIdError),
    /// The facts could not be written as JSON.
    #[error("the facts could not be written down")]
    Encode(#[source] serde_json::Error),
}

/// Returns the id under which the log knows a command of a realm. Two people of two realms may have
/// one name, and neither may learn which ids the other took.
fn in_realm(realm: &Realm, id: &CommandId) -> CommandId {
    // A realm's name and the longest id together are shorter than an id of the log may be.
    CommandId::from_stored(&format!("{}/{id}", realm.as_str())).unwrap_or_else(|_| id.clone())
}

/// Returns a command's id as its giver wrote it, from the one the log knows.
#[must_use]
pub fn given_id<'i>(realm: &Realm, id: &'i CommandId) -> &'i str {
    let given = id.as_str().strip_prefix(realm.as_str());
    given
        .and_then(|id| id.strip_prefix('/'))
        .unwrap_or(id.as_str())
}

fn shelf(store: &Arc<dyn Store>) -> Shelf {
    let store = Arc::clone(store);
    Shelf::new(Arc::new(move |digest| {
        let row = store.row(&RowKey::new(Table::Rulebook, digest))?;
        Ok(row.map(|row| String::from_utf8_lossy(&row.value).into_owned()))
    }))
}

/// Waits until the writer ends; on an error the process must end.
pub fn wait(writer: Writer<RealmMachine>) -> Result<(), WriterFailure> {
    writer.wait()
}

/// Brings a view up to the end of the log.
pub fn follow(
    machine: &RealmMachine,
    store: &dyn Store,
    view: &mut View<Realms>,
) -> Result<(), FoldError> {
    catch_up(machine, store, view)
}

/// Returns a realm's directory, unless it is being loaded.
#[must_use]
pub fn directory<'v>(view: &'v View<Realms>, realm: &Realm) -> Option<&'v Directory> {
    let directory = view.state.get(realm)?;
    let loading = directory
        .settings()
        .is_some_and(|settings| settings.loading);
    (!loading).then_some(directory)
}
