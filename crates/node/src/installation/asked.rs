//! What is asked of the writer, with the text that its id stands for.

use commands::Command;
use engine::{Credential, DelegateId, Evidence};
use ledger::Realm;

use crate::realms::{Call, CallTask, Task};

/// What is asked of the writer, with the text its digest is made of.
#[derive(Debug, Clone)]
pub struct Asked {
    /// In which realm.
    pub realm: Realm,
    /// What, and by whom.
    pub task: Task,
    /// What was asked, as text: the same id with another text is a conflict.
    pub text: String,
}

/// How a command of a realm is given.
#[derive(Debug, Clone)]
pub struct Given {
    /// By whom.
    pub by: Credential,
    /// The employee for whom a system user gives it.
    pub delegate: Option<DelegateId>,
    /// What was measured.
    pub evidence: Evidence,
}

impl Asked {
    /// Returns a command as the writer takes it. `text` is the command as it was written: given for
    /// another employee it is something else, and cannot have the same id.
    #[must_use]
    pub fn command(realm: Realm, given: Given, command: Command, text: String) -> Self {
        let text = match &given.delegate {
            None => text,
            Some(employee) => format!("{text}\nfor employee {employee}"),
        };
        Self {
            realm,
            task: Task::Call(Box::new(Call {
                by: given.by,
                evidence: given.evidence,
                what: CallTask::Do {
                    command: Box::new(command),
                    delegate: given.delegate,
                    rows: Vec::new(),
                },
            })),
            text,
        }
    }
}
