//! SHA-256 digests, and the one way in which this crate makes them.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::hex;

/// A SHA-256 digest. Text form: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Takes 32 bytes that are a digest already, as read from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no digest: it wants 64 lower-case hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no digest: 64 lower-case hexadecimal digits are expected")]
pub struct ParseHashError(String);

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        hex::decode(text)
            .map(Self)
            .ok_or_else(|| ParseHashError(text.to_owned()))
    }
}

/// Bytes to be hashed: a label, then fields, each behind its length.
///
/// The label names what is hashed and in which version, so that the digest of one thing is never
/// the digest of another. The length stops two neighbouring fields from trading bytes (`ab`,`c`
/// against `a`,`bc`).
#[derive(Debug)]
pub(crate) struct Fields {
    bytes: Vec<u8>,
}

impl Fields {
    pub(crate) fn new(label: &str) -> Self {
        Self {
            bytes: Vec::with_capacity(512),
        }
        .bytes(label.as_bytes())
    }

    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        self.bytes
            .extend_from_slice(&(field.len() as u64).to_be_bytes());
        self.bytes.extend_from_slice(field);
        self
    }

    pub(crate) fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// A field that may be absent. A leading 0 or 1 keeps absence apart from an empty text.
    pub(crate) fn optional_text(self, field: Option<&str>) -> Self {
        match field {
            None => self.bytes(&[0]),
            Some(text) => {
                let mut bytes = Vec::with_capacity(1 + text.len());
                bytes.push(1);
                bytes.extend_from_slice(text.as_bytes());
                self.bytes(&bytes)
            }
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn hash(self) -> Hash {
        Hash(Sha256::digest(&self.bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Hash};

    #[test]
    fn neighbouring_fields_do_not_trade_bytes() {
        let one = Fields::new("t").text("ab").text("c").hash();
        let other = Fields::new("t").text("a").text("bc").hash();
        assert_ne!(one, other);
    }

    #[test]
    fn absent_is_not_empty() {
        let absent = Fields::new("t").optional_text(None).hash();
        let empty = Fields::new("t").optional_text(Some("")).hash();
        assert_ne!(absent, empty);
    }

    #[test]
    fn the_label_separates() {
        assert_ne!(Fields::new("a").hash(), Fields::new("b").hash());
    }

    #[test]
    fn the_digest_is_sha_256() {
        // The published digest of the empty message, to be sure of the function beneath.
        use sha2::Digest as _;
        let empty = Hash(sha2::Sha256::digest(b"").into());
        assert_eq!(
            empty.to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(empty.to_string().parse::<Hash>().unwrap(), empty);
    }
}
