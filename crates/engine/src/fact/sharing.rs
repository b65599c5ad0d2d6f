//! Shares, assignments, delegates.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AssetId, AssetOrGroup, BusinessId, DelegateId, Holder, SystemUserId};

/// What is given: per asset kind, names of roles, levels or single capabilities.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Terms(pub BTreeMap<String, Vec<String>>);

impl Terms {
    /// Returns terms for one kind.
    #[must_use]
    pub fn of(kind: &str, term: &str) -> Self {
        Self(BTreeMap::from([(kind.to_owned(), vec![term.to_owned()])]))
    }

    /// Is nothing named?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What an owner shared to a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The asset or group.
    pub of: AssetOrGroup,
    /// The partner.
    pub to: BusinessId,
    /// At which levels.
    pub terms: Terms,
    /// Has the partner accepted?
    pub state: ShareState,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Has the partner accepted?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareState {
    /// Not yet.
    Pending,
    /// Yes.
    Accepted,
}

/// What names a share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareKey {
    /// The asset or group.
    pub of: AssetOrGroup,
    /// The partner.
    pub to: BusinessId,
}

impl Share {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> ShareKey {
        ShareKey {
            of: self.of.clone(),
            to: self.to.clone(),
        }
    }
}

/// What a holder was assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Who.
    pub holder: Holder,
    /// On what.
    pub on: AssetOrGroup,
    /// Through which business; absent when the owner added the holder directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<BusinessId>,
    /// Which roles.
    pub terms: Terms,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What names an assignment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentKey {
    /// Who.
    pub holder: Holder,
    /// On what.
    pub on: AssetOrGroup,
    /// Through which business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<BusinessId>,
}

impl Assignment {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> AssignmentKey {
        AssignmentKey {
            holder: self.holder.clone(),
            on: self.on.clone(),
            via: self.via.clone(),
        }
    }
}

/// An employee who signs in elsewhere and acts through a system user, by name, on mapped assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// The employee, as the business knows them.
    pub id: DelegateId,
    /// The business that employs and authenticates them.
    pub business: BusinessId,
    /// The system user that acts.
    pub system_user: SystemUserId,
    /// The assets they are mapped to.
    pub assets: Vec<AssetId>,
}

/// What names a delegate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateKey {
    /// The business.
    pub business: BusinessId,
    /// The employee.
    pub id: DelegateId,
}

impl Delegate {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> DelegateKey {
        DelegateKey {
            business: self.business.clone(),
            id: self.id.clone(),
        }
    }
}
