//! The realm's operators.

use engine::fact::{Change, Fact, Key, Membership, MembershipKey, Operator};
use engine::{BusinessId, Credential, Directory, Holder, PersonId, Thing};
use jiff::{SignedDuration, Timestamp};
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
        // Whoever is inside a business stays there, with the reason.
        let known = operator(desk, &self.person).ok();
        let known = known.as_ref();
        desk.set(Operator {
            person: self.person.clone(),
            role: self.role.clone(),
            until: self.until,
            break_glass: known.and_then(|known| known.break_glass.clone()),
            break_glass_until: known.and_then(|known| known.break_glass_until),
            reason: known.and_then(|known| known.reason.clone()),
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
        leave(desk, &self.person);
        desk.end(key);
        Ok(())
    }
}

/// Lets an operator into a business in an emergency: with the role and for the hours that the
/// rulebook says, for a reason, and in the sight of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// The business.
    pub business: BusinessId,
    /// Why.
    pub reason: String,
    /// Over at this time; after as many hours as there may be, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for BreakGlass {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm).with("business", Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        let (role, hours) = desk
            .rules()
            .break_glass
            .clone()
            .ok_or_else(|| Refusal::conflict("this platform's staff never enter a business"))?;
        if self.reason.trim().is_empty() {
            let message = "say why: the business is told";
            return Err(Refusal::invalid("reason", message));
        }
        let latest = desk.now + SignedDuration::from_hours(i64::from(hours));
        let until = self.until.unwrap_or(latest);
        if until > latest {
            let message = format!("at most {hours} hours at a time");
            return Err(Refusal::invalid("until", message));
        }
        desk.business(&self.business)?;
        let Some(Holder::Person(person)) = desk.caller() else {
            return Err(Refusal::conflict("only a person enters a business"));
        };
        let operator = operator(desk, &person)?;
        if let Some(inside) = &operator.break_glass {
            let message = format!("you are in business `{inside}`; leave it first");
            return Err(Refusal::conflict(message));
        }
        let seat = Membership {
            business: self.business.clone(),
            person,
            role,
            until: Some(until),
        };
        if desk.directory.fact(&Key::Membership(seat.key())).is_some() {
            return Err(Refusal::conflict(
                "you have a place in this business already",
            ));
        }
        let reason = desk.text(Some(&self.reason));
        desk.set(Operator {
            break_glass: Some(self.business.clone()),
            break_glass_until: Some(until),
            reason,
            ..operator
        });
        desk.set(seat);
        Ok(())
    }
}

/// An operator leaves the business that he entered in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveBusiness {
    /// Who leaves; whoever gives the command, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

impl UseCase for LeaveBusiness {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let person = match (&self.person, desk.caller()) {
            (Some(person), _) => person.clone(),
            (None, Some(Holder::Person(person))) => person,
            (None, _) => return Err(Refusal::invalid("person", "say who leaves")),
        };
        let operator = operator(desk, &person)?;
        if operator.break_glass.is_none() {
            return Err(Refusal::conflict(format!("`{person}` is in no business")));
        }
        leave(desk, &person);
        desk.set(outside(operator));
        Ok(())
    }
}

fn operator(desk: &Desk<'_>, person: &PersonId) -> Result<Operator, Refusal> {
    match desk.directory.fact(&Key::Operator(person.clone())) {
        Some(Fact::Operator(operator)) => Ok(operator),
        _ => Err(Refusal::not_found("operator", person)),
    }
}

/// The operator as he is outside.
fn outside(operator: Operator) -> Operator {
    Operator {
        break_glass: None,
        break_glass_until: None,
        reason: None,
        ..operator
    }
}

/// Ends what an operator has in the business that he entered.
fn leave(desk: &mut Desk<'_>, person: &PersonId) {
    for change in left(desk.directory, person) {
        if let Change::End(key) = change {
            desk.end(key);
        }
    }
}

/// Takes every operator out of a business that ends; its memberships end with it.
pub(crate) fn leave_all(desk: &mut Desk<'_>, business: &BusinessId) {
    let operators: Vec<Operator> = desk.directory.operators().cloned().collect();
    for operator in operators {
        if operator.break_glass.as_ref() == Some(business) {
            desk.set(outside(operator));
        }
    }
}

/// Returns the ends of what an operator has in the business that he entered.
fn left(directory: &Directory, person: &PersonId) -> Vec<Change> {
    let Some(Fact::Operator(Operator {
        break_glass: Some(business),
        ..
    })) = directory.fact(&Key::Operator(person.clone()))
    else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    for fact in directory.assignments_of(&Holder::Person(person.clone())) {
        if let Key::Assignment(key) = fact.key()
            && key.via.as_ref() == Some(&business)
        {
            keys.push(Key::Assignment(key));
        }
    }
    let seat = Key::Membership(MembershipKey {
        business,
        person: person.clone(),
    });
    keys.extend(directory.fact(&seat).map(|_| seat));
    keys.into_iter().map(Change::End).collect()
}

/// Returns what ends when the time of an operator in a business is over.
pub(crate) fn glass_over(directory: &Directory, person: &PersonId) -> Vec<Change> {
    let mut changes = left(directory, person);
    if let Some(Fact::Operator(operator)) = directory.fact(&Key::Operator(person.clone())) {
        changes.push(Change::Set(outside(operator).into()));
    }
    changes
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
