//! Apps: types, modes, checkups, access levels.

use serde::Deserialize;

use super::{Name, When};

/// `[app_type.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppType {
    /// For people.
    pub label: String,
    /// Do access levels apply?
    pub access_levels: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// `[app]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRules {
    /// What an app in development reaches.
    pub development: Option<ModeRule>,
    /// What an app in the sandbox reaches.
    pub sandbox: Option<ModeRule>,
    /// Does Advanced Access need a verified business?
    #[serde(default)]
    pub verification: Vec<SwitchedRule>,
    /// How often apps certify what they do with data.
    #[serde(default)]
    pub checkup: Option<CheckupRule>,
    /// What happens after a missed Data Use Checkup.
    #[serde(default)]
    pub missed_checkup: Vec<MissedCheckup>,
    /// Whose role a token brings when it is bound to another person than its creator.
    #[serde(default)]
    pub associated_user: Vec<SwitchedRule>,
}

/// What a mode reaches.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeRule {
    /// Only people with a role on the app, or anybody.
    #[serde(default)]
    pub people: ModePeople,
    /// Only these assets; empty for all.
    #[serde(default)]
    pub assets: Vec<ModeAssets>,
    /// Where the rule comes from.
    pub source: String,
}

/// Whom a mode reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModePeople {
    /// Anybody.
    #[default]
    Anybody,
    /// People with a role on the app, or in a business that claimed it.
    WithRole,
}

/// Which assets a mode reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeAssets {
    /// Sandbox assets.
    Sandbox,
    /// Assets of a business that owns or claimed the app.
    Own,
}

/// A rule that is only there or not, by switch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchedRule {
    /// Which operations; empty for all.
    #[serde(default)]
    pub operations: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[app.checkup]`: whoever has Advanced Access certifies every so often what it does with data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckupRule {
    /// Days after the last one, or after the app was made, until the next is due.
    pub every_days: u32,
    /// Days it may be answered in; then it counts as missed.
    pub answer_within_days: u32,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[app.missed_checkup]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedCheckup {
    /// What follows.
    pub then: CheckupConsequence,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What follows a missed checkup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckupConsequence {
    /// Advanced Access works as Standard.
    Standard,
    /// The app works for nobody.
    Deactivated,
    /// Nothing but a finding.
    Warn,
}

/// `[[auto_approval]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoApproval {
    /// For apps of these types…
    pub app_type: Vec<Name>,
    /// …created before this day, if said…
    pub created_before: Option<String>,
    /// …these scopes or features are approved for Advanced Access…
    pub permissions: Vec<Name>,
    /// …and start at this level.
    pub starts: AccessLevel,
    /// Where the rule comes from.
    pub source: String,
}

/// The two access levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessLevel {
    /// Reaches people with a role on the app.
    Standard,
    /// Reaches anybody.
    Advanced,
}
