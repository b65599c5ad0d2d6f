//! Rows about assets, what follows what, groups and projects.

use engine::fact::{Asset, Fact, Group, GroupAsset, Link, Properties};
use engine::{AssetId, BusinessId, GroupId, Owner};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::row::{Export, Row, is_false};
use super::schema;

/// Something that is owned and shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetRow {
    /// Its id, one namespace for all kinds.
    #[schemars(with = "schema::Id")]
    pub id: AssetId,
    /// Its kind in the rulebook.
    pub kind: String,
    /// Who owns it: exactly one business or person.
    #[schemars(with = "schema::OwnerText")]
    pub owner: Owner,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For trying things out; costs nothing, shows nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sandbox: bool,
    /// Plain facts for conditions.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schemars(with = "schema::PropertiesMap")]
    pub properties: Properties,
}

impl Row for AssetRow {
    type Fact = Asset;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.asset_kind("kind", &self.kind);
        check.owner("owner", &self.owner);
        let of = format!("asset:{}", self.id);
        Some(Fact::Asset(Asset {
            id: self.id.clone(),
            kind: self.kind.clone(),
            owner: self.owner.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
            sandbox: self.sandbox,
            properties: self.properties.clone(),
        }))
    }

    fn of(fact: &Asset, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            kind: fact.kind.clone(),
            owner: fact.owner.clone(),
            name: export.text(fact.name.as_ref()),
            sandbox: fact.sandbox,
            properties: fact.properties.clone(),
        }
    }
}

/// An asset that follows another: an audience its ad account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRow {
    /// The one that follows.
    #[schemars(with = "schema::Id")]
    pub asset: AssetId,
    /// The one that is followed.
    #[schemars(with = "schema::Id")]
    pub to: AssetId,
}

impl Row for LinkRow {
    type Fact = Link;

    fn item(&self) -> String {
        format!("{} to {}", self.asset, self.to)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("asset", Of::Asset, self.asset.as_str());
        check.known("to", Of::Asset, self.to.as_str());
        if self.asset == self.to {
            check.wrong("to", "an asset does not follow itself", None);
        }
        Some(Fact::Link(Link {
            asset: self.asset.clone(),
            to: self.to.clone(),
        }))
    }

    fn of(fact: &Link, _: &Export<'_>) -> Self {
        Self {
            asset: fact.asset.clone(),
            to: fact.to.clone(),
        }
    }
}

/// A group of assets, or a project: the assets of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: GroupId,
    /// The business that keeps it.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Can it be named as the context of a call?
    #[serde(default, skip_serializing_if = "is_false")]
    pub project: bool,
}

impl Row for GroupRow {
    type Fact = Group;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("business", Of::Business, self.business.as_str());
        let of = format!("group:{}", self.id);
        Some(Fact::Group(Group {
            id: self.id.clone(),
            business: self.business.clone(),
            name: check.text(&of, "name", self.name.as_deref()),
            project: self.project,
        }))
    }

    fn of(fact: &Group, export: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            business: fact.business.clone(),
            name: export.text(fact.name.as_ref()),
            project: fact.project,
        }
    }
}

/// An asset in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupAssetRow {
    /// The group.
    #[schemars(with = "schema::Id")]
    pub group: GroupId,
    /// The asset.
    #[schemars(with = "schema::Id")]
    pub asset: AssetId,
}

impl Row for GroupAssetRow {
    type Fact = GroupAsset;

    fn item(&self) -> String {
        format!("{} in {}", self.asset, self.group)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("group", Of::Group, self.group.as_str());
        check.known("asset", Of::Asset, self.asset.as_str());
        Some(Fact::GroupAsset(GroupAsset {
            group: self.group.clone(),
            asset: self.asset.clone(),
        }))
    }

    fn of(fact: &GroupAsset, _: &Export<'_>) -> Self {
        Self {
            group: fact.group.clone(),
            asset: fact.asset.clone(),
        }
    }
}
