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
        let others = desk.directory.operators().filter(|one| {
            one.person != self.person && one.until.is_none_or(|until| until > desk.now)
        });
        if others.count() == 0 {
            return Err(Refusal::conflict(
                "a realm keeps at least one operator; appoint another first",
            ));
        }
        desk.end(key);
        Ok(())
    }
}
