//! Businesses and their members.

use engine::fact::{AssignmentKey, Business, Fact, Key, Membership, MembershipKey, TwoFactor};
use engine::{BusinessId, Credential, Directory, Holder, PersonId, Thing};
use jiff::Timestamp;
use rulebook::{Family, LimitOf};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::{Desk, caller};
use crate::order::Refusal;

mod child;
mod list;

pub use child::{CreateChild, DeleteChild};
pub use list::{AssetLine, Part, PartnerLine, assets, children, members, partners};

/// Makes a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateBusiness {
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<BusinessId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its first member.
    pub admin: PersonId,
    /// The role of the first member: one that manages people.
    pub role: String,
}

impl UseCase for CreateBusiness {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.person(&self.admin)?;
        if !manages_people(desk, &self.role) {
            return Err(Refusal::invalid(
                "role",
                "the first member must manage people",
            ));
        }
        let business = new_business(desk, self.id.as_ref(), self.name.as_deref(), None)?;
        desk.set(Membership {
            business,
            person: self.admin.clone(),
            role: self.role.clone(),
            until: None,
        });
        Ok(())
    }
}

/// Changes what a business says of itself. What is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateBusiness {
    /// The business.
    pub business: BusinessId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who must pass two-factor authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_factor: Option<TwoFactor>,
    /// Its value of the switch that businesses set for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

impl UseCase for UpdateBusiness {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut fact = desk.business(&self.business)?;
        if let Some(profile) = &self.profile
            && desk.directory.rulebook().profile(profile).is_none()
        {
            let message = match &desk.directory.rulebook().profile_switch {
                Some((_, values)) => {
                    format!("`{profile}` is no value; known: {}", values.join(", "))
                }
                None => "businesses choose nothing on this platform".to_owned(),
            };
            return Err(Refusal::invalid("profile", message));
        }
        fact.name = desk.text(self.name.as_deref()).or(fact.name);
        fact.two_factor = self.two_factor.unwrap_or(fact.two_factor);
        fact.profile = self.profile.clone().or(fact.profile);
        desk.set(fact);
        Ok(())
    }
}

/// The platform says whether it has verified a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyBusiness {
    /// The business.
    pub business: BusinessId,
    /// Is it verified?
    pub verified: bool,
}

impl UseCase for VerifyBusiness {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm).with("business", Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = desk.business(&self.business)?;
        desk.set(Business {
            verified: self.verified,
            ..fact
        });
        Ok(())
    }
}

/// The platform suspends a business, or lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendBusiness {
    /// The business.
    pub business: BusinessId,
    /// Is it suspended?
    pub suspended: bool,
}

impl UseCase for SuspendBusiness {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = desk.business(&self.business)?;
        desk.set(Business {
            suspended: self.suspended,
            ..fact
        });
        Ok(())
    }
}

/// Puts a person into a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// The business.
    pub business: BusinessId,
    /// The person, who is known.
    pub person: PersonId,
    /// A role of the business family.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for AddMember {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone()))
            .with("person", Thing::Person(self.person.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let business = desk.business(&self.business)?;
        desk.checked_role(Family::Business, &self.role)?;
        in_future(desk, self.until)?;
        desk.person(&self.person)?;
        let key = MembershipKey {
            business: self.business.clone(),
            person: self.person.clone(),
        };
        if desk.directory.fact(&Key::Membership(key)).is_some() {
            let message = format!(
                "`{}` is a member already; change the role instead",
                self.person
            );
            return Err(Refusal::conflict(message));
        }
        children_limit(desk, &business, &self.person)?;
        desk.set(Membership {
            business: self.business.clone(),
            person: self.person.clone(),
            role: self.role.clone(),
            until: self.until,
        });
        Ok(())
    }
}

/// Changes a member's role or end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    /// The business.
    pub business: BusinessId,
    /// The person.
    pub person: PersonId,
    /// The new role.
    pub role: String,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for ChangeMember {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone()))
            .with("person", Thing::Person(self.person.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = membership(desk, &self.business, &self.person)?;
        desk.checked_role(Family::Business, &self.role)?;
        in_future(desk, self.until)?;
        if !manages_people(desk, &self.role) || self.until.is_some() {
            not_last_admin(desk, &fact)?;
        }
        desk.set(Membership {
            role: self.role.clone(),
            until: self.until,
            ..fact
        });
        Ok(())
    }
}

/// Takes a person out of a business, with everything assigned through it. One may leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// The business.
    pub business: BusinessId,
    /// The person.
    pub person: PersonId,
}

