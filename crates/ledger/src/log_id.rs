//! Which log: one per installation.

use std::fmt;
use std::str::FromStr;

use crate::hex;

/// The id of a log, drawn at random when the log is made. Text form: `log_` and 32 hexadecimal
/// digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId([u8; 16]);

impl LogId {
    /// Takes 16 random bytes. Randomness is the caller's: this crate has none.
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "log_{}", hex::encode(&self.0))
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no id of a log.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no log id: `log_` and 32 lower-case hexadecimal digits are expected")]
pub struct ParseLogIdError(String);

impl FromStr for LogId {
    type Err = ParseLogIdError;

    fn from_str(text: &str) -> Result<Self, ParseLogIdError> {
        text.strip_prefix("log_")
            .and_then(hex::decode)
            .map(Self)
            .ok_or_else(|| ParseLogIdError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::LogId;

    #[test]
    fn text_comes_back_and_nothing_else_is_taken() {
        let id = LogId::from_random([0xab; 16]);
        assert_eq!(id.to_string(), format!("log_{}", "ab".repeat(16)));
        assert_eq!(id.to_string().parse::<LogId>().unwrap(), id);
        for text in [
            "",
            "log_",
            "ab",
            &"ab".repeat(16),
            &id.to_string().to_uppercase(),
        ] {
            assert!(text.parse::<LogId>().is_err(), "{text}");
        }
    }
}
