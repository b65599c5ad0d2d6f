//! What a business role brings without assignment, and what is said in place of other reasons.

use serde::Deserialize;

use super::{Name, When};

/// Who can hold a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// A human being.
    Person,
    /// An automated account of a business.
    SystemUser,
    /// The business account itself.
    Business,
    /// An app.
    App,
}

/// How a business stands to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The business owns it.
    Owned,
    /// A child of the business owns it.
    ChildOwned,
    /// It is shared to the business; the share caps what is reached.
    Shared,
    /// It is a child of the business.
    Child,
}

/// `[[reach]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// A role of the business family.
    pub role: Name,
    /// Who must hold it.
    pub holder: Vec<HolderKind>,
    /// How the business stands to the thing.
    pub relation: Vec<Relation>,
    /// On things of these kinds; `["*"]` for all assets.
    pub kind: Vec<Name>,
    /// What it brings; `["*"]` for all.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[replace]]`: what is said to holders of a business role in place of other reasons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// The reason to give.
    pub reason: Name,
    /// The reasons it stands for.
    pub in_place_of: Vec<Name>,
    /// To whom: holders of this business role…
    pub role: Name,
    /// …in a business that stands so to the asset…
    pub relation: Vec<Relation>,
    /// …of these kinds.
    pub kind: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}
