//! Mandates of tools, and what tools propose and made under them, as they are written.

use commands::MandateLine;
use engine::fact::{Fact, MandateMode, MandateOf, Proposal, ProposalState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::question::ChangeBody;
use crate::sentence::sentence;

/// A mandate: the limits within which a tool may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MandateBody {
    /// Its id.
    pub id: String,
    /// In plain words.
    pub told: String,
    /// The business that gave it.
    pub business: String,
    /// For whom: `app:…` or `business:…`.
    pub to: String,
    /// On which assets; empty for all the business owns.
    pub assets: Vec<String>,
    /// Which operations; empty for every write.
    pub operations: Vec<String>,
    /// `semi_automatic` or `autopilot`.
    pub mode: String,
    /// The limits, by name.
    #[schema(value_type = Object)]
    pub limits: Value,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Timestamp>,
    /// It is stopped: the tool may do nothing under it.
    pub stopped: bool,
    /// Who may approve; empty for anybody of the business who holds the right.
    pub approvers: Vec<String>,
    /// How old a figure may be, in seconds.
    pub fresh_within_s: u32,
    /// How many proposals wait under it.
    pub waiting: usize,
}

impl MandateBody {
    /// Returns a mandate as it is written.
    #[must_use]
    pub fn of(line: &MandateLine) -> Self {
        let fact = &line.mandate;
        Self {
            id: fact.id.to_string(),
            told: sentence(&Fact::Mandate(fact.clone())),
            business: fact.business.to_string(),
            to: match &fact.to {
                MandateOf::App(app) => format!("app:{app}"),
                MandateOf::Partner(partner) => format!("business:{partner}"),
            },
            assets: fact.assets.iter().map(ToString::to_string).collect(),
            operations: fact.operations.clone(),
            mode: match fact.mode {
                MandateMode::SemiAutomatic => "semi_automatic".to_owned(),
                MandateMode::Autopilot => "autopilot".to_owned(),
            },
            limits: serde_json::to_value(fact.limits).unwrap_or_default(),
            until: fact.until,
            stopped: fact.stopped,
            approvers: fact.approvers.iter().map(ToString::to_string).collect(),
            fresh_within_s: fact.fresh_within_s,
            waiting: line.waiting,
        }
    }
}

/// A page of mandates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MandatesBody {
    /// The mandates, by id.
    pub mandates: Vec<MandateBody>,
    /// Give it for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The state it was read from.
    pub state: String,
}

/// What a tool proposes, or made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposalBody {
    /// Its id.
    pub id: String,
    /// In plain words.
    pub told: String,
    /// `pending`, `approved`, `executed`, or `over`: nobody approved or made it in time.
    pub state: String,
    /// The mandate it is made under.
    pub mandate: String,
    /// What is done: an operation of the rulebook.
    pub operation: String,
    /// On which asset.
    pub asset: String,
    /// The amount that changes, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeBody>,
    /// The currency of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What is made starts paused.
    pub starts_paused: bool,
    /// Who proposes.
    pub by: String,
    /// Through which app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// When it was proposed.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// It can be approved and made before this time.
    #[schema(value_type = String)]
    pub until: Timestamp,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub executed: Option<Timestamp>,
}

impl ProposalBody {
    /// Returns a proposal as it is written at a time.
    #[must_use]
    pub fn of(fact: &Proposal, now: Timestamp) -> Self {
        let (state, approved_by, executed) = match &fact.state {
            ProposalState::Pending => ("pending", None, None),
            ProposalState::Approved { by, .. } => ("approved", Some(by), None),
            ProposalState::Executed { approved_by, at } => {
                ("executed", approved_by.as_ref(), Some(*at))
            }
        };
        let over = fact.is_open() && fact.until <= now;
        Self {
            id: fact.id.to_string(),
            told: sentence(&Fact::Proposal(fact.clone())),
            state: if over { "over" } else { state }.to_owned(),
            mandate: fact.mandate.to_string(),
            operation: fact.operation.clone(),
            asset: fact.asset.to_string(),
            change: fact.change.map(|change| ChangeBody {
                from: change.from,
                to: change.to,
            }),
            currency: fact.currency.clone(),
            starts_paused: fact.starts_paused,
            by: fact.by.to_string(),
            app: fact.app.as_ref().map(ToString::to_string),
            at: fact.at,
            until: fact.until,
            approved_by: approved_by.map(ToString::to_string),
            executed,
        }
    }
}

/// A page of proposals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposalsBody {
    /// The proposals, by id.
    pub proposals: Vec<ProposalBody>,
    /// Give it for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The state it was read from.
    pub state: String,
}
