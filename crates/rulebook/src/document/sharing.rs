//! Sharing to partners.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Name, When};

/// `[partner_type.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerType {
    /// For people.
    pub label: String,
    /// What it is for.
    pub purpose: String,
    /// Level per asset kind.
    pub terms: BTreeMap<Name, Name>,
    /// Is it automated, so that it needs a mandate to write?
    #[serde(default)]
    pub automated: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// `[sharing]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// When a partner must accept.
    #[serde(default)]
    pub acceptance: Vec<Acceptance>,
    /// Who of a partner holds what was shared.
    #[serde(default)]
    pub members: Vec<Members>,
    /// Only verified businesses share and are shared to, if one of these holds.
    #[serde(default)]
    pub verified: Vec<Verified>,
}

/// `[[sharing.verified]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[sharing.acceptance]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// When.
    pub by: AcceptanceBy,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// When a partner must accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptanceBy {
    /// The first share between two businesses.
    First,
    /// Every share.
    Each,
    /// No share.
    None,
}

/// `[[sharing.members]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// Who.
    pub hold: MembersHold,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// Who of a partner holds what was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembersHold {
    /// Those their own business assigns.
    Assigned,
    /// Everybody in the partner's business.
    All,
}

/// `[break_glass]`: how the platform's staff enter a business in an emergency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// The role they have there.
    pub role: Name,
    /// For how many hours at most.
    pub hours: u32,
    /// Where the rule comes from.
    pub source: String,
}

/// `[on_behalf]`: as what a business acts on behalf of another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// The role of the client's system user through which it acts.
    pub role: Name,
    /// The kind of the tokens it gets.
    pub token: Name,
    /// Where the rule comes from.
    pub source: String,
}
