//! Rights on an asset: sources, caps, what follows, and what is said when they do not suffice.

use engine::fact::{Asset, Assignment, Share, ShareState};
use engine::{AssetId, AssetOrGroup, BusinessId, Holder, Owner};
use rulebook::{MembersHold, Reason, ReasonSet, Relation};

use super::case::{Case, everything, given, meets, when};
use super::{Names, Reasons};

/// How an actor stands to an asset.
#[derive(Debug, Default)]
pub(crate) struct Standing<'a> {
    /// What the sources give, uncapped.
    pub(crate) raw: Names<'a>,
    /// What they give within their caps.
    pub(crate) can: Names<'a>,
    /// What those give that no share stands behind.
    pub(crate) direct: Names<'a>,
    /// What was offered to the actor's businesses.
    pub(crate) offered: Names<'a>,
    pub(crate) assigned: bool,
    pub(crate) assignment_over: bool,
    pub(crate) shared: bool,
    pub(crate) pending: bool,
    pub(crate) over: bool,
    pub(crate) inside: bool,
    pub(crate) partner: bool,
}

/// What shares of an asset or group say to one business.
#[derive(Debug, Default)]
pub(crate) struct Offer<'a> {
    pub(crate) offered: Names<'a>,
    pub(crate) shared: bool,
    pub(crate) pending: bool,
    pub(crate) over: bool,
}

/// What cuts a source.
enum Cap<'a> {
    /// Nothing: no share stands behind it.
    Nothing,
    /// What was shared.
    Share(Names<'a>),
}

impl Standing<'_> {
    /// Has the actor anything to do with the asset?
    pub(crate) const fn related(&self) -> bool {
        self.assigned || self.inside || self.shared || self.pending || self.assignment_over
    }
}

impl<'a> Case<'a> {
    pub(crate) fn unmet_on_asset(
        &self,
        actor: &Holder,
        id: &AssetId,
        wanted: &Names<'_>,
        direct: bool,
    ) -> Reasons {
        let Some(asset) = self.facts.asset(id) else {
            return Reasons::from([Reason::Unknown]);
        };
        let standing = self.standing(actor, asset);
        let rights = if direct {
            &standing.direct
        } else {
            &standing.can
        };
        if meets(rights, wanted) {
            return Reasons::new();
        }
        self.replaced(actor, asset, lacking(&standing, wanted))
    }

    /// How an actor stands to an asset, with what follows from the assets it is linked to.
    pub(crate) fn standing(&self, actor: &Holder, asset: &'a Asset) -> Standing<'a> {
        let Some(kind) = self.rules.kind_named(&asset.kind) else {
            return Standing::default();
        };
        let mut here = self.standing_itself(actor, asset);
        for followed in self.followed(asset) {
            let there = self.standing_itself(actor, followed);
            let followed_kind = self.rules.kind_named(&followed.kind);
            let rows = kind
                .follows
                .iter()
                .filter(|row| followed_kind.is_some_and(|known| known.id == row.kind));
            for row in rows {
                let has: Names<'_> = followed_kind
                    .into_iter()
                    .flat_map(|known| known.names_of(row.has))
                    .collect();
                if meets(&there.raw, &has) {
                    here.raw.extend(kind.names_of(row.can));
                }
                if meets(&there.can, &has) {
                    here.can.extend(kind.names_of(row.can));
                }
                if meets(&there.direct, &has) {
                    here.direct.extend(kind.names_of(row.can));
                }
                if meets(&there.offered, &has) {
                    here.offered.extend(kind.names_of(row.can));
                }
            }
            here.assigned |= there.assigned;
            here.assignment_over |= there.assignment_over;
            here.shared |= there.shared;
            here.pending |= there.pending;
            here.over |= there.over;
            here.inside |= there.inside;
            here.partner |= there.partner;
        }
        here
    }

    /// The known assets that an asset is linked to, where its kind has a row for theirs.
    pub(crate) fn followed(&self, asset: &Asset) -> Vec<&'a Asset> {
        let kind = self.rules.kind_named(&asset.kind);
        self.facts
            .linked_to(&asset.id)
            .into_iter()
            .filter_map(|id| self.facts.asset(id))
            .filter(|followed| {
                let followed_kind = self.rules.kind_named(&followed.kind);
                kind.zip(followed_kind).is_some_and(|(kind, followed)| {
                    kind.follows.iter().any(|row| row.kind == followed.id)
                })
            })
            .collect()
    }

