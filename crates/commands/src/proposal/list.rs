//! What tools propose and made: for the businesses that gave the mandates, for those who are named
//! to approve, and for the tools themselves.

use std::collections::BTreeMap;

use engine::fact::{Fact, Key, Mandate, Proposal};
use engine::{BusinessId, Directory, Holder, MandateId, ProposalId};
use jiff::Timestamp;

use crate::reader::Reader;

/// Which proposals are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalsOf {
    /// Only this one.
    pub id: Option<ProposalId>,
    /// Only those under mandates of this business.
    pub business: Option<BusinessId>,
    /// Only those under this mandate.
    pub mandate: Option<MandateId>,
    /// Only those that can still be approved or made.
    pub open: bool,
    /// Only ids after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A page of proposals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalPage {
    /// The proposals, by id.
    pub proposals: Vec<Proposal>,
    /// Are there more?
    pub more: bool,
}

/// Returns proposals by id, as far as the reader may know of them: `proposal.list` decides for each
/// business; whoever proposed sees his own, and whoever is named to approve sees what he may.
#[must_use]
pub fn proposals(
    directory: &Directory,
    of: &ProposalsOf,
    reader: &Reader<'_>,
    now: Timestamp,
) -> ProposalPage {
    let holder = reader.holder(directory);
    // Each mandate is decided about once.
    let mut mandates: BTreeMap<&MandateId, (Option<BusinessId>, bool)> = BTreeMap::new();
    let after = of.after.as_deref();
    let mut found: Vec<&Proposal> = directory
        .proposals()
        .filter(|one| of.wants(one, now))
        .filter(|one| after.is_none_or(|after| one.id.as_str() > after))
        .filter(|one| {
            let (business, reads) = mandates
                .entry(&one.mandate)
                .or_insert_with(|| sight(directory, &one.mandate, reader, holder.as_ref(), now));
            let wanted = of.business.is_none() || of.business == *business;
            wanted && (*reads || holder.as_ref() == Some(&one.by))
        })
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let more = found.len() > of.limit;
    found.truncate(of.limit);
    ProposalPage {
        proposals: found.into_iter().cloned().collect(),
        more,
    }
}

/// Returns whose mandate it is, and whether the reader sees all that is proposed under it.
fn sight(
    directory: &Directory,
    mandate: &MandateId,
    reader: &Reader<'_>,
    holder: Option<&Holder>,
    now: Timestamp,
) -> (Option<BusinessId>, bool) {
    match directory.fact(&Key::Mandate(mandate.clone())) {
        Some(Fact::Mandate(Mandate {
            business,
            approvers,
            ..
        })) => {
            let named =
                matches!(holder, Some(Holder::Person(person)) if approvers.contains(person));
            let reads = named || reader.reads(directory, "proposal.list", &business, now);
            (Some(business), reads)
        }
        // What was made is kept for an hour, also when the mandate is gone by then.
        _ => (None, matches!(reader, Reader::Everything)),
    }
}

impl ProposalsOf {
    fn wants(&self, proposal: &Proposal, now: Timestamp) -> bool {
        let open = proposal.is_open() && proposal.until > now;
        self.id.as_ref().is_none_or(|id| *id == proposal.id)
            && self
                .mandate
                .as_ref()
                .is_none_or(|id| *id == proposal.mandate)
            && (open || !self.open)
    }
}
