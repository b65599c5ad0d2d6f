//! Businesses, people, memberships, system users.

use std::sync::Arc;

use super::millis;
use crate::directory::Directory;
use crate::directory::index::NONE;
use crate::directory::rows::{BusinessRow, Member, MemberMarks, PersonExtra, PersonRow};
use crate::fact::{Business, Membership, MembershipKey, Person, SystemUser, TwoFactor};
use crate::id::{BusinessId, PersonId, SystemUserId};
use crate::table::PageVec;

/// Returns what few people have, to be changed. Makes room for it.
pub(super) fn extra_mut<'d>(
    people: &mut PageVec<PersonRow>,
    extras: &'d mut PageVec<PersonExtra>,
    person: u32,
) -> Option<&'d mut PersonExtra> {
    let known = people.get(person)?.extra;
    if known != NONE {
        return extras.get_mut(known);
    }
    let made = extras.push(PersonExtra::default());
    people.get_mut(person)?.extra = made;
    extras.get_mut(made)
}

impl Directory {
    pub(super) fn set_business(&mut self, fact: &Business) {
        let index = self.intern_business(fact.id.as_str());
        let parent = fact
            .parent
            .as_ref()
            .map_or(NONE, |parent| self.intern_business(parent.as_str()));
        self.move_child(index, parent);
        let profile = fact
            .profile
            .as_ref()
            .map(|value| self.vocabulary.word(value, &self.rulebook));
        self.count_strict(index, |count| count - 1);
        if let Some(row) = self.businesses.get_mut(index) {
            row.present = true;
            row.verified = fact.verified;
            row.suspended = fact.suspended;
            row.automated = fact.automated;
            row.two_factor = fact.two_factor;
            row.profile = profile;
            row.name.clone_from(&fact.name);
        }
        self.count_strict(index, |count| count + 1);
        self.mark_members(index);
        self.weigh_apps_of(index);
    }

    pub(super) fn end_business(&mut self, id: &BusinessId) {
        let index = self.intern_business(id.as_str());
        self.move_child(index, NONE);
        self.count_strict(index, |count| count - 1);
        if let Some(row) = self.businesses.get_mut(index) {
            row.present = false;
            row.verified = false;
            row.suspended = false;
            row.automated = false;
            row.two_factor = TwoFactor::None;
            row.profile = None;
            row.name = None;
        }
        self.mark_members(index);
        self.weigh_apps_of(index);
    }

    /// Counts a business anew, if it is strict.
    fn count_strict(&mut self, business: u32, count: impl Fn(u32) -> u32) {
        let row = self.businesses.get(business);
        if row.is_some_and(BusinessRow::is_strict) {
            self.strict = count(self.strict);
        }
    }

    /// Tells the memberships of a business what it is now.
    fn mark_members(&mut self, business: u32) {
        let Some(row) = self.businesses.get(business) else {
            return;
        };
        let marks = MemberMarks::of(row);
        let people: Vec<u32> = self.lists.iter(row.members).collect();
        for person in people {
            let known = self.people.get(person).is_some_and(|row| {
                let mut here = row.members.iter().filter(|one| one.business == business);
                here.all(|member| member.marks == marks)
            });
            // Looked at first: a row that stays as it is must not be copied.
            if known {
                continue;
            }
            if let Some(row) = self.people.get_mut(person) {
                let here = row
                    .members
                    .iter_mut()
                    .filter(|one| one.business == business);
                here.for_each(|member| member.marks = marks);
            }
            self.fold_person(person);
        }
    }

    fn move_child(&mut self, child: u32, parent: u32) {
        let before = self.businesses.get(child).map_or(NONE, |row| row.parent);
        if before == parent {
            return;
        }
        if let Some(row) = self.businesses.get_mut(before) {
            row.children = self.lists.remove(row.children, child);
        }
        if let Some(row) = self.businesses.get_mut(parent) {
            row.children = self.lists.push(row.children, child);
        }
        if let Some(row) = self.businesses.get_mut(child) {
            row.parent = parent;
        }
        self.mark_members(before);
        self.mark_members(parent);
    }

