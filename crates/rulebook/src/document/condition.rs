//! Conditions on properties of a request.

use serde::Deserialize;

use super::Name;

/// A condition on a property.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Whose property.
    pub of: PropertyOf,
    /// Its name.
    pub property: String,
    /// Equal to this…
    pub equal: Option<Scalar>,
    /// …or one of these…
    #[serde(default, rename = "in")]
    pub one_of: Vec<Scalar>,
    /// …or a number at most this…
    pub at_most: Option<i64>,
    /// …or a time of day within these hours of a zone.
    pub within_hours: Option<Hours>,
}

/// `within_hours = { from = 8, to = 18, zone = "Europe/Berlin" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First hour, 0 to 23.
    pub from: u8,
    /// The hour it is over, 1 to 24.
    pub to: u8,
    /// An IANA zone.
    pub zone: Name,
}

/// Whose property a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyOf {
    /// The holder.
    Subject,
    /// The primary target.
    Resource,
    /// The operation's own properties.
    Action,
    /// The rest of the request.
    Context,
}

/// A plain value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}
