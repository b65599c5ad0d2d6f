//! Tokens as the inventory tells them, and what a sweep came to.

use std::collections::BTreeMap;

use commands::{Due, NotDone, SweepStep, TokenLine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of the inventory of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokensBody {
    /// The tokens, by id.
    pub tokens: Vec<TokenBody>,
    /// Give it for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The state it was read from.
    pub state: String,
}

/// A token. Never its secret, nor a digest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenBody {
    /// Its public id.
    pub token: String,
    /// Its kind.
    pub kind: String,
    /// The consent it stands on.
    pub grant: String,
    /// Who holds it; absent once the consent is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The app; absent once the consent is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// Per scope, the only assets it reaches; scopes left out reach all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<String>>,
    /// When it was issued.
    #[schema(value_type = String)]
    pub issued: Timestamp,
    /// When its life is over; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expires: Option<Timestamp>,
    /// Whole days until then, while it is alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// `alive`, `expired` or `ended`.
    pub state: String,
    /// Why it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Days before its end at which it is renewed by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_days_before: Option<u32>,
    /// Who has seen its secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_by: Vec<String>,
    /// When it was last used, as far as the server remembers. Evidence, and no part of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub last_used: Option<Timestamp>,
}

impl TokenBody {
    /// Returns a token of the inventory as the wire writes it.
    #[must_use]
    pub fn of(line: &TokenLine, last_used: Option<Timestamp>) -> Self {
        let targets = line.targets.iter().map(|(scope, assets)| {
            let assets = assets.iter().map(ToString::to_string).collect();
            (scope.clone(), assets)
        });
        Self {
            token: line.token.to_string(),
            kind: line.kind.clone(),
            grant: line.grant.to_string(),
            holder: line.holder.as_ref().map(ToString::to_string),
            app: line.app.as_ref().map(ToString::to_string),
            scopes: line.scopes.clone(),
            targets: targets.collect(),
            issued: line.issued,
            expires: line.expires,
            days_left: line.days_left,
            state: word(&line.state),
            ended: line.ended.as_ref().map(word),
            renewed_days_before: line.renewed_days_before,
            seen_by: line.seen_by.iter().map(ToString::to_string).collect(),
            last_used,
        }
    }
}

/// Returns the word that facts are written with.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Asks for the secret of a token that was renewed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectBody {
    /// The command's id, chosen by the caller.
    pub id: String,
    /// The new token.
    pub token: String,
}

/// What a sweep came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SweptBody {
    /// What was done, in plain words.
    pub done: Vec<String>,
    /// What should have been done and could not be: somebody must look at it.
    pub not_done: Vec<String>,
}

/// Returns what was done, in plain words.
#[must_use]
pub fn due_words(due: &Due) -> String {
    match &due.step {
        SweepStep::Renew(token) => format!("token:{token} was renewed"),
        SweepStep::Forget(token) => {
            format!(
                "token:{token} expired at {} and is renewed no more",
                due.since
            )
        }
        SweepStep::CheckupDue(app) => format!("the checkup of app:{app} is due"),
        SweepStep::CheckupMissed(app) => format!("the checkup of app:{app} was missed"),
        SweepStep::EndAssignment(key) => format!(
            "the assignment of {} on {}, over since {}, was ended",
            key.holder, key.on, due.since
        ),
        SweepStep::LeaveBusiness(person) => {
            format!("person:{person} left the business entered in an emergency")
        }
    }
}

/// Returns what could not be done, in plain words.
#[must_use]
pub fn not_done_words(not_done: &NotDone) -> String {
    format!("token:{} was not renewed: {}", not_done.token, not_done.why)
}
