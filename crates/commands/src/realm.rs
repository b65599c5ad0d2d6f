//! The realm's operators.

use engine::fact::{Key, Operator};
use engine::{Credential, Directory, PersonId, Thing};
use jiff::Timestamp;
use rulebook::Family;
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Makes a person one of the platform's operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointOperator {
    /// Who.
    pub person: PersonId,
    /// A role of the realm family.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for AppointOperator {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm).with("person", Thing::Person(self.person.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.person(&self.person)?;
        desk.checked_role(Family::Realm, &self.role)?;
        in_future(desk, self.until)?;
        if !appoints(desk, &self.role) || self.until.is_some() {
            not_last_operator(desk, &self.person)?;
        }
        desk.set(Operator {
            person: self.person.clone(),
            role: self.role.clone(),
            until: self.until,
            break_glass: None,
            reason: None,
        });
        Ok(())
    }
}

/// Makes a person an operator no more. The last one who can appoint others stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DismissOperator {
    /// Who.
    pub person: PersonId,
}

impl UseCase for DismissOperator {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm).with("person", Thing::Person(self.person.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = Key::Operator(self.person.clone());
        if desk.directory.fact(&key).is_none() {
            return Err(Refusal::not_found("operator", &self.person));
        }
        not_last_operator(desk, &self.person)?;
        desk.end(key);
        Ok(())
    }
}

/// Does the role appoint operators? The rulebook says so with the needs of that operation.
fn appoints(desk: &Desk<'_>, role: &str) -> bool {
    let rules = desk.rules();
    let kind = rules.kinds.iter().find(|kind| kind.family == Family::Realm);
    let role = kind.and_then(|kind| kind.roles.iter().find(|known| known.name == role));
    let appointing = rules.operation_named("operator.appoint");
    role.zip(appointing).is_some_and(|(role, appointing)| {
        let mut needs = appointing.needs.iter();
        needs.all(|need| role.can.meets(need.any_of))
    })
}

/// A realm keeps somebody who appoints its operators, without an end.
fn not_last_operator(desk: &Desk<'_>, leaving: &PersonId) -> Result<(), Refusal> {
    let operators = || desk.directory.operators();
    let leaves = operators().any(|one| one.person == *leaving && appoints(desk, &one.role));
    let stays = operators()
        .any(|one| one.person != *leaving && one.until.is_none() && appoints(desk, &one.role));
    if stays || !leaves {
        return Ok(());
    }
    Err(Refusal::conflict(
        "a realm keeps at least one operator who appoints others; appoint another first",
    ))
}
