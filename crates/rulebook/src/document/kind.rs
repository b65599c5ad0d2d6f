//! Kinds of things, their roles, and the levels at which they are offered.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Name, When};

/// What family of things a kind belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Something a business or person owns and shares.
    #[default]
    Asset,
    /// A business itself.
    Business,
    /// An app.
    App,
    /// The realm: the platform's own staff hold its roles.
    Realm,
}

/// `[kind.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// For people.
    pub label: String,
    /// What family; `asset` unless said.
    #[serde(default)]
    pub family: Family,
    /// Everything that can be done, at most 64 names.
    pub can: Vec<Name>,
    /// Named sets of capabilities that are assigned to holders.
    #[serde(default)]
    pub role: BTreeMap<Name, Role>,
    /// What an owner may offer a partner.
    #[serde(default)]
    pub level: BTreeMap<Name, Level>,
    /// The level meant when none is named.
    pub default_level: Option<Name>,
    /// Rights that come with rights on another asset.
    #[serde(default)]
    pub follows: Vec<Follows>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[kind.K.role.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// For people.
    pub label: String,
    /// Its capabilities; `["*"]` for all.
    pub can: Vec<Name>,
    /// App roles only: reaches sandbox assets only.
    #[serde(default)]
    pub sandbox_only: bool,
    /// More capabilities, each under its own switches and with its own source.
    #[serde(default)]
    pub also: Vec<Also>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[kind.K.role.NAME.also]]`: what a role can do besides, where a switch says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The further capabilities.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[kind.K.level.NAME]`: a name for a role when it is offered to a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The role offered.
    pub role: Name,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[kind.K.follows]]`: whoever has `has` on the linked asset of `kind` has `can` here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The kind that is followed.
    pub kind: Name,
    /// One of these capabilities there…
    pub has: Vec<Name>,
    /// …brings these here.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}
