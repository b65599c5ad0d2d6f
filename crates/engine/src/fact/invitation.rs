//! Invitations: somebody is asked into a business, and whoever presents the code comes in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Digest, Terms, TextDigest};
use crate::id::{AssetOrGroup, BusinessId, Holder, InvitationId};

/// An invitation that waits. It ends when it is accepted or cancelled.
///
/// It gives nothing by itself, so no decision looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Into which business.
    pub business: BusinessId,
    /// A role of the business family.
    pub role: String,
    /// To which e-mail address; never used to tell who accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<TextDigest>,
    /// SHA-256 of the code that whoever accepts presents.
    pub code: Digest,
    /// Who invites, and must still be able to when it is accepted.
    pub invited_by: Holder,
    /// Over at this time.
    pub until: Timestamp,
    /// What is assigned through the business with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Offered>,
}

/// What comes with an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// On what.
    pub on: AssetOrGroup,
    /// Which roles.
    pub terms: Terms,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Invitation {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> InvitationId {
        self.id.clone()
    }
}
