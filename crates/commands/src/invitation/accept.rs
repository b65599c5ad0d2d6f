//! An invitation is accepted: the seat, what comes with it, and the end of the invitation in one.

use engine::fact::{Assignment, Digest, Fact, Invitation, Key, Membership, MembershipKey};
use engine::{Credential, Directory, Evidence, Holder, InvitationId, PersonId, Thing};
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::may_give;
use crate::about::About;
use crate::business::children_limit;
use crate::command::UseCase;
use crate::desk::{Asking, Desk, caller};
use crate::order::Refusal;

/// Accepts an invitation, by presenting its code. Whoever is signed in comes in, known before or
/// not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// Its code.
    pub code: Code,
}

impl AcceptInvitation {
    /// Returns the invitation if the code is its own. Takes the same time for one that is not there.
    fn presented(&self, directory: &Directory) -> Option<Invitation> {
        let digest = Digest::of(&self.code.0);
        let found = match directory.fact(&Key::Invitation(self.invitation.clone())) {
            Some(Fact::Invitation(fact)) => Some(fact),
            _ => None,
        };
        let kept = found.as_ref().map_or(Digest([0; 32]), |fact| fact.code);
        found.filter(|_| kept.is(&digest))
    }

    /// What is told to who manages the people of the business and to nobody else.
    fn wrong_code(&self, desk: &Desk<'_>) -> Refusal {
        let nothing = Refusal::not_found("open invitation with this code", &self.invitation);
        let Ok(fact) = desk.invitation(&self.invitation) else {
            return nothing;
        };
        let about = About::new(Thing::Business(fact.business));
        let request = about.request("invitation.send", desk.by().clone());
        match desk.asking().decide(request) {
            Ok(()) => Refusal::conflict("the code is wrong: it may be one from before a resend"),
            Err(_) => nothing,
        }
    }
}

impl UseCase for AcceptInvitation {
    fn about(&self, directory: &Directory, by: &Credential) -> Result<About, Refusal> {
        let by = caller(directory, by);
        // A token nobody knows is of nobody: it is told the same as any other that is not his.
        Ok(About::new(by.map_or(Thing::Realm, |by| Thing::from(&by))))
    }

    fn newcomer(&self, directory: &Directory, by: &Credential) -> Option<PersonId> {
        let Credential::Holder(Holder::Person(person)) = by else {
            return None;
        };
        let known = directory.fact(&Key::Person(person.clone())).is_some();
        (!known && self.presented(directory).is_some()).then(|| person.clone())
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let Some(Holder::Person(person)) = desk.caller() else {
            return Err(Refusal::invalid(
                "by",
                "only a person accepts an invitation",
            ));
        };
        let Some(invitation) = self.presented(desk.directory) else {
            return Err(self.wrong_code(desk));
        };
        if invitation.until <= desk.now {
            let message = format!(
                "the invitation was over at {}; ask for it to be sent again",
                invitation.until
            );
            return Err(Refusal::conflict(message));
        }
        still_meant(desk, &invitation)?;
        let key = MembershipKey {
            business: invitation.business.clone(),
            person: person.clone(),
        };
        if desk.directory.fact(&Key::Membership(key)).is_some() {
            let message = format!("`{person}` is a member already");
            return Err(Refusal::conflict(message));
        }
        children_limit(desk, &desk.business(&invitation.business)?, &person)?;
        desk.set(Membership {
            business: invitation.business.clone(),
            person: person.clone(),
            role: invitation.role.clone(),
            until: None,
        });
        for offered in &invitation.assignments {
            desk.set(Assignment {
                holder: Holder::Person(person.clone()),
                on: offered.on.clone(),
                via: Some(invitation.business.clone()),
                terms: offered.terms.clone(),
                until: offered.until,
            });
        }
        desk.end(Key::Invitation(invitation.id));
        desk.answer.id = Some(person.to_string());
        Ok(())
    }
}

/// An invitation gives what its sender could still give: whoever has left invites nobody.
fn still_meant(desk: &Desk<'_>, invitation: &Invitation) -> Result<(), Refusal> {
    let by = Credential::Holder(invitation.invited_by.clone());
    let asking = Asking {
        directory: desk.directory,
        // The sender is asked about, and nobody he acted for.
        delegate: None,
        // The second factor was passed when it was sent.
        evidence: Evidence {
            second_factor: true,
            ..Evidence::default()
        },
        now: desk.now,
    };
    let about = About::new(Thing::Business(invitation.business.clone()));
    let sends = asking.decide(about.request("invitation.send", by.clone()));
    let gives = || may_give(&asking, &by, &invitation.business, &invitation.assignments);
    if sends.and_then(|()| gives()).is_ok() {
        return Ok(());
    }
    let message =
        "whoever invited may not give this any more; ask for the invitation to be sent again";
    Err(Refusal::conflict(message))
}
