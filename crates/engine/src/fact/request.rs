//! Requests for access: somebody asks for what is not his, and waits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sharing::Terms;
use crate::id::{AssetId, BusinessId, Holder, RequestId};

/// A business asks for an asset: for a share of it, or for owning it. It waits for whoever may
/// answer, and is over at its time.
///
/// The asset may be unknown: a request for nothing waits like any other, so that asking tells nobody
/// what exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequest {
    /// Its id.
    pub id: RequestId,
    /// The business that asks.
    pub from: BusinessId,
    /// What it asks for.
    pub asset: AssetId,
    /// What kind of asset the asker says it is. Levels are meant for this kind; a claim needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_kind: Option<String>,
    /// To be shared, or to be owned.
    pub kind: RequestKind,
    /// The levels asked for; empty for a claim.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// Who asked, for the business.
    pub asked_by: Holder,
    /// When.
    pub at: Timestamp,
    /// Over at this time.
    pub until: Timestamp,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// A share of the asset.
    Share,
    /// To own the asset.
    Claim,
}

impl AccessRequest {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> RequestId {
        self.id.clone()
    }

    /// Does it still wait at this time?
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.until > now
    }
}
