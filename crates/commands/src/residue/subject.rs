//! Who is meant by a partner.

use std::collections::BTreeSet;

use engine::fact::{Fact, Key};
use engine::{AppId, BusinessId, Directory, Holder, Owner, PersonId, SystemUserId};
use jiff::Timestamp;

use super::Members;

/// The partner's people, system users and apps.
pub(super) struct Subject {
    pub(super) people: BTreeSet<PersonId>,
    pub(super) system_users: BTreeSet<SystemUserId>,
    pub(super) apps: BTreeSet<AppId>,
}

impl Subject {
    /// Returns who is meant. An app that one of `ours` owns is not the partner's, whoever claimed it.
    pub(super) fn of(
        directory: &Directory,
        partner: &BusinessId,
        ours: &BTreeSet<BusinessId>,
        now: Timestamp,
    ) -> Self {
        let mut subject = Self {
            people: BTreeSet::new(),
            system_users: BTreeSet::new(),
            apps: BTreeSet::new(),
        };
        for fact in directory.facts_of_business(partner) {
            match fact {
                Fact::Membership(one) if one.until.is_none_or(|until| until > now) => {
                    subject.people.insert(one.person);
                }
                Fact::SystemUser(one) => {
                    subject.system_users.insert(one.id);
                }
                Fact::App(one) => {
                    subject.apps.insert(one.id);
                }
                _ => {}
            }
        }
        let claims = directory.claims_of(partner).into_iter();
        let claimed = claims.filter_map(|fact| match fact {
            Fact::AppClaim(claim) => Some(claim.app),
            _ => None,
        });
        let apps_of_people = directory.apps_of_people();
        let owned = apps_of_people
            .into_iter()
            .filter(|(_, person)| subject.people.contains(person));
        let more: Vec<AppId> = claimed.chain(owned.map(|(app, _)| app)).collect();
        subject.apps.extend(more);
        subject.apps.retain(|app| match owner(directory, app) {
            Some(Owner::Business(id)) => !ours.contains(&id),
            _ => true,
        });
        subject
    }

    /// Returns everybody who can hold something, the partner itself among them.
    pub(super) fn holders(&self, partner: &BusinessId) -> Vec<Holder> {
        let people = self.people.iter().cloned().map(Holder::Person);
        let system_users = self.system_users.iter().cloned().map(Holder::SystemUser);
        let apps = self.apps.iter().cloned().map(Holder::App);
        let all = people.chain(system_users).chain(apps);
        all.chain([Holder::Business(partner.clone())]).collect()
    }

    pub(super) fn has(&self, partner: &BusinessId, holder: &Holder) -> bool {
        match holder {
            Holder::Person(id) => self.people.contains(id),
            Holder::SystemUser(id) => self.system_users.contains(id),
            Holder::App(id) => self.apps.contains(id),
            Holder::Business(id) => id == partner,
        }
    }

    pub(super) fn members(&self, partner: &BusinessId) -> Members {
        Members {
            partner: partner.clone(),
            people: self.people.iter().cloned().collect(),
            system_users: self.system_users.iter().cloned().collect(),
            apps: self.apps.iter().cloned().collect(),
        }
    }
}

fn owner(directory: &Directory, app: &AppId) -> Option<Owner> {
    match directory.fact(&Key::App(app.clone()))? {
        Fact::App(app) => Some(app.owner),
        _ => None,
    }
}
