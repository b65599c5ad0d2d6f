//! Layer 4: is there a path from this holder to this asset that carries the right?

use rulebook::{CapSet, Family, Need, Reason, ReasonSet, Relation};
use smallvec::SmallVec;

use super::thing::ThingOrOwner;
use super::{Actor, AssetRights, Flags, Seat, ThingIx, Walk};
use crate::directory::index::{HolderIx, Who};

/// What layer 4 says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Role {
    pub(crate) reasons: ReasonSet,
    pub(crate) visible: bool,
}

impl Walk<'_> {
    /// Returns the reasons of layer 4, and whether the actor may know of the resource.
    #[inline]
    pub(crate) fn role(&self, actor: &Actor) -> Role {
        if !actor.known {
            return Role {
                reasons: ReasonSet::of(Reason::Unknown),
                visible: false,
            };
        }
        let primary = match self.resource {
            ThingIx::Asset(index) => Some(self.asset_rights(actor, index)),
            _ => None,
        };
        let mut reasons = ReasonSet::EMPTY;
        if !self.is_own(actor) {
            for need in &self.operation.needs {
                reasons = reasons.with(self.need(actor, need, primary.as_ref()));
            }
            if self.operation.needs.is_empty() && !self.resource.is_known() {
                reasons.add(Reason::Unknown);
            }
        }
        if self.operation.hands_on {
            reasons = reasons.with(self.hands_on());
        }
        if self.context.delegate.is_some() && !self.is_delegated(actor) {
            reasons.add(Reason::NotDelegated);
        }
        let visible = self.may_know(actor, primary.as_ref());
        if visible || reasons.is_empty() {
            reasons = reasons.with(self.demands(actor));
        }
        Role { reasons, visible }
    }

    fn is_own(&self, actor: &Actor) -> bool {
        let itself = match self.resource {
            ThingIx::Person(index) => HolderIx::person(index),
            ThingIx::SystemUser(index) => HolderIx::system_user(index),
            ThingIx::Business(index) => HolderIx::business(index),
            ThingIx::App(index) => HolderIx::app(index),
            _ => return false,
        };
        self.operation.own && itself == actor.holder
    }

    /// Returns why the need is not met; nothing if it, or one of its `or`, is.
    #[inline]
    fn need(&self, actor: &Actor, need: &Need, primary: Option<&AssetRights>) -> ReasonSet {
        let reasons = self.one_need(actor, need, primary);
        let other = || {
            need.or
                .iter()
                .any(|or| self.need(actor, or, primary).is_empty())
        };
        if !reasons.is_empty() && other() {
            ReasonSet::EMPTY
        } else {
            reasons
        }
    }

    #[inline]
    fn one_need(&self, actor: &Actor, need: &Need, primary: Option<&AssetRights>) -> ReasonSet {
        let thing = match self.target(&need.target) {
            ThingOrOwner::Thing(thing) => thing,
            ThingOrOwner::Person(person) => {
                let unmet = actor.holder != HolderIx::person(person);
                let business = self.rules.kind(need.kind).map(|kind| kind.family);
                return match (business, unmet) {
                    (Some(Family::Business), false) => ReasonSet::EMPTY,
                    (Some(Family::Business), true) => ReasonSet::of(Reason::AssetNotAssigned),
                    _ => ReasonSet::of(Reason::Unknown),
                };
            }
        };
        if !self.fits(thing, need.kind) {
            return ReasonSet::of(Reason::Unknown);
        }
        match thing {
            ThingIx::Asset(index) => {
                let rights = match primary.filter(|_| thing == self.resource) {
                    Some(rights) => *rights,
                    None => self.asset_rights(actor, index),
                };
                let have = if need.direct {
                    rights.direct
                } else {
                    rights.can
                };
                if have.meets(need.any_of) {
                    return ReasonSet::EMPTY;
                }
                self.asset_reasons(actor, index, &rights, need.any_of)
            }
            ThingIx::Business(index) => self.business_reasons(actor, index, need),
            ThingIx::App(index) => self.app_reasons(actor, index, need),
            _ => self.realm_reasons(actor, need),
        }
    }

    /// Do the actor's own rights meet every need of the operation?
    pub(crate) fn meets_needs(&self, actor: &Actor) -> bool {
        actor.known
            && self
                .operation
                .needs
                .iter()
                .all(|need| self.need(actor, need, None).is_empty())
    }

    fn asset_reasons(
        &self,
        actor: &Actor,
        asset: u32,
        rights: &AssetRights,
        needed: CapSet,
    ) -> ReasonSet {
        let partner = || self.is_partner_of_owner(actor, asset);
        let reasons = rights.unmet(needed, partner);
        self.replaced(actor, asset, reasons)
    }

    /// Has the asset's owner shared anything to one of the actor's businesses? Also asked of what
    /// the asset follows.
    fn is_partner_of_owner(&self, actor: &Actor, asset: u32) -> bool {
        let owner = |asset: u32| {
            let row = self.directory.assets.get(asset)?;
            row.owner.as_business()
        };
        let direct = |asset: u32| {
            owner(asset).is_some_and(|owner| {
                actor
                    .seats
                    .iter()
                    .any(|seat| self.directory.partners.has(owner, seat.business))
            })
        };
        let Some(row) = self.directory.assets.get(asset) else {
            return false;
        };
        direct(asset)
            || self
                .directory
                .lists
                .iter(self.directory.links_of(row))
                .any(|to| self.follows(row.kind, to) && direct(to))
    }

    /// Does the kind of `kind` follow the kind of this known asset?
    pub(super) fn follows(&self, kind: crate::directory::words::WordId, to: u32) -> bool {
        let vocabulary = &self.directory.vocabulary;
        let target = self.directory.assets.get(to).filter(|row| row.present);
        let followed = target.and_then(|row| vocabulary.kind(row.kind));
        let kind = vocabulary.kind(kind).and_then(|id| self.rules.kind(id));
        kind.is_some_and(|kind| kind.follows.iter().any(|rule| Some(rule.kind) == followed))
    }

    fn replaced(&self, actor: &Actor, asset: u32, reasons: ReasonSet) -> ReasonSet {
        if !self.rules.replaces_reasons() {
            return reasons;
        }
        let directory = self.directory;
        let Some(row) = directory.assets.get(asset) else {
            return reasons;
        };
        let Some(kind) = directory.vocabulary.kind(row.kind) else {
            return reasons;
        };
        let owner = row.owner.as_business();
        let mut seats: SmallVec<[&Seat; 4]> = actor.seats.iter().collect();
        seats.sort_by_key(|seat| {
            directory
                .businesses
                .get(seat.business)
                .map(|row| row.id.as_str())
        });
        seats.into_iter().fold(reasons, |reasons, seat| {
            let mut flags = Flags::default();
            let relation = if owner == Some(seat.business) {
                Relation::Owned
            } else if owner.is_some_and(|owner| directory.is_child_of(owner, seat.business)) {
                Relation::ChildOwned
            } else if self
                .offered(asset, row, seat.business, kind, &mut flags)
                .is_some()
            {
                Relation::Shared
            } else {
                return reasons;
            };
            seat.role.map_or(reasons, |role| {
                self.rules.replaced(reasons, role, relation, kind)
            })
        })
    }

    fn business_reasons(&self, actor: &Actor, business: u32, need: &Need) -> ReasonSet {
        let mut can = CapSet::NONE;
        for seat in &actor.seats {
            let kind = self.rules.kind(need.kind);
            if seat.business == business {
                let role = seat
                    .role
                    .and_then(|role| kind.and_then(|kind| kind.role(role)));
                can = can.with(role.map_or(CapSet::NONE, |role| role.can));
            }
            if self.directory.is_child_of(business, seat.business)
                && let Some(role) = seat.role
            {
                can = can.with(
                    self.rules
                        .reach(role, actor.kind, Relation::Child, need.kind),
                );
            }
        }
        if can.meets(need.any_of) || actor.holder == HolderIx::business(business) {
            return ReasonSet::EMPTY;
        }
        let over = actor
            .person()
            .and_then(|person| self.directory.people.get(person))
            .is_some_and(|row| {
                row.members
                    .iter()
                    .any(|member| member.business == business && member.until <= self.now_ms)
            });
        ReasonSet::of(if over {
            Reason::GrantEnded
        } else {
            Reason::BusinessRoleTooLow
        })
    }

    fn app_reasons(&self, actor: &Actor, app: u32, need: &Need) -> ReasonSet {
        let directory = self.directory;
        let Some(row) = directory.apps.get(app) else {
            return ReasonSet::of(Reason::Unknown);
        };
        let own = actor.person().and_then(|person| row.roles.get(&person));
        let kind = self.rules.kind(need.kind);
        let mut can = own
            .and_then(|role| directory.vocabulary.app_role(self.profile, *role))
            .and_then(|role| kind.and_then(|kind| kind.role(role)))
            .map_or(CapSet::NONE, |role| role.can);
        for seat in &actor.seats {
            if row.owner == HolderIx::business(seat.business)
                && let Some(role) = seat.role
            {
                can = can.with(
                    self.rules
                        .reach(role, actor.kind, Relation::Owned, need.kind),
                );
            }
        }
        if can.meets(need.any_of) || row.owner == actor.holder {
            return ReasonSet::EMPTY;
        }
        ReasonSet::of(if own.is_some() {
            Reason::RoleTooLow
        } else {
            Reason::AssetNotAssigned
        })
    }

    fn realm_reasons(&self, actor: &Actor, need: &Need) -> ReasonSet {
        let operator = actor
            .person()
            .and_then(|person| self.directory.operators.get(&person));
        let live = operator.filter(|operator| operator.until.is_none_or(|until| until > self.now));
        let kind = self.rules.kind(need.kind);
        let can = live
            .and_then(|operator| kind?.roles.iter().find(|role| role.name == operator.role))
            .map_or(CapSet::NONE, |role| role.can);
        if can.meets(need.any_of) {
            return ReasonSet::EMPTY;
        }
        let over = operator.is_some() && live.is_none();
        ReasonSet::of(if over {
            Reason::GrantEnded
        } else {
            Reason::RoleTooLow
        })
    }

    fn is_delegated(&self, actor: &Actor) -> bool {
        let (Who::SystemUser(index), Some(id), ThingIx::Asset(asset)) =
            (actor.holder.which(), &self.context.delegate, self.resource)
        else {
            return false;
        };
        let directory = self.directory;
        let business = directory.system_users.get(index).map(|row| row.business);
        let business = business.and_then(|index| directory.businesses.get(index));
        let delegate = business
            .and_then(|row| directory.find_delegate(row.id.as_str(), id.as_str()))
            .and_then(|index| directory.delegates.get(index));
        delegate.is_some_and(|row| row.system_user == index && row.assets.contains(&asset))
    }
}
