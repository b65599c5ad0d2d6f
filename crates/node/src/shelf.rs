//! Rulebooks by digest: every one that was ever active can be had again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ledger::row::{RowKey, RowWrite, Table};
use ledger::store::Source as Cause;
use rulebook::{Problems, Rulebook, Source};

/// Returns the text of a rulebook by its digest, from where rows are kept.
pub type FindText = dyn Fn(&str) -> Result<Option<String>, Cause> + Send + Sync;

/// Compiled rulebooks, by digest and switches.
#[derive(Clone)]
pub struct Shelf {
    find: Arc<FindText>,
    // A cache: what is in it can always be made again from the text.
    known: Arc<Mutex<BTreeMap<Place, Arc<Rulebook>>>>,
}

type Place = (String, BTreeMap<String, String>);

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

/// Why a rulebook could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// No text with this digest is kept.
    #[error("the text of the rulebook with digest `{0}` is missing")]
    Missing(String),
    /// The rows could not be read.
    #[error("the text of a rulebook could not be read")]
    Read(#[source] Cause),
    /// The text no longer compiles.
    #[error("a rulebook that was active no longer compiles")]
    Compile(#[source] Problems),
}

impl Shelf {
    /// Returns a shelf that looks texts up through `find`.
    #[must_use]
    pub fn new(find: Arc<FindText>) -> Self {
        Self {
            find,
            known: Arc::default(),
        }
    }

    /// Returns the rulebook of a text under switches, and the row that keeps the text. `file` is what
    /// the text is called in messages.
    ///
    /// Errors: [`Problems`] of the text.
    pub fn add(
        &self,
        file: &str,
        text: &str,
        switches: &BTreeMap<String, String>,
    ) -> Result<(Arc<Rulebook>, RowWrite), Problems> {
        let source = Source::parse(file, text)?;
        let rulebook = Arc::new(source.compile(switches)?);
        let digest = hex(&rulebook.digest);
        let write = RowWrite::put(
            RowKey::new(Table::Rulebook, &digest),
            text.as_bytes().to_vec(),
        );
        self.keep((digest, switches.clone()), &rulebook);
        Ok((rulebook, write))
    }

    /// Returns the rulebook with this digest under these switches.
    pub fn get(
        &self,
        digest: &str,
        switches: &BTreeMap<String, String>,
    ) -> Result<Arc<Rulebook>, ShelfError> {
        let place = (digest.to_owned(), switches.clone());
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&place)
            .cloned();
        if let Some(rulebook) = known {
            return Ok(rulebook);
        }
        let text = (self.find)(digest)
            .map_err(ShelfError::Read)?
            .ok_or_else(|| ShelfError::Missing(digest.to_owned()))?;
        let source = Source::parse("rulebook", &text).map_err(ShelfError::Compile)?;
        let rulebook = Arc::new(source.compile(switches).map_err(ShelfError::Compile)?);
        self.keep(place, &rulebook);
        Ok(rulebook)
    }

    fn keep(&self, place: Place, rulebook: &Arc<Rulebook>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(place, Arc::clone(rulebook));
    }
}

/// Returns bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
