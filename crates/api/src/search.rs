//! Lists, as they are asked and written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::at::At;
use crate::question::{ContextBody, EvidenceBody, WhoBody};

/// Who can do an operation on a thing?
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoCanBody {
    /// The operation.
    pub operation: String,
    /// The thing.
    pub on: String,
    /// Further things by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// The circumstances.
    #[serde(default)]
    pub context: ContextBody,
    /// What was measured.
    #[serde(default)]
    pub evidence: EvidenceBody,
    /// The most items of a page, 1 to 1000; 100 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Ask about this moment instead of now: a time, a date, or a place in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub at: Option<At>,
}

/// On which things of a kind can somebody do an operation?
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatCanBody {
    /// Who; the caller if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<WhoBody>,
    /// The operation.
    pub operation: String,
    /// The kind of thing.
    pub kind: String,
    /// The circumstances.
    #[serde(default)]
    pub context: ContextBody,
    /// What was measured.
    #[serde(default)]
    pub evidence: EvidenceBody,
    /// The most items of a page, 1 to 1000; 100 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Ask about this moment instead of now: a time, a date, or a place in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub at: Option<At>,
}

/// A page of holders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldersBody {
    /// The holders.
    pub holders: Vec<String>,
    /// Where the next page starts; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The place in the log it rests on.
    pub state: String,
}

/// A page of things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThingsBody {
    /// The things.
    pub things: Vec<String>,
    /// Where the next page starts; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The place in the log it rests on.
    pub state: String,
}
