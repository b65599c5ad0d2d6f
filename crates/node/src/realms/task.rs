//! What can be asked of the writer, and why it is not done.

use std::collections::BTreeMap;

use commands::{Act, Command, Refusal};
use engine::fact::Change;
use engine::{Credential, DelegateId, Evidence, PersonId};
use ledger::{Realm, RowWrite};
use rulebook::Problems;

/// What can be asked of the writer.
#[derive(Debug, Clone)]
pub struct Work {
    /// In which realm.
    pub realm: Realm,
    /// What.
    pub task: Task,
    /// Random bytes for secrets and salts.
    pub entropy: [u8; 32],
}

/// A task.
#[derive(Debug, Clone)]
pub enum Task {
    /// What a caller asks for. The engine decides whether it may be done.
    Call(Box<Call>),
    /// What the owner of the machine does. A door never offers it.
    Own(OwnerTask),
}

/// What a caller asks for.
#[derive(Debug, Clone)]
pub struct Call {
    /// By whom.
    pub by: Credential,
    /// What was measured.
    pub evidence: Evidence,
    /// What.
    pub what: CallTask,
}

/// A task of a caller.
#[derive(Debug, Clone)]
pub enum CallTask {
    /// A command of the realm.
    Do {
        /// The command.
        command: Box<Command>,
        /// The employee for whom a system user gives it.
        delegate: Option<DelegateId>,
        /// Rows that come with it: a code that is used up by it, say. If a row is not as its write
        /// expects, there is no entry either; a refused command writes none.
        rows: Vec<RowWrite>,
    },
    /// Rows of campaigns, products, posts. There is an entry only of what counts against a mandate.
    Market {
        /// What must be allowed, each by itself; whoever is named in them, the caller is asked about.
        asks: Vec<Act>,
        /// The rows.
        rows: Vec<RowWrite>,
    },
    /// A part of an import, or a whole one; free texts come beside their digests.
    Import {
        /// The changes.
        changes: Vec<Change>,
        /// Rows that keep the free texts.
        texts: Vec<RowWrite>,
        /// The realm's position that the changes were worked out at: at any other they are refused.
        base: u64,
    },
    /// Hands out what was renewed by itself.
    Collect {
        /// The new token.
        token: engine::TokenId,
        /// The row of its sealed secret goes, if it stands as it was read.
        gone: Vec<RowWrite>,
    },
    /// Activates another rulebook, or other switches.
    Activate {
        /// What the text is called in messages.
        file: String,
        /// The rulebook's text.
        rulebook: String,
        /// Its switches.
        switches: BTreeMap<String, String>,
    },
}

/// A task of the owner of the machine, who needs no role in any realm.
#[derive(Debug, Clone)]
pub enum OwnerTask {
    /// Makes the realm: its rulebook, its switches, its first operator.
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
    /// Fills a new realm.
    Load {
        /// The changes.
        changes: Vec<Change>,
        /// Rows that keep the free texts.
        texts: Vec<RowWrite>,
        /// After this part the realm is loaded.
        last: bool,
    },
    /// A step that is due by the calendar; the system does it.
    Sweep {
        /// What.
        due: commands::Due,
        /// The digest of a renewed token's secret.
        digest: Option<engine::fact::Digest>,
        /// The row that keeps that secret sealed.
        sealed: Vec<RowWrite>,
    },
    /// A part of an import, or a whole one, as [`CallTask::Import`]; nobody is asked.
    Import {
        /// The changes.
        changes: Vec<Change>,
        /// Rows that keep the free texts.
        texts: Vec<RowWrite>,
        /// The realm's position that the changes were worked out at.
        base: u64,
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
    /// The realm is not being filled.
    #[error("realm `{0}` is loaded")]
    Loaded(Realm),
    /// The realm is no longer as it was when the changes were worked out.
    #[error("the realm changed in between; ask again")]
    Moved,
    /// The command says no.
    #[error(transparent)]
    Command(#[from] Refusal),
    /// The rulebook is wrong.
    #[error("the rulebook is refused:\n{0}")]
    Rulebook(Problems),
    /// The rulebook lacks names that facts use.
    #[error("the rulebook lacks names in use: {}; list them under `[renamed]`", .0.join(", "))]
    NamesInUse(Vec<String>),
    /// Nobody would be left to operate the realm.
    #[error("the realm would be left without a live operator; name one under `operators`")]
    NoOperator,
    /// The caller may not.
    #[error("`{operation}` may not be done")]
    Denied {
        /// The operation.
        operation: &'static str,
        /// The engine's decision.
        decision: engine::Decision,
    },
    /// Nobody was asked whether rows may be written.
    #[error("nothing was asked, so nothing may be written")]
    NothingAsked,
    /// Nothing waits to be collected.
    #[error("nothing waits to be collected for token `{0}`")]
    NothingToCollect(engine::TokenId),
    /// An entry could not be written down.
    #[error("the changes could not be written down")]
    Encode,
}
