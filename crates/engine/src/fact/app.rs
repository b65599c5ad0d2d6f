//! Apps: who may configure them, what they have of each permission, where they are installed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TextDigest;
use super::business::is_false;
use crate::id::{AppId, BusinessId, Owner, PersonId, SystemUserId};

/// An app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Who owns it; a business that owns it has claimed it.
    pub owner: Owner,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
    /// A type of the rulebook; without one, access levels do not apply.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub app_type: Option<String>,
    /// Development or live.
    #[serde(default)]
    pub mode: AppMode,
    /// Sandbox or production.
    #[serde(default)]
    pub environment: Environment,
    /// A tier of the rulebook; the lowest without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Acts by itself, so that it needs a mandate to write.
    #[serde(default, skip_serializing_if = "is_false")]
    pub automated: bool,
    /// Has the platform confirmed its maker as a partner?
    #[serde(default, skip_serializing_if = "is_false")]
    pub confirmed_partner: bool,
    /// Every call needs a proof made with the app's secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub proof_required: bool,
    /// Lists of the platform it is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_lists: Vec<String>,
    /// Who holds its credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials_held_by: Vec<PersonId>,
    /// The yearly Data Use Checkup.
    #[serde(default)]
    pub checkup: Checkup,
    /// Since when the checkup stands so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkup_since: Option<Timestamp>,
    /// Has the platform suspended it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspended: bool,
    /// Where people who consented may be sent back to, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
}

/// Development or live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppMode {
    /// Being built.
    #[default]
    Development,
    /// For everybody.
    Live,
}

/// Sandbox or production.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// For trying things out.
    Sandbox,
    /// The real thing.
    #[default]
    Production,
}

/// Where the yearly checkup stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checkup {
    /// None is due.
    #[default]
    None,
    /// One is due.
    Due,
    /// It was done.
    Done,
    /// It was missed.
    Missed,
}

impl App {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AppId {
        self.id.clone()
    }
}

/// A business that claimed an app it does not own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppClaim {
    /// The app.
    pub app: AppId,
    /// The business.
    pub business: BusinessId,
}

/// What names a claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppClaimKey {
    /// The app.
    pub app: AppId,
    /// The business.
    pub business: BusinessId,
}

impl AppClaim {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AppClaimKey {
        AppClaimKey {
            app: self.app.clone(),
            business: self.business.clone(),
        }
    }
}

/// A person's role on an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRole {
    /// The app.
    pub app: AppId,
    /// The person.
    pub person: PersonId,
    /// A role of the app family.
    pub role: String,
}

/// What names an app role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRoleKey {
    /// The app.
    pub app: AppId,
    /// The person.
    pub person: PersonId,
}

impl AppRole {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AppRoleKey {
        AppRoleKey {
            app: self.app.clone(),
            person: self.person.clone(),
        }
    }
}

/// What an app has of a permission or feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppPermission {
    /// The app.
    pub app: AppId,
    /// A scope or feature of the rulebook.
    pub permission: String,
    /// The level it is set to.
    pub level: Level,
    /// Has the platform approved it for Advanced Access?
    #[serde(default, skip_serializing_if = "is_false")]
    pub approved: bool,
    /// The app gave it up.
    #[serde(default, skip_serializing_if = "is_false")]
    pub removed: bool,
    /// Where its review stands, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// The platform's review of a permission of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// How far it is.
    pub state: ReviewState,
    /// Since when.
    pub at: Timestamp,
    /// Why: what it was asked for with, or what it was decided with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TextDigest>,
}

/// How far a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Asked for; the platform has not decided.
    Requested,
    /// The platform said yes.
    Approved,
    /// The platform said no, or took its yes back.
    Rejected,
}

/// An access level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Reaches people with a role on the app.
    Standard,
    /// Reaches anybody.
    Advanced,
}

/// What names an app permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppPermissionKey {
    /// The app.
    pub app: AppId,
    /// A scope or feature of the rulebook.
    pub permission: String,
}

impl AppPermission {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AppPermissionKey {
        AppPermissionKey {
            app: self.app.clone(),
            permission: self.permission.clone(),
        }
    }
}

/// An app installed on a system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Install {
    /// The app.
    pub app: AppId,
    /// The system user.
    pub system_user: SystemUserId,
}

/// What names an installation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallKey {
    /// The app.
    pub app: AppId,
    /// The system user.
    pub system_user: SystemUserId,
}

impl Install {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> InstallKey {
        InstallKey {
            app: self.app.clone(),
            system_user: self.system_user.clone(),
        }
    }
}
