//! Free text that can be erased: names, e-mail addresses, reasons.
//!
//! An entry holds only a digest of such a text, keyed with a random salt. Text and salt stand in a
//! row beside the log. Erasing deletes the row; the chain still verifies, and what is left in the
//! log confirms no guess, since the salt is gone as well.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::hash::{Fields, Hash};
use crate::row::{Expect, Row, RowKey, RowWrite, Table};

/// Text and salt, as they stand in the row. Debug prints neither.
#[derive(Clone, PartialEq, Eq)]
pub struct FreeText {
    salt: [u8; 32],
    text: Box<str>,
}

/// The salted digest of a text, as it stands in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextDigest(Hash);

/// What a reader is given for a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextRead {
    /// The text, as the digest in the entry says.
    Text(Box<str>),
    /// It was erased, and the digest tells nothing about it.
    Erased,
    /// There is a text, and it is not the one of which the entry speaks.
    Altered,
}

impl FreeText {
    /// Returns `text` with its `salt`: 32 random bytes, drawn for this text alone.
    #[must_use]
    pub fn new(text: &str, salt: [u8; 32]) -> Self {
        Self {
            salt,
            text: text.into(),
        }
    }

    /// Returns the digest for the entry. `key` is the key of the row: a text that was moved to
    /// another row is found to be altered.
    #[must_use]
    pub fn digest(&self, key: &str) -> TextDigest {
        let message = Fields::new("countersign ledger text 1")
            .text(key)
            .text(&self.text);
        // HMAC fills a key that is shorter than a block with zeros.
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(self.salt)
            .for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&message.into_bytes());
        TextDigest(Hash::from_bytes(mac.finalize().into_bytes().into()))
    }

    /// Returns the write that keeps the text in row `key`. The row must be new: a text is replaced
    /// by another text, never overwritten, for older entries speak of this one.
    #[must_use]
    pub fn write(&self, key: &str) -> RowWrite {
        let mut value = self.salt.to_vec();
        value.extend_from_slice(self.text.as_bytes());
        RowWrite::put(row_key(key), value).expecting(Expect::Absent)
    }

    fn from_value(value: &[u8]) -> Option<Self> {
        let (salt, text) = value.split_first_chunk::<32>()?;
        Some(Self {
            salt: *salt,
            text: std::str::from_utf8(text).ok()?.into(),
        })
    }
}

impl fmt::Debug for FreeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreeText").finish_non_exhaustive()
    }
}

impl TextDigest {
    /// Takes 32 bytes that are the digest of a text, as read from an entry.
    #[must_use]
    pub const fn from_hash(hash: Hash) -> Self {
        Self(hash)
    }

    /// Returns the digest as a hash; its text form goes into the entry.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.0
    }

    /// Returns what the row `key` (nothing, when there is no such row) says of the text with this
    /// digest.
    #[must_use]
    pub fn read(&self, key: &str, row: Option<&Row>) -> TextRead {
        let Some(row) = row else {
            return TextRead::Erased;
        };
        match FreeText::from_value(&row.value) {
            Some(text) if bool::from(text.digest(key).0.as_bytes().ct_eq(self.0.as_bytes())) => {
                TextRead::Text(text.text)
            }
            _ => TextRead::Altered,
        }
    }
}

/// Returns the write that erases the text in row `key`, with its salt. Erasing twice is no error.
#[must_use]
pub fn erase(key: &str) -> RowWrite {
    RowWrite::delete(row_key(key))
}

/// Returns under which key of the store the text `key` stands.
#[must_use]
pub fn row_key(key: &str) -> RowKey {
    RowKey::new(Table::FreeText, key)
}

#[cfg(test)]
mod tests {
    use super::{FreeText, TextRead, row_key};
    use crate::row::{Row, RowChange, Version};

    fn row(text: &FreeText, key: &str) -> Row {
        let RowChange::Put { value, until } = text.write(key).change else {
            unreachable!("a put")
        };
        Row {
            key: row_key(key),
            version: Version::new(1),
            value,
            until,
        }
    }

    #[test]
    fn a_text_is_read_erased_or_altered() {
        let ana = FreeText::new("ana@example.com", [5; 32]);
        let digest = ana.digest("text_1");
        let stored = row(&ana, "text_1");
        assert_eq!(
            digest.read("text_1", Some(&stored)),
            TextRead::Text("ana@example.com".into())
        );
        assert_eq!(digest.read("text_1", None), TextRead::Erased);
        assert_eq!(digest.read("text_2", Some(&stored)), TextRead::Altered);
        for index in 0..stored.value.len() {
            let mut altered = stored.clone();
            altered.value[index] ^= 1;
            assert_eq!(
                digest.read("text_1", Some(&altered)),
                TextRead::Altered,
                "byte {index}"
            );
        }
        let cut = Row {
            value: stored.value[..31].to_vec(),
            ..stored
        };
        assert_eq!(digest.read("text_1", Some(&cut)), TextRead::Altered);
    }

    #[test]
    fn the_digest_depends_on_the_salt() {
        let one = FreeText::new("ana@example.com", [5; 32]).digest("text_1");
        let other = FreeText::new("ana@example.com", [6; 32]).digest("text_1");
        assert_ne!(one, other);
    }

    #[test]
    fn debug_prints_no_text() {
        assert_eq!(
            format!("{:?}", FreeText::new("ana@example.com", [5; 32])),
            "FreeText { .. }"
        );
    }
}
