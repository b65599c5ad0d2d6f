//! An invitation that waits is changed: into another role.

use engine::fact::Invitation;
use engine::{Credential, Directory, InvitationId};
use rulebook::Family;
use serde::{Deserialize, Serialize};

use super::{about, inviter, may_give};
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Changes into which role an invitation leads. Its code and its end stay, and whoever changes it is
/// the one who invites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// A role of the business family.
    pub role: String,
}

impl UseCase for ChangeInvitation {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about(directory, &self.invitation)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let fact = desk.invitation(&self.invitation)?;
        desk.checked_role(Family::Business, &self.role)?;
        if fact.until <= desk.now {
            return Err(Refusal::conflict(
                "the invitation is over; send it again first",
            ));
        }
        let invited_by = inviter(desk)?;
        may_give(&desk.asking(), desk.by(), &fact.business, &fact.assignments)?;
        desk.answer.id = Some(fact.id.to_string());
        desk.set(Invitation {
            role: self.role.clone(),
            invited_by,
            ..fact
        });
        Ok(())
    }
}
