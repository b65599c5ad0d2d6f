//! Proposals: changes that a tool wants to make under a mandate, and those that it made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::business::is_false;
use crate::id::{AppId, AssetId, Holder, MandateId, PersonId, ProposalId};
use crate::request::AmountChange;

/// A change that a tool proposed, or made on its own, under a mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The mandate it is made under.
    pub mandate: MandateId,
    /// What is done: an operation of the rulebook.
    pub operation: String,
    /// On which asset.
    pub asset: AssetId,
    /// The amount that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Amounts>,
    /// The currency of the amount, as the asset says it, such as `USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What is made starts paused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub starts_paused: bool,
    /// Who proposes.
    pub by: Holder,
    /// Through which app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// When it was proposed.
    pub at: Timestamp,
    /// It can be approved and made before this time.
    pub until: Timestamp,
    /// How far it is.
    pub state: ProposalState,
}

/// An amount before and after, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// Before.
    pub from: u64,
    /// After.
    pub to: u64,
}

/// How far a proposal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposalState {
    /// It waits for somebody to approve it.
    Pending,
    /// Somebody approved it; the tool has not made the change.
    Approved {
        /// Who.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
    /// The change was made, once.
    Executed {
        /// Who had approved it; nobody on autopilot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<PersonId>,
        /// When.
        at: Timestamp,
    },
}

impl Proposal {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> ProposalId {
        self.id.clone()
    }

    /// Can it still be approved or made, as far as its state says?
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, ProposalState::Executed { .. })
    }

    /// Returns by how much it raised an amount if it was executed at `since` or later; else 0.
    #[must_use]
    pub fn raised_since(&self, since: Timestamp) -> u64 {
        match (&self.state, self.change) {
            (ProposalState::Executed { at, .. }, Some(change)) if *at >= since => {
                change.to.saturating_sub(change.from)
            }
            _ => 0,
        }
    }
}

impl From<AmountChange> for Amounts {
    fn from(change: AmountChange) -> Self {
        Self {
            from: change.from,
            to: change.to,
        }
    }
}

impl From<Amounts> for AmountChange {
    fn from(amounts: Amounts) -> Self {
        Self {
            from: amounts.from,
            to: amounts.to,
        }
    }
}
