//! Free texts: plain in the file, a digest in the fact.

use engine::fact::TextDigest;
use sha2::{Digest as _, Sha256};

/// A free text that a file holds: a name, an e-mail address, a reason.
#[derive(Clone, PartialEq, Eq)]
pub struct FreeText {
    /// What it is the text of, as in `person:ana/email`.
    pub of: String,
    /// What the fact holds in its place.
    pub digest: TextDigest,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for FreeText {
    /// Prints no text: it may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreeText")
            .field("of", &self.of)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Returns a digest that depends on the text alone.
///
/// Only for work without a ledger: without a salt, whoever can guess the text can confirm it.
#[must_use]
pub fn plain_digest(_of: &str, text: &str) -> TextDigest {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    TextDigest(engine::fact::Digest(hash).to_string().into())
}
