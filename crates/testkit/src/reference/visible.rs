//! May the asker know that the thing exists; and who demands a second factor or is suspended?

use std::collections::BTreeSet;

use engine::fact::TwoFactor;
use engine::{AppId, BusinessId, Holder, Thing};
use rulebook::Reason;

use super::Reasons;
use super::case::{Case, when};
use super::principal::Principal;
use super::role::is_same;

impl<'a> Case<'a> {
    /// Are actor and resource known, and has the one anything to do with the other?
    pub(crate) fn apparent(&self, principal: &Principal<'a>) -> bool {
        let actor = &principal.actor;
        let resource = &self.request.resource;
        let own = self.businesses_of(actor);
        self.facts.knows_holder(actor)
            && self.facts.knows(resource)
            && match resource {
                Thing::Asset(id) => self
                    .facts
                    .asset(id)
                    .is_some_and(|asset| self.standing(actor, asset).related()),
                Thing::Business(id) => own
                    .keys()
                    .any(|business| *business == id || self.facts.is_parent(business, id)),
                Thing::App(id) => self.is_app_apparent(principal, id),
                Thing::Group(_) | Thing::SystemUser(_) => {
                    let owner = self.facts.owner_business(resource);
                    let of_own = owner.is_some_and(|owner| own.contains_key(&owner));
                    of_own || is_same(actor, resource)
                }
                Thing::Person(id) => {
                    let theirs = self.businesses_of(&Holder::Person(id.clone()));
                    let together = own.keys().any(|business| theirs.contains_key(business));
                    together || is_same(actor, resource)
                }
                Thing::Realm => self
                    .operator(actor)
                    .is_some_and(|operator| self.is_live(operator.until)),
            }
    }

    fn is_app_apparent(&self, principal: &Principal<'a>, id: &AppId) -> bool {
        let Some(app) = self.facts.app(id) else {
            return false;
        };
        let actor = &principal.actor;
        let has_role = match actor {
            Holder::Person(person) => self.facts.app_role(id, person).is_some(),
            _ => false,
        };
        let credential = principal.bearer.as_ref();
        let mut businesses = self.businesses_of(actor).into_keys();
        has_role
            || *actor == Holder::from(app.owner.clone())
            || credential.is_some_and(|bearer| bearer.app.id == *id)
            || businesses.any(|business| self.facts.claims(business, app))
    }

    pub(crate) fn step_up_and_suspension(&self, actor: &Holder) -> Reasons {
        let mut suspended = false;
        let mut step_up = false;
        for id in self.concerned(actor) {
            if let Some(business) = self.facts.business(&id) {
                suspended |= business.suspended;
                step_up |= match business.two_factor {
                    TwoFactor::None => false,
                    TwoFactor::Admins => self.manages_people(actor, &id),
                    TwoFactor::All => true,
                };
            }
        }
        let person = matches!(actor, Holder::Person(_));
        let owed = person && step_up && !self.evidence.second_factor;
        let found = [
            when(suspended, Reason::BusinessSuspended),
            when(owed, Reason::StepUp),
        ];
        found.into_iter().flatten().collect()
    }

    /// The businesses concerned.
    fn concerned(&self, actor: &Holder) -> BTreeSet<BusinessId> {
        let owner = self.facts.owner_business(&self.request.resource);
        let named = self.named_business().cloned();
        let first: BTreeSet<BusinessId> = owner.into_iter().chain(named).collect();
        let mut all = first.clone();
        for business in self.businesses_of(actor).into_keys() {
            let parent = first
                .iter()
                .any(|child| self.facts.is_parent(business, child));
            if parent || self.reaches_through(business) {
                all.insert(business.clone());
            }
        }
        all
    }

    /// Is the resource an asset that is shared to the business, or that follows one with which the
    /// business has to do?
    fn reaches_through(&self, business: &BusinessId) -> bool {
        let Thing::Asset(id) = &self.request.resource else {
            return false;
        };
        self.facts.asset(id).is_some_and(|asset| {
            let mut followed = self.followed(asset).into_iter();
            self.offer(asset, business).shared
                || followed.any(|followed| {
                    self.is_inside(followed, business) || self.offer(followed, business).shared
                })
        })
    }

    /// Does the person's live role in the business carry `manage_people`?
    fn manages_people(&self, actor: &Holder, business: &BusinessId) -> bool {
        let role = self.roles_of(actor).get(business).copied();
        role.is_some_and(|role| self.business_role(role).contains("manage_people"))
    }
}
