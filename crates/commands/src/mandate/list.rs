//! The mandates there are: for the businesses that gave them, for those who are named to approve,
//! and for the tools that act under them.

use engine::fact::{Fact, Mandate, MandateOf};
use engine::{BusinessId, Directory, Holder, MandateId};
use jiff::Timestamp;

use crate::reader::Reader;

/// Which mandates are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MandatesOf {
    /// Only this one.
    pub id: Option<MandateId>,
    /// Only those of this business.
    pub business: Option<BusinessId>,
    /// Only ids after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A mandate, and how much waits under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateLine {
    /// The mandate.
    pub mandate: Mandate,
    /// How many proposals under it wait for an approval, or are approved and not made.
    pub waiting: usize,
}

/// A page of mandates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandatePage {
    /// The mandates, by id.
    pub mandates: Vec<MandateLine>,
    /// Are there more?
    pub more: bool,
}

/// Returns mandates by id, as far as the reader may know of them: `mandate.list` decides for each
/// business; whoever is named to approve and the tool itself see theirs.
///
/// Walks through all mandates, of which there are few.
#[must_use]
pub fn mandates(
    directory: &Directory,
    of: &MandatesOf,
    reader: &Reader<'_>,
    now: Timestamp,
) -> MandatePage {
    let holder = reader.holder(directory);
    let after = of.after.as_deref();
    let mut found: Vec<&Mandate> = directory
        .mandates()
        .filter(|one| of.id.as_ref().is_none_or(|id| *id == one.id))
        .filter(|one| of.business.as_ref().is_none_or(|id| *id == one.business))
        .filter(|one| after.is_none_or(|after| one.id.as_str() > after))
        .filter(|one| {
            holder
                .as_ref()
                .is_some_and(|holder| is_theirs(directory, one, holder))
                || reader.reads(directory, "mandate.list", &one.business, now)
        })
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let more = found.len() > of.limit;
    found.truncate(of.limit);
    let lines = found.into_iter().map(|mandate| {
        let open = |id: &MandateId| {
            let under = directory.proposals().filter(|one| one.mandate == *id);
            under.filter(|one| one.is_open() && one.until > now).count()
        };
        MandateLine {
            waiting: open(&mandate.id),
            mandate: mandate.clone(),
        }
    });
    MandatePage {
        mandates: lines.collect(),
        more,
    }
}

/// Is somebody named to approve, or the tool the mandate is for?
fn is_theirs(directory: &Directory, mandate: &Mandate, holder: &Holder) -> bool {
    match (holder, &mandate.to) {
        (Holder::Person(person), _) if mandate.approvers.contains(person) => true,
        (Holder::App(app), MandateOf::App(to)) => app == to,
        (Holder::Business(business), MandateOf::Partner(to)) => business == to,
        (holder, MandateOf::App(app)) => {
            let grants = directory.grants_held_by(holder).into_iter();
            let mut grants =
                grants.filter(|fact| matches!(fact, Fact::Grant(one) if one.app == *app));
            // A person who let the app act for himself is no tool.
            matches!(holder, Holder::SystemUser(_)) && grants.next().is_some()
        }
        (_, MandateOf::Partner(_)) => false,
    }
}
