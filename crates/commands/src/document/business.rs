//! Rows about businesses, people, their places, and the platform's own staff.

use engine::fact::{
    Business, Fact, Identity, Membership, Operator, Person, Properties, SystemUser, TwoFactor,
};
use engine::{BusinessId, PersonId, SystemUserId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row, is_false};
use super::schema;
use super::word::word;

/// A business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: BusinessId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The parent that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub parent: Option<BusinessId>,
    /// Has the platform verified it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub verified: bool,
    /// Who must pass two-factor authentication.
    #[serde(default, skip_serializing_if = "TwoFactorRow::is_none")]
    pub two_factor: TwoFactorRow,
    /// Has the platform suspended it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspended: bool,
    /// Its system users act by themselves, so that they need a mandate to write for others.
    #[serde(default, skip_serializing_if = "is_false")]
    pub automated: bool,
    /// Its value of the switch that businesses set for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

word! {
    #[doc = "Who must pass two-factor authentication."]
    TwoFactorRow for TwoFactor, left out: None {
        #[doc = "Nobody."] None,
        #[doc = "Holders of a role that manages people."] Admins,
        #[doc = "Everybody."] All,
    }
}

impl TwoFactorRow {
    const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl Row for BusinessRow {
    type Fact = Business;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        if let Some(parent) = &self.parent {
            check.known("parent", Of::Business, parent.as_str());
            if *parent == self.id {
                check.wrong("parent", "a business is not its own parent", None);
            }
        }
        if let Some(profile) = &self.profile {
            check.profile("profile", profile);
        }
        let of = format!("business:{}", self.id);
        Some(Fact::Business(Business {
            id: self.id.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
            parent: self.parent.clone(),
            verified: self.verified,
            two_factor: self.two_factor.into(),
            suspended: self.suspended,
            automated: self.automated,
            profile: self.profile.clone(),
        }))
    }

    fn of(fact: &Business, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            name: export.text(fact.name.as_ref()),
            parent: fact.parent.clone(),
            verified: fact.verified,
            two_factor: fact.two_factor.into(),
            suspended: fact.suspended,
            automated: fact.automated,
            profile: fact.profile.clone(),
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: PersonId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address; never used to tell people apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who the person is at the identity provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityRow>,
    /// Several people use this login: not an approved model.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared_login: bool,
    /// Plain facts for conditions.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schemars(with = "schema::PropertiesMap")]
    pub properties: Properties,
}

/// Who somebody is at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRow {
    /// The provider.
    pub issuer: String,
    /// The subject there.
    pub subject: String,
}

impl Row for PersonRow {
    type Fact = Person;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        let of = format!("person:{}", self.id);
        Some(Fact::Person(Person {
            id: self.id.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
            email: check.text(&of, "email", self.email.as_deref()),
            identity: self.identity.as_ref().map(|identity| Identity {
                issuer: identity.issuer.clone(),
                subject: identity.subject.clone(),
            }),
            shared_login: self.shared_login,
            properties: self.properties.clone(),
        }))
    }

    fn of(fact: &Person, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            name: export.text(fact.name.as_ref()),
            email: export.text(fact.email.as_ref()),
            identity: fact.identity.as_ref().map(|identity| IdentityRow {
                issuer: identity.issuer.clone(),
                subject: identity.subject.clone(),
            }),
            shared_login: fact.shared_login,
            properties: fact.properties.clone(),
        }
    }
}

/// One of the platform's own staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorRow {
    /// Who.
    #[schemars(with = "schema::Id")]
    pub person: PersonId,
    /// A role of the realm.
    pub role: String,
    /// Over at this time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub until: Option<Timestamp>,
    /// Entered this business in an emergency…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub break_glass: Option<BusinessId>,
    /// …until this time…
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub break_glass_until: Option<Timestamp>,
    /// …for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Row for OperatorRow {
    type Fact = Operator;

    fn item(&self) -> String {
        self.person.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("person", Of::Person, self.person.as_str());
        check.role("role", rulebook::Family::Realm, &self.role);
        if let Some(business) = &self.break_glass {
            check.known("break_glass", Of::Business, business.as_str());
        }
        let of = format!("operator:{}", self.person);
        Some(Fact::Operator(Operator {
            person: self.person.clone(),
            role: self.role.clone(),
            until: self.until,
            break_glass: self.break_glass.clone(),
            break_glass_until: self.break_glass_until,
            reason: check.text(&of, "reason", self.reason.as_deref()),
        }))
    }

    fn of(fact: &Operator, export: &Export<'_>) -> Self {
        Self {
            person: fact.person.clone(),
            role: fact.role.clone(),
            until: fact.until,
            break_glass: fact.break_glass.clone(),
            break_glass_until: fact.break_glass_until,
            reason: export.text(fact.reason.as_ref()),
        }
    }
}

/// A person's place in a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRow {
    /// The business.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
    /// The person.
    #[schemars(with = "schema::Id")]
    pub person: PersonId,
    /// A role of businesses.
    pub role: String,
    /// Over at this time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub until: Option<Timestamp>,
}

impl Row for MemberRow {
    type Fact = Membership;

    fn item(&self) -> String {
        format!("{} in {}", self.person, self.business)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("business", Of::Business, self.business.as_str());
        check.known("person", Of::Person, self.person.as_str());
        check.role("role", rulebook::Family::Business, &self.role);
        Some(Fact::Membership(Membership {
            business: self.business.clone(),
            person: self.person.clone(),
            role: self.role.clone(),
            until: self.until,
        }))
    }

    fn of(fact: &Membership, _: &Export<'_>) -> Self {
        Self {
            business: fact.business.clone(),
            person: fact.person.clone(),
            role: fact.role.clone(),
            until: fact.until,
        }
    }
}

/// An automated account of a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SystemUserRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: SystemUserId,
    /// The business it belongs to.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
    /// A role of businesses.
    pub role: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Row for SystemUserRow {
    type Fact = SystemUser;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("business", Of::Business, self.business.as_str());
        check.role("role", rulebook::Family::Business, &self.role);
        let of = format!("system_user:{}", self.id);
        Some(Fact::SystemUser(SystemUser {
            id: self.id.clone(),
            business: self.business.clone(),
            role: self.role.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
        }))
    }

    fn of(fact: &SystemUser, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            business: fact.business.clone(),
            role: fact.role.clone(),
            name: export.text(fact.name.as_ref()),
        }
    }
}
