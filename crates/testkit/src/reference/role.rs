//! Layer 4: is there a path from this actor to this thing that carries the needed right?

use engine::{AppId, BusinessId, Holder, Owner, PersonId, Thing};
use rulebook::{Family, Kind, Need, Reason, Relation, Target};

use super::case::{Case, everything, meets, when};
use super::principal::{Principal, holder_kind};
use super::{Names, Reasons};

/// What a need looks at.
enum Aim {
    Thing(Thing),
    /// The person who owns the resource.
    OwnerPerson(PersonId),
}

impl<'a> Case<'a> {
    pub(crate) fn layer_4(&self, principal: &Principal<'a>, apparent: bool) -> Reasons {
        let actor = &principal.actor;
        if !self.facts.knows_holder(actor) {
            return Reasons::from([Reason::Unknown]);
        }
        let mut reasons = self.needs(actor);
        if self.operation.hands_on {
            reasons.extend(self.hands_on());
        }
        reasons.extend(when(self.is_not_delegated(actor), Reason::NotDelegated));
        if apparent || reasons.is_empty() {
            reasons.extend(self.step_up_and_suspension(actor));
        }
        reasons
    }

    /// Needs, or one's own, or nothing but that the resource is known.
    fn needs(&self, actor: &Holder) -> Reasons {
        let known = self.facts.knows(&self.request.resource);
        let own = self.operation.own && is_same(actor, &self.request.resource);
        if own || self.operation.needs.is_empty() {
            return when(!known, Reason::Unknown).into_iter().collect();
        }
        self.unmet_needs(actor)
    }

    /// The reasons of every need of the operation that the actor's rights do not meet.
    pub(crate) fn unmet_needs(&self, actor: &Holder) -> Reasons {
        let needs = self.operation.needs.iter();
        needs.flat_map(|need| self.unmet(actor, need)).collect()
    }

    /// A need is met by itself or by one of its `or`; the reasons are its own.
    fn unmet(&self, actor: &Holder, need: &Need) -> Reasons {
        let own = self.unmet_itself(actor, need);
        if own.is_empty() || need.or.iter().any(|or| self.unmet(actor, or).is_empty()) {
            return Reasons::new();
        }
        own
    }

    fn unmet_itself(&self, actor: &Holder, need: &Need) -> Reasons {
        let unknown = Reasons::from([Reason::Unknown]);
        let (Some(kind), Some(aim)) = (self.rules.kind(need.kind), self.aim(&need.target)) else {
            return unknown;
        };
        let wanted: Names<'_> = kind.names_of(need.any_of).collect();
        match aim {
            Aim::OwnerPerson(_) if kind.family != Family::Business => unknown,
            Aim::OwnerPerson(owner) => {
                let met = *actor == Holder::Person(owner);
                when(!met, Reason::AssetNotAssigned).into_iter().collect()
            }
            Aim::Thing(thing) if !self.fits(&thing, kind) || !self.facts.knows(&thing) => unknown,
            Aim::Thing(Thing::Business(id)) => self.unmet_on_business(actor, &id, &wanted),
            Aim::Thing(Thing::App(id)) => self.unmet_on_app(actor, &id, &wanted),
            Aim::Thing(Thing::Realm) => self.unmet_on_realm(actor, &wanted),
            Aim::Thing(Thing::Asset(id)) => self.unmet_on_asset(actor, &id, &wanted, need.direct),
            Aim::Thing(Thing::Group(_) | Thing::Person(_) | Thing::SystemUser(_)) => unknown,
        }
    }

    fn aim(&self, target: &Target) -> Option<Aim> {
        let resource = &self.request.resource;
        match target {
            Target::Resource => Some(Aim::Thing(resource.clone())),
            Target::Owner => Some(match self.facts.owner(resource)? {
                Owner::Business(id) => Aim::Thing(Thing::Business(id)),
                Owner::Person(id) => Aim::OwnerPerson(id),
            }),
            Target::Parent => {
                let owner = self.facts.owner_business(resource)?;
                let parent = self.facts.parent(&owner)?;
                Some(Aim::Thing(Thing::Business(parent.clone())))
            }
            Target::Named(name) => Some(Aim::Thing(self.named(name)?.clone())),
        }
    }

    /// An asset: its kind is that kind; business, app, realm: that family.
    fn fits(&self, thing: &Thing, kind: &Kind) -> bool {
        match thing {
            Thing::Asset(id) => {
                let asset = self.facts.asset(id);
                kind.family.is_asset() && asset.is_some_and(|asset| asset.kind == kind.name)
            }
            Thing::Business(_) => kind.family == Family::Business,
            Thing::App(_) => kind.family == Family::App,
            Thing::Realm => kind.family == Family::Realm,
            Thing::Group(_) | Thing::Person(_) | Thing::SystemUser(_) => false,
        }
    }

