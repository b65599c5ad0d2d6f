//! API tokens: first-party sign-ins of a holder in one realm. Rows, never entries; only digests.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use engine::Holder;
use engine::fact::Digest;
use jiff::{SignedDuration, Timestamp};
use ledger::row::{RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use ledger::{ReadError, Realm, Store};
use serde::{Deserialize, Serialize};

use crate::random::{Random, RandomError, bytes};

/// How long an API token lives: 60 days.
const LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// How many rows are read at a time.
const PAGE: usize = 1_000;

/// Who an API token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The realm's name.
    pub realm: String,
    /// The holder who is signed in.
    pub holder: Holder,
    /// When it was made.
    pub created: Timestamp,
    /// When it is over.
    pub expires: Timestamp,
}

/// The live API tokens of an installation.
#[derive(Debug, Default)]
pub struct Sessions {
    known: RwLock<BTreeMap<Digest, Session>>,
}

/// Why there is no new API token.
#[derive(Debug, thiserror::Error)]
pub enum OpenSessionError {
    /// No secret could be made.
    #[error("no secret could be made")]
    Random(#[source] RandomError),
    /// It could not be kept.
    #[error("the API token could not be kept")]
    Write(#[source] WriteRowsError),
    /// It could not be written as JSON.
    #[error("the API token could not be written down")]
    Encode(#[source] serde_json::Error),
}

impl Sessions {
    /// Reads the API tokens that are kept.
    ///
    /// Errors: the rows could not be read. A row that is no session is passed over: it opens nothing.
    pub fn load(store: &dyn Store) -> Result<Self, ReadError> {
        let mut known = BTreeMap::new();
        let mut after = String::new();
        loop {
            let rows = store.rows(Table::Session, "", &after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = last.key.key.to_string();
            for row in &rows {
                let digest = Digest::try_from(row.key.key.to_string());
                let session = serde_json::from_slice::<Session>(&row.value);
                if let (Ok(digest), Ok(session)) = (digest, session) {
                    known.insert(digest, session);
                }
            }
        }
        Ok(Self {
            known: RwLock::new(known),
        })
    }

    /// Makes an API token for a holder; returns its secret, which is shown this once.
    pub fn open(
        &self,
        store: &dyn Store,
        random: &dyn Random,
        realm: &Realm,
        holder: &Holder,
        now: Timestamp,
    ) -> Result<String, OpenSessionError> {
        let random: [u8; 32] = bytes(random).map_err(OpenSessionError::Random)?;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        let secret = format!("csa_{text}");
        let digest = Digest::of(&secret);
        let session = Session {
            realm: realm.as_str().to_owned(),
            holder: holder.clone(),
            created: now,
            expires: now.checked_add(LIFE).unwrap_or(Timestamp::MAX),
        };
        let value = serde_json::to_vec(&session).map_err(OpenSessionError::Encode)?;
        let key = RowKey::new(Table::Session, &digest.to_string());
        let write = RowWrite::put_until(key, value, session.expires);
        store
            .write_rows(&[write])
            .map_err(OpenSessionError::Write)?;
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest, session);
        Ok(secret)
    }

    /// Returns who a secret stands for at `now`; nobody once it is over.
    ///
    /// Found by the digest of the secret, so that the time taken tells nothing of the secret.
    #[must_use]
    pub fn find(&self, digest: &Digest, now: Timestamp) -> Option<Session> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .get(digest)
            .filter(|session| session.expires > now)
            .cloned()
    }

    /// Ends an API token.
    pub fn close(&self, store: &dyn Store, digest: &Digest) -> Result<(), WriteRowsError> {
        let key = RowKey::new(Table::Session, &digest.to_string());
        store.write_rows(&[RowWrite::delete(key)])?;
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(digest);
        Ok(())
    }
}
