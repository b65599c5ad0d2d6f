//! Businesses, people, their places, system users.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Properties, TextDigest};
use crate::id::{BusinessId, PersonId, SystemUserId};

/// A business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// Its id.
    pub id: BusinessId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
    /// The parent that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<BusinessId>,
    /// Has the platform verified it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub verified: bool,
    /// Who must pass two-factor authentication.
    #[serde(default, skip_serializing_if = "TwoFactor::is_none")]
    pub two_factor: TwoFactor,
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

/// Who must pass two-factor authentication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwoFactor {
    /// Nobody.
    #[default]
    None,
    /// Holders of a role that manages people.
    Admins,
    /// Everybody.
    All,
}

impl TwoFactor {
    const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl Business {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> BusinessId {
        self.id.clone()
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Its id.
    pub id: PersonId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
    /// The e-mail address; never used to tell people apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<TextDigest>,
    /// Who the person is at the identity provider; this joins people across realms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Several people use this login: not an approved model.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared_login: bool,
    /// Plain facts for conditions.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// Who somebody is at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The subject there.
    pub subject: String,
}

impl Person {
    /// Returns a person of whom nothing but the id is said.
    #[must_use]
    pub fn plain(id: PersonId) -> Self {
        Self {
            id,
            name: None,
            email: None,
            identity: None,
            shared_login: false,
            properties: Properties::default(),
        }
    }

    /// Returns what names the person.
    #[must_use]
    pub fn key(&self) -> PersonId {
        self.id.clone()
    }
}

/// A person's place in a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The business.
    pub business: BusinessId,
    /// The person.
    pub person: PersonId,
    /// A role of the business family.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What names a membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipKey {
    /// The business.
    pub business: BusinessId,
    /// The person.
    pub person: PersonId,
}

impl Membership {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> MembershipKey {
        MembershipKey {
            business: self.business.clone(),
            person: self.person.clone(),
        }
    }
}

/// An automated account of a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemUser {
    /// Its id.
    pub id: SystemUserId,
    /// The business it belongs to.
    pub business: BusinessId,
    /// A role of the business family.
    pub role: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
}

impl SystemUser {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> SystemUserId {
        self.id.clone()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}
