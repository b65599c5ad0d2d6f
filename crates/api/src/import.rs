//! Imports, as they are answered.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an import changes, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportAnswer {
    /// `planned`, `done`, `unchanged` (all was so already), `repeated` (it had been done before) or
    /// `running` (ask for it under its id).
    pub outcome: Cow<'static, str>,
    /// New facts, counted by kind.
    pub adds: BTreeMap<String, usize>,
    /// Facts that become different, counted by kind.
    pub changed: BTreeMap<String, usize>,
    /// Facts that end, counted by kind.
    pub ends: BTreeMap<String, usize>,
    /// How many facts stay as they are.
    pub unchanged: usize,
    /// The first changes in plain words, `+` new, `~` different, `-` over; in a plan only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// How many entries it takes. With more than one the realm answers nothing until all are written.
    pub entries: usize,
    /// Where its last entry stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The place in the log the answer rests on.
    pub state: String,
}

/// How far an import of many entries is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProgress {
    /// `running`, `done`, or `failed`: give the same import again, it goes on where it was cut off.
    pub outcome: Cow<'static, str>,
    /// How many entries are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<usize>,
    /// How many there will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<usize>,
    /// Where its last entry stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Why it was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What activating a rulebook did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivateAnswer {
    /// `planned`, `done`, `unchanged` or `repeated`.
    pub outcome: Cow<'static, str>,
    /// The rulebook's name.
    pub name: String,
    /// SHA-256 of its text.
    pub digest: String,
    /// Its switches, each with its value.
    pub switches: BTreeMap<String, String>,
    /// How many facts are written anew under new names.
    pub renamed: usize,
    /// Where its entry stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The place in the log the answer rests on.
    pub state: String,
}
