//! Assets, groups, links.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TextDigest;
use super::business::is_false;
use crate::id::{AssetId, BusinessId, GroupId, Owner};

/// Plain facts for conditions.
pub type Properties = BTreeMap<String, Value>;

/// A plain value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}

impl From<&Value> for rulebook::Scalar {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(value) => Self::Number(*value),
            Value::Text(value) => Self::Text(value.clone()),
        }
    }
}

/// Something that is owned and shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its id, one namespace for all kinds.
    pub id: AssetId,
    /// Its kind in the rulebook.
    pub kind: String,
    /// Who owns it: exactly one.
    pub owner: Owner,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
    /// For trying things out; costs nothing, shows nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sandbox: bool,
    /// Plain facts for conditions.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

impl Asset {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AssetId {
        self.id.clone()
    }
}

/// An asset that follows another: an audience its ad account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The one that follows.
    pub asset: AssetId,
    /// The one that is followed.
    pub to: AssetId,
}

/// What names a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkKey {
    /// The one that follows.
    pub asset: AssetId,
    /// The one that is followed.
    pub to: AssetId,
}

impl Link {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> LinkKey {
        LinkKey {
            asset: self.asset.clone(),
            to: self.to.clone(),
        }
    }
}

/// A group of assets, or a project: the assets of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The business that keeps it.
    pub business: BusinessId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextDigest>,
    /// Can it be named as the context of a call?
    #[serde(default, skip_serializing_if = "is_false")]
    pub project: bool,
}

impl Group {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> GroupId {
        self.id.clone()
    }
}

/// An asset in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupAsset {
    /// The group.
    pub group: GroupId,
    /// The asset.
    pub asset: AssetId,
}

/// What names an asset in a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupAssetKey {
    /// The group.
    pub group: GroupId,
    /// The asset.
    pub asset: AssetId,
}

impl GroupAsset {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> GroupAssetKey {
        GroupAssetKey {
            group: self.group.clone(),
            asset: self.asset.clone(),
        }
    }
}
