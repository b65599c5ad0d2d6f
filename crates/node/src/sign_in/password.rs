//! Passwords, as what is left of them: argon2id, with how hard it was made.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::random::{Random, RandomError, bytes};

/// The fewest letters a password has. Source: NIST SP 800-63B asks for at least eight, and more
/// where it stands alone.
pub const LEAST_LETTERS: usize = 12;
/// The most letters a password has.
pub const MOST_LETTERS: usize = 256;

/// 19 MiB, two passes, one lane. Source: OWASP, Password Storage Cheat Sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Why a password cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short.
    #[error("a password has at least {LEAST_LETTERS} letters")]
    Short,
    /// It is too long.
    #[error("a password has at most {MOST_LETTERS} letters")]
    Long,
}

pub(super) fn check(password: &str) -> Result<(), PasswordError> {
    match password.chars().count() {
        ..LEAST_LETTERS => Err(PasswordError::Short),
        LEAST_LETTERS..=MOST_LETTERS => Ok(()),
        _ => Err(PasswordError::Long),
    }
}

/// What is left of a password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hash {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    hash: String,
}

impl Hash {
    pub(super) fn of(password: &str, random: &dyn Random) -> Result<Self, RandomError> {
        let salt: [u8; 16] = bytes(random)?;
        let empty = Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: STANDARD_NO_PAD.encode(salt),
            hash: String::new(),
        };
        let hash = empty.work(password).unwrap_or_default();
        Ok(Self {
            hash: STANDARD_NO_PAD.encode(hash),
            ..empty
        })
    }

    /// Is this the password? Without a hash the same work is done, and the answer is no.
    pub(super) fn is_met(hash: Option<&Self>, password: &str) -> bool {
        let nobody = Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: STANDARD_NO_PAD.encode([0_u8; 16]),
            hash: String::new(),
        };
        let against = hash.unwrap_or(&nobody);
        // A password that could never be set is not worth hashing in full.
        let password = if password.len() > 4 * MOST_LETTERS {
            ""
        } else {
            password
        };
        let worked = against.work(password);
        let same = match (worked, STANDARD_NO_PAD.decode(&against.hash)) {
            (Some(worked), Ok(kept)) => is_same(&worked, &kept),
            _ => false,
        };
        same && hash.is_some()
    }

    fn work(&self, password: &str) -> Option<[u8; 32]> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let salt = STANDARD_NO_PAD.decode(&self.salt).ok()?;
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_bytes(), &salt, &mut hash)
            .ok()?;
        Some(hash)
    }
}

/// Compared by their digests, so that how far they agree tells nothing.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let digest = |bytes| engine::fact::Digest(Sha256::digest(bytes).into());
    !other.is_empty() && digest(one).is(&digest(other))
}

#[cfg(test)]
mod tests {
    use super::{Hash, PasswordError, check};
    use crate::random::SystemRandom;

    #[test]
    fn the_password_and_nothing_else() {
        let hash = Hash::of("correct horse battery", &SystemRandom).unwrap();
        assert!(Hash::is_met(Some(&hash), "correct horse battery"));
        assert!(!Hash::is_met(Some(&hash), "correct horse battery "));
        assert!(!Hash::is_met(Some(&hash), ""));
        assert!(!Hash::is_met(None, ""));
        let again = Hash::of("correct horse battery", &SystemRandom).unwrap();
        assert_ne!(hash.hash, again.hash);
    }

    #[test]
    fn a_damaged_hash_opens_nothing() {
        let hash = Hash::of("correct horse battery", &SystemRandom).unwrap();
        let empty = Hash {
            hash: String::new(),
            ..hash.clone()
        };
        let salt = Hash {
            salt: "*".to_owned(),
            ..hash.clone()
        };
        let lanes = Hash { lanes: 0, ..hash };
        for damaged in [empty, salt, lanes] {
            assert!(!Hash::is_met(Some(&damaged), "correct horse battery"));
        }
    }

    #[test]
    fn how_long_a_password_is() {
        assert_eq!(check("eleven lett"), Err(PasswordError::Short));
        assert_eq!(check("twelve lette"), Ok(()));
        assert_eq!(check(&"ä".repeat(256)), Ok(()));
        assert_eq!(check(&"a".repeat(257)), Err(PasswordError::Long));
    }
}
