//! What there is around a business, as it is written.

use commands::{AssetLine, PartnerLine};
use engine::Owner;
use engine::fact::{Business, Membership, ShareState, Terms};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A child business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChildBody {
    /// Its id.
    pub business: String,
    /// Its name, unless it has none or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Has the platform verified it?
    pub verified: bool,
    /// Has the platform suspended it?
    pub suspended: bool,
}

impl ChildBody {
    /// Returns a child as it is written.
    #[must_use]
    pub fn of(child: &Business, name: Option<String>) -> Self {
        Self {
            business: child.id.to_string(),
            name,
            verified: child.verified,
            suspended: child.suspended,
        }
    }
}

/// Somebody who sits in a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberBody {
    /// The person.
    pub person: String,
    /// The name, unless there is none or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The role.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Timestamp>,
}

impl MemberBody {
    /// Returns a member as it is written.
    #[must_use]
    pub fn of(member: &Membership, name: Option<String>) -> Self {
        Self {
            person: member.person.to_string(),
            name,
            role: member.role.clone(),
            until: member.until,
        }
    }
}

/// A partner of a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerBody {
    /// The partner.
    pub business: String,
    /// Its name, unless it has none or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many assets and groups are shared to it.
    pub gives: usize,
    /// How many it shares.
    pub receives: usize,
    /// How many of either wait to be accepted.
    pub waiting: usize,
    /// Does the business act on behalf of it?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acts_for_it: bool,
    /// Does it act on behalf of the business?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acts_for_us: bool,
}

impl PartnerBody {
    /// Returns a partner as it is written.
    #[must_use]
    pub fn of(line: &PartnerLine, name: Option<String>) -> Self {
        Self {
            business: line.partner.to_string(),
            name,
            gives: line.gives,
            receives: line.receives,
            waiting: line.waiting,
            acts_for_it: line.acts_for_it,
            acts_for_us: line.acts_for_us,
        }
    }
}

/// An asset a business has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetBody {
    /// Its id.
    pub asset: String,
    /// Its kind.
    pub kind: String,
    /// Its name, unless it has none or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who owns it: `business:…` or `person:…`.
    pub owner: String,
    /// For trying things out.
    pub sandbox: bool,
    /// `pending` or `accepted`, where it is shared to the business and not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// At which levels it is shared, by kind of asset.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Vec<String>>,
    /// The share is over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Timestamp>,
}

impl AssetBody {
    /// Returns an asset as it is written.
    #[must_use]
    pub fn of(line: &AssetLine, name: Option<String>) -> Self {
        let (asset, share) = (&line.asset, line.share.as_ref());
        let Terms(terms) = share.map(|share| share.terms.clone()).unwrap_or_default();
        Self {
            asset: asset.id.to_string(),
            kind: asset.kind.clone(),
            name,
            owner: match &asset.owner {
                Owner::Business(id) => format!("business:{id}"),
                Owner::Person(id) => format!("person:{id}"),
            },
            sandbox: asset.sandbox,
            share: share.map(|share| match share.state {
                ShareState::Pending => "pending".to_owned(),
                ShareState::Accepted => "accepted".to_owned(),
            }),
            terms,
            until: share.and_then(|share| share.until),
        }
    }
}

macro_rules! pages {
    ($($(#[doc = $doc:literal])* $name:ident { $field:ident: $item:ty })*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub struct $name {
            /// What is on the page, by id.
            pub $field: Vec<$item>,
            /// Give it for the next page; absent on the last.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub cursor: Option<String>,
            /// The state it was read from.
            pub state: String,
        }
    )*};
}

pages! {
    #[doc = "A page of children."]
    ChildrenBody { children: ChildBody }
    #[doc = "A page of members."]
    MembersBody { members: MemberBody }
    #[doc = "A page of partners."]
    PartnersBody { partners: PartnerBody }
    #[doc = "A page of assets."]
    AssetsBody { assets: AssetBody }
}
