//! Rows about apps: who owns and configures them, what they have, where they are installed.

use engine::fact::{
    App, AppClaim, AppMode, AppPermission, AppRole, Checkup, Environment, Fact, Install, Level,
    Review, ReviewState,
};
use engine::{AppId, BusinessId, Owner, PersonId, SystemUserId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row, is_false};
use super::schema;
use super::word::word;

/// An app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: AppId,
    /// Who owns it; a business that owns it has claimed it.
    #[schemars(with = "schema::OwnerText")]
    pub owner: Owner,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A type of the rulebook; without one, access levels do not apply.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub app_type: Option<String>,
    /// Development or live.
    #[serde(default)]
    pub mode: AppModeRow,
    /// Sandbox or production.
    #[serde(default)]
    pub environment: EnvironmentRow,
    /// A tier of the rulebook; the lowest without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
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
    #[schemars(with = "Vec<schema::Id>")]
    pub credentials_held_by: Vec<PersonId>,
    /// The yearly checkup of what the app does with data.
    #[serde(default, skip_serializing_if = "CheckupRow::is_none")]
    pub checkup: CheckupRow,
    /// Since when it stands so.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "Option<schema::Moment>")]
    pub checkup_since: Option<Timestamp>,
    /// Has the platform suspended it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspended: bool,
    /// Where people who consented may be sent back to, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
}

word! {
    #[doc = "Development or live."]
    AppModeRow for AppMode, left out: Development {
        #[doc = "Being built."] Development,
        #[doc = "For everybody."] Live,
    }
}

word! {
    #[doc = "Sandbox or production."]
    EnvironmentRow for Environment, left out: Production {
        #[doc = "For trying things out."] Sandbox,
        #[doc = "The real thing."] Production,
    }
}

word! {
    #[doc = "Where the yearly checkup stands."]
    CheckupRow for Checkup, left out: None {
        #[doc = "None is due."] None,
        #[doc = "One is due."] Due,
        #[doc = "It was done."] Done,
        #[doc = "It was missed."] Missed,
    }
}

word! {
    #[doc = "An access level."]
    LevelRow for Level, left out: Standard {
        #[doc = "Reaches people with a role on the app."] Standard,
        #[doc = "Reaches anybody."] Advanced,
    }
}

impl CheckupRow {
    const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl Row for AppRow {
    type Fact = App;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.owner("owner", &self.owner);
        check.app_type("type", self.app_type.as_deref());
        check.tier("tier", self.tier.as_deref());
        for person in &self.credentials_held_by {
            check.known("credentials_held_by", Of::Person, person.as_str());
        }
        let of = format!("app:{}", self.id);
        Some(Fact::App(App {
            id: self.id.clone(),
            owner: self.owner.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
            app_type: self.app_type.clone(),
            mode: self.mode.into(),
            environment: self.environment.into(),
            tier: self.tier.clone(),
            created: self.created,
            automated: self.automated,
            confirmed_partner: self.confirmed_partner,
            proof_required: self.proof_required,
            allow_lists: self.allow_lists.clone(),
            credentials_held_by: self.credentials_held_by.clone(),
            checkup: self.checkup.into(),
            checkup_since: self.checkup_since,
            suspended: self.suspended,
            redirect_uris: self.redirect_uris.clone(),
        }))
    }

    fn of(fact: &App, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            owner: fact.owner.clone(),
            name: export.text(fact.name.as_ref()),
            app_type: fact.app_type.clone(),
            mode: fact.mode.into(),
            environment: fact.environment.into(),
            tier: fact.tier.clone(),
            created: fact.created,
            automated: fact.automated,
            confirmed_partner: fact.confirmed_partner,
            proof_required: fact.proof_required,
            allow_lists: fact.allow_lists.clone(),
            credentials_held_by: fact.credentials_held_by.clone(),
            checkup: fact.checkup.into(),
            checkup_since: fact.checkup_since,
            suspended: fact.suspended,
            redirect_uris: fact.redirect_uris.clone(),
        }
    }
}

/// A business that claimed an app it does not own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppClaimRow {
    /// The app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// The business.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
}

impl Row for AppClaimRow {
    type Fact = AppClaim;