impl UseCase for RemoveMember {
    fn about(&self, directory: &Directory, by: &Credential) -> Result<About, Refusal> {
        let person = Thing::Person(self.person.clone());
        let business = Thing::Business(self.business.clone());
        let own = caller(directory, by) == Some(Holder::Person(self.person.clone()));
        Ok(if own {
            About::new(person).with("business", business)
        } else {
            About::new(business).with("person", person)
        })
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = membership(desk, &self.business, &self.person)?;
        not_last_admin(desk, &fact)?;
        let via = Some(self.business.clone());
        let holder = Holder::Person(self.person.clone());
        desk.end_assignments_of(&holder, |key: &AssignmentKey| key.via == via);
        desk.end(Key::Membership(fact.key()));
        Ok(())
    }
}

fn new_business(
    desk: &mut Desk<'_>,
    id: Option<&BusinessId>,
    name: Option<&str>,
    parent: Option<&BusinessId>,
) -> Result<BusinessId, Refusal> {
    let id = match id {
        Some(id) => id.clone(),
        None => desk.new_id("")?,
    };
    if desk.business(&id).is_ok() {
        return Err(Refusal::conflict(format!(
            "there is a business `{id}` already"
        )));
    }
    let name = desk.text(name);
    desk.answer.id = Some(id.to_string());
    desk.set(Business {
        id: id.clone(),
        name,
        parent: parent.cloned(),
        verified: false,
        two_factor: TwoFactor::None,
        suspended: false,
        automated: false,
        profile: None,
    });
    Ok(id)
}

fn membership(
    desk: &Desk<'_>,
    business: &BusinessId,
    person: &PersonId,
) -> Result<Membership, Refusal> {
    let key = MembershipKey {
        business: business.clone(),
        person: person.clone(),
    };
    match desk.directory.fact(&Key::Membership(key)) {
        Some(Fact::Membership(fact)) => Ok(fact),
        _ => Err(Refusal::not_found("member", person)),
    }
}

/// Does the role manage people? The rulebook names the capability so.
fn manages_people(desk: &Desk<'_>, role: &str) -> bool {
    let kind = desk
        .rules()
        .kinds
        .iter()
        .find(|kind| kind.family == Family::Business);
    kind.is_some_and(|kind| {
        let can = kind
            .roles
            .iter()
            .find(|known| known.name == role)
            .map(|role| role.can);
        can.zip(kind.term("manage_people"))
            .is_some_and(|(can, manages)| can.meets(manages))
    })
}

/// A child belongs to its parent, which manages its people; any other business keeps somebody.
fn not_last_admin(desk: &Desk<'_>, leaving: &Membership) -> Result<(), Refusal> {
    if !manages_people(desk, &leaving.role) || desk.business(&leaving.business)?.parent.is_some() {
        return Ok(());
    }
    let mut members = desk.directory.members_of(&leaving.business).into_iter();
    let stays = members.any(|fact| {
        matches!(fact, Fact::Membership(one) if one.person != leaving.person
            && one.until.is_none()
            && manages_people(desk, &one.role))
    });
    if stays {
        return Ok(());
    }
    Err(Refusal::LastAdmin {
        business: leaving.business.to_string(),
        person: leaving.person.to_string(),
    })
}

/// One person may belong to only so many children of one parent, where the rulebook says so.
pub(crate) fn children_limit(
    desk: &Desk<'_>,
    business: &Business,
    person: &PersonId,
) -> Result<(), Refusal> {
    let limit = desk
        .rules()
        .limits
        .iter()
        .find(|limit| limit.counts == LimitOf::ChildrenPerPerson);
    let (Some(limit), Some(parent)) = (limit, &business.parent) else {
        return Ok(());
    };
    let siblings = desk
        .directory
        .facts_of_person(person)
        .into_iter()
        .filter(|fact| {
            let Fact::Membership(one) = fact else {
                return false;
            };
            desk.business(&one.business)
                .is_ok_and(|one| one.parent.as_ref() == Some(parent))
        });
    if siblings.count() >= limit.at_most as usize {
        let what = "child businesses of one parent for one person";
        return Err(Refusal::LimitReached {
            what,
            most: limit.at_most,
        });
    }
    Ok(())
}

/// An end lies in the future.
pub(crate) fn in_future(desk: &Desk<'_>, until: Option<Timestamp>) -> Result<(), Refusal> {
    if until.is_some_and(|until| until <= desk.now) {
        return Err(Refusal::invalid("until", "the end must lie in the future"));
    }
    Ok(())
}
