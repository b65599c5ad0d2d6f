//! Who hands on may hand on no more than the business he names holds.

use engine::fact::{Asset, Group};
use engine::{AssetOrGroup, BusinessId, Owner, Thing};
use rulebook::Reason;

use super::Reasons;
use super::asset::Offer;
use super::case::{Case, given, term};

impl<'a> Case<'a> {
    pub(crate) fn hands_on(&self) -> Reasons {
        let unknown = Reasons::from([Reason::Unknown]);
        let business = self.named_business();
        let Some(business) = business.filter(|id| self.facts.business(id).is_some()) else {
            return unknown;
        };
        match &self.request.resource {
            Thing::Asset(id) => match self.facts.asset(id) {
                Some(asset) => self.hands_on_asset(asset, business),
                None => unknown,
            },
            Thing::Group(id) => match self.facts.group(id) {
                Some(group) => self.hands_on_group(group, business),
                None => unknown,
            },
            _ => unknown,
        }
    }

    fn hands_on_asset(&self, asset: &Asset, business: &BusinessId) -> Reasons {
        if self.is_inside(asset, business) {
            return Reasons::new();
        }
        if self.rules.kind_named(&asset.kind).is_none() {
            return Reasons::from([Reason::Unknown]);
        }
        let offer = self.offer(asset, business);
        let too_much = !self.is_within(&asset.kind, &offer.offered);
        let partner = self.are_partners(&asset.owner, business);
        not_held(&offer, too_much, partner)
    }

    fn hands_on_group(&self, group: &Group, business: &BusinessId) -> Reasons {
        if group.business == *business {
            return Reasons::new();
        }
        let shares = self.facts.shares().filter(|share| {
            share.to == *business && share.of == AssetOrGroup::Group(group.id.clone())
        });
        let mut state = Offer::default();
        let mut too_much = false;
        let shares: Vec<_> = shares.collect();
        for name in self.request.context.terms.0.keys() {
            let kind = self.rules.kind_named(name);
            let mut offer = Offer::default();
            for share in &shares {
                offer.add(share, self.is_live(share.until), given(kind, &share.terms));
            }
            too_much |= !self.is_within(name, &offer.offered);
        }
        for share in &shares {
            state.add(share, self.is_live(share.until), super::Names::new());
        }
        let keeper = Owner::Business(group.business.clone());
        not_held(&state, too_much, self.are_partners(&keeper, business))
    }

    /// Is everything the request would give for a kind within what is offered? A name that the
    /// kind does not know is within nothing.
    fn is_within(&self, kind: &str, offered: &super::Names<'_>) -> bool {
        let known = self.rules.kind_named(kind);
        let names = self.request.context.terms.0.get(kind).into_iter().flatten();
        let mut terms = names.map(|name| known.and_then(|kind| term(kind, name)));
        terms.all(|gives| gives.is_some_and(|gives| gives.is_subset(offered)))
    }
}

fn not_held(offer: &Offer<'_>, too_much: bool, partner: bool) -> Reasons {
    let reason = match offer {
        Offer { shared: true, .. } if !too_much => return Reasons::new(),
        Offer { shared: true, .. } => Reason::PartnerCap,
        Offer { pending: true, .. } => Reason::PartnerPending,
        Offer { over: true, .. } => Reason::GrantEnded,
        _ if partner => Reason::PartnerNotShared,
        _ => Reason::AssetNotAssigned,
    };
    Reasons::from([reason])
}