    fn item(&self) -> String {
        format!("{} by {}", self.app, self.business)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("app", Of::App, self.app.as_str());
        check.known("business", Of::Business, self.business.as_str());
        Some(Fact::AppClaim(AppClaim {
            app: self.app.clone(),
            business: self.business.clone(),
        }))
    }

    fn of(fact: &AppClaim, _: &Export<'_>) -> Self {
        Self {
            app: fact.app.clone(),
            business: fact.business.clone(),
        }
    }
}

/// A person's role on an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppRoleRow {
    /// The app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// The person.
    #[schemars(with = "schema::Id")]
    pub person: PersonId,
    /// A role of apps.
    pub role: String,
}

impl Row for AppRoleRow {
    type Fact = AppRole;

    fn item(&self) -> String {
        format!("{} on {}", self.person, self.app)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("app", Of::App, self.app.as_str());
        check.known("person", Of::Person, self.person.as_str());
        check.role("role", rulebook::Family::App, &self.role);
        Some(Fact::AppRole(AppRole {
            app: self.app.clone(),
            person: self.person.clone(),
            role: self.role.clone(),
        }))
    }

    fn of(fact: &AppRole, _: &Export<'_>) -> Self {
        Self {
            app: fact.app.clone(),
            person: fact.person.clone(),
            role: fact.role.clone(),
        }
    }
}

/// What an app has of a permission or feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppPermissionRow {
    /// The app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// A scope or feature of the rulebook.
    pub permission: String,
    /// The level it is set to.
    #[serde(default)]
    pub level: LevelRow,
    /// Has the platform approved it for Advanced Access?
    #[serde(default, skip_serializing_if = "is_false")]
    pub approved: bool,
    /// The app gave it up.
    #[serde(default, skip_serializing_if = "is_false")]
    pub removed: bool,
    /// Where its review stands, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewRow>,
}

/// The platform's review of a permission of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRow {
    /// How far it is.
    pub state: ReviewStateRow,
    /// Since when.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub at: Timestamp,
    /// Why: what it was asked for with, or what it was decided with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

word! {
    #[doc = "How far a review is."]
    ReviewStateRow for ReviewState, left out: Requested {
        #[doc = "Asked for; the platform has not decided."] Requested,
        #[doc = "The platform said yes."] Approved,
        #[doc = "The platform said no, or took its yes back."] Rejected,
    }
}

impl Row for AppPermissionRow {
    type Fact = AppPermission;

    fn item(&self) -> String {
        format!("{} of {}", self.permission, self.app)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("app", Of::App, self.app.as_str());
        check.permission("permission", &self.permission);
        let of = format!("app:{}/{}", self.app, self.permission);
        let review = self.review.as_ref().map(|row| Review {
            state: row.state.into(),
            at: row.at,
            reason: check.text(&of, "review", row.reason.as_deref()),
        });
        Some(Fact::AppPermission(AppPermission {
            app: self.app.clone(),
            permission: self.permission.clone(),
            level: self.level.into(),
            approved: self.approved,
            removed: self.removed,
            review,
        }))
    }

    fn of(fact: &AppPermission, export: &Export<'_>) -> Self {
        let review = fact.review.as_ref().map(|review| ReviewRow {
            state: review.state.into(),
            at: review.at,
            reason: export.text(review.reason.as_ref()),
        });
        Self {
            app: fact.app.clone(),
            permission: fact.permission.clone(),
            level: fact.level.into(),
            approved: fact.approved,
            removed: fact.removed,
            review,
        }
    }
}

/// An app installed on a system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallRow {
    /// The app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// The system user.
    #[schemars(with = "schema::Id")]
    pub system_user: SystemUserId,
}

impl Row for InstallRow {
    type Fact = Install;

    fn item(&self) -> String {
        format!("{} on {}", self.app, self.system_user)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("app", Of::App, self.app.as_str());
        check.known("system_user", Of::SystemUser, self.system_user.as_str());
        Some(Fact::Install(Install {
            app: self.app.clone(),
            system_user: self.system_user.clone(),
        }))
    }

    fn of(fact: &Install, _: &Export<'_>) -> Self {
        Self {
            app: fact.app.clone(),
            system_user: fact.system_user.clone(),
        }
    }
}