    fn standing_itself(&self, actor: &Holder, asset: &'a Asset) -> Standing<'a> {
        let mut standing = Standing {
            inside: *actor == Holder::from(asset.owner.clone()),
            ..Standing::default()
        };
        for business in self.businesses_of(actor).keys() {
            let offer = self.offer(asset, business);
            standing.shared |= offer.shared;
            standing.pending |= offer.pending;
            standing.over |= offer.over;
            standing.offered.extend(offer.offered);
            standing.inside |= self.is_inside(asset, business);
            standing.partner |= self.are_partners(&asset.owner, business);
        }
        self.assignments(actor, asset, &mut standing);
        self.reaches(actor, asset, &mut standing);
        self.ownership(actor, asset, &mut standing);
        self.members_hold_all(actor, asset, &mut standing);
        standing
    }

    /// Source (a).
    fn assignments(&self, actor: &Holder, asset: &'a Asset, standing: &mut Standing<'a>) {
        let kind = self.rules.kind_named(&asset.kind);
        for assignment in self.assignments_of(actor, asset) {
            let cap = match &assignment.via {
                None if !self.speaks_for(&assignment.on, asset) => continue,
                None => Cap::Nothing,
                Some(via) if !self.businesses_of(actor).contains_key(via) => continue,
                Some(via) if self.is_inside(asset, via) => Cap::Nothing,
                Some(via) => Cap::Share(self.offer(asset, via).offered),
            };
            let gives = given(kind, &assignment.terms);
            if gives.is_empty() {
                continue;
            }
            if self.is_live(assignment.until) {
                standing.add(gives, cap);
            } else {
                standing.assignment_over = true;
            }
        }
    }

    fn assignments_of(&self, actor: &Holder, asset: &Asset) -> Vec<&'a Assignment> {
        let all = self.facts.assignments();
        all.filter(|assignment| assignment.holder == *actor)
            .filter(|assignment| self.covers(&assignment.on, asset))
            .collect()
    }

    /// Is it the asset, or a group that contains it?
    fn covers(&self, on: &AssetOrGroup, asset: &Asset) -> bool {
        match on {
            AssetOrGroup::Asset(id) => *id == asset.id,
            AssetOrGroup::Group(group) => self.facts.contains(group, &asset.id),
        }
    }

    /// Is it the asset, or a group whose keeper owns or child-owns it?
    fn speaks_for(&self, on: &AssetOrGroup, asset: &Asset) -> bool {
        match on {
            AssetOrGroup::Asset(_) => true,
            AssetOrGroup::Group(group) => self
                .facts
                .group(group)
                .is_some_and(|group| self.is_inside(asset, &group.business)),
        }
    }

    /// Source (b).
    fn reaches(&self, actor: &Holder, asset: &'a Asset, standing: &mut Standing<'a>) {
        for (business, role) in self.roles_of(actor) {
            let reach = |relation| self.reach(actor, role, relation, &asset.kind);
            if is_owner(asset, business) {
                standing.add(reach(Relation::Owned), Cap::Nothing);
            }
            if self.is_child_owned(asset, business) {
                standing.add(reach(Relation::ChildOwned), Cap::Nothing);
            }
            let offer = self.offer(asset, business);
            if offer.shared {
                standing.add(reach(Relation::Shared), Cap::Share(offer.offered));
            }
        }
    }

    /// Source (c).
    fn ownership(&self, actor: &Holder, asset: &'a Asset, standing: &mut Standing<'a>) {
        let all = everything(self.rules.kind_named(&asset.kind));
        if *actor == Holder::from(asset.owner.clone()) {
            standing.add(all.clone(), Cap::Nothing);
        }
        if let Holder::Business(business) = actor {
            if self.is_child_owned(asset, business) {
                standing.add(all.clone(), Cap::Nothing);
            }
            self.shared_to(asset, business, standing);
        }
    }

    /// Source (d).
    fn members_hold_all(&self, actor: &Holder, asset: &'a Asset, standing: &mut Standing<'a>) {
        let member = matches!(actor, Holder::Person(_) | Holder::SystemUser(_));
        if member && self.rules.members == MembersHold::All {
            for business in self.businesses_of(actor).keys() {
                self.shared_to(asset, business, standing);
            }
        }
    }

    /// What is shared to a known business.
    fn shared_to(&self, asset: &'a Asset, business: &BusinessId, standing: &mut Standing<'a>) {
        let offer = self.offer(asset, business);
        if offer.shared && self.facts.business(business).is_some() {
            standing.add(offer.offered.clone(), Cap::Share(offer.offered));
        }
    }

