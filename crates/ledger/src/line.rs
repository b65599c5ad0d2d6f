//! The text form of an entry: one line of JSON, for exports and for reading by eye.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::command::{Command, CommandDigest, CommandId};
use crate::entry::{Body, Entry};
use crate::hash::Hash;
use crate::position::Position;
use crate::realm::Realm;

/// Why a line is no entry.
#[derive(Debug, thiserror::Error)]
pub enum ParseLineError {
    /// Not the JSON that is expected.
    #[error("the line is not the JSON object of an entry")]
    Json(#[source] serde_json::Error),
    /// A field does not have the form it must have.
    #[error("field `{field}` of the line cannot be `{value}`")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What stands there.
        value: String,
    },
    /// Both the body and its digest, or neither.
    #[error("a line has either `body` or `body_digest`")]
    Body,
}

/// The wire shape of a line. The body is a string, not an object: its bytes are hashed as they
/// stand, and a JSON tool on the way may order or space an object anew.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    position: u64,
    realm: String,
    time: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    command: String,
    command_digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_digest: Option<String>,
    hash: String,
}

impl Entry {
    /// Returns the entry as one line of JSON, without a line end. No `who` stands for the system
    /// itself.
    ///
    /// Time: RFC 3339, UTC, with three decimals. Digests: hexadecimal. Errors: none in practice;
    /// the writer's.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        let owned = |text: &str| text.to_owned();
        serde_json::to_string(&Line {
            position: self.position.get(),
            realm: owned(self.realm.as_str()),
            time: format!("{:.3}", self.time),
            who: self.actor.who().map(owned),
            app: self.actor.app().map(owned),
            token: self.actor.token().map(owned),
            command: owned(self.command.id.as_str()),
            command_digest: self.command.digest.to_string(),
            body: self.body.text().map(owned),
            body_digest: match &self.body {
                Body::Kept(_) => None,
                Body::Withheld(digest) => Some(digest.to_string()),
            },
            hash: self.hash.to_string(),
        })
    }

    /// Returns the entry of a line. Whether it is genuine, [`crate::verify`] says.
    pub fn parse_line(line: &str) -> Result<Self, ParseLineError> {
        let line: Line = serde_json::from_str(line).map_err(ParseLineError::Json)?;
        let body = match (&line.body, &line.body_digest) {
            (Some(text), None) => Body::Kept(text.as_str().into()),
            (None, Some(digest)) => {
                Body::Withheld(field("body_digest", digest, |text| text.parse().ok())?)
            }
            _ => return Err(ParseLineError::Body),
        };
        Ok(Self {
            position: Position::new(line.position),
            realm: field("realm", &line.realm, |text| Realm::parse(text).ok())?,
            time: field("time", &line.time, parse_time)?,
            actor: parse_actor(&line)?,
            command: Command {
                id: field("command", &line.command, |text| {
                    CommandId::from_stored(text).ok()
                })?,
                digest: field("command_digest", &line.command_digest, |text| {
                    let digest: Hash = text.parse().ok()?;
                    Some(CommandDigest::from_bytes(*digest.as_bytes()))
                })?,
            },
            body,
            hash: field("hash", &line.hash, |text| text.parse().ok())?,
        })
    }
}

fn field<T>(
    field: &'static str,
    value: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, ParseLineError> {
    parse(value).ok_or_else(|| ParseLineError::Field {
        field,
        value: value.to_owned(),
    })
}

fn parse_time(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    // One text form: another offset or more decimals would be lost in the hash, which has
    // milliseconds.
    (format!("{time:.3}") == text).then_some(time)
}

fn parse_actor(line: &Line) -> Result<Actor, ParseLineError> {
    match (&line.who, &line.app, &line.token) {
        (None, None, None) => Ok(Actor::System),
        (Some(who), app, token) => field("who", who, |who| {
            Actor::through(who, app.as_deref(), token.as_deref()).ok()
        }),
        (None, Some(value), _) => Err(ParseLineError::Field {
            field: "app",
            value: value.clone(),
        }),
        (None, None, Some(value)) => Err(ParseLineError::Field {
            field: "token",
            value: value.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::actor::Actor;
    use crate::entry::Entry;
    use crate::toy;

    #[test]
    fn lines_come_back_with_and_without_the_body() {
        let mut system = toy::draft("expire/grant_1/0", "{\"text\":\"é \\u0000 \\n\"}");
        system.actor = Actor::System;
        let [ana] = toy::entries::<1>();
        for entry in [ana, system.seal(&toy::head(), toy::noon())] {
            for entry in [entry.withheld(), entry] {
                let line = entry.to_line().unwrap();
                assert!(!line.contains('\n'));
                assert_eq!(Entry::parse_line(&line).unwrap(), entry);
            }
        }
    }

    #[test]
    fn a_line_that_says_it_otherwise_is_refused() {
        let [entry] = toy::entries::<1>();
        let line = entry.to_line().unwrap();
        for (from, to) in [
            ("\"position\":1", "\"position\":-1"),
            ("12:00:00.000Z", "12:00:00.0001Z"),
            ("12:00:00.000Z", "13:00:00.000+01:00"),
            ("\"who\":\"person_ana\",", ""),
            ("\"realm\":\"meta\"", "\"realm\":\"\""),
            ("\"hash\"", "\"hush\""),
            ("\"body\"", "\"body_digest\":\"00\",\"body\""),
            ("\"command\":\"c0\"", "\"command\":\"\""),
        ] {
            let other = line.replace(from, to);
            assert_ne!(other, line, "{from}");
            assert!(Entry::parse_line(&other).is_err(), "{other}");
        }
    }
}
