//! The realm itself: its rulebook and its operators.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TextDigest;
use crate::id::{BusinessId, PersonId};

/// How the realm is set: which rulebook is active, under which switches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The rulebook's name.
    pub rulebook: String,
    /// SHA-256 of its text, which is kept by digest for ever.
    pub digest: String,
    /// Its switches, where they differ from the defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
    /// A realm that is being filled answers nothing.
    #[serde(default, skip_serializing_if = "super::business::is_false")]
    pub loading: bool,
}

impl Settings {
    /// Returns what names it: there is one.
    pub const fn key(&self) {}
}

/// One of the platform's own staff. Has no role inside a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Who.
    pub person: PersonId,
    /// A role of the realm family.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Entered this business in an emergency…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BusinessId>,
    /// …until this time…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass_until: Option<Timestamp>,
    /// …for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TextDigest>,
}

impl Operator {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> PersonId {
        self.person.clone()
    }
}
