//! The consistency token: "I have seen the log up to here".

use std::fmt;
use std::str::FromStr;

use crate::head::Head;
use crate::log_id::LogId;
use crate::position::{Epoch, Position};

/// A place in the life of one log. Text form: `v1.log_<32 hex digits>.<epoch>.<position>`.
///
/// It is given with every answer, and given back with a question that must not be answered from an
/// older state. It is not signed: a made-up position ahead of the log can only make its bearer
/// wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsistencyToken {
    /// Which log.
    pub log: LogId,
    /// Which life of it.
    pub epoch: Epoch,
    /// Up to which entry.
    pub position: Position,
}

/// What a head says to a token of its own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The head is at the token's position or after it.
    Reached,
    /// The head has not yet come that far.
    NotYet,
}

/// Why a token cannot be compared with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is of another installation.
    #[error("the consistency token is of log `{token}`, and this is log `{here}`")]
    OtherLog {
        /// The token's log.
        token: LogId,
        /// This one.
        here: LogId,
    },
    /// The log was restored from a backup since; what the token saw may be lost.
    #[error(
        "the consistency token is of epoch {token} of the log, and this is epoch {here}: the log was restored in between"
    )]
    OtherEpoch {
        /// The token's epoch.
        token: Epoch,
        /// This one.
        here: Epoch,
    },
}

impl ConsistencyToken {
    /// Returns whether `head` has come as far as this token. Errors: the token is of another log or
    /// epoch.
    pub fn reach(&self, head: &Head) -> Result<Reach, TokenError> {
        if self.log != head.log {
            return Err(TokenError::OtherLog {
                token: self.log,
                here: head.log,
            });
        }
        if self.epoch != head.epoch {
            return Err(TokenError::OtherEpoch {
                token: self.epoch,
                here: head.epoch,
            });
        }
        if head.position >= self.position {
            Ok(Reach::Reached)
        } else {
            Ok(Reach::NotYet)
        }
    }
}

impl Head {
    /// Returns the token of this head.
    #[must_use]
    pub fn token(&self) -> ConsistencyToken {
        ConsistencyToken {
            log: self.log,
            epoch: self.epoch,
            position: self.position,
        }
    }
}

impl fmt::Display for ConsistencyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1.{}.{}.{}", self.log, self.epoch, self.position)
    }
}

/// The text is no consistency token.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no consistency token: `v1.log_<32 hexadecimal digits>.<epoch>.<position>` is expected"
)]
pub struct ParseTokenError(String);

impl FromStr for ConsistencyToken {
    type Err = ParseTokenError;

    fn from_str(text: &str) -> Result<Self, ParseTokenError> {
        parse(text).ok_or_else(|| ParseTokenError(text.chars().take(80).collect()))
    }
}

fn parse(text: &str) -> Option<ConsistencyToken> {
    let mut parts = text.split('.');
    let (Some("v1"), Some(log), Some(epoch), Some(position), None) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return None;
    };
    let token = ConsistencyToken {
        log: log.parse().ok()?,
        epoch: Epoch::new(epoch.parse().ok()?),
        position: Position::new(position.parse().ok()?),
    };
    // `+1` and `01` are numbers to the standard library; a token has one text form.
    (token.to_string() == text).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::{ConsistencyToken, Reach, TokenError};
    use crate::head::Head;
    use crate::log_id::LogId;
    use crate::position::{Epoch, Position};
    use crate::toy;

    #[test]
    fn text_comes_back() {
        let token = toy::head().token();
        assert_eq!(token.to_string(), format!("v1.log_{}.1.0", "07".repeat(16)));
        assert_eq!(
            token.to_string().parse::<ConsistencyToken>().unwrap(),
            token
        );
    }

    #[test]
    fn other_texts_are_refused() {
        let log = format!("log_{}", "07".repeat(16));
        for text in [
            "".to_owned(),
            "v1".to_owned(),
            format!("v2.{log}.1.0"),
            format!("v1.{log}.1"),
            format!("v1.{log}.1.0.0"),
            format!("v1.{log}.+1.0"),
            format!("v1.{log}.1.00"),
            format!("v1.{log}.1.-1"),
            format!("v1.{log}.1.18446744073709551616"),
            format!("v1.{log}.4294967296.1"),
            format!("v1.{log}.1.0 "),
        ] {
            assert!(text.parse::<ConsistencyToken>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_is_compared_within_its_own_log_and_epoch() {
        let [first] = toy::entries::<1>();
        let before = toy::head();
        let after = before.follow(&first).unwrap();
        assert_eq!(before.token().reach(&after), Ok(Reach::Reached));
        assert_eq!(after.token().reach(&after), Ok(Reach::Reached));
        assert_eq!(after.token().reach(&before), Ok(Reach::NotYet));
        let other = Head::empty(LogId::from_random([9; 16]));
        assert!(matches!(
            after.token().reach(&other),
            Err(TokenError::OtherLog { .. })
        ));
        let restored = Head {
            epoch: Epoch::new(2),
            ..before
        };
        assert!(matches!(
            after.token().reach(&restored),
            Err(TokenError::OtherEpoch { .. })
        ));
        assert_eq!(after.token().position, Position::FIRST);
    }
}
