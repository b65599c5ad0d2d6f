//! The facts of others that point at a thing, so that none is left pointing at nothing when it ends.

use crate::directory::Directory;
use crate::directory::index::{HolderIx, Who};
use crate::directory::rows::Row as _;
use crate::fact::{AppClaim, Fact, Identity, Install, MandateOf};
use crate::id::{AppId, BusinessId, Holder, Owner, PersonId, SystemUserId};

impl Directory {
    /// Returns the installations of apps on a system user, in no order.
    #[must_use]
    pub fn installs_of(&self, system_user: &SystemUserId) -> Vec<Fact> {
        let index = self.find_system_user(system_user.as_str());
        let head = index
            .and_then(|index| self.system_users.get(index))
            .map(|row| row.installs);
        let apps = self.lists.iter(head.unwrap_or_default());
        apps.filter_map(|app| {
            Some(Fact::Install(Install {
                app: self.app_id(app)?,
                system_user: system_user.clone(),
            }))
        })
        .collect()
    }

    /// Returns who signs in at an identity provider under this subject. Looks at every person.
    #[must_use]
    pub fn person_with(&self, identity: &Identity) -> Option<PersonId> {
        let mut people = self.people.iter().filter(|row| row.is_present());
        let row = people.find(|row| {
            let extra = self.person_extras.get(row.extra);
            let told = extra.and_then(|extra| extra.told.as_ref());
            told.and_then(|told| told.identity.as_ref()) == Some(identity)
        })?;
        super::parse(row.id.as_str())
    }

    /// Returns the claims of a business on apps. Looks at every app.
    #[must_use]
    pub fn claims_of(&self, business: &BusinessId) -> Vec<Fact> {
        let Some(index) = self.find_business(business.as_str()) else {
            return Vec::new();
        };
        let apps = self.apps.iter().filter(|row| row.claims.contains(&index));
        apps.filter_map(|row| {
            Some(Fact::AppClaim(AppClaim {
                app: super::parse(row.id.as_str())?,
                business: business.clone(),
            }))
        })
        .collect()
    }

    /// Returns the apps that people own, with who. Looks at every app.
    #[must_use]
    pub fn apps_of_people(&self) -> Vec<(AppId, PersonId)> {
        let facts = self.apps.iter().filter_map(|row| row.fact.as_ref());
        facts
            .filter_map(|fact| match &fact.owner {
                Owner::Person(person) => Some((fact.id.clone(), person.clone())),
                Owner::Business(_) => None,
            })
            .collect()
    }

    /// Returns the grants of any holder, of a business and an app too, in the order in which the
    /// directory came to know their ids.
    #[must_use]
    pub fn grants_held_by(&self, holder: &Holder) -> Vec<Fact> {
        let head = match self.find_holder(holder).map(HolderIx::which) {
            Some(Who::Person(index)) => self.people.get(index).map(|row| row.grants),
            Some(Who::SystemUser(index)) => self.system_users.get(index).map(|row| row.grants),
            Some(Who::Business(index)) => self.businesses.get(index).map(|row| row.grants),
            Some(Who::App(index)) => self.apps.get(index).map(|row| row.own_grants),
            Some(Who::Nobody) | None => None,
        };
        let mut numbers: Vec<u32> = self.lists.iter(head.unwrap_or_default()).collect();
        numbers.sort_unstable();
        let rows = numbers.into_iter().filter_map(|one| self.grants.get(one));
        rows.filter_map(|row| self.grant_fact(row)).collect()
    }

    /// Returns the mandates an app or a partner was given. Looks at every mandate.
    #[must_use]
    pub fn mandates_to(&self, to: &MandateOf) -> Vec<Fact> {
        let index = match to {
            MandateOf::App(id) => self.find_app(id).map(HolderIx::app),
            MandateOf::Partner(id) => self.find_business(id.as_str()).map(HolderIx::business),
        };
        let mandates = self.mandates.iter().filter(|row| Some(row.to) == index);
        let facts = mandates.filter_map(|row| row.fact.as_ref());
        facts.map(|fact| Fact::Mandate((**fact).clone())).collect()
    }
}
