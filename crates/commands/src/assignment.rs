//! Assignments, and employees mapped to assets.

use engine::fact::{Assignment, AssignmentKey, Delegate, DelegateKey, Fact, Key, Terms};
use engine::{
    AssetId, AssetOrGroup, BusinessId, Context, Credential, DelegateId, Directory, Evidence,
    Holder, Owner, Request, SystemUserId, Thing,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::about::{About, thing_on, thing_owned_by};
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;
use crate::share::{TermsOf, checked_terms};

/// Assigns a holder to an asset or group; a second time replaces the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveAssignment {
    /// Who.
    pub holder: Holder,
    /// On what.
    pub on: AssetOrGroup,
    /// Through which business; left out, the owner adds the holder directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<BusinessId>,
    /// Which roles, per asset kind.
    pub terms: Terms,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for GiveAssignment {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        let about = about(directory, &self.on, self.via.as_ref());
        Ok(about.terms(self.terms.clone()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        let terms = checked_terms(desk, &self.on, &self.terms, TermsOf::Assignment)?;
        belongs(desk, &self.holder, self.via.as_ref())?;
        desk.set(Assignment {
            holder: self.holder.clone(),
            on: self.on.clone(),
            via: self.via.clone(),
            terms,
            until: self.until,
        });
        Ok(())
    }
}

/// Ends an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeAssignment {
    /// Who.
    pub holder: Holder,
    /// On what.
    pub on: AssetOrGroup,
    /// Through which business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<BusinessId>,
}

impl UseCase for RevokeAssignment {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(directory, &self.on, self.via.as_ref()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = AssignmentKey {
            holder: self.holder.clone(),
            on: self.on.clone(),
            via: self.via.clone(),
        };
        if desk.directory.fact(&Key::Assignment(key.clone())).is_none() {
            return Err(Refusal::not_found("assignment of", &self.holder));
        }
        desk.end(Key::Assignment(key));
        Ok(())
    }
}

/// The thing assigned, and the business through which: the owner where none is named.
pub(crate) fn about(directory: &Directory, on: &AssetOrGroup, via: Option<&BusinessId>) -> About {
    let about = About::new(thing_on(on));
    let owner = match on {
        AssetOrGroup::Asset(id) => match directory.fact(&Key::Asset(id.clone())) {
            Some(Fact::Asset(asset)) => Some(asset.owner),
            _ => None,
        },
        AssetOrGroup::Group(id) => match directory.fact(&Key::Group(id.clone())) {
            Some(Fact::Group(group)) => Some(Owner::Business(group.business)),
            _ => None,
        },
    };
    let business = via.map(|via| Thing::Business(via.clone()));
    match business.or_else(|| owner.as_ref().map(thing_owned_by)) {
        Some(business) => about.with("business", business),
        None => about,
    }
}

/// A holder is assigned through a business it belongs to; directly, anybody known.
fn belongs(desk: &Desk<'_>, holder: &Holder, via: Option<&BusinessId>) -> Result<(), Refusal> {
    let belongs = match (holder, via) {
        (Holder::Person(person), Some(via)) => desk.membership(via, person).is_some(),
        (Holder::Person(person), None) => desk.person(person).is_ok(),
        (Holder::SystemUser(id), Some(via)) => {
            desk.system_user(id).is_ok_and(|one| one.business == *via)
        }
        (Holder::SystemUser(id), None) => desk.system_user(id).is_ok(),
        (Holder::App(id), None) => desk.app(id).is_ok(),
        (Holder::Business(id), None) => desk.business(id).is_ok(),
        (Holder::App(_) | Holder::Business(_), Some(_)) => false,
    };
    if belongs {
        return Ok(());
    }
    let message = match via {
        Some(via) => format!("`{holder}` does not belong to business `{via}`; add them first"),
        None => format!("`{holder}` is not known"),
    };
    Err(Refusal::invalid("holder", message))
}

/// Maps an employee, who signs in elsewhere, to assets on which a system user acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapDelegate {
    /// The employee, as the business knows them.
    pub delegate: DelegateId,
    /// The system user that acts.
    pub system_user: SystemUserId,
    /// The assets.
    pub assets: Vec<AssetId>,
}

impl UseCase for MapDelegate {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::SystemUser(self.system_user.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let system_user = desk.system_user(&self.system_user)?;
        for asset in &self.assets {
            if !related(desk, &system_user.business, asset) {
                return Err(Refusal::not_found("asset", asset));
            }
        }
        desk.set(Delegate {
            id: self.delegate.clone(),
            business: system_user.business,
            system_user: self.system_user.clone(),
            assets: self.assets.clone(),
        });
        Ok(())
    }
}

/// Has the business anything to do with the asset? A stranger's is told like one that is not there.
fn related(desk: &Desk<'_>, business: &BusinessId, asset: &AssetId) -> bool {
    let request = Request {
        credential: Credential::Holder(Holder::Business(business.clone())),
        operation: "delegate.map".to_owned(),
        resource: Thing::Asset(asset.clone()),
        with: Vec::new(),
        context: Context::default(),
    };
    engine::decide(desk.directory, &request, &Evidence::default(), desk.now).visible
}

/// Ends the mapping of an employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnmapDelegate {
    /// The employee.
    pub delegate: DelegateId,
    /// The system user that acted.
    pub system_user: SystemUserId,
}

impl UseCase for UnmapDelegate {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::SystemUser(self.system_user.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let business = desk.system_user(&self.system_user)?.business;
        let key = DelegateKey {
            business,
            id: self.delegate.clone(),
        };
        let mapped = match desk.directory.fact(&Key::Delegate(key.clone())) {
            Some(Fact::Delegate(one)) => one.system_user == self.system_user,
            _ => false,
        };
        if !mapped {
            return Err(Refusal::not_found("delegate", &self.delegate));
        }
        desk.end(Key::Delegate(key));
        Ok(())
    }
}
