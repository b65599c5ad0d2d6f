//! What an actor can do to an asset: every source, cut by its cap.

use rulebook::{CapSet, HolderKind, KindId, MembersHold, Relation};
use smallvec::SmallVec;

use super::{Actor, AssetRights, Flags, Seat, ThingIx, Walk};
use crate::directory::index::{NONE, OnIx, PairSlot, TermsFlags};
use crate::directory::rows::{AssetMarks, AssetRow};
use crate::directory::slots::{AssetSlots, Near};
use crate::table::pair_hash;

/// Where a right on an asset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An assignment on the asset or a group, through a business or none.
    Assignment { on: OnIx, via: u32 },
    /// The reach of the actor's role in a business that stands so to the asset.
    Reach { business: u32, relation: Relation },
    /// The actor owns the asset.
    Owner,
    /// What a business account, or everybody of a partner, holds of what was shared.
    Partner { business: u32, relation: Relation },
}

/// A source with what it gives and what it is cut to, on the asset itself or one it follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) source: Source,
    /// The asset the source is on.
    pub(crate) on: u32,
    pub(crate) gives: CapSet,
    pub(crate) can: CapSet,
    /// Does it come through no share?
    pub(crate) direct: bool,
}

/// How one of the actor's businesses stands to the asset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) seat: Seat,
    /// Owned, child-owned, or neither.
    pub(crate) inside: Option<Relation>,
    /// What the business was offered by live accepted shares; nothing when inside.
    pub(crate) offered: Option<CapSet>,
}

impl Standing {
    /// What can at most come through this business; `None` when no share stands between.
    pub(crate) const fn cap(&self) -> Option<CapSet> {
        match (self.inside, self.offered) {
            (Some(_), _) => None,
            (None, Some(offered)) => Some(offered),
            (None, None) => Some(CapSet::NONE),
        }
    }

    /// Returns how the business stands to the asset, if it does.
    pub(crate) const fn relation(&self) -> Option<Relation> {
        match (self.inside, self.offered) {
            (Some(relation), _) => Some(relation),
            (None, Some(_)) => Some(Relation::Shared),
            (None, None) => None,
        }
    }
}

type Standings = SmallVec<[Standing; 4]>;