    /// What the shares of an asset, and of groups that speak for it, say to a business. Where the
    /// business owns or child-owns it, shares are not looked at.
    pub(crate) fn offer(&self, asset: &Asset, business: &BusinessId) -> Offer<'a> {
        let kind = self.rules.kind_named(&asset.kind);
        let mut offer = Offer::default();
        if self.is_inside(asset, business) {
            return offer;
        }
        for share in self.facts.shares().filter(|share| share.to == *business) {
            if self.covers(&share.of, asset) && self.speaks_for(&share.of, asset) {
                offer.add(share, self.is_live(share.until), given(kind, &share.terms));
            }
        }
        offer
    }

    pub(crate) fn is_inside(&self, asset: &Asset, business: &BusinessId) -> bool {
        is_owner(asset, business) || self.is_child_owned(asset, business)
    }

    fn is_child_owned(&self, asset: &Asset, business: &BusinessId) -> bool {
        match &asset.owner {
            Owner::Business(owner) => self.facts.is_parent(business, owner),
            Owner::Person(_) => false,
        }
    }

    /// Was anything of this owner ever accepted by this business? Its time is not looked at.
    pub(crate) fn are_partners(&self, owner: &Owner, business: &BusinessId) -> bool {
        let Owner::Business(owner) = owner else {
            return false;
        };
        let accepted = self
            .facts
            .shares()
            .filter(|share| share.state == ShareState::Accepted && share.to == *business);
        accepted
            .map(|share| match &share.of {
                AssetOrGroup::Asset(id) => self.facts.asset(id).map(|asset| asset.owner.clone()),
                AssetOrGroup::Group(id) => {
                    let group = self.facts.group(id);
                    group.map(|group| Owner::Business(group.business.clone()))
                }
            })
            .any(|of| of == Some(Owner::Business(owner.clone())))
    }

    /// The rulebook's `replace` rows, for each business of the actor with a role.
    fn replaced(&self, actor: &Holder, asset: &Asset, reasons: Reasons) -> Reasons {
        let Some(kind) = self.rules.kind_named(&asset.kind) else {
            return reasons;
        };
        let mut now: ReasonSet = reasons.into_iter().collect();
        for (business, role) in self.roles_of(actor) {
            let relation = if is_owner(asset, business) {
                Relation::Owned
            } else if self.is_child_owned(asset, business) {
                Relation::ChildOwned
            } else if self.offer(asset, business).shared {
                Relation::Shared
            } else {
                continue;
            };
            now = self.rules.replaced(now, role, relation, kind.id);
        }
        now.iter().collect()
    }
}

impl<'a> Standing<'a> {
    /// Adds a source; what gives nothing is none.
    fn add(&mut self, gives: Names<'a>, cap: Cap<'a>) {
        self.assigned |= !gives.is_empty();
        match cap {
            Cap::Nothing => {
                self.can.extend(&gives);
                self.direct.extend(&gives);
            }
            Cap::Share(offered) => self.can.extend(gives.intersection(&offered).copied()),
        }
        self.raw.extend(gives);
    }
}

impl<'a> Offer<'a> {
    pub(crate) fn add(&mut self, share: &Share, live: bool, gives: Names<'a>) {
        let accepted = share.state == ShareState::Accepted;
        self.over |= !live;
        self.pending |= live && !accepted;
        if live && accepted {
            self.shared = true;
            self.offered.extend(gives);
        }
    }
}

fn is_owner(asset: &Asset, business: &BusinessId) -> bool {
    asset.owner == Owner::Business(business.clone())
}

/// What is said when `can` does not meet what is wanted, before anything is replaced.
fn lacking(standing: &Standing<'_>, wanted: &Names<'_>) -> Reasons {
    let offered_less = !meets(&standing.offered, wanted);
    let mut reasons = Reasons::new();
    if meets(&standing.raw, wanted) {
        reasons.insert(if standing.shared {
            Reason::PartnerCap
        } else if standing.pending {
            Reason::PartnerPending
        } else if standing.over {
            Reason::GrantEnded
        } else {
            Reason::PartnerNotShared
        });
    } else if standing.assigned {
        let capped = !standing.inside && standing.shared && offered_less;
        reasons.insert(Reason::RoleTooLow);
        reasons.extend(when(capped, Reason::PartnerCap));
    } else if standing.assignment_over {
        reasons.insert(Reason::GrantEnded);
    } else if standing.inside {
        reasons.insert(Reason::AssetNotAssigned);
    } else if standing.shared {
        reasons.insert(Reason::AssetNotAssigned);
        reasons.extend(when(offered_less, Reason::PartnerCap));
    } else if standing.pending {
        reasons.insert(Reason::PartnerPending);
    } else if standing.over {
        reasons.insert(Reason::GrantEnded);
    } else if standing.partner {
        reasons.insert(Reason::PartnerNotShared);
    } else {
        reasons.insert(Reason::AssetNotAssigned);
    }
    reasons
}