    fn unmet_on_business(
        &self,
        actor: &Holder,
        business: &BusinessId,
        wanted: &Names<'_>,
    ) -> Reasons {
        let mut rights = Names::new();
        if *actor == Holder::Business(business.clone()) {
            rights.extend(everything(self.rules.kind_named("business")));
        }
        for (own, role) in self.roles_of(actor) {
            if own == business {
                rights.extend(self.business_role(role));
            }
            if self.facts.is_parent(own, business) {
                rights.extend(self.reach(actor, role, Relation::Child, "business"));
            }
        }
        if meets(&rights, wanted) {
            return Reasons::new();
        }
        Reasons::from([if self.was_member(actor, business) {
            Reason::GrantEnded
        } else {
            Reason::BusinessRoleTooLow
        }])
    }

    /// Does a membership exist that is over?
    fn was_member(&self, actor: &Holder, business: &BusinessId) -> bool {
        self.facts.memberships().any(|place| {
            *actor == Holder::Person(place.person.clone())
                && place.business == *business
                && !self.is_live(place.until)
        })
    }

    fn unmet_on_app(&self, actor: &Holder, id: &AppId, wanted: &Names<'_>) -> Reasons {
        let kind = self.rules.kind_named("app");
        let role = match actor {
            Holder::Person(person) => self.facts.app_role(id, person),
            _ => None,
        };
        let owner = self.facts.app(id).map(|app| &app.owner);
        let mut rights = Names::new();
        if let (Some(role), Some(kind)) = (role, kind) {
            let known = kind.roles.iter().filter(|known| known.name == role);
            rights.extend(known.flat_map(|known| kind.names_of(known.can)));
        }
        if owner.is_some_and(|owner| *actor == Holder::from(owner.clone())) {
            rights.extend(everything(kind));
        }
        for (own, role) in self.roles_of(actor) {
            if owner == Some(&Owner::Business(own.clone())) {
                rights.extend(self.reach(actor, role, Relation::Owned, "app"));
            }
        }
        if meets(&rights, wanted) {
            return Reasons::new();
        }
        Reasons::from([if role.is_some() {
            Reason::RoleTooLow
        } else {
            Reason::AssetNotAssigned
        }])
    }

    fn unmet_on_realm(&self, actor: &Holder, wanted: &Names<'_>) -> Reasons {
        let kind = self.rules.kind_named("realm");
        let Some(operator) = self.operator(actor) else {
            return Reasons::from([Reason::RoleTooLow]);
        };
        if !self.is_live(operator.until) {
            return Reasons::from([Reason::GrantEnded]);
        }
        let roles = kind.into_iter().flat_map(|kind| {
            let known = kind
                .roles
                .iter()
                .filter(|known| known.name == operator.role);
            known.flat_map(|known| kind.names_of(known.can))
        });
        let rights: Names<'_> = roles.collect();
        when(!meets(&rights, wanted), Reason::RoleTooLow)
            .into_iter()
            .collect()
    }

    /// The appointment of an actor as one of the platform's staff, over or not.
    pub(crate) fn operator(&self, actor: &Holder) -> Option<&'a engine::fact::Operator> {
        let mut operators = self.facts.operators();
        operators.find(|operator| *actor == Holder::Person(operator.person.clone()))
    }

    /// What a role can do in its business.
    pub(crate) fn business_role(&self, role: rulebook::RoleId) -> Names<'a> {
        let Some(kind) = self.rules.kind_named("business") else {
            return Names::new();
        };
        let role = kind.role(role).into_iter();
        role.flat_map(|role| kind.names_of(role.can)).collect()
    }

    /// What a business role brings on a thing of a kind without assignment.
    pub(crate) fn reach(
        &self,
        actor: &Holder,
        role: rulebook::RoleId,
        relation: Relation,
        kind: &str,
    ) -> Names<'a> {
        let Some(kind) = self.rules.kind_named(kind) else {
            return Names::new();
        };
        let can = self
            .rules
            .reach(role, holder_kind(actor), relation, kind.id);
        kind.names_of(can).collect()
    }

    fn is_not_delegated(&self, actor: &Holder) -> bool {
        let Some(wanted) = &self.request.context.delegate else {
            return false;
        };
        let Holder::SystemUser(id) = actor else {
            return true;
        };
        let known = match &self.request.resource {
            Thing::Asset(asset) => self.facts.asset(asset).is_some(),
            _ => false,
        };
        let delegated = known
            && self.facts.delegates().any(|delegate| {
                let user = self.facts.system_user(id);
                delegate.id == *wanted
                    && delegate.system_user == *id
                    && user.is_some_and(|user| user.business == delegate.business)
                    && delegate
                        .assets
                        .iter()
                        .any(|asset| self.request.resource == Thing::Asset(asset.clone()))
            });
        !delegated
    }
}

/// Is the thing the holder himself?
pub(crate) fn is_same(holder: &Holder, thing: &Thing) -> bool {
    match (holder, thing) {
        (Holder::Person(holder), Thing::Person(thing)) => holder == thing,
        (Holder::SystemUser(holder), Thing::SystemUser(thing)) => holder == thing,
        (Holder::Business(holder), Thing::Business(thing)) => holder == thing,
        (Holder::App(holder), Thing::App(thing)) => holder == thing,
        _ => false,
    }
}
