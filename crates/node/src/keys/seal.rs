//! Secrets of apps, sealed for the database.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use ledger::RowKey;
use sha2::{Digest as _, Sha256};

use super::Keys;
use crate::random::{Random, RandomError, bytes};

/// The form of what is sealed: this byte, the key's id (8 bytes), the nonce (24 bytes), the sealed
/// bytes.
const FORM: u8 = 1;

/// A secret that was opened. Debug does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Returns the secret itself.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a secret was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is no nonce to be had.
    #[error("nothing was sealed")]
    Random(#[source] RandomError),
    /// The secret is too long for the cipher: 256 GiB.
    #[error("the secret is too long to be sealed")]
    TooLong,
}

/// Why a sealed secret was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It is not something that was sealed.
    #[error("the sealed secret is damaged")]
    Form,
    /// It was sealed with another key.
    #[error("the secret was sealed with another key than the one in the key file")]
    OtherKey,
    /// It was changed, or stands in a row that is not its own.
    #[error("the sealed secret was changed, or moved from another row")]
    Changed,
}

impl Keys {
    /// Seals `secret` for row `row`: moved to another row, it does not open.
    pub fn seal(
        &self,
        row: &RowKey,
        secret: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; 24] = bytes(random).map_err(SealError::Random)?;
        self.seal_with(row, secret, nonce)
    }

    /// The same with a nonce that is never used for anything else.
    pub(crate) fn seal_with(
        &self,
        row: &RowKey,
        secret: &[u8],
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        let payload = Payload {
            msg: secret,
            aad: &bound_to(row),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::TooLong)?;
        let mut value = vec![FORM];
        value.extend_from_slice(&self.sealing_key_id());
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed);
        Ok(value)
    }

    /// Opens what [`Keys::seal`] made for the same row.
    pub fn unseal(&self, row: &RowKey, value: &[u8]) -> Result<Secret, UnsealError> {
        let (&FORM, rest) = value.split_first().ok_or(UnsealError::Form)? else {
            return Err(UnsealError::Form);
        };
        let (key_id, rest) = rest.split_first_chunk::<8>().ok_or(UnsealError::Form)?;
        let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(UnsealError::Form)?;
        if *key_id != self.sealing_key_id() {
            return Err(UnsealError::OtherKey);
        }
        let payload = Payload {
            msg: sealed,
            aad: &bound_to(row),
        };
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        opened.map(Secret).map_err(|_| UnsealError::Changed)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.sealing))
    }

    /// Tells keys apart without telling anything about them.
    fn sealing_key_id(&self) -> [u8; 8] {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"countersign sealing key id 1\0")
            .chain_update(self.sealing)
            .finalize()
            .into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        [a, b, c, d, e, f, g, h]
    }
}

fn bound_to(row: &RowKey) -> Vec<u8> {
    format!(
        "countersign sealed row 1\0{}\0{}",
        row.table.name(),
        row.key
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use ledger::{RowKey, Table};

    use super::UnsealError;
    use crate::keys::Keys;
    use crate::random::SystemRandom;

    #[test]
    fn a_secret_opens_in_its_own_row_with_its_own_key() {
        let keys = Keys::generate(&SystemRandom).unwrap();
        let row = RowKey::new(Table::SealedSecret, "app_1");
        let sealed = keys.seal(&row, b"hunter2", &SystemRandom).unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        let opened = keys.unseal(&row, &sealed).unwrap();
        assert_eq!(opened.expose(), b"hunter2");
        assert_eq!(format!("{opened:?}"), "Secret(..)");
        let elsewhere = RowKey::new(Table::SealedSecret, "app_2");
        assert_eq!(keys.unseal(&elsewhere, &sealed), Err(UnsealError::Changed));
        let other = Keys::generate(&SystemRandom).unwrap();
        assert_eq!(other.unseal(&row, &sealed), Err(UnsealError::OtherKey));
    }

    #[test]
    fn no_changed_or_missing_byte_passes() {
        let keys = Keys::generate(&SystemRandom).unwrap();
        let row = RowKey::new(Table::SealedSecret, "app_1");
        let sealed = keys.seal(&row, b"hunter2", &SystemRandom).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(keys.unseal(&row, &changed).is_err(), "byte {index}");
            assert!(
                keys.unseal(&row, &sealed[..index]).is_err(),
                "cut at {index}"
            );
        }
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike() {
        let keys = Keys::generate(&SystemRandom).unwrap();
        let row = RowKey::new(Table::SealedSecret, "app_1");
        let [one, other] = [(); 2].map(|()| keys.seal(&row, b"hunter2", &SystemRandom).unwrap());
        assert_ne!(one, other);
    }
}
