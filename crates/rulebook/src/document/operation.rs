//! What can be asked, and what it needs.

use serde::Deserialize;

use super::{Condition, Name, Relation, When};

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Looks.
    Read,
    /// Changes what an asset holds; automated tools need a mandate.
    Write,
    /// Changes access.
    Manage,
}

/// `[[operation]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Its name, `noun.verb`; may stand several times under different `when`.
    pub name: Name,
    /// Further operations with the very same rule.
    #[serde(default)]
    pub same_for: Vec<Name>,
    /// For people.
    pub label: String,
    /// What it does to the world.
    pub class: Class,
    /// What the holder must be able to do; all of them. Empty: no role is needed.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The scopes a token must carry.
    #[serde(default)]
    pub scopes: Scopes,
    /// Features the app must have.
    #[serde(default)]
    pub features: Vec<Name>,
    /// The kinds of token that can be used; empty for all.
    #[serde(default)]
    pub tokens: Vec<Name>,
    /// Refused to tokens of a system user whose business stands so to the target business.
    #[serde(default)]
    pub not_token_of: Vec<Relation>,
    /// The app must be claimed by the target business or its parent.
    #[serde(default)]
    pub claimed: bool,
    /// The app's API tier must be at least this.
    pub tier: Option<Name>,
    /// The tier is not asked of apps on this allow-list.
    pub unless_listed: Option<Name>,
    /// The app must be on this allow-list.
    pub allow_list: Option<String>,
    /// What is made starts paused.
    #[serde(default)]
    pub starts_paused: bool,
    /// The kinds of limits of a mandate that bound it.
    #[serde(default)]
    pub bounded_by: Vec<LimitFigure>,
    /// Figures that must hold whoever asks.
    #[serde(default)]
    pub requires: Vec<Requires>,
    /// Any of these lists must hold, each in full.
    #[serde(default)]
    pub conditions: Vec<Vec<Condition>>,
    /// The terms asked for must lie within what the business `business` holds on the asset.
    #[serde(default)]
    pub hands_on: bool,
    /// Or the resource is the holder himself: no role is needed for one's own.
    #[serde(default)]
    pub own: bool,
    /// Refused for what `MODEL_FORBIDDEN` stands for, to everybody.
    #[serde(default)]
    pub forbidden: bool,
    /// Asked by first-party sign-ins only (console, command line): tokens are of the wrong kind.
    #[serde(default)]
    pub first_party: bool,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// One thing the holder must be able to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Which target of the request: `resource`, a derived one (`owner`, `parent`), or a named one.
    #[serde(default = "resource")]
    pub target: String,
    /// Its kind.
    pub kind: Name,
    /// Any of these capabilities.
    pub can: Vec<Name>,
    /// Rights that came through a share do not count: what was shared is not handed on.
    #[serde(default)]
    pub direct: bool,
    /// Or any of these needs instead.
    #[serde(default)]
    pub or: Vec<Need>,
}

fn resource() -> String {
    "resource".to_owned()
}

/// The scopes an operation needs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scopes {
    /// All of these.
    #[serde(default)]
    pub all: Vec<Name>,
    /// And one of these, if any are named.
    #[serde(default)]
    pub any: Vec<Name>,
    /// None: any live token will do, as for what is one's own.
    #[serde(default)]
    pub any_token: bool,
}

/// A figure a mandate can limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitFigure {
    /// How far one change may raise an amount, in basis points of the old one.
    Step,
    /// The sum of daily budgets after the change, in minor units.
    DailyBudgetTotal,
    /// Cost per action, in minor units, at most.
    Cpa,
    /// Return on ad spend, in thousandths, at least.
    Roas,
    /// What has been spent under the mandate and would be after the change, in minor units.
    SpendTotal,
}

/// A figure that must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// Which.
    pub figure: RequiredFigure,
    /// The most it may be.
    pub at_most: u64,
}

/// Figures an operation can require.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredFigure {
    /// Ads that are running.
    ActiveAds,
}
