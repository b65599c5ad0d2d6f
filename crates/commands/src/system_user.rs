//! System users.

use engine::fact::{Fact, Key, SystemUser};
use engine::{AppId, BusinessId, Credential, Directory, Holder, SystemUserId, Thing};
use rulebook::{Family, LimitOf};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Makes a system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateSystemUser {
    /// The business.
    pub business: BusinessId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SystemUserId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A role of the business family.
    pub role: String,
}

impl UseCase for CreateSystemUser {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        desk.checked_role(Family::Business, &self.role)?;
        limit(desk, &self.business, &self.role, None)?;
        let id = free_id(desk, self.id.as_ref())?;
        let name = desk.text(self.name.as_deref());
        desk.answer.id = Some(id.to_string());
        desk.set(SystemUser {
            id,
            business: self.business.clone(),
            role: self.role.clone(),
            name,
        });
        Ok(())
    }
}

/// Returns the id that was given, if it is free; else a new one.
pub(crate) fn free_id(
    desk: &mut Desk<'_>,
    given: Option<&SystemUserId>,
) -> Result<SystemUserId, Refusal> {
    let id = match given {
        Some(id) => id.clone(),
        None => desk.new_id("")?,
    };
    if desk.system_user(&id).is_ok() {
        return Err(Refusal::conflict(format!(
            "there is a system user `{id}` already"
        )));
    }
    Ok(id)
}

/// Changes a system user's name or role. What is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeSystemUser {
    /// The system user.
    pub system_user: SystemUserId,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl UseCase for ChangeSystemUser {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::SystemUser(self.system_user.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut fact = desk.system_user(&self.system_user)?;
        if let Some(role) = self.role.as_ref().filter(|role| **role != fact.role) {
            desk.checked_role(Family::Business, role)?;
            limit(desk, &fact.business, role, None)?;
            fact.role.clone_from(role);
        }
        fact.name = desk.text(self.name.as_deref()).or(fact.name);
        desk.set(fact);
        Ok(())
    }
}

/// Ends a system user with its tokens, assignments, installations and the employees mapped through
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveSystemUser {
    /// The system user.
    pub system_user: SystemUserId,
}

impl UseCase for RemoveSystemUser {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::SystemUser(self.system_user.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.system_user(&self.system_user)?;
        end_system_user(desk, &self.system_user);
        Ok(())
    }
}

pub(crate) fn end_system_user(desk: &mut Desk<'_>, id: &SystemUserId) {
    let holder = Holder::SystemUser(id.clone());
    desk.end_assignments_of(&holder, |_| true);
    for grant in desk.directory.grants_of(&holder) {
        if let Fact::Grant(grant) = grant {
            desk.end_grant(&grant.id, engine::fact::EndReason::RoleLost);
        }
    }
    for install in desk.directory.installs_of(id) {
        desk.end(install.key());
    }
    if let Ok(SystemUser { business, .. }) = desk.system_user(id) {
        let facts = desk.directory.facts_of_business(&business);
        let acts_here = |fact: &Fact| matches!(fact, Fact::Delegate(one) if one.system_user == *id);
        for delegate in facts.into_iter().filter(acts_here) {
            desk.end(delegate.key());
        }
        crate::on_behalf::forget_system_user(desk, &business, id);
    }
    desk.end(Key::SystemUser(id.clone()));
}

/// A business has only so many system users of a role: by the highest API tier among its apps and the
/// one that another acts through, the lowest if there is none.
pub(crate) fn limit(
    desk: &Desk<'_>,
    business: &BusinessId,
    role: &str,
    through: Option<&AppId>,
) -> Result<(), Refusal> {
    let rules = desk.rules();
    let kind = rules
        .kinds
        .iter()
        .find(|kind| kind.family == Family::Business);
    let role_id = kind.and_then(|kind| kind.role_id(role));
    let facts = desk.directory.facts_of_business(business);
    let tier = facts.iter().filter_map(|fact| match fact {
        Fact::App(app) => app.tier.as_deref().and_then(|tier| rules.names.tier(tier)),
        _ => None,
    });
    let through = through.and_then(|app| desk.app(app).ok()?.tier);
    let through = through.and_then(|tier| rules.names.tier(&tier));
    let tier = tier.chain(through).max().unwrap_or(0);
    let limits = rules.limits.iter().filter(|limit| {
        limit.counts == LimitOf::SystemUsersPerBusiness
            && limit.role.is_none_or(|limited| Some(limited) == role_id)
            && limit.tier.is_none_or(|limited| limited == tier)
    });
    let there = facts
        .iter()
        .filter(|fact| matches!(fact, Fact::SystemUser(one) if one.role == role))
        .count();
    match limits.map(|limit| limit.at_most).min() {
        Some(most) if there >= most as usize => Err(Refusal::LimitReached {
            what: "system users of this role at this API tier",
            most,
        }),
        _ => Ok(()),
    }
}
