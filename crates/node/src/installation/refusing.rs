//! Refusals of an installation: kept, found by their ids, written down.

use ledger::store::WriteRowsError;
use ledger::{ReadError, Realm};

use super::Installation;
use crate::random::{RandomError, bytes};

/// Why a refusal was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepRefusalError {
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[source] RandomError),
    /// How many there are could not be read.
    #[error("the refusals could not be read")]
    Read(#[source] ReadError),
}

impl Installation {
    /// Keeps a record of a refusal of an app; returns the id under which it is found.
    pub fn keep_refusal(
        &self,
        realm: &Realm,
        app: &str,
        record: &[u8],
    ) -> Result<String, KeepRefusalError> {
        let random = bytes(&self.random).map_err(KeepRefusalError::Random)?;
        let at = (&*self.store, &*self.keys);
        self.refusals
            .keep(at, (realm, app), record, random, self.now())
            .map_err(KeepRefusalError::Read)
    }

    /// Returns the record of a refusal; nothing if there is none under this id, or no more.
    pub fn refusal(&self, id: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let at = (&*self.store, &*self.keys);
        self.refusals.find(at, id, self.now())
    }

    /// Writes down the refusals that are new; returns how many.
    pub fn write_refusals(&self) -> Result<usize, WriteRowsError> {
        self.refusals.save(&*self.store)
    }
}
