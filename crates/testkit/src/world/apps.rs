//! Apps of all states.

use engine::fact::{
    App, AppClaim, AppMode, AppPermission, AppRole, Checkup, Environment, Install, Level,
};
use engine::{AppId, Owner};
use jiff::{SignedDuration, Timestamp};
use rulebook::Family;

use super::growing::{Growing, nth};

/// The most permissions of which an app has a record, so that worlds of large rulebooks stay small.
const MOST_RECORDS: usize = 14;

impl Growing<'_> {
    pub(crate) fn apps(&mut self) {
        for number in 1..=self.dice.count(2, 4) {
            let Some(owner) = self.owner() else { continue };
            let app: AppId = nth("app", number);
            let fact = self.app(app.clone(), owner);
            self.add(fact);
            self.claims(&app);
            self.app_roles(&app);
            self.app_permissions(&app);
            self.installs(&app);
        }
    }

    fn app(&mut self, id: AppId, owner: Owner) -> App {
        let types: Vec<String> = self
            .rules
            .app_types
            .iter()
            .map(|one| one.name.clone())
            .collect();
        let tiers = self.rules.names.tiers().to_vec();
        let people = self.people_ids();
        App {
            id,
            owner,
            name: None,
            app_type: match self.dice.number(0, 9) {
                0 => None,
                1 => Some("stowaway".to_owned()),
                _ => self.dice.pick(&types).cloned(),
            },
            mode: if self.dice.chance(70) {
                AppMode::Live
            } else {
                AppMode::Development
            },
            environment: if self.dice.chance(80) {
                Environment::Production
            } else {
                Environment::Sandbox
            },
            tier: match self.dice.number(0, 9) {
                0 => None,
                1 => Some("stowaway".to_owned()),
                2..=5 => tiers.last().cloned(),
                _ => self.dice.pick(&tiers).cloned(),
            },
            created: self.created(),
            automated: self.dice.chance(30),
            confirmed_partner: self.dice.chance(60),
            proof_required: self.dice.chance(25),
            allow_lists: self.allow_lists(),
            credentials_held_by: self.dice.some(&people, 20),
            checkup: match self.dice.number(0, 9) {
                0 => Checkup::Missed,
                1 => Checkup::Due,
                2 => Checkup::Done,
                _ => Checkup::None,
            },
            checkup_since: None,
            suspended: self.dice.chance(5),
            redirect_uris: Vec::new(),
        }
    }

    /// Around the days on which automatic approvals depend.
    fn created(&mut self) -> Timestamp {
        let days: Vec<i64> = self
            .rules
            .auto_approvals
            .iter()
            .filter_map(|row| row.created_before_ms)
            .collect();
        let near = self.dice.pick(&days).copied().unwrap_or(1_700_000_000_000);
        let shift = match self.dice.number(0, 5) {
            0 => SignedDuration::ZERO,
            1 => SignedDuration::from_millis(-1),
            2 | 3 => SignedDuration::from_hours(-9_000),
            _ => SignedDuration::from_hours(9_000),
        };
        let day = Timestamp::from_millisecond(near).unwrap_or(self.now);
        day.checked_add(shift).unwrap_or(day)
    }

    fn allow_lists(&mut self) -> Vec<String> {
        let profiles = self.rulebook.profiles.iter();
        let operations = profiles.flat_map(|rules| rules.operations.iter().flatten());
        let mut lists: Vec<String> = operations
            .flat_map(|operation| [&operation.allow_list, &operation.unless_listed])
            .filter_map(Clone::clone)
            .collect();
        lists.sort();
        lists.dedup();
        self.dice.some(&lists, 60)
    }

    fn claims(&mut self, app: &AppId) {
        let businesses = self.businesses();
        for business in self.dice.some(&businesses, 20) {
            let app = app.clone();
            self.add(AppClaim { app, business });
        }
    }

    fn app_roles(&mut self, app: &AppId) {
        let people = self.people_ids();
        for person in self.dice.some(&people, 20) {
            let role = self.role_of(Family::App);
            let app = app.clone();
            self.add(AppRole { app, person, role });
        }
    }

    /// Some apps have everything; of others, little is known.
    fn app_permissions(&mut self, app: &AppId) {
        let mut names: Vec<String> = self
            .rules
            .permissions
            .iter()
            .map(|permission| permission.name.clone())
            .collect();
        self.dice.shuffle(&mut names);
        names.truncate(MOST_RECORDS);
        let percent = *self.dice.pick(&[15, 50, 95]).unwrap_or(&50);
        for permission in self.dice.some(&names, percent) {
            let level = if self.dice.chance(70) {
                Level::Advanced
            } else {
                Level::Standard
            };
            let approved = self.dice.chance(75);
            let removed = self.dice.chance(8);
            self.add(AppPermission {
                app: app.clone(),
                permission,
                level,
                approved,
                removed,
                review: None,
            });
        }
    }

    fn installs(&mut self, app: &AppId) {
        let users: Vec<_> = self
            .known()
            .system_users()
            .map(|one| one.id.clone())
            .collect();
        for system_user in self.dice.some(&users, 30) {
            let app = app.clone();
            self.add(Install { app, system_user });
        }
    }
}
