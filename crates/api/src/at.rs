//! A moment of the past: a time, or a place in the log.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment that a question is about instead of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// This time. Written as RFC 3339, or as a date that stands for its first moment in UTC.
    Time(Timestamp),
    /// After the entry at this place in the log. Written as a number.
    Position(u64),
}

/// The text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no moment: write a time such as `2026-05-03T12:00:00Z`, a date, or a place in the log such as `17`"
)]
pub struct AtError(String);

impl FromStr for At {
    type Err = AtError;

    fn from_str(text: &str) -> Result<Self, AtError> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        if let Ok(time) = text.parse() {
            return Ok(Self::Time(time));
        }
        let date = text.parse::<Date>().ok();
        let start = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
        let wrong = || AtError(text.to_owned());
        start
            .map(|start| Self::Time(start.timestamp()))
            .ok_or_else(wrong)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.fmt(f),
            Self::Position(position) => position.fmt(f),
        }
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Time(time) => serializer.collect_str(time),
            Self::Position(position) => serializer.serialize_u64(*position),
        }
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AtVisitor)
    }
}

struct AtVisitor;

impl Visitor<'_> for AtVisitor {
    type Value = At;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time, a date, or a place in the log")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<At, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, position: u64) -> Result<At, E> {
        Ok(At::Position(position))
    }

    fn visit_i64<E: serde::de::Error>(self, position: i64) -> Result<At, E> {
        u64::try_from(position)
            .map(At::Position)
            .map_err(|_| E::custom(AtError(position.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::At;

    #[test]
    fn a_moment_is_written_in_three_ways() {
        let time = At::Time("2026-05-03T00:00:00Z".parse().unwrap());
        for (text, at) in [
            ("\"2026-05-03T00:00:00Z\"", time),
            ("\"2026-05-03\"", time),
            ("\"17\"", At::Position(17)),
            ("17", At::Position(17)),
        ] {
            assert_eq!(serde_json::from_str::<At>(text).unwrap(), at, "{text}");
        }
        for text in ["\"soon\"", "-1", "\"\"", "1.5", "null", "{}"] {
            assert!(serde_json::from_str::<At>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for at in [
            At::Position(0),
            At::Time("2026-05-03T10:11:12.5Z".parse().unwrap()),
        ] {
            let text = serde_json::to_string(&at).unwrap();
            assert_eq!(serde_json::from_str::<At>(&text).unwrap(), at);
        }
    }
}
