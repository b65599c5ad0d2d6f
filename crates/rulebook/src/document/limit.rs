//! How many of something there may be, and how often it may be asked.

use serde::Deserialize;

use super::{Name, When};

/// `[[limit]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is counted.
    pub counts: LimitOf,
    /// Counting only those with this role.
    pub role: Option<Name>,
    /// At this API tier of the app that asks, if said.
    pub tier: Option<Name>,
    /// The most there may be.
    pub at_most: u32,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOf {
    /// System users of one business.
    SystemUsersPerBusiness,
    /// Children of one parent that one person belongs to.
    ChildrenPerPerson,
}

/// `[rate_pool.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatePool {
    /// For people.
    pub label: String,
    /// Counted per app, or per app and holder.
    pub key: RateKey,
    /// Other keys under switches; the first that holds stands in place of `key`.
    #[serde(default)]
    pub otherwise: Vec<OtherKey>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[rate_pool.NAME.otherwise]]`: what the pool is counted by where a switch says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherKey {
    /// Counted per app, or per app and holder.
    pub key: RateKey,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What shares a rate pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateKey {
    /// All tokens of one app.
    App,
    /// All tokens of one holder of one app.
    AppHolder,
}
