//! Mandates: set, stopped, ended, listed.

mod list;

use engine::fact::{Fact, Key, Limits, Mandate, MandateMode, MandateOf};
use engine::{AssetId, BusinessId, Credential, Directory, MandateId, Owner, PersonId, Thing};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;
use crate::proposal::KEPT_S;

pub use list::{MandateLine, MandatePage, MandatesOf, mandates};

/// Sets the limits within which a tool may act, or changes them. It starts semi-automatic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMandate {
    /// Its id; made if left out. The id of a known mandate of the business changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MandateId>,
    /// The business that gives it.
    pub business: BusinessId,
    /// For whom.
    pub to: MandateOf,
    /// On which assets; empty for all the business owns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetId>,
    /// Which operations; empty for every write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// A new mandate starts semi-automatic whatever is said.
    pub mode: MandateMode,
    /// The limits; at least one.
    pub limits: Limits,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who may approve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<PersonId>,
    /// How old a figure may be, in seconds; 900 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_within_s: Option<u32>,
}

impl UseCase for SetMandate {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        self.check(desk)?;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("m")?,
        };
        let known = match desk.directory.fact(&Key::Mandate(id.clone())) {
            Some(Fact::Mandate(known)) if known.business == self.business => Some(known),
            Some(_) => {
                return Err(Refusal::conflict(format!(
                    "the id `{id}` is taken; name another"
                )));
            }
            None => None,
        };
        let mode = if known.is_some() {
            self.mode
        } else {
            MandateMode::SemiAutomatic
        };
        desk.answer.id = Some(id.to_string());
        desk.set(Mandate {
            id,
            business: self.business.clone(),
            to: self.to.clone(),
            assets: self.assets.clone(),
            operations: self.operations.clone(),
            mode,
            limits: self.limits,
            until: self.until,
            stopped: known.is_some_and(|known| known.stopped),
            approvers: self.approvers.clone(),
            fresh_within_s: self.fresh_within_s.unwrap_or(900),
        });
        Ok(())
    }
}

impl SetMandate {
    /// Returns the command that sets a mandate as it is.
    pub(crate) fn of(fact: Mandate) -> Self {
        Self {
            id: Some(fact.id),
            business: fact.business,
            to: fact.to,
            assets: fact.assets,
            operations: fact.operations,
            mode: fact.mode,
            limits: fact.limits,
            until: fact.until,
            approvers: fact.approvers,
            fresh_within_s: Some(fact.fresh_within_s),
        }
    }

    fn check(&self, desk: &Desk<'_>) -> Result<(), Refusal> {
        if self.limits == Limits::default() {
            return Err(Refusal::invalid(
                "limits",
                "set at least one limit before it starts",
            ));
        }
        if self.fresh_within_s.is_some_and(|most| most > KEPT_S) {
            let message = format!("a figure counts for at most {KEPT_S} seconds");
            return Err(Refusal::invalid("fresh_within_s", message));
        }
        for asset in &self.assets {
            let owner = desk.asset(asset).map(|asset| asset.owner);
            if owner != Ok(Owner::Business(self.business.clone())) {
                return Err(Refusal::not_found("asset of the business", asset));
            }
        }
        for name in &self.operations {
            if desk.rules().names.operation(name).is_none() {
                let message = format!("`{name}` is no operation of this platform");
                return Err(Refusal::invalid("operations", message));
            }
        }
        let tool = match &self.to {
            MandateOf::App(id) => {
                let app = desk.app(id)?;
                if app.automated && !app.confirmed_partner {
                    let message = "the platform must confirm the app's maker as a partner first";
                    return Err(Refusal::conflict(message));
                }
                app.owner
            }
            MandateOf::Partner(id) => {
                desk.business(id)?;
                Owner::Business(id.clone())
            }
        };
        for person in &self.approvers {
            desk.person(person)?;
            let of_tool = match &tool {
                Owner::Business(business) => desk.membership(business, person).is_some(),
                Owner::Person(owner) => owner == person,
            };
            if of_tool {
                let message = format!("`{person}` belongs to the tool's maker and cannot approve");
                return Err(Refusal::invalid("approvers", message));
            }
        }
        Ok(())
    }
}

/// The kill switch, or its release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopMandate {
    /// The mandate.
    pub mandate: MandateId,
    /// Is it stopped?
    #[serde(default = "yes")]
    pub stopped: bool,
}

const fn yes() -> bool {
    true
}

impl UseCase for StopMandate {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about(directory, &self.mandate)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = find(desk.directory, &self.mandate)?;
        desk.set(Mandate {
            stopped: self.stopped,
            ..fact
        });
        Ok(())
    }
}

/// Ends a mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndMandate {
    /// The mandate.
    pub mandate: MandateId,
}

impl UseCase for EndMandate {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about(directory, &self.mandate)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        find(desk.directory, &self.mandate)?;
        desk.end(Key::Mandate(self.mandate.clone()));
        Ok(())
    }
}

fn find(directory: &Directory, id: &MandateId) -> Result<Mandate, Refusal> {
    match directory.fact(&Key::Mandate(id.clone())) {
        Some(Fact::Mandate(fact)) => Ok(fact),
        _ => Err(Refusal::not_found("mandate", id)),
    }
}

/// The business that gave it; a business that is not there if nobody knows the mandate, so that a
/// stranger is told the same.
fn about(directory: &Directory, id: &MandateId) -> Result<About, Refusal> {
    let business = match find(directory, id) {
        Ok(fact) => fact.business,
        Err(refusal) => id.as_str().parse().map_err(|_| refusal)?,
    };
    Ok(About::new(Thing::Business(business)))
}
