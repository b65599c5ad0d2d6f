//! What waits for an answer: requests of the partner, and invitations.

use std::collections::BTreeSet;

use engine::AssetOrGroup;
use engine::fact::{Fact, Invitation, Key, RequestKind, TextDigest};

use super::Look;
use super::lists::Found;
use crate::claim::DeclineClaim;
use crate::invitation::CancelInvitation;
use crate::request::DeclineRequest;

impl Look<'_> {
    pub(super) fn requests(&self) -> Found {
        let mut found = Found::new();
        for request in self.directory.requests_from(self.partner) {
            let left = self.assets.contains(&request.asset) && request.is_open(self.now);
            let (id, kind) = (request.id.clone(), request.kind);
            found.look(&Fact::AccessRequest(request), left, || {
                Some(match kind {
                    RequestKind::Share => DeclineRequest { request: id }.into(),
                    RequestKind::Claim => DeclineClaim { request: id }.into(),
                })
            });
        }
        found
    }

    /// An invitation into one of ours counts if somebody of the partner sent it or it is addressed to
    /// one of them; one of anybody's counts if it offers an asset to come in with and is the partner's.
    pub(super) fn invitations(&self) -> Found {
        let mut found = Found::new();
        let addresses = self.addresses();
        for invitation in self.directory.invitations() {
            let ours = self.businesses.contains(&invitation.business);
            let theirs = invitation.business == *self.partner;
            if !ours && !theirs {
                continue;
            }
            let sent = self.subject.has(self.partner, &invitation.invited_by);
            let email = invitation.email.as_ref();
            let addressed = email.is_some_and(|email| addresses.contains(email));
            let reaches = (ours && (sent || addressed)) || (theirs && self.offers_ours(invitation));
            let left = reaches && self.is_live(Some(invitation.until));
            found.look(&Fact::Invitation(invitation.clone()), left, || {
                let invitation = invitation.id.clone();
                Some(CancelInvitation { invitation }.into())
            });
        }
        found
    }

    /// Returns the addresses of the partner's people, as they are kept.
    fn addresses(&self) -> BTreeSet<TextDigest> {
        let people = self.subject.people.iter().cloned().map(Key::Person);
        let known = people.filter_map(|key| self.directory.fact(&key));
        let addresses = known.filter_map(|fact| match fact {
            Fact::Person(person) => person.email,
            _ => None,
        });
        addresses.collect()
    }

    fn offers_ours(&self, invitation: &Invitation) -> bool {
        invitation
            .assignments
            .iter()
            .any(|offered| match &offered.on {
                AssetOrGroup::Asset(id) => self.assets.contains(id),
                AssetOrGroup::Group(id) => self.groups.contains(id) || self.is_our_group(id),
            })
    }
}
