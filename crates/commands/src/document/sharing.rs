//! Rows about shares, assignments and delegates.

use engine::fact::{Assignment, Delegate, Fact, Share, ShareState};
use engine::{AssetId, AssetOrGroup, BusinessId, DelegateId, GroupId, Holder, SystemUserId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row};
use super::schema;
use super::terms::TermsRow;
use super::word::word;

/// What an owner shared to a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareRow {
    /// The asset, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub asset: Option<AssetId>,
    /// …the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub group: Option<GroupId>,
    /// The partner.
    #[schemars(with = "schema::Id")]
    pub to: BusinessId,
    /// At which levels: a name, a list, or for a group names per kind of asset.
    #[schemars(with = "schema::TermsText")]
    pub terms: TermsRow,
    /// Has the partner accepted?
    #[serde(default)]
    pub state: ShareStateRow,
    /// Over at this time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub until: Option<Timestamp>,
}

word! {
    #[doc = "Has the partner accepted?"]
    ShareStateRow for ShareState, left out: Pending {
        #[doc = "Not yet."] Pending,
        #[doc = "Yes."] Accepted,
    }
}

/// Splits a reference into the two fields of a row.
pub(super) fn fields(of: &AssetOrGroup) -> (Option<AssetId>, Option<GroupId>) {
    match of {
        AssetOrGroup::Asset(id) => (Some(id.clone()), None),
        AssetOrGroup::Group(id) => (None, Some(id.clone())),
    }
}

pub(super) fn kind<'a>(of: &AssetOrGroup, export: &Export<'a>) -> Option<&'a str> {
    match of {
        AssetOrGroup::Asset(id) => export.kinds.get(id).copied(),
        AssetOrGroup::Group(_) => None,
    }
}

fn item(asset: Option<&AssetId>, group: Option<&GroupId>) -> String {
    match (asset, group) {
        (Some(id), _) => format!("asset:{id}"),
        (None, Some(id)) => format!("group:{id}"),
        (None, None) => "nothing".to_owned(),
    }
}

impl Row for ShareRow {
    type Fact = Share;

    fn item(&self) -> String {
        let of = item(self.asset.as_ref(), self.group.as_ref());
        format!("{of} to {}", self.to)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        let of = check.asset_or_group(self.asset.as_ref(), self.group.as_ref());
        check.known("to", Of::Business, self.to.as_str());
        let of = of?;
        Some(Fact::Share(Share {
            terms: check.terms("terms", &of, &self.terms)?,
            of,
            to: self.to.clone(),
            state: self.state.into(),
            until: self.until,
        }))
    }

    fn of(fact: &Share, export: &Export<'_>) -> Self {
        let (asset, group) = fields(&fact.of);
        Self {
            asset,
            group,
            to: fact.to.clone(),
            terms: TermsRow::of(&fact.terms, kind(&fact.of, export)),
            state: fact.state.into(),
            until: fact.until,
        }
    }
}

/// What a holder was assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentRow {
    /// Who.
    #[schemars(with = "schema::HolderText")]
    pub holder: Holder,
    /// The asset, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub asset: Option<AssetId>,
    /// …the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub group: Option<GroupId>,
    /// Through which business; left out when the owner added the holder directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub via: Option<BusinessId>,
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

impl Row for AssignmentRow {
    type Fact = Assignment;

    fn item(&self) -> String {
        let on = item(self.asset.as_ref(), self.group.as_ref());
        match &self.via {
            Some(via) => format!("{} on {on} via {via}", self.holder),
            None => format!("{} on {on}", self.holder),
        }
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.holder("holder", &self.holder);
        let on = check.asset_or_group(self.asset.as_ref(), self.group.as_ref());
        if let Some(via) = &self.via {
            check.known("via", Of::Business, via.as_str());
        }
        let on = on?;
        Some(Fact::Assignment(Assignment {
            holder: self.holder.clone(),
            terms: check.terms("terms", &on, &self.terms)?,
            on,
            via: self.via.clone(),
            until: self.until,
        }))
    }

    fn of(fact: &Assignment, export: &Export<'_>) -> Self {
        let (asset, group) = fields(&fact.on);
        Self {
            holder: fact.holder.clone(),
            asset,
            group,
            via: fact.via.clone(),
            terms: TermsRow::of(&fact.terms, kind(&fact.on, export)),
            until: fact.until,
        }
    }
}

/// An employee who signs in elsewhere and acts through a system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateRow {
    /// The employee, as the business knows them.
    #[schemars(with = "schema::Id")]
    pub id: DelegateId,
    /// The business that employs them; the system user's, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub business: Option<BusinessId>,
    /// The system user that acts.
    #[schemars(with = "schema::Id")]
    pub system_user: SystemUserId,
    /// The assets they are mapped to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<schema::Id>")]
    pub assets: Vec<AssetId>,
}

impl Row for DelegateRow {
    type Fact = Delegate;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        let employer = check.business_of(&self.system_user);
        check.known("system_user", Of::SystemUser, self.system_user.as_str());
        for asset in &self.assets {
            check.known("assets", Of::Asset, asset.as_str());
        }
        if let Some(business) = &self.business {
            check.known("business", Of::Business, business.as_str());
        }
        Some(Fact::Delegate(Delegate {
            id: self.id.clone(),
            business: self.business.clone().or(employer)?,
            system_user: self.system_user.clone(),
            assets: self.assets.clone(),
        }))
    }

    fn of(fact: &Delegate, _: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            business: Some(fact.business.clone()),
            system_user: fact.system_user.clone(),
            assets: fact.assets.clone(),
        }
    }
}
