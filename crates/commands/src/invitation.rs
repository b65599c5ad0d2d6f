//! Invitations into a business: sent with a code, accepted by whoever presents it, once.
//!
//! A code is a secret: it is answered once and kept as a digest. Who presents the right one may know
//! how the invitation stands; everybody else is told the same, whatever is wrong.

mod accept;
mod change;
mod code;

use engine::fact::{Digest, Fact, Invitation, Key, Offered};
use engine::{AssetOrGroup, BusinessId, Credential, Directory, Holder, InvitationId, Thing};
use jiff::{SignedDuration, Timestamp};
use rulebook::Family;
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::assignment;
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::{Asking, Desk};
use crate::order::Refusal;
use crate::share::{TermsOf, checked_terms};

pub use accept::AcceptInvitation;
pub use change::ChangeInvitation;
pub use code::Code;

/// Asks somebody into a business. The code is answered this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendInvitation {
    /// Into which business.
    pub business: BusinessId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InvitationId>,
    /// A role of the business family.
    pub role: String,
    /// To which e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Over at this time; if left out, after the time the rulebook says is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What is assigned through the business with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Offered>,
}

impl UseCase for SendInvitation {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        desk.checked_role(Family::Business, &self.role)?;
        let until = end(desk, self.until)?;
        let invited_by = inviter(desk)?;
        let mut assignments = Vec::new();
        for offered in &self.assignments {
            in_future(desk, offered.until)?;
            let terms = checked_terms(desk, &offered.on, &offered.terms, TermsOf::Assignment)?;
            assignments.push(Offered {
                terms,
                ..offered.clone()
            });
        }
        may_give(&desk.asking(), desk.by(), &self.business, &assignments)?;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("i")?,
        };
        if desk.invitation(&id).is_ok() {
            return Err(Refusal::conflict(format!(
                "the id `{id}` is taken; name another"
            )));
        }
        let email = desk.text(self.email.as_deref());
        let code = desk.secret("csi_");
        desk.answer.id = Some(id.to_string());
        desk.set(Invitation {
            id,
            business: self.business.clone(),
            role: self.role.clone(),
            email,
            code: Digest::of(&code),
            invited_by,
            until,
            assignments,
        });
        desk.answer.secret = Some(code);
        Ok(())
    }
}

/// Sends an invitation again: with a new code and a new end. The old code is dead, and whoever sends
/// it is the one who invites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResendInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// Over at this time; if left out, after the time the rulebook says is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for ResendInvitation {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about(directory, &self.invitation)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = desk.invitation(&self.invitation)?;
        let until = end(desk, self.until)?;
        let invited_by = inviter(desk)?;
        may_give(&desk.asking(), desk.by(), &fact.business, &fact.assignments)?;
        let code = desk.secret("csi_");
        desk.answer.id = Some(fact.id.to_string());
        desk.set(Invitation {
            code: Digest::of(&code),
            invited_by,
            until,
            ..fact
        });
        desk.answer.secret = Some(code);
        Ok(())
    }
}

/// Takes an invitation back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelInvitation {
    /// The invitation.
    pub invitation: InvitationId,
}

impl UseCase for CancelInvitation {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about(directory, &self.invitation)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.invitation(&self.invitation)?;
        desk.end(Key::Invitation(self.invitation.clone()));
        Ok(())
    }
}

/// What is gone is offered to nobody any more.
pub(crate) fn withdraw(desk: &mut Desk<'_>, on: &AssetOrGroup) {
    let offering = desk.directory.invitations().filter(|invitation| {
        let mut offered = invitation.assignments.iter();
        offered.any(|offered| offered.on == *on)
    });
    for id in offering.map(|invitation| invitation.id.clone()) {
        if let Some(Fact::Invitation(mut fact)) = desk.fact_so_far(&Key::Invitation(id)) {
            fact.assignments.retain(|offered| offered.on != *on);
            desk.set(fact);
        }
    }
}

/// The business that invites; one that is not there if nobody knows the invitation, so that a
/// stranger is told the same.
fn about(directory: &Directory, id: &InvitationId) -> Result<About, Refusal> {
    let business = match directory.fact(&Key::Invitation(id.clone())) {
        Some(Fact::Invitation(fact)) => fact.business,
        _ => match id.as_str().parse() {
            Ok(nobody) => nobody,
            Err(_) => return Err(Refusal::not_found("invitation", id)),
        },
    };
    Ok(About::new(Thing::Business(business)))
}

fn inviter(desk: &Desk<'_>) -> Result<Holder, Refusal> {
    desk.caller()
        .ok_or_else(|| Refusal::invalid("by", "an invitation is from somebody"))
}

/// Returns when it is over: neither in the past nor far off.
fn end(desk: &Desk<'_>, until: Option<Timestamp>) -> Result<Timestamp, Refusal> {
    in_future(desk, until)?;
    let waiting = desk.rules().waiting;
    let after = |hours: u32| {
        let end = desk
            .now
            .checked_add(SignedDuration::from_hours(hours.into()));
        end.unwrap_or(Timestamp::MAX)
    };
    let latest = after(waiting.invitation_most_h);
    match until {
        Some(until) if until > latest => {
            let hours = waiting.invitation_most_h;
            let most = match hours.is_multiple_of(24) {
                true => format!("{} days", hours / 24),
                false => format!("{hours} hours"),
            };
            let message = format!("an invitation waits at most {most}, until {latest}");
            Err(Refusal::invalid("until", message))
        }
        Some(until) => Ok(until),
        None => Ok(after(waiting.invitation_usual_h)),
    }
}

/// Nobody promises what he may not give: each assignment is decided as if it were given now.
fn may_give(
    asking: &Asking<'_>,
    by: &Credential,
    business: &BusinessId,
    assignments: &[Offered],
) -> Result<(), Refusal> {
    let mut assignments = assignments.iter();
    assignments.try_for_each(|offered| {
        let about = assignment::about(asking.directory, &offered.on, Some(business));
        let about = about.terms(offered.terms.clone());
        match asking.decide(about.request("assignment.give", by.clone())) {
            // What one may not know of sounds like what is not there.
            Err(Refusal::Denied { decision, .. }) if !decision.visible => Err(match &offered.on {
                AssetOrGroup::Asset(id) => Refusal::not_found("asset", id),
                AssetOrGroup::Group(id) => Refusal::not_found("group", id),
            }),
            other => other,
        }
    })
}
