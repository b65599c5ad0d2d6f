//! Secrets beside the log: those of apps, and of tokens that are shown again.
//!
//! An app's secret stands in two rows: its digest, which is all it takes to know the app again, and
//! the secret sealed under a key that is not in the store, for proofs made with it. A secret that was
//! made before secrets were sealed has the first row alone.

use commands::{KeptSecret, SecretOf};
use engine::fact::Digest;
use engine::{AppId, Proof, TokenId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ledger::row::{Row, RowKey, RowWrite, Table};
use ledger::{ReadError, Realm, Store};
use sha2::{Digest as _, Sha256};

use crate::keys::{Keys, SealError, UnsealError};

/// Returns the writes that keep a new secret, in place of the one before.
///
/// `entropy`: random bytes of the command that made the secret. Each command has its own, so no nonce
/// that derives from them is used twice.
pub(super) fn writes(
    realm: &Realm,
    kept: &KeptSecret,
    keys: &Keys,
    entropy: &[u8; 32],
) -> Result<Vec<RowWrite>, SealError> {
    let secret = kept.secret.as_bytes();
    match &kept.of {
        SecretOf::App(app) => {
            let digest = Digest::of(&kept.secret).to_string();
            let row = sealed_key(realm, app);
            let sealed = keys.seal_with(&row, secret, nonce(entropy, &row))?;
            Ok(vec![
                RowWrite::put(key(realm, app), digest.into_bytes()),
                RowWrite::put(row, sealed),
            ])
        }
        SecretOf::Token { id, until } => {
            let row = token_key(realm, id);
            let sealed = keys.seal_with(&row, secret, nonce(entropy, &row))?;
            Ok(vec![match until {
                Some(until) => RowWrite::put_until(row, sealed, *until),
                None => RowWrite::put(row, sealed),
            }])
        }
    }
}

fn nonce(entropy: &[u8; 32], row: &RowKey) -> [u8; 24] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(b"countersign seal nonce 1\0")
        .chain_update(entropy)
        .chain_update(row.key.as_bytes())
        .finalize()
        .into();
    let mut nonce = [0; 24];
    nonce.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    nonce
}

/// Returns the digest of an app's secret; nothing while it has none.
///
/// Errors: the store could not be read. A row that is no digest opens nothing.
pub fn find(store: &dyn Store, realm: &Realm, app: &AppId) -> Result<Option<Digest>, ReadError> {
    let row = store.row(&key(realm, app))?;
    Ok(row.as_ref().and_then(digest))
}

/// Why a proof was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The app's secret is not kept in a form that a proof can be checked with: it has none, or one
    /// that was made before secrets were sealed. A new secret puts it right.
    #[error("the app's secret is not kept sealed; make a new one")]
    NotSealed,
    /// The row could not be read.
    #[error("the sealed secret could not be read")]
    Read(#[source] ReadError),
    /// The row could not be opened.
    #[error("the sealed secret could not be opened")]
    Unseal(#[source] UnsealError),
}

/// Returns whether `proof` is HMAC-SHA256 of a token's secret under the app's secret, in hex. Takes
/// the same time for every proof of the right length.
///
/// Source: platform docs, securing requests.
/// Errors: it cannot be known; nothing counts as proved then.
pub(crate) fn check(
    (store, keys): (&dyn Store, &Keys),
    realm: &Realm,
    app: &AppId,
    (token, proof): (&str, &str),
) -> Result<Proof, ProofError> {
    let row = sealed_key(realm, app);
    let sealed = store.row(&row).map_err(ProofError::Read)?;
    let sealed = sealed.ok_or(ProofError::NotSealed)?;
    let secret = keys
        .unseal(&row, &sealed.value)
        .map_err(ProofError::Unseal)?;
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose()) else {
        return Err(ProofError::NotSealed);
    };
    mac.update(token.as_bytes());
    let shown = from_hex(proof);
    let right = shown.is_some_and(|shown| mac.verify_slice(&shown).is_ok());
    Ok(if right { Proof::Valid } else { Proof::Wrong })
}

/// Returns the bytes of 64 lower-case hex digits.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    };
    if text.len() != 64 {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    pairs.map(byte).collect()
}

