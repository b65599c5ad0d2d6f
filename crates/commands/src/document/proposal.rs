//! Rows about proposals: changes that tools want to make, or made, under a mandate.

use engine::fact::{Amounts, Fact, Proposal, ProposalState};
use engine::{AppId, AssetId, Holder, MandateId, PersonId, ProposalId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row, is_false};
use super::schema;

/// A change that a tool proposed, or made, under a mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: ProposalId,
    /// The mandate it is made under.
    #[schemars(with = "schema::Id")]
    pub mandate: MandateId,
    /// What is done.
    pub operation: String,
    /// On which asset.
    #[schemars(with = "schema::Id")]
    pub asset: AssetId,
    /// The amount that changes, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<AmountsRow>,
    /// The currency of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What is made starts paused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub starts_paused: bool,
    /// Who proposes.
    #[schemars(with = "schema::HolderText")]
    pub by: Holder,
    /// Through which app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub app: Option<AppId>,
    /// When it was proposed.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub at: Timestamp,
    /// It can be approved and made before this time.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub until: Timestamp,
    /// How far it is.
    #[serde(default)]
    pub state: ProposalStateRow,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub approved_by: Option<PersonId>,
    /// When it was approved, or made.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub since: Option<Timestamp>,
}

/// An amount before and after, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountsRow {
    /// Before.
    pub from: u64,
    /// After.
    pub to: u64,
}

/// How far a proposal is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStateRow {
    /// It waits for somebody to approve it.
    #[default]
    Pending,
    /// Approved, and not made.
    Approved,
    /// Made.
    Executed,
}

impl ProposalRow {
    fn state(&self, check: &mut Check<'_>) -> Option<ProposalState> {
        let (by, since) = (self.approved_by.clone(), self.since);
        match (self.state, by, since) {
            (ProposalStateRow::Pending, None, None) => Some(ProposalState::Pending),
            (ProposalStateRow::Approved, Some(by), Some(at)) => {
                check.known("approved_by", Of::Person, by.as_str());
                Some(ProposalState::Approved { by, at })
            }
            (ProposalStateRow::Executed, approved_by, Some(at)) => {
                Some(ProposalState::Executed { approved_by, at })
            }
            _ => {
                let hint = "`approved` needs `approved_by` and `since`, `executed` needs `since`, \
                            `pending` neither";
                check.wrong(
                    "state",
                    "the state does not fit the other fields",
                    Some(hint),
                );
                None
            }
        }
    }
}

impl Row for ProposalRow {
    type Fact = Proposal;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("asset", Of::Asset, self.asset.as_str());
        // What was made is counted even when who made it, or the mandate, is no more.
        if self.state != ProposalStateRow::Executed {
            check.known("mandate", Of::Mandate, self.mandate.as_str());
            check.operation("operation", &self.operation);
            check.holder("by", &self.by);
            if let Some(app) = &self.app {
                check.known("app", Of::App, app.as_str());
            }
        }
        Some(Fact::Proposal(Proposal {
            id: self.id.clone(),
            mandate: self.mandate.clone(),
            operation: self.operation.clone(),
            asset: self.asset.clone(),
            change: self
                .change
                .map(|AmountsRow { from, to }| Amounts { from, to }),
            currency: self.currency.clone(),
            starts_paused: self.starts_paused,
            by: self.by.clone(),
            app: self.app.clone(),
            at: self.at,
            until: self.until,
            state: self.state(check)?,
        }))
    }

    fn of(fact: &Proposal, _: &Export<'_>) -> Self {
        let (state, approved_by, since) = match &fact.state {
            ProposalState::Pending => (ProposalStateRow::Pending, None, None),
            ProposalState::Approved { by, at } => {
                (ProposalStateRow::Approved, Some(by.clone()), Some(*at))
            }
            ProposalState::Executed { approved_by, at } => {
                (ProposalStateRow::Executed, approved_by.clone(), Some(*at))
            }
        };
        Self {
            id: fact.id.clone(),
            mandate: fact.mandate.clone(),
            operation: fact.operation.clone(),
            asset: fact.asset.clone(),
            change: fact
                .change
                .map(|Amounts { from, to }| AmountsRow { from, to }),
            currency: fact.currency.clone(),
            starts_paused: fact.starts_paused,
            by: fact.by.clone(),
            app: fact.app.clone(),
            at: fact.at,
            until: fact.until,
            state,
            approved_by,
            since,
        }
    }
}
