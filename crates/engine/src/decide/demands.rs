//! Layer 4, demands: what the businesses concerned ask of everybody who acts on their things.

use rulebook::{Family, Reason, ReasonSet};

use super::{Actor, Flags, ThingIx, Walk};
use crate::fact::TwoFactor;

impl Walk<'_> {
    /// What the businesses concerned demand: a second factor, or not to be suspended.
    pub(super) fn demands(&self, actor: &Actor) -> ReasonSet {
        let directory = self.directory;
        if directory.strict == 0 {
            return ReasonSet::EMPTY;
        }
        let owner = self.owner.as_business();
        let named = self.named_business();
        let mut reasons = ReasonSet::EMPTY;
        let person = actor.person().is_some() && !self.evidence.second_factor;
        let mut concern = |business: u32| {
            let Some(row) = directory.businesses.get(business).filter(|row| row.present) else {
                return;
            };
            reasons.add_if(row.suspended, Reason::BusinessSuspended);
            let demanded = match row.two_factor {
                TwoFactor::None => false,
                TwoFactor::All => true,
                TwoFactor::Admins => actor
                    .seats
                    .iter()
                    .any(|seat| seat.business == business && self.manages_people(seat.role)),
            };
            reasons.add_if(person && demanded, Reason::StepUp);
        };
        owner.into_iter().chain(named).for_each(&mut concern);
        for seat in &actor.seats {
            let above = [owner, named].into_iter().flatten();
            let mut above = above.filter(|one| directory.is_child_of(*one, seat.business));
            if above.next().is_some() || self.reaches_through(seat.business) {
                concern(seat.business);
            }
        }
        reasons
    }

    /// Does a business reach the resource through a share, or through an asset it follows?
    fn reaches_through(&self, business: u32) -> bool {
        let ThingIx::Asset(asset) = self.resource else {
            return false;
        };
        let directory = self.directory;
        let kind = rulebook::KindId(u8::MAX);
        let shared = |asset: u32| {
            let row = directory.assets.get(asset).filter(|row| row.present);
            row.is_some_and(|row| {
                self.offered(asset, row, business, kind, &mut Flags::default())
                    .is_some()
            })
        };
        let inside = |asset: u32| {
            let row = directory.assets.get(asset).filter(|row| row.present);
            let owner = row.and_then(|row| row.owner.as_business());
            owner.is_some_and(|owner| owner == business || directory.is_child_of(owner, business))
        };
        let Some(row) = directory.assets.get(asset) else {
            return false;
        };
        let mut followed = directory
            .lists
            .iter(directory.links_of(row))
            .filter(|to| self.follows(row.kind, *to));
        shared(asset) || followed.any(|to| inside(to) || shared(to))
    }

    fn manages_people(&self, role: Option<rulebook::RoleId>) -> bool {
        let kind = self
            .rules
            .kinds
            .iter()
            .find(|kind| kind.family == Family::Business);
        kind.zip(role)
            .and_then(|(kind, role)| Some((kind.term("manage_people")?, kind.role(role)?.can)))
            .is_some_and(|(manages, can)| can.meets(manages))
    }
}
