//! What stands in a rulebook file, as written: names are text with their place, nothing is resolved.
//!
//! Every table refuses unknown keys, so that a misspelt rule is an error and not a silent nothing.
//! `source` is required wherever a rule is stated.

mod app;
mod condition;
mod kind;
mod limit;
mod operation;
mod reach;
mod sharing;
mod token;
mod waiting;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub use app::*;
pub use condition::*;
pub use kind::*;
pub use limit::*;
pub use operation::*;
pub use reach::*;
pub use sharing::*;
pub use token::*;
pub(crate) use waiting::*;

/// A name and where it stands.
pub(crate) type Name = Spanned<String>;

/// `when = { switch = ["value"] }`: the entry holds only under these values.
pub(crate) type When = BTreeMap<Name, OneOrMany>;

/// One name or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// A single name.
    One(String),
    /// Several names.
    Many(Vec<String>),
}

impl OneOrMany {
    /// Returns the names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// A whole rulebook file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What the rulebook is.
    pub rulebook: Head,
    /// Names of terms and scopes that changed since the last version: old → new.
    #[serde(default)]
    pub renamed: BTreeMap<String, Name>,
    /// Rules someone could reasonably want otherwise.
    #[serde(default)]
    pub switch: BTreeMap<Name, Switch>,
    /// Kinds of things and their roles.
    pub kind: BTreeMap<Name, Kind>,
    /// What a business role brings without assignment.
    #[serde(default)]
    pub reach: Vec<Reach>,
    /// Reasons that stand in place of others.
    #[serde(default)]
    pub replace: Vec<Replace>,
    /// Templates of shares by type of partner.
    #[serde(default)]
    pub partner_type: BTreeMap<Name, PartnerType>,
    /// Permissions a token can carry.
    #[serde(default)]
    pub scope: BTreeMap<Name, Scope>,
    /// Features of an app.
    #[serde(default)]
    pub feature: BTreeMap<Name, Scope>,
    /// Types of apps.
    #[serde(default)]
    pub app_type: BTreeMap<Name, AppType>,
    /// What an app may do by its mode and environment.
    #[serde(default)]
    pub app: AppRules,
    /// Levels given without a review.
    #[serde(default)]
    pub auto_approval: Vec<AutoApproval>,
    /// Kinds of tokens.
    pub token_kind: BTreeMap<Name, TokenKind>,
    /// How many of something there may be.
    #[serde(default)]
    pub limit: Vec<Limit>,
    /// Pools that calls are counted in.
    #[serde(default)]
    pub rate_pool: BTreeMap<Name, RatePool>,
    /// Sharing and partners.
    #[serde(default)]
    pub sharing: Sharing,
    /// How the platform's staff enter a business in an emergency.
    pub break_glass: Option<BreakGlass>,
    /// As what a business acts on behalf of another.
    pub on_behalf: Option<OnBehalf>,
    /// How long what waits for an answer waits.
    #[serde(default)]
    pub waiting: Waiting,
    /// What can be asked.
    pub operation: Vec<Operation>,
}

/// `[rulebook]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of this format: 1.
    pub format: Spanned<u32>,
    /// The platform's name, lower case.
    pub name: Name,
    /// The platform's name for people.
    pub label: String,
    /// Version of the rules.
    pub version: String,
    /// The API tiers, lowest first.
    #[serde(default)]
    pub tiers: Vec<Name>,
    /// In what order the platform reports reasons; those left out follow in the order of layers.
    #[serde(default)]
    pub order: Vec<Name>,
}

/// `[switch.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// What it is about.
    pub label: String,
    /// The values; the first is the default.
    pub values: Vec<Name>,
    /// Set for the whole realm, or for each business.
    #[serde(default)]
    pub scope: SwitchScope,
    /// Where the rule comes from.
    pub source: String,
}

/// Who sets a switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchScope {
    /// One value for the realm.
    #[default]
    Realm,
    /// Each business may differ.
    Business,
}