impl Walk<'_> {
    /// Returns the actor's rights on an asset, with those that follow from linked ones.
    #[inline]
    pub(crate) fn asset_rights(&self, actor: &Actor, asset: u32) -> AssetRights {
        self.visit_rights(actor, asset, &mut |_| {})
    }

    /// As [`Self::asset_rights`], showing every source on the way.
    #[inline]
    pub(crate) fn visit_rights(
        &self,
        actor: &Actor,
        asset: u32,
        visit: &mut impl FnMut(Given),
    ) -> AssetRights {
        let found = match self.asset {
            Some(row) if self.resource == ThingIx::Asset(asset) => Some((row, self.kind)),
            _ => self.directory.assets.get(asset).map(|row| {
                let kind = self.directory.vocabulary.kind(row.kind);
                (row, kind)
            }),
        };
        let Some((row, Some(kind))) = found else {
            return AssetRights::default();
        };
        let mut rights = self.own_rights(actor, asset, row, kind, visit);
        if row.marks.has(AssetMarks::LINKED) {
            self.follow(actor, row, kind, &mut rights, visit);
        }
        rights
    }

    fn follow(
        &self,
        actor: &Actor,
        row: &AssetRow,
        kind: KindId,
        rights: &mut AssetRights,
        visit: &mut impl FnMut(Given),
    ) {
        let Some(follows) = self.rules.kind(kind).map(|kind| &kind.follows) else {
            return;
        };
        for to in self.directory.lists.iter(self.directory.links_of(row)) {
            let target = self.directory.assets.get(to).filter(|row| row.present);
            let Some(target) = target else { continue };
            let Some(followed) = self.directory.vocabulary.kind(target.kind) else {
                continue;
            };
            let rules = follows.iter().filter(|rule| rule.kind == followed);
            if rules.clone().next().is_none() {
                continue;
            }
            let brings = |has: CapSet| {
                let met = rules.clone().filter(|rule| has.meets(rule.has));
                met.fold(CapSet::NONE, |all, rule| all.with(rule.can))
            };
            let there = self.own_rights(actor, to, target, followed, &mut |given: Given| {
                let gives = brings(given.gives);
                let can = brings(given.can);
                visit(Given {
                    gives,
                    can,
                    ..given
                });
            });
            rights.raw = rights.raw.with(brings(there.raw));
            rights.can = rights.can.with(brings(there.can));
            rights.direct = rights.direct.with(brings(there.direct));
            rights.offered = rights.offered.with(brings(there.offered));
            rights.flags = rights.flags.with(there.flags);
        }
    }

    /// Rights on the asset itself: nothing followed.
    #[inline]
    fn own_rights(
        &self,
        actor: &Actor,
        asset: u32,
        row: &AssetRow,
        kind: KindId,
        visit: &mut impl FnMut(Given),
    ) -> AssetRights {
        let mut rights = AssetRights::default();
        let slot = self.directory.slots_of_asset(asset, row);
        let standings = self.standings(actor, (asset, row, slot), kind, &mut rights);
        let mut gain = |rights: &mut AssetRights, source, gives, cap| {
            if rights.gain(gives, cap) {
                visit(Given {
                    source,
                    on: asset,
                    gives,
                    can: cap.map_or(gives, |cap| gives.within(cap)),
                    direct: cap.is_none(),
                });
            }
        };
        self.assigned(
            actor,
            (OnIx::asset(asset), true, slot),
            kind,
            &standings,
            &mut rights,
            &mut gain,
        );
        if !row.groups.is_empty() {
            for group in self.directory.lists.iter(row.groups) {
                let speaks = self.directory.speaks_for(group, row);
                let on = (OnIx::group(group), speaks, None);
                self.assigned(actor, on, kind, &standings, &mut rights, &mut gain);
            }
        }
        for standing in &standings {
            self.reached(actor, standing, kind, &mut rights, &mut gain);
        }
        if actor.known && row.owner == actor.holder {
            rights.flags.add(Flags::INSIDE);
            gain(&mut rights, Source::Owner, CapSet::EVERY, None);
        }
        rights
    }

    /// How each of the actor's businesses stands to the asset.
    #[inline]
    fn standings(
        &self,
        actor: &Actor,
        asset: (u32, &AssetRow, Option<AssetSlots<'_>>),
        kind: KindId,
        rights: &mut AssetRights,
    ) -> Standings {
        let (_, row, _) = asset;
        let owner = row.owner.as_business();
        let parent = owner.and_then(|owner| self.directory.parent_of(owner));
        let mut standings = Standings::new();
        for seat in &actor.seats {
            let inside = if owner == Some(seat.business) {
                Some(Relation::Owned)
            } else if parent == Some(seat.business) {
                Some(Relation::ChildOwned)
            } else {
                None
            };
            let offered = match inside {
                Some(_) => {
                    rights.flags.add(Flags::INSIDE);
                    None
                }
                None => self.offered_near(asset, seat.business, kind, &mut rights.flags),
            };
            rights.offered = rights.offered.with(offered.unwrap_or_default());
            standings.push(Standing {
                seat: *seat,
                inside,
                offered,
            });
        }
        standings
    }

    /// What live accepted shares of the asset, or of groups that speak for it, offer a business.
    #[inline]
    pub(crate) fn offered(
        &self,
        asset: u32,
        row: &AssetRow,
        business: u32,
        kind: KindId,
        flags: &mut Flags,
    ) -> Option<CapSet> {
        let slot = self.directory.slots_of_asset(asset, row);
        self.offered_near((asset, row, slot), business, kind, flags)
    }

    /// The same, where the slot of the asset has been found.
    #[inline]
    fn offered_near(
        &self,
        (asset, row, slot): (u32, &AssetRow, Option<AssetSlots<'_>>),
        business: u32,
        kind: KindId,
        flags: &mut Flags,
    ) -> Option<CapSet> {
        let mut offered = match slot.map(|slot| slot.share_to(business)) {
            None | Some(Near::Nothing) => None,
            Some(Near::Here(terms)) if !terms.has(TermsFlags::TIMED) => {
                self.offer_of(terms, kind, flags)
            }
            Some(Near::Here(_) | Near::Elsewhere) => {
                self.offered_by(OnIx::asset(asset), business, kind, flags)
            }
        };
        if !row.groups.is_empty() {
            for group in self.directory.lists.iter(row.groups) {
                if !self.directory.speaks_for(group, row) {
                    continue;
                }
                let more = self.offered_by(OnIx::group(group), business, kind, flags);
                offered = match (offered, more) {
                    (Some(one), Some(two)) => Some(one.with(two)),
                    (one, two) => one.or(two),
                };
            }
        }
        offered
    }

    /// What one share offers, if it is live and accepted.
    #[inline]
    pub(crate) fn offered_by(
        &self,
        of: OnIx,
        business: u32,
        kind: KindId,
        flags: &mut Flags,
    ) -> Option<CapSet> {
        let directory = self.directory;
        let wanted = |slot: &PairSlot| slot.left == of.0 && slot.right == business;
        let slot = directory
            .share_index
            .find(pair_hash(of.0, business), wanted)?;
        let over = slot.terms.has(TermsFlags::TIMED)
            && directory
                .shares
                .get(slot.row)
                .is_none_or(|row| row.until <= self.now_ms);
        if over {
            flags.add(Flags::OVER);
            return None;
        }
        self.offer_of(slot.terms, kind, flags)
    }

    /// What a share that is not over offers, if it is accepted.
    #[inline]
    fn offer_of(&self, terms: TermsFlags, kind: KindId, flags: &mut Flags) -> Option<CapSet> {
        if terms.has(TermsFlags::PENDING) {
            flags.add(Flags::PENDING);
            return None;
        }
        flags.add(Flags::SHARED);
        let vocabulary = &self.directory.vocabulary;
        Some(vocabulary.caps(self.profile, terms.terms(), kind))
    }

    /// Adds what the actor was assigned on the asset or on a group it is in. Without a business
    /// between, only who speaks for the asset can have assigned it.
    #[inline]
    fn assigned(
        &self,
        actor: &Actor,
        (on, speaks, slot): (OnIx, bool, Option<AssetSlots<'_>>),
        kind: KindId,
        standings: &Standings,
        rights: &mut AssetRights,
        gain: &mut impl FnMut(&mut AssetRights, Source, CapSet, Option<CapSet>),
    ) {
        if !actor.known {
            return;
        }
        let directory = self.directory;
        let holder = actor.holder.0;
        directory.each_assigned(actor.holder, on, slot, |slot| {
            let mut standings = standings.iter();
            let cap = match standings.find(|standing| standing.seat.business == slot.via) {
                Some(standing) => standing.cap(),
                None if slot.via == NONE && speaks => None,
                None => return,
            };
            let vocabulary = &directory.vocabulary;
            let gives = vocabulary.caps(self.profile, slot.terms.terms(), kind);
            if gives.is_empty() {
                return;
            }
            let timed = slot.terms.has(TermsFlags::TIMED);
            if timed && self.is_assignment_over(holder, on, slot.via) {
                rights.flags.add(Flags::ASSIGNMENT_OVER);
            } else {
                let source = Source::Assignment { on, via: slot.via };
                gain(rights, source, gives, cap);
            }
        });
    }

    fn is_assignment_over(&self, holder: u32, on: OnIx, via: u32) -> bool {
        let directory = self.directory;
        let ends = directory
            .assignment_ends
            .find_all(pair_hash(holder, on.0), |slot| {
                slot.left == holder && slot.right == on.0
            });
        for slot in ends {
            if let Some(row) = directory.assignments.get(slot.row)
                && row.via == via
            {
                return row.until <= self.now_ms;
            }
        }
        true
    }

    /// Adds what a place in a business brings without assignment.
    #[inline]
    fn reached(
        &self,
        actor: &Actor,
        standing: &Standing,
        kind: KindId,
        rights: &mut AssetRights,
        gain: &mut impl FnMut(&mut AssetRights, Source, CapSet, Option<CapSet>),
    ) {
        let Some(relation) = standing.relation() else {
            return;
        };
        let business = standing.seat.business;
        let cap = standing.cap();
        if let Some(role) = standing.seat.role {
            let reach = self.rules.reach(role, actor.kind, relation, kind);
            gain(rights, Source::Reach { business, relation }, reach, cap);
        }
        // A business account has what its business has (its own assets come with owning them); and
        // so has everybody of a partner, where the rulebook says so.
        let account = actor.kind == HolderKind::Business && relation != Relation::Owned;
        let everybody = self.rules.members == MembersHold::All
            && relation == Relation::Shared
            && matches!(actor.kind, HolderKind::Person | HolderKind::SystemUser);
        if account || everybody {
            let gives = cap.unwrap_or(CapSet::EVERY);
            gain(rights, Source::Partner { business, relation }, gives, cap);
        }
    }
}
