//! Six digits that change every half minute. Source: RFC 6238 with SHA-1, as authenticators expect.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::Sha1;

/// How long one step takes, in seconds.
const STEP_S: i64 = 30;

/// What a person's authenticator and the account share. Debug does not print it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TotpSecret([u8; 20]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// Returns the step of a time.
pub(super) fn step_of(now: Timestamp) -> u64 {
    u64::try_from(now.as_second() / STEP_S).unwrap_or(0)
}

impl TotpSecret {
    pub(super) const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Returns the secret as people type it into an authenticator: base32.
    #[must_use]
    pub fn base32(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let chunks = self.0.chunks(5).map(|five| {
            let bits = five
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            (0..8)
                .rev()
                .filter_map(|place| {
                    let index = usize::try_from(bits >> (5 * place) & 31).ok()?;
                    LETTERS.get(index).map(|letter| char::from(*letter))
                })
                .collect::<String>()
        });
        chunks.collect()
    }

    /// Reads a secret from base32.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let mut bits: u64 = 0;
        let mut count = 0;
        let mut bytes = Vec::new();
        for letter in text.bytes() {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                _ => return None,
            };
            bits = (bits << 5 | u64::from(value)) & 0xFFFF;
            count += 5;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
            }
        }
        bytes.try_into().ok().map(Self)
    }

    /// Returns the digits of a time, as an authenticator shows them.
    #[must_use]
    pub fn digits_at(&self, now: Timestamp) -> String {
        format!("{:06}", self.code(step_of(now)))
    }

    /// Are these the digits of a step? Compared in constant time.
    pub(super) fn is_at(&self, step: u64, digits: &str) -> bool {
        let own = format!("{:06}", self.code(step));
        engine::fact::Digest::of(&own).is(&engine::fact::Digest::of(digits))
    }

    fn code(&self, step: u64) -> u32 {
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(self.0)
            .for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha1>::new(&block.into());
        mac.update(&step.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let start = usize::from(hash.last().copied().unwrap_or(0) & 15);
        let four = hash.iter().skip(start).take(4);
        let number = four.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        (number & 0x7FFF_FFFF) % 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::{TotpSecret, step_of};

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_examples_of_the_specification() {
        let secret = TotpSecret(*b"12345678901234567890");
        for (second, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = jiff::Timestamp::from_second(second).unwrap();
            assert_eq!(secret.digits_at(now), digits);
            assert!(secret.is_at(step_of(now), digits));
            assert!(!secret.is_at(step_of(now) + 1, digits));
        }
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::from_base32(&secret.base32()), Some(secret));
    }

    #[test]
    fn what_is_no_base32_is_no_secret() {
        for bad in ["", "A", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZDGNBV1"] {
            assert_eq!(TotpSecret::from_base32(bad), None, "{bad}");
        }
    }
}
