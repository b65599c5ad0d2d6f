//! Rows about requests for access that wait.

use engine::fact::{AccessRequest, Fact, RequestKind, Terms};
use engine::{AssetId, BusinessId, Holder, RequestId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row};
use super::schema;
use super::terms::TermsRow;
use super::word::word;

/// A business asks for an asset, and waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRequestRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: RequestId,
    /// The business that asks.
    #[schemars(with = "schema::Id")]
    pub from: BusinessId,
    /// What it asks for; there need not be such an asset.
    #[schemars(with = "schema::Id")]
    pub asset: AssetId,
    /// What kind of asset the asker says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_kind: Option<String>,
    /// To be shared, or to be owned.
    #[serde(default)]
    pub kind: RequestKindRow,
    /// The levels asked for; none for a claim.
    #[serde(default, skip_serializing_if = "TermsRow::is_empty")]
    #[schemars(with = "schema::TermsText")]
    pub terms: TermsRow,
    /// Who asked, for the business.
    #[schemars(with = "schema::HolderText")]
    pub asked_by: Holder,
    /// When.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub at: Timestamp,
    /// Over at this time.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub until: Timestamp,
}

word! {
    #[doc = "What is asked for."]
    RequestKindRow for RequestKind, left out: Share {
        #[doc = "A share of the asset."] Share,
        #[doc = "To own the asset."] Claim,
    }
}

impl Row for AccessRequestRow {
    type Fact = AccessRequest;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("from", Of::Business, self.from.as_str());
        if let Some(kind) = &self.asset_kind {
            check.asset_kind("asset_kind", kind);
        }
        let terms = match self.terms.is_empty() {
            true => Terms::default(),
            false => check.terms_for("terms", self.asset_kind.as_deref(), &self.terms)?,
        };
        Some(Fact::AccessRequest(AccessRequest {
            id: self.id.clone(),
            from: self.from.clone(),
            asset: self.asset.clone(),
            asset_kind: self.asset_kind.clone(),
            kind: self.kind.into(),
            terms,
            asked_by: self.asked_by.clone(),
            at: self.at,
            until: self.until,
        }))
    }

    fn of(fact: &AccessRequest, _: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            from: fact.from.clone(),
            asset: fact.asset.clone(),
            asset_kind: fact.asset_kind.clone(),
            kind: fact.kind.into(),
            terms: TermsRow::of(&fact.terms, fact.asset_kind.as_deref()),
            asked_by: fact.asked_by.clone(),
            at: fact.at,
            until: fact.until,
        }
    }
}
