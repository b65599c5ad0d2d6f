//! Layer 4, handing on: nobody gives a third party more than their business was given.

use rulebook::{CapSet, Reason, ReasonSet};

use super::{Flags, ThingIx, Walk};
use crate::directory::index::OnIx;

impl Walk<'_> {
    /// Returns the reasons why the business that is named may not hand these terms on.
    pub(super) fn hands_on(&self) -> ReasonSet {
        let Some(business) = self.named_business() else {
            return ReasonSet::of(Reason::Unknown);
        };
        match self.resource {
            ThingIx::Asset(asset) => self.hands_on_asset(asset, business),
            ThingIx::Group(group) => self.hands_on_group(group, business),
            _ => ReasonSet::of(Reason::Unknown),
        }
    }

    fn hands_on_asset(&self, asset: u32, business: u32) -> ReasonSet {
        let directory = self.directory;
        let Some(row) = directory.assets.get(asset) else {
            return ReasonSet::of(Reason::Unknown);
        };
        let owner = row.owner.as_business();
        let inside = owner == Some(business)
            || owner.is_some_and(|owner| directory.is_child_of(owner, business));
        if inside {
            return ReasonSet::EMPTY;
        }
        let Some(kind) = directory.vocabulary.kind(row.kind) else {
            return ReasonSet::of(Reason::Unknown);
        };
        let mut flags = Flags::default();
        let offered = self.offered(asset, row, business, kind, &mut flags);
        if offered.is_some_and(|offered| self.wanted(kind).is_within(offered)) {
            return ReasonSet::EMPTY;
        }
        let partner = owner.is_some_and(|owner| directory.partners.has(owner, business));
        let otherwise = if partner {
            Reason::PartnerNotShared
        } else {
            Reason::AssetNotAssigned
        };
        ReasonSet::of(flags.why_not_through(otherwise))
    }

    fn hands_on_group(&self, group: u32, business: u32) -> ReasonSet {
        let directory = self.directory;
        let keeper = directory.groups.get(group).map(|row| row.business);
        if keeper == Some(business) {
            return ReasonSet::EMPTY;
        }
        let mut flags = Flags::default();
        let kinds = self
            .context
            .terms
            .0
            .keys()
            .map(|name| self.rules.names.kind(name));
        let within = |kind: Option<rulebook::KindId>, flags: &mut Flags| {
            let kind = kind.unwrap_or(rulebook::KindId(u8::MAX));
            let offered = self.offered_by(OnIx::group(group), business, kind, flags);
            offered.is_some_and(|offered| self.wanted(kind).is_within(offered))
        };
        let mut fine = true;
        for kind in kinds {
            fine &= within(kind, &mut flags);
        }
        if self.context.terms.0.is_empty() {
            let kind = rulebook::KindId(u8::MAX);
            fine = self
                .offered_by(OnIx::group(group), business, kind, &mut flags)
                .is_some();
        }
        if fine {
            return ReasonSet::EMPTY;
        }
        let partner = keeper.is_some_and(|keeper| directory.partners.has(keeper, business));
        let otherwise = if partner {
            Reason::PartnerNotShared
        } else {
            Reason::AssetNotAssigned
        };
        ReasonSet::of(flags.why_not_through(otherwise))
    }

    /// What the terms asked for give on a kind; a term the kind does not know counts as everything.
    fn wanted(&self, kind: rulebook::KindId) -> CapSet {
        let Some(kind) = self.rules.kind(kind) else {
            return CapSet::EVERY;
        };
        let names = self.context.terms.0.get(&kind.name);
        names.into_iter().flatten().fold(CapSet::NONE, |set, name| {
            set.with(kind.term(name).unwrap_or(CapSet::EVERY))
        })
    }
}
