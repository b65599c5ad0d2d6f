//! Many commands at once, as they are asked and answered.

use std::borrow::Cow;

use engine::fact::Change;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::change_sentence::change_sentence;
use crate::problem::Problem;
use crate::task::CommandAnswer;

/// Many commands under one id.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkBody {
    /// The bulk's id. That of a command is this, a colon and its number: giving the same bulk again
    /// does nothing twice.
    pub id: String,
    /// The number of the first command; more than 0 where a bulk is given in parts.
    #[serde(default)]
    pub first: u64,
    /// The commands, in order: `{ "child.create": { … } }`.
    #[schema(value_type = Vec<Object>)]
    pub commands: Vec<serde_json::Value>,
    /// The second factor was passed.
    #[serde(default)]
    pub second_factor: bool,
    /// Say what would become of each, and do nothing.
    #[serde(default)]
    pub plan: bool,
    /// The employee, known elsewhere, for whom a system user gives them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<String>,
}

/// What became of the commands of a bulk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkAnswer {
    /// How many were done.
    pub done: usize,
    /// How many had been done before.
    pub repeated: usize,
    /// Of how many all was so already.
    pub unchanged: usize,
    /// How many were refused.
    pub refused: usize,
    /// Each, in order.
    pub items: Vec<BulkItem>,
}

/// What became of one command of a bulk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkItem {
    /// Its number.
    pub index: u64,
    /// `done`, `repeated`, `unchanged`, `planned` or `refused`.
    pub outcome: Cow<'static, str>,
    /// Where its entry stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The id of what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// A secret, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What it would change, in plain words, where it is planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl BulkItem {
    /// Returns the item of a command that was answered.
    #[must_use]
    pub fn of(index: u64, answer: CommandAnswer) -> Self {
        Self {
            position: answer.position,
            made: answer.made,
            secret: answer.secret,
            ..Self::plain(index, answer.outcome)
        }
    }

    /// Returns the item of a command that was refused.
    #[must_use]
    pub fn refused(index: u64, problem: Problem) -> Self {
        Self {
            problem: Some(problem),
            ..Self::plain(index, "refused".into())
        }
    }

    /// Returns the item of a command that was only tried.
    #[must_use]
    pub fn planned(index: u64, changes: &[Change]) -> Self {
        Self {
            changes: changes.iter().map(change_sentence).collect(),
            ..Self::plain(index, "planned".into())
        }
    }

    const fn plain(index: u64, outcome: Cow<'static, str>) -> Self {
        Self {
            index,
            outcome,
            position: None,
            made: None,
            secret: None,
            changes: Vec::new(),
            problem: None,
        }
    }
}
