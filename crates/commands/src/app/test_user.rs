//! Test users: people who are made for an app and work with that app alone, while it is in development.
//!
//! One is a person with the app role `test_user`. Nobody else is given that role, and it is not taken away
//! but with the test user.

use std::collections::BTreeMap;

use engine::fact::{AppMode, AppRole, AppRoleKey, EndReason, Fact, Key, Person};
use engine::{AppId, Credential, Directory, Holder, PersonId};
use rulebook::LimitOf;
use serde::{Deserialize, Serialize};

use super::on_app;
use crate::about::About;
use crate::command::UseCase;
use crate::consent::add_token;
use crate::desk::Desk;
use crate::order::{Refusal, SecretOf};
use crate::token::{GiveGrant, expiry};

/// The role of the app family.
pub(crate) const TEST_USER: &str = "test_user";

/// Makes a test user of an app in development.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTestUser {
    /// The app.
    pub app: AppId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PersonId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A kind of token that it is given at once, under a consent to `scopes`; none if left out. The token
    /// is shown again to whoever may list test users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it consents to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

/// Ends a test user with all it has. Who it was stays known, as of everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveTestUser {
    /// The app.
    pub app: AppId,
    /// The test user.
    pub person: PersonId,
}

impl UseCase for CreateTestUser {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(on_app(&self.app))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let app = desk.app(&self.app)?;
        desk.checked_role(rulebook::Family::App, TEST_USER)?;
        if app.mode == AppMode::Live {
            let message = "the app is live, and test users work with apps in development";
            return Err(Refusal::conflict(message));
        }
        within_limit(desk, &self.app)?;
        let person = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("")?,
        };
        if desk.person(&person).is_ok() {
            return Err(Refusal::conflict(format!(
                "the id `{person}` is taken; name another"
            )));
        }
        let name = desk.text(self.name.as_deref());
        desk.set(Person {
            name,
            ..Person::plain(person.clone())
        });
        desk.set(AppRole {
            app: self.app.clone(),
            person: person.clone(),
            role: TEST_USER.to_owned(),
        });
        if let Some(kind) = &self.kind {
            self.issue(desk, &person, kind)?;
        }
        desk.answer.id = Some(person.to_string());
        Ok(())
    }
}

impl CreateTestUser {
    fn issue(&self, desk: &mut Desk<'_>, person: &PersonId, kind: &str) -> Result<(), Refusal> {
        let holder = Holder::Person(person.clone());
        let expires = expiry(desk, kind, &holder, false)?;
        let consent = GiveGrant {
            id: None,
            holder,
            app: self.app.clone(),
            scopes: self.scopes.clone(),
            declined: Vec::new(),
            targets: BTreeMap::new(),
        };
        let grant = consent.give(desk)?;
        let secret = add_token(desk, &grant.id, kind.to_owned(), expires, None)?;
        if let Some(id) = desk.answer.id.as_deref().and_then(|id| id.parse().ok()) {
            let until = expires;
            desk.keep_secret(SecretOf::Token { id, until }, &secret);
        }
        desk.answer.secret = Some(secret);
        Ok(())
    }
}

impl UseCase for RemoveTestUser {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(on_app(&self.app))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut own = test_users(desk, &self.app);
        if !own.any(|one| one == self.person) {
            return Err(Refusal::not_found("test user", &self.person));
        }
        end(desk, &self.app, &self.person);
        Ok(())
    }
}

fn test_users(desk: &Desk<'_>, app: &AppId) -> impl Iterator<Item = PersonId> + use<> {
    let facts = desk.directory.facts_of_app(app).into_iter();
    facts.filter_map(|fact| match fact {
        Fact::AppRole(one) if one.role == TEST_USER => Some(one.person),
        _ => None,
    })
}

fn within_limit(desk: &Desk<'_>, app: &AppId) -> Result<(), Refusal> {
    let limits = desk.rules().limits.iter();
    let limits = limits.filter(|limit| limit.counts == LimitOf::TestUsersPerApp);
    let there = test_users(desk, app).count();
    match limits.map(|limit| limit.at_most).min() {
        Some(most) if there >= most as usize => Err(Refusal::LimitReached {
            what: "test users of this app",
            most,
        }),
        _ => Ok(()),
    }
}

fn end(desk: &mut Desk<'_>, app: &AppId, person: &PersonId) {
    desk.end_everything_of(&Holder::Person(person.clone()));
    desk.end(Key::AppRole(AppRoleKey {
        app: app.clone(),
        person: person.clone(),
    }));
}

/// Ends what the test users of an app have, when the app goes or is removed: with a live app they do
/// not work.
pub(crate) fn end_all(desk: &mut Desk<'_>, app: &AppId) {
    for person in test_users(desk, app) {
        for fact in desk.directory.grants_of(&Holder::Person(person)) {
            if let Fact::Grant(grant) = fact {
                desk.end_grant(&grant.id, EndReason::Revoked);
            }
        }
    }
}

/// A test user consents to nothing but its own app, and to that in development only.
pub(crate) fn may_consent(desk: &Desk<'_>, person: &PersonId, app: &AppId) -> Result<(), Refusal> {
    let facts = desk.directory.facts_of_person(person).into_iter();
    for fact in facts {
        let Fact::AppRole(role) = fact else { continue };
        if role.role != TEST_USER {
            continue;
        }
        if role.app != *app {
            let message = "a test user works with the app it was made for, and no other";
            return Err(Refusal::conflict(message));
        }
        if desk.app(app)?.mode == AppMode::Live {
            let message = "the app is live, and test users work with apps in development";
            return Err(Refusal::conflict(message));
        }
    }
    Ok(())
}

/// The role is given and taken by making and removing test users.
pub(crate) fn not_by_hand(role: &str) -> Result<(), Refusal> {
    match role == TEST_USER {
        true => Err(Refusal::invalid(
            "role",
            "a test user is made with `test_user.create` and ended with `test_user.remove`",
        )),
        false => Ok(()),
    }
}
