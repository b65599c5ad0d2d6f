//! Free texts on their way out of entries: each gets a salt, a row, and a digest that stays behind.

use engine::fact::TextDigest;
use ledger::row::RowWrite;
use ledger::text::FreeText;
use sha2::{Digest, Sha256};

/// Keeps the texts of one command.
#[derive(Debug)]
pub struct Texts {
    entropy: [u8; 32],
    kept: u32,
    writes: Vec<RowWrite>,
}

impl Texts {
    /// Returns a keeper whose salts come from `entropy`.
    #[must_use]
    pub const fn new(entropy: [u8; 32]) -> Self {
        Self {
            entropy,
            kept: 0,
            writes: Vec::new(),
        }
    }

    /// Keeps a text; returns what an entry may hold of it: the key of its row and the salted digest.
    pub fn keep(&mut self, text: &str) -> TextDigest {
        let salt = self.derive(b"salt");
        let key = crate::shelf::hex(self.derive(b"key").get(..12).unwrap_or_default());
        self.kept += 1;
        let text = FreeText::new(text, salt);
        let digest = text.digest(&key).hash();
        self.writes.push(text.write(&key));
        TextDigest(format!("{key}.{digest}").into())
    }

    /// Returns the rows that keep the texts since the last time, and goes on.
    pub fn take_writes(&mut self) -> Vec<RowWrite> {
        std::mem::take(&mut self.writes)
    }

    /// Returns the rows that keep the texts.
    #[must_use]
    pub fn into_writes(self) -> Vec<RowWrite> {
        self.writes
    }

    fn derive(&self, what: &[u8]) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"countersign text ")
            .chain_update(what)
            .chain_update(self.entropy)
            .chain_update(self.kept.to_be_bytes())
            .finalize()
            .into()
    }
}

/// Returns the key of the row a digest speaks of.
#[must_use]
pub fn row_of(digest: &TextDigest) -> Option<&str> {
    digest.0.split_once('.').map(|(key, _)| key)
}
