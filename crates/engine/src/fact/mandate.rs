//! Mandates: the limits within which a tool may act for a business.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::business::is_false;
use crate::id::{AppId, AssetId, BusinessId, MandateId, PersonId};

/// The limits within which a tool may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// The business that gave it.
    pub business: BusinessId,
    /// For whom.
    pub to: MandateOf,
    /// On which assets of the business; empty for all it owns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetId>,
    /// Which operations; empty for every write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// Each change approved, or on its own within the limits.
    pub mode: MandateMode,
    /// The limits.
    #[serde(default)]
    pub limits: Limits,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The kill switch.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopped: bool,
    /// Who may approve; empty for anybody of the business who holds the right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<PersonId>,
    /// How old a figure may be, in seconds.
    #[serde(default = "quarter_of_an_hour")]
    pub fresh_within_s: u32,
}

const fn quarter_of_an_hour() -> u32 {
    900
}

/// For whom a mandate is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateOf {
    /// One app.
    App(AppId),
    /// Everybody of a partner.
    Partner(BusinessId),
}

/// How a tool acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateMode {
    /// Somebody approves each change.
    SemiAutomatic,
    /// On its own within the limits.
    Autopilot,
}

/// What a change may not exceed. A limit left out does not bind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// One change may raise an amount by at most this, in basis points of the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// The sum of daily budgets after the change, in minor units, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget_total: Option<u64>,
    /// Cost per action in minor units, at most, to raise anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpa: Option<u64>,
    /// Return on ad spend in thousandths, at least, to raise anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roas: Option<u64>,
    /// What is spent under the mandate in total, in minor units, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_total: Option<u64>,
}

impl Mandate {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> MandateId {
        self.id.clone()
    }
}
