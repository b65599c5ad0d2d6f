//! How far imports of many parts are.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ledger::{Actor, CommandId, Position, Realm};

/// The imports of many parts that this process knows of. Gone when it ends: the log then says what
/// was done, and the same import given again goes on.
#[derive(Debug, Default)]
pub struct Imports {
    known: Mutex<BTreeMap<Place, ImportProgress>>,
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProgress {
    /// How many entries are written.
    pub written: usize,
    /// How many there will be.
    pub of: usize,
    /// Does it go on?
    pub state: ImportState,
}

/// Does an import go on?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportState {
    /// Entries are being written.
    Running,
    /// All are durable; the last at this position.
    Done(Position),
    /// It was cut off, for this reason; the same import given again goes on.
    Failed(String),
}

impl Imports {
    /// How many that are over are remembered.
    const MOST: usize = 100;

    /// Notes that an import begins. Returns whether it did: one that runs is not begun twice.
    pub fn begin(&self, realm: &Realm, actor: &Actor, id: &CommandId, of: usize) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let place = place(realm, actor, id);
        let running = |one: &ImportProgress| one.state == ImportState::Running;
        if known.get(&place).is_some_and(running) {
            return false;
        }
        if known.len() >= Self::MOST {
            known.retain(|_, one| running(one));
        }
        let progress = ImportProgress {
            written: 0,
            of,
            state: ImportState::Running,
        };
        known.insert(place, progress);
        true
    }

    /// Notes how far an import is.
    pub fn note(&self, realm: &Realm, actor: &Actor, id: &CommandId, progress: ImportProgress) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(place(realm, actor, id), progress);
    }

    /// Returns how far an import of this actor is, if this process knows of it.
    #[must_use]
    pub fn find(&self, realm: &Realm, actor: &Actor, id: &CommandId) -> Option<ImportProgress> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&place(realm, actor, id)).cloned()
    }
}

type Place = (Realm, String, String);

fn place(realm: &Realm, actor: &Actor, id: &CommandId) -> Place {
    let who = actor.who().unwrap_or_default();
    (realm.clone(), who.to_owned(), id.as_str().to_owned())
}
