//! An actor's rights on an asset, added up source by source, and what they leave unmet.

use rulebook::{CapSet, Reason, ReasonSet};

/// What was noticed on the way, for the reasons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    /// There is a source.
    pub(crate) const ASSIGNED: u8 = 1;
    /// One of the actor's businesses owns it, or is the parent of its owner, or the actor owns it.
    pub(crate) const INSIDE: u8 = 2;
    /// A live accepted share to one of the actor's businesses.
    pub(crate) const SHARED: u8 = 4;
    /// A live share that waits.
    pub(crate) const PENDING: u8 = 8;
    /// A share whose time is over.
    pub(crate) const OVER: u8 = 16;
    /// An assignment whose time is over.
    pub(crate) const ASSIGNMENT_OVER: u8 = 32;

    pub(crate) const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    pub(super) const fn add(&mut self, flag: u8) {
        self.0 |= flag;
    }

    /// Adds it without a branch.
    #[inline]
    pub(super) const fn add_if(&mut self, holds: bool, flag: u8) {
        self.0 |= flag * holds as u8;
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Why a business hands nothing (or not enough) through.
    pub(super) const fn why_not_through(self, otherwise: Reason) -> Reason {
        if self.has(Self::SHARED) {
            Reason::PartnerCap
        } else if self.has(Self::PENDING) {
            Reason::PartnerPending
        } else if self.has(Self::OVER) {
            Reason::GrantEnded
        } else {
            otherwise
        }
    }

    /// Does the actor have anything to do with the asset?
    pub(crate) const fn related(self) -> bool {
        self.0
            & (Self::ASSIGNED | Self::INSIDE | Self::SHARED | Self::PENDING | Self::ASSIGNMENT_OVER)
            != 0
    }
}

/// An actor's rights on an asset.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AssetRights {
    /// What can be done.
    pub(crate) can: CapSet,
    /// What can be done through no share.
    pub(crate) direct: CapSet,
    /// What could be done without caps.
    pub(crate) raw: CapSet,
    /// What the actor's businesses were offered.
    pub(crate) offered: CapSet,
    pub(crate) flags: Flags,
}

impl AssetRights {
    /// Returns why what is needed cannot be done. `partner`: was anything of the asset's owner shared
    /// to one of the actor's businesses?
    pub(super) fn unmet(&self, needed: CapSet, partner: impl FnOnce() -> bool) -> ReasonSet {
        let flags = self.flags;
        let capped = flags.has(Flags::SHARED) && !self.offered.meets(needed);
        let mut reasons = ReasonSet::EMPTY;
        if self.raw.meets(needed) {
            reasons.add(flags.why_not_through(Reason::PartnerNotShared));
        } else if flags.has(Flags::ASSIGNED) {
            reasons.add(Reason::RoleTooLow);
            reasons.add_if(capped && !flags.has(Flags::INSIDE), Reason::PartnerCap);
        } else if flags.has(Flags::ASSIGNMENT_OVER) {
            reasons.add(Reason::GrantEnded);
        } else if flags.has(Flags::INSIDE) {
            reasons.add(Reason::AssetNotAssigned);
        } else if flags.has(Flags::SHARED) {
            reasons.add(Reason::AssetNotAssigned);
            reasons.add_if(capped, Reason::PartnerCap);
        } else if flags.has(Flags::PENDING) {
            reasons.add(Reason::PartnerPending);
        } else if flags.has(Flags::OVER) {
            reasons.add(Reason::GrantEnded);
        } else if partner() {
            reasons.add(Reason::PartnerNotShared);
        } else {
            reasons.add(Reason::AssetNotAssigned);
        }
        reasons
    }

    /// Adds a source, unless it gives nothing. Returns whether it did.
    #[inline]
    pub(super) fn gain(&mut self, gives: CapSet, cap: Option<CapSet>) -> bool {
        self.gain_through(gives, cap.unwrap_or(CapSet::EVERY), cap.is_none());
        !gives.is_empty()
    }

    /// Adds what a source gives and what it is cut to. `direct`: it comes through no share.
    #[inline]
    pub(super) fn gain_through(&mut self, gives: CapSet, cap: CapSet, direct: bool) {
        // No branches: whether something is given is as good as random.
        self.flags.add_if(!gives.is_empty(), Flags::ASSIGNED);
        self.raw = self.raw.with(gives);
        self.can = self.can.with(gives.within(cap));
        self.direct = self.direct.with(gives.only_if(direct));
    }
}
