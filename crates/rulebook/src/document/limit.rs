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
    /// Test users of one app.
    TestUsersPerApp,
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
    /// What calls cost, where points are counted.
    pub score: Option<Score>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[rate_pool.NAME.score]`: points for each app and each asset of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The kind of asset that calls are about.
    pub kind: Name,
    /// What a call that reads costs.
    pub read: u32,
    /// What one that writes costs.
    pub write: u32,
    /// How many points are too many, by the app's tier.
    #[serde(default)]
    pub tier: Vec<ScoreTier>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[rate_pool.NAME.score.tier]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreTier {
    /// A tier of apps.
    pub tier: Name,
    /// The most points there may be.
    pub most: u32,
    /// In how many seconds that many points leak away.
    pub decay_s: u32,
    /// For how many seconds calls are refused once there are more.
    pub block_s: u32,
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