/// Returns the secret of a token that is shown again; nothing if none is kept.
pub(crate) fn of_token(
    (store, keys): (&dyn Store, &Keys),
    realm: &Realm,
    token: &TokenId,
) -> Result<Option<String>, ProofError> {
    let row = token_key(realm, token);
    let Some(sealed) = store.row(&row).map_err(ProofError::Read)? else {
        return Ok(None);
    };
    let secret = keys
        .unseal(&row, &sealed.value)
        .map_err(ProofError::Unseal)?;
    Ok(String::from_utf8(secret.expose().to_vec()).ok())
}

fn key(realm: &Realm, app: &AppId) -> RowKey {
    let name = format!("app/{}/{app}", realm.as_str());
    RowKey::new(Table::SealedSecret, &name)
}

fn sealed_key(realm: &Realm, app: &AppId) -> RowKey {
    let name = format!("sealed-app/{}/{app}", realm.as_str());
    RowKey::new(Table::SealedSecret, &name)
}

fn token_key(realm: &Realm, token: &TokenId) -> RowKey {
    let name = format!("shown-again/{}/{token}", realm.as_str());
    RowKey::new(Table::SealedSecret, &name)
}

fn digest(row: &Row) -> Option<Digest> {
    let text = std::str::from_utf8(&row.value).ok()?;
    Digest::try_from(text.to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use engine::Proof;
    use ledger::row::RowWrite;
    use ledger::{LogId, MemoryStore, Realm, Store};

    use super::{ProofError, check, find, key, sealed_key, writes};
    use crate::keys::Keys;
    use crate::random::SystemRandom;

    // Of the key "s3cret" and the text "cs_token", worked out with another tool.
    const PROOF: &str = "1051a1b212fde7cd7716909adf22db8493593db5f1812a58f8a52a7850f7c69e";

    #[test]
    fn a_proof_is_of_this_token_under_this_secret() {
        let store = MemoryStore::new(LogId::from_random([7; 16]));
        let keys = Keys::generate(&SystemRandom).unwrap();
        let realm = Realm::parse("r").unwrap();
        let app = "app1".parse().unwrap();
        let kept = commands::KeptSecret {
            of: commands::SecretOf::App("app1".parse().unwrap()),
            secret: "s3cret".into(),
        };
        let told = |token: &str, proof: &str| {
            check((&store, &keys), &realm, &app, (token, proof)).map_err(|error| error.to_string())
        };
        assert!(
            told("cs_token", PROOF)
                .unwrap_err()
                .contains("make a new one")
        );
        let rows = writes(&realm, &kept, &keys, &[9; 32]).unwrap();
        store.write_rows(&rows).unwrap();
        assert_eq!(told("cs_token", PROOF), Ok(Proof::Valid));
        for (token, proof) in [
            ("cs_other", PROOF),
            ("cs_token", ""),
            ("cs_token", &PROOF[1..]),
            ("cs_token", &PROOF.to_uppercase()),
            ("cs_token", &PROOF.replace(&PROOF[..1], "g")),
            ("cs_token", &"0".repeat(64)),
        ] {
            assert_eq!(told(token, proof), Ok(Proof::Wrong), "{token} {proof}");
        }
        let digest = engine::fact::Digest::of("s3cret");
        assert_eq!(find(&store, &realm, &app).unwrap(), Some(digest));
    }

    #[test]
    fn a_secret_from_before_sealing_proves_nothing() {
        let store = MemoryStore::new(LogId::from_random([7; 16]));
        let keys = Keys::generate(&SystemRandom).unwrap();
        let realm = Realm::parse("r").unwrap();
        let app = "app1".parse().unwrap();
        let digest = engine::fact::Digest::of("s3cret").to_string();
        let old = RowWrite::put(key(&realm, &app), digest.into_bytes());
        store.write_rows(&[old]).unwrap();
        let checked = check((&store, &keys), &realm, &app, ("cs_token", PROOF));
        assert!(matches!(checked, Err(ProofError::NotSealed)), "{checked:?}");
        let damaged = RowWrite::put(sealed_key(&realm, &app), vec![1, 2, 3]);
        store.write_rows(&[damaged]).unwrap();
        let checked = check((&store, &keys), &realm, &app, ("cs_token", PROOF));
        assert!(matches!(checked, Err(ProofError::Unseal(_))), "{checked:?}");
    }
}
