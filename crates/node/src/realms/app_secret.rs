//! Secrets of apps: rows beside the log, by their digests.

use commands::KeptSecret;
use engine::AppId;
use engine::fact::Digest;
use ledger::row::{Row, RowKey, RowWrite, Table};
use ledger::{ReadError, Realm, Store};

/// Returns the write that keeps a new secret in place of the one before.
pub(super) fn write(realm: &Realm, secret: &KeptSecret) -> RowWrite {
    let value = secret.digest.to_string().into_bytes();
    RowWrite::put(key(realm, &secret.of), value)
}

/// Returns the digest of an app's secret; nothing while it has none.
///
/// Errors: the store could not be read. A row that is no digest opens nothing.
pub fn find(store: &dyn Store, realm: &Realm, app: &AppId) -> Result<Option<Digest>, ReadError> {
    let row = store.row(&key(realm, app))?;
    Ok(row.as_ref().and_then(digest))
}

fn key(realm: &Realm, app: &AppId) -> RowKey {
    let name = format!("app/{}/{app}", realm.as_str());
    RowKey::new(Table::SealedSecret, &name)
}

fn digest(row: &Row) -> Option<Digest> {
    let text = std::str::from_utf8(&row.value).ok()?;
    Digest::try_from(text.to_owned()).ok()
}
