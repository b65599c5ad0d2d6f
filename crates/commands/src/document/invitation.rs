//! Rows about invitations.

use engine::fact::{Digest, Fact, Invitation, Offered};
use engine::{AssetId, AssetOrGroup, BusinessId, GroupId, Holder, InvitationId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row};
use super::schema;
use super::sharing::{fields, kind};
use super::terms::TermsRow;

/// An invitation into a business that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: InvitationId,
    /// Into which business.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
    /// A role of businesses.
    pub role: String,
    /// To which e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// SHA-256 of its code, in hexadecimal, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::DigestText>")]
    pub digest: Option<Digest>,
    /// …the code itself, in test files. An export never writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Who invites.
    #[schemars(with = "schema::HolderText")]
    pub invited_by: Holder,
    /// Over at this time.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub until: Timestamp,
    /// What is assigned through the business with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<OfferedRow>,
}

/// What comes with an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferedRow {
    /// The asset, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub asset: Option<AssetId>,
    /// …the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub group: Option<GroupId>,
    /// Which roles: a name, a list, or for a group names per kind of asset.
    #[schemars(with = "schema::TermsText")]
    pub terms: TermsRow,
    /// Over at this time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub until: Option<Timestamp>,
}

impl OfferedRow {
    fn offered(&self, check: &mut Check<'_>) -> Option<Offered> {
        let on: AssetOrGroup = check.asset_or_group(self.asset.as_ref(), self.group.as_ref())?;
        Some(Offered {
            terms: check.terms("assignments", &on, &self.terms)?,
            on,
            until: self.until,
        })
    }

    fn of(offered: &Offered, export: &Export<'_>) -> Self {
        let (asset, group) = fields(&offered.on);
        Self {
            asset,
            group,
            terms: TermsRow::of(&offered.terms, kind(&offered.on, export)),
            until: offered.until,
        }
    }
}

impl InvitationRow {
    fn code_or_digest(&self, check: &mut Check<'_>) -> Option<Digest> {
        match (&self.code, self.digest) {
            (Some(code), None) => Some(Digest::of(code)),
            (None, Some(digest)) => Some(digest),
            (None, None) => {
                let hint = "write `digest:`, the SHA-256 of the code in hexadecimal, or `code:` in a test file";
                let message = "an invitation needs the digest of its code";
                check.wrong("digest", message, Some(hint));
                None
            }
            (Some(_), Some(_)) => {
                let message = "there is a digest as well";
                check.wrong("code", message, Some("leave one of them out"));
                None
            }
        }
    }
}

impl Row for InvitationRow {
    type Fact = Invitation;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("business", Of::Business, self.business.as_str());
        check.role("role", rulebook::Family::Business, &self.role);
        // Whoever invited may be gone: then it waits for somebody to send it again.
        let of = format!("invitation:{}", self.id);
        let email = check.text(&of, "email", self.email.as_deref());
        let offered = self.assignments.iter().map(|row| row.offered(check));
        let assignments = offered.collect::<Option<Vec<Offered>>>();
        Some(Fact::Invitation(Invitation {
            id: self.id.clone(),
            business: self.business.clone(),
            role: self.role.clone(),
            email,
            code: self.code_or_digest(check)?,
            invited_by: self.invited_by.clone(),
            until: self.until,
            assignments: assignments?,
        }))
    }

    fn of(fact: &Invitation, export: &Export<'_>) -> Self {
        let offered = fact.assignments.iter();
        Self {
            id: fact.id.clone(),
            business: fact.business.clone(),
            role: fact.role.clone(),
            email: export.text(fact.email.as_ref()),
            digest: Some(fact.code),
            code: None,
            invited_by: fact.invited_by.clone(),
            until: fact.until,
            assignments: offered.map(|one| OfferedRow::of(one, export)).collect(),
        }
    }
}
