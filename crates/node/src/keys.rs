//! The keys that must not be in the database, in a file of their own beside it.
//!
//! Whoever steals a copy of the database without this file can read the log, and can neither open
//! an app's secret nor sign a checkpoint nor check a guess of what a command asked. Whoever loses
//! the file loses those secrets for good; so it is backed up, and not together with the database.

mod file;
mod seal;

use std::fmt;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use ledger::{CommandDigest, LogId, NoteSigner};
use sha2::Sha256;

use crate::random::{Random, RandomError, bytes};
pub use seal::{SealError, Secret, UnsealError};

/// The keys of one installation. Debug prints none of them.
pub struct Keys {
    signing: [u8; 32],
    sealing: [u8; 32],
    digest: [u8; 32],
}

/// Why the keys were not read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no key file.
    #[error("there is no key file at `{0}`")]
    NotFound(String),
    /// There is one already, and it is not overwritten.
    #[error("there is a key file at `{0}` already")]
    AlreadyThere(String),
    /// Others on this machine can read it.
    #[error(
        "the key file `{0}` can be read by others: `chmod 600` it, and think about who may have read it"
    )]
    TooOpen(String),
    /// It is not what a key file must be.
    #[error("the file `{0}` is no key file, or a damaged one")]
    Form(String),
    /// The system refused.
    #[error("the key file `{path}` could not be read or written")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// There is no randomness to make keys of.
    #[error("no keys could be made")]
    Random(#[source] RandomError),
}

impl Keys {
    /// Returns new keys.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        Ok(Self {
            signing: bytes(random)?,
            sealing: bytes(random)?,
            digest: bytes(random)?,
        })
    }

    /// Reads the key file at `path`. Errors: [`KeysError::NotFound`] when there is none; then a
    /// ledger that is there has lost its keys, and new ones would not open its secrets.
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        file::read(path)
    }

    /// Makes new keys and writes them to `path`, for the owner only (mode 0600), durable when this
    /// returns.
    pub fn create(path: &Path, random: &dyn Random) -> Result<Self, KeysError> {
        let keys = Self::generate(random).map_err(KeysError::Random)?;
        file::create(path, &keys)?;
        Ok(keys)
    }

    /// Returns the signer of the checkpoints of `log`.
    #[must_use]
    pub fn signer(&self, log: LogId) -> Option<NoteSigner> {
        // The text of a log id always is a fit name.
        NoteSigner::from_seed(&log.to_string(), &self.signing).ok()
    }

    /// Returns the keyed digest of what a command asks: of its bytes as they came in, before any id
    /// or salt was drawn for it.
    #[must_use]
    pub fn command_digest(&self, asked: &[u8]) -> CommandDigest {
        CommandDigest::from_bytes(self.keyed(b"countersign command digest 1\0", asked))
    }

    /// Returns the bytes under which the id of a refusal hides where it stands.
    #[must_use]
    pub(crate) fn refusal_mask(&self, random: &[u8]) -> [u8; 32] {
        self.keyed(b"countersign refusal mask 1\0", random)
    }

    /// Returns the keyed digest of some bytes, for one use: a digest of one use is none of another.
    fn keyed(&self, for_what: &[u8], bytes: &[u8]) -> [u8; 32] {
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(self.digest)
            .for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(for_what);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ledger::LogId;

    use super::Keys;
    use crate::random::SystemRandom;

    #[test]
    fn a_digest_is_of_the_command_and_the_key() {
        let [one, other] = [(); 2].map(|()| Keys::generate(&SystemRandom).unwrap());
        assert_eq!(
            one.command_digest(b"invite ana"),
            one.command_digest(b"invite ana")
        );
        assert_ne!(
            one.command_digest(b"invite ana"),
            one.command_digest(b"invite ben")
        );
        assert_ne!(
            one.command_digest(b"invite ana"),
            other.command_digest(b"invite ana")
        );
    }

    #[test]
    fn the_signer_has_the_name_of_the_log() {
        let keys = Keys::generate(&SystemRandom).unwrap();
        let log = LogId::from_random([7; 16]);
        let verifier = keys.signer(log).unwrap().verifier().to_string();
        assert!(verifier.starts_with(&format!("{log}+")), "{verifier}");
    }

    #[test]
    fn debug_prints_no_key() {
        assert_eq!(
            format!("{:?}", Keys::generate(&SystemRandom).unwrap()),
            "Keys { .. }"
        );
    }
}
