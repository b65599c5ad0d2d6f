//! What somebody has in a business, and what is unsafe, as it is written.

use commands::{Finding, Holding};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::sentence::sentence;

/// One thing a person has in a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldingBody {
    /// `seat`, `assigned`, `direct`, `app_role`, `credentials`, `grant`, `lent_role`, `approver`,
    /// `only_approver`, `invitation`, `delegate`, `operator` or `known_secret`.
    pub sort: String,
    /// In plain words.
    pub what: String,
    /// It is left when the person has gone: a secret that is known, a role that a token still brings.
    pub residual: bool,
    /// The command that takes it away, ready to be given.
    #[schema(value_type = Object)]
    pub removal: Value,
}

impl HoldingBody {
    /// Returns a holding as it is written.
    #[must_use]
    pub fn of(holding: &Holding) -> Self {
        Self {
            sort: holding.sort.word().to_owned(),
            what: sentence(&holding.fact),
            residual: holding.sort.is_residual(),
            removal: serde_json::to_value(&holding.removal).unwrap_or_default(),
        }
    }
}

/// Everything a person has in a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldingsBody {
    /// The holdings.
    pub holdings: Vec<HoldingBody>,
    /// The place in the log it rests on.
    pub state: String,
}

/// Something unsafe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingBody {
    /// A stable code.
    pub code: String,
    /// In plain words.
    pub what: String,
    /// The thing it is about: `token:ID`, `person:ID`, `app:ID`, `business:ID`.
    pub on: String,
    /// The business that can mend it; absent where only the platform can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Why it is unsafe.
    pub why: String,
    /// Where that comes from.
    pub source: String,
    /// A command that mends it, or begins to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub mend: Option<Value>,
}

impl FindingBody {
    /// Returns a finding as it is written.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        let mend = finding.mend.as_ref();
        Self {
            code: finding.code.code().to_owned(),
            what: finding.what.clone(),
            on: finding.on.to_string(),
            business: finding.business.as_ref().map(ToString::to_string),
            why: finding.code.why().to_owned(),
            source: finding.code.source().to_owned(),
            mend: mend.and_then(|command| serde_json::to_value(command).ok()),
        }
    }
}

/// Everything unsafe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingsBody {
    /// The findings.
    pub findings: Vec<FindingBody>,
    /// The place in the log it rests on.
    pub state: String,
}
