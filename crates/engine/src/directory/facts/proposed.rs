//! Mandates, and the proposals under them: few at a time, kept by asset, looked at only where money is counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::directory::Directory;
use crate::fact::{Mandate, Proposal};
use crate::id::{AssetId, ProposalId};

/// The proposals on each asset. Cloning it is cheap, and so is changing those of one asset.
pub(crate) type Proposals = Arc<BTreeMap<AssetId, Arc<BTreeMap<ProposalId, Proposal>>>>;

impl Directory {
    /// Returns every mandate, in no order.
    pub fn mandates(&self) -> impl Iterator<Item = &Mandate> {
        self.mandates.iter().filter_map(|row| row.fact.as_deref())
    }

    /// Returns every proposal, those of one asset after those of another.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values().flat_map(|on| on.values())
    }

    /// Returns the proposals on an asset.
    pub fn proposals_on(&self, asset: &AssetId) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .get(asset)
            .into_iter()
            .flat_map(|on| on.values())
    }

    /// Returns a proposal by its id.
    #[must_use]
    pub fn proposal(&self, id: &ProposalId) -> Option<&Proposal> {
        self.proposals.values().find_map(|on| on.get(id))
    }

    /// Returns by how much amounts on an asset were raised under mandates at `since` or later, in
    /// minor units. A figure that was true at `since` does not know of these raises.
    #[must_use]
    pub fn raised_since(&self, asset: &AssetId, since: Timestamp) -> u64 {
        self.proposals_on(asset)
            .map(|proposal| proposal.raised_since(since))
            .fold(0, u64::saturating_add)
    }

    pub(in crate::directory) fn set_proposal(&mut self, fact: &Proposal) {
        self.end_proposal(&fact.id);
        let on = Arc::make_mut(&mut self.proposals)
            .entry(fact.asset.clone())
            .or_default();
        Arc::make_mut(on).insert(fact.id.clone(), fact.clone());
    }

    pub(in crate::directory) fn end_proposal(&mut self, id: &ProposalId) {
        let Some(asset) = self.proposal(id).map(|known| known.asset.clone()) else {
            return;
        };
        let all = Arc::make_mut(&mut self.proposals);
        if let Some(on) = all.get_mut(&asset) {
            Arc::make_mut(on).remove(id);
            if on.is_empty() {
                all.remove(&asset);
            }
        }
    }
}
