//! Businesses, people, their places, system users, the platform's own staff.

use engine::BusinessId;
use engine::fact::{Business, Membership, Operator, Person, Settings, SystemUser, TwoFactor};
use rulebook::{Family, PropertyOf};

use super::growing::{Growing, id, nth};

impl Growing<'_> {
    pub(crate) fn people(&mut self) {
        self.add(Settings {
            rulebook: self.rulebook.name.clone(),
            digest: String::new(),
            switches: self.rulebook.switches.iter().cloned().collect(),
            loading: false,
        });
        for number in 1..=self.dice.count(3, 8) {
            self.add_business(number);
        }
        for number in 1..=self.dice.count(4, 10) {
            let person = Person {
                id: nth("p", number),
                name: None,
                email: None,
                identity: None,
                shared_login: self.dice.chance(8),
                properties: self.properties(PropertyOf::Subject),
            };
            self.add(person);
        }
        self.memberships();
        self.operators();
        for number in 1..=self.dice.count(2, 5) {
            let businesses = self.businesses();
            if let Some(business) = self.dice.pick(&businesses).cloned() {
                let role = self.role_of(Family::Business);
                self.add(SystemUser {
                    id: id(&format!("su{number}")),
                    business,
                    role,
                    name: None,
                });
            }
        }
    }

    fn add_business(&mut self, number: usize) {
        let parent: Option<BusinessId> = (number > 1 && self.dice.chance(40))
            .then(|| id(&format!("b{}", self.dice.count(1, number - 1))));
        let profile = self.profile();
        let business = Business {
            id: id(&format!("b{number}")),
            name: None,
            parent,
            verified: self.dice.chance(60),
            two_factor: match self.dice.number(0, 9) {
                0 => TwoFactor::All,
                1 => TwoFactor::Admins,
                _ => TwoFactor::None,
            },
            suspended: self.dice.chance(5),
            automated: self.dice.chance(20),
            profile,
        };
        self.add(business);
    }

    /// A value of the switch that businesses set; rarely one it does not have.
    fn profile(&mut self) -> Option<String> {
        let (_, values) = self.rulebook.profile_switch.as_ref()?;
        match self.dice.number(0, 9) {
            0 => None,
            1 => Some("stowaway".to_owned()),
            _ => self.dice.pick(values).cloned(),
        }
    }

    fn memberships(&mut self) {
        let businesses = self.businesses();
        for person in self.people_ids() {
            for _ in 0..self.dice.count(0, 3) {
                if let Some(business) = self.dice.pick(&businesses).cloned() {
                    let role = self.role_of(Family::Business);
                    let until = self.until(15);
                    self.add(Membership {
                        business,
                        person: person.clone(),
                        role,
                        until,
                    });
                }
            }
        }
    }

    fn operators(&mut self) {
        let people = self.people_ids();
        for person in self.dice.some(&people, 20) {
            let role = self.role_of(Family::Realm);
            let until = self.until(40);
            self.add(Operator {
                person,
                role,
                until,
                break_glass: None,
                break_glass_until: None,
                reason: None,
            });
        }
    }
}