    pub(super) fn set_person(&mut self, fact: &Person) {
        let index = self.intern_person(&fact.id);
        let plain = fact.name.is_none()
            && fact.email.is_none()
            && fact.identity.is_none()
            && fact.properties.is_empty();
        let told = (!plain).then(|| Arc::new(fact.clone()));
        self.set_told(index, told);
        if let Some(row) = self.people.get_mut(index) {
            row.present = true;
            row.shared_login = fact.shared_login;
        }
        self.fold_person(index);
    }

    pub(super) fn end_person(&mut self, id: &PersonId) {
        let index = self.intern_person(id);
        self.set_told(index, None);
        if let Some(row) = self.people.get_mut(index) {
            row.present = false;
            row.shared_login = false;
        }
        self.fold_person(index);
    }

    fn set_told(&mut self, person: u32, told: Option<Arc<Person>>) {
        // Looked at first: most people have nothing there, and need no room for it.
        if told.is_none() && self.extra_of_person(person).is_none() {
            return;
        }
        if let Some(extra) = extra_mut(&mut self.people, &mut self.person_extras, person) {
            extra.told = told;
        }
    }

    pub(super) fn set_membership(&mut self, fact: &Membership) {
        let business = self.intern_business(fact.business.as_str());
        let person = self.intern_person(&fact.person);
        let role = self.vocabulary.word(&fact.role, &self.rulebook);
        let marks = self.businesses.get(business).map(MemberMarks::of);
        let member = Member {
            until: millis(fact.until),
            business,
            role,
            marks: marks.unwrap_or_default(),
        };
        let Some(row) = self.people.get_mut(person) else {
            return;
        };
        match row
            .members
            .iter_mut()
            .find(|known| known.business == business)
        {
            Some(known) => *known = member,
            None => {
                row.members.push(member);
                if let Some(row) = self.businesses.get_mut(business) {
                    row.members = self.lists.push(row.members, person);
                }
            }
        }
        self.fold_person(person);
    }

    pub(super) fn end_membership(&mut self, key: &MembershipKey) {
        let business = self.intern_business(key.business.as_str());
        let person = self.intern_person(&key.person);
        let Some(row) = self.people.get_mut(person) else {
            return;
        };
        let before = row.members.len();
        row.members.retain(|member| member.business != business);
        if row.members.len() < before
            && let Some(row) = self.businesses.get_mut(business)
        {
            row.members = self.lists.remove(row.members, person);
        }
        self.fold_person(person);
    }

    pub(super) fn set_system_user(&mut self, fact: &SystemUser) {
        let index = self.intern_system_user(fact.id.as_str());
        let business = self.intern_business(fact.business.as_str());
        self.move_system_user(index, business);
        let role = self.vocabulary.word(&fact.role, &self.rulebook);
        if let Some(row) = self.system_users.get_mut(index) {
            row.present = true;
            row.role = role;
            row.name.clone_from(&fact.name);
        }
    }

    pub(super) fn end_system_user(&mut self, id: &SystemUserId) {
        let index = self.intern_system_user(id.as_str());
        self.move_system_user(index, NONE);
        if let Some(row) = self.system_users.get_mut(index) {
            row.present = false;
            row.name = None;
        }
    }

    fn move_system_user(&mut self, index: u32, business: u32) {
        let before = self
            .system_users
            .get(index)
            .map_or(NONE, |row| row.business);
        if before == business {
            return;
        }
        if let Some(row) = self.businesses.get_mut(before) {
            row.system_users = self.lists.remove(row.system_users, index);
        }
        if let Some(row) = self.businesses.get_mut(business) {
            row.system_users = self.lists.push(row.system_users, index);
        }
        if let Some(row) = self.system_users.get_mut(index) {
            row.business = business;
        }
    }
}
