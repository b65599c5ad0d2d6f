//! People: made known by the platform, or by accepting an invitation.

use engine::fact::{Fact, Identity, Key, Person};
use engine::{Credential, Directory, PersonId, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

mod offboard;

pub use offboard::OffboardPerson;

/// Makes a person known. That gives nothing: a person without a place can do nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPerson {
    /// Whom.
    pub person: PersonId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who the person is at the identity provider; nobody else can be the same there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

impl UseCase for RegisterPerson {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        if desk.person(&self.person).is_ok() {
            let message = format!(
                "`{}` is known already; change the person instead",
                self.person
            );
            return Err(Refusal::conflict(message));
        }
        one_login(desk, &self.person, self.identity.as_ref())?;
        let (name, email) = (
            desk.text(self.name.as_deref()),
            desk.text(self.email.as_deref()),
        );
        desk.answer.id = Some(self.person.to_string());
        desk.set(Person {
            name,
            email,
            identity: self.identity.clone(),
            ..Person::plain(self.person.clone())
        });
        Ok(())
    }
}

/// Changes what is known of a person. What is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePerson {
    /// Whom.
    pub person: PersonId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who the person is at the identity provider; nobody else can be the same there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Do several people use this login? Then no tool may act with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_login: Option<bool>,
}

impl UseCase for ChangePerson {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let Some(Fact::Person(mut fact)) = desk.directory.fact(&Key::Person(self.person.clone()))
        else {
            return Err(Refusal::not_found("person", &self.person));
        };
        one_login(desk, &self.person, self.identity.as_ref())?;
        fact.name = desk.text(self.name.as_deref()).or(fact.name);
        fact.email = desk.text(self.email.as_deref()).or(fact.email);
        fact.identity = self.identity.clone().or(fact.identity);
        fact.shared_login = self.shared_login.unwrap_or(fact.shared_login);
        desk.set(fact);
        Ok(())
    }
}

/// One person, one login: an identity is one person's.
fn one_login(
    desk: &Desk<'_>,
    person: &PersonId,
    identity: Option<&Identity>,
) -> Result<(), Refusal> {
    let taken = identity.and_then(|identity| desk.directory.person_with(identity));
    match taken {
        Some(other) if other != *person => {
            let message = format!("`{other}` signs in with this identity; one person, one login");
            Err(Refusal::conflict(message))
        }
        _ => Ok(()),
    }
}
