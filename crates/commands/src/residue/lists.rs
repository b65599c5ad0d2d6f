//! The lists, one by one.

use engine::fact::{EndReason, Fact, Grant, Key, MandateOf, Membership, Token};
use engine::{AssetOrGroup, Holder, Owner};

use super::{List, ListName, Look, Remains};
use crate::app::RevokeAppRole;
use crate::asset::RemoveLink;
use crate::assignment::RevokeAssignment;
use crate::business::RemoveMember;
use crate::command::Command;
use crate::mandate::EndMandate;
use crate::on_behalf::EndOnBehalf;
use crate::partner::RemovePartner;
use crate::share::RevokeShare;
use crate::token::{RevokeGrant, RevokeToken};

/// A list being made.
pub(super) struct Found {
    checked: usize,
    remains: Vec<Remains>,
}

impl Found {
    pub(super) const fn new() -> Self {
        Self {
            checked: 0,
            remains: Vec::new(),
        }
    }

    /// Looks at a fact, and notes it if it is left.
    pub(super) fn look(
        &mut self,
        fact: &Fact,
        left: bool,
        removal: impl FnOnce() -> Option<Command>,
    ) {
        self.checked += 1;
        let known = |one: &Remains| one.fact == *fact;
        if left && !self.remains.iter().any(known) {
            self.remains.push(Remains {
                fact: fact.clone(),
                removal: removal(),
            });
        }
    }
}

impl Look<'_> {
    pub(super) fn list(&self, name: ListName) -> List {
        let mut found = match name {
            ListName::SharedToPartner => self.shared_to_partner(),
            ListName::SharedByAsset => self.shared_by_asset(),
            ListName::Assignments => self.assignments(),
            ListName::Members => self.members(),
            ListName::Parents => self.parents(),
            ListName::Secrets => self.secrets(),
            ListName::Grants => self.grants(),
            ListName::AppRoles => self.app_roles(),
            ListName::Delegates => self.delegates(),
            ListName::Groups => self.partner_groups(),
            ListName::Links => self.links(),
            ListName::Requests => self.requests(),
            ListName::Invitations => self.invitations(),
            ListName::Mandates => self.mandates(),
            ListName::OnBehalf => self.on_behalf(),
            ListName::Decisions => self.decisions(),
        };
        found.remains.sort_by_key(|one| one.fact.key());
        List {
            name,
            checked: found.checked,
            remains: found.remains,
        }
    }

    fn share(&self, found: &mut Found, fact: &Fact, of_ours: bool) {
        if let Fact::Share(share) = fact {
            let left = of_ours && share.to == *self.partner && self.is_live(share.until);
            found.look(fact, left, || {
                let (of, to) = (share.of.clone(), share.to.clone());
                Some(RevokeShare { of, to }.into())
            });
        }
    }

    fn shared_to_partner(&self) -> Found {
        let mut found = Found::new();
        for fact in self.directory.shares_to(self.partner) {
            let Fact::Share(share) = &fact else { continue };
            let of_ours = match &share.of {
                AssetOrGroup::Asset(id) => self.assets.contains(id),
                AssetOrGroup::Group(id) => self.groups.contains(id) || self.is_our_group(id),
            };
            self.share(&mut found, &fact, of_ours);
        }
        found
    }

    pub(super) fn is_our_group(&self, group: &engine::GroupId) -> bool {
        match self.directory.fact(&Key::Group(group.clone())) {
            Some(Fact::Group(group)) => self.businesses.contains(&group.business),
            _ => false,
        }
    }

    fn shared_by_asset(&self) -> Found {
        let mut found = Found::new();
        for place in self.places() {
            for fact in self.directory.shares_of(&place) {
                self.share(&mut found, &fact, true);
            }
        }
        found
    }

    fn assignments(&self) -> Found {
        let mut found = Found::new();
        for place in self.places() {
            for fact in self.directory.assignments_on(&place) {
                let Fact::Assignment(one) = &fact else {
                    continue;
                };
                let of_partner = self.subject.has(self.partner, &one.holder)
                    || one.via.as_ref() == Some(self.partner);
                let left = of_partner && self.is_live(one.until);
                found.look(&fact, left, || {
                    let revoke = RevokeAssignment {
                        holder: one.holder.clone(),
                        on: one.on.clone(),
                        via: one.via.clone(),
                    };
                    Some(revoke.into())
                });
            }
        }
        found
    }

    fn member(&self, found: &mut Found, fact: &Fact) {
        if let Fact::Membership(one) = fact {
            let left = self.subject.people.contains(&one.person) && self.is_live(one.until);
            found.look(fact, left, || Some(remove(one).into()));
        }
    }

    fn members(&self) -> Found {
        let mut found = Found::new();
        for business in &self.businesses {
            for fact in self.directory.facts_of_business(business) {
                self.member(&mut found, &fact);
            }
        }
        found
    }

    /// A partner that is the parent reaches its children as long as they are that; no command but
    /// the child's end changes it.
    fn parents(&self) -> Found {
        let mut found = Found::new();
        for business in &self.businesses {
            let Some(Fact::Business(fact)) = self.directory.fact(&Key::Business(business.clone()))
            else {
                continue;
            };
            let Some(parent) = fact.parent.clone() else {
                continue;
            };
            let above = parent == *self.partner;
            found.look(&Fact::Business(fact), above, || None);
            if above || self.businesses.contains(&parent) {
                continue;
            }
            for fact in self.directory.facts_of_business(&parent) {
                self.member(&mut found, &fact);
            }
        }
        found
    }

    /// A token counts while it lives and acts for one of ours, or for anybody who reaches us. Those of
    /// the partner's own apps end with what was let to the app, which is in the list of those.
    fn secrets(&self) -> Found {
        let mut found = Found::new();
        for person in &self.subject.people {
            for fact in self.directory.facts_of_person(person) {
                let Fact::Disclosure(seen) = fact else {
                    continue;
                };
                let key = Key::Token(seen.token.clone());
                let Some(Fact::Token(token)) = self.directory.fact(&key) else {
                    continue;
                };
                let grant = self.directory.grant(&token.grant);
                let theirs = grant.is_some_and(|grant| self.subject.apps.contains(&grant.app));
                let left = !theirs && self.is_alive(&token) && self.acts_here(&token);
                found.look(&Fact::Token(token), left, || {
                    let (token, reason) = (seen.token, Some(EndReason::Revoked));
                    Some(RevokeToken { token, reason }.into())
                });
            }
        }
        found
    }

    fn is_alive(&self, token: &Token) -> bool {
        token.ended.is_none() && self.is_live(token.expires)
    }

    /// Does it act for one of ours, or for anybody who reaches us?
    fn acts_here(&self, token: &Token) -> bool {
        let Some(grant) = self.directory.grant(&token.grant) else {
            return false;
        };
        let associated = token.associated_user.clone().map(Holder::Person);
        let mut actors = associated.into_iter().chain([grant.holder]);
        actors.any(|holder| self.is_ours(&holder) || self.reached_by(&holder).is_some())
    }

    fn grants(&self) -> Found {
        let mut found = Found::new();
        for app in &self.subject.apps {
            for fact in self.directory.grants_to(app) {
                let Fact::Grant(grant) = &fact else { continue };
                let own = self.subject.has(self.partner, &grant.holder);
                let here = self.is_ours(&grant.holder) || self.reached_by(&grant.holder).is_some();
                let left = (!own && here) || self.borrows(grant);
                found.look(&fact, left, || Some(end_grant(grant).into()));
            }
        }
        for holder in self.subject.holders(self.partner) {
            let grants = match &holder {
                Holder::Person(_) | Holder::SystemUser(_) => self.directory.grants_of(&holder),
                Holder::Business(_) | Holder::App(_) => self.directory.grants_held_by(&holder),
            };
            for fact in grants {
                let Fact::Grant(grant) = &fact else { continue };
                let left = self.borrows(grant);
                found.look(&fact, left, || Some(end_grant(grant).into()));
            }
        }
        found
    }

    /// Has the grant a live token that brings the role of somebody who is not of the partner?
    fn borrows(&self, grant: &Grant) -> bool {
        let tokens = self.directory.tokens_of(&grant.id);
        tokens.iter().any(|fact| match fact {
            Fact::Token(token) if self.is_alive(token) => {
                token.associated_user.as_ref().is_some_and(|person| {
                    let holder = Holder::Person(person.clone());
                    let own = self.subject.has(self.partner, &holder);
                    !own && (self.is_ours(&holder) || self.reached_by(&holder).is_some())
                })
            }
            _ => false,
        })
    }

    fn app_roles(&self) -> Found {
        let mut found = Found::new();
        for business in &self.businesses {
            for fact in self.directory.facts_of_business(business) {
                let Fact::App(app) = fact else { continue };
                for fact in self.directory.facts_of_app(&app.id) {
                    let Fact::AppRole(role) = &fact else { continue };
                    let left = self.subject.people.contains(&role.person);
                    found.look(&fact, left, || {
                        let (app, person) = (role.app.clone(), role.person.clone());
                        Some(RevokeAppRole { app, person }.into())
                    });
                }
            }
        }
        found
    }

    /// Returns the command that ends whatever the partnership left lying about.
    fn sweep(&self, asset: &engine::AssetId) -> Option<Command> {
        let Some(Owner::Business(business)) = self.owner(asset) else {
            return None;
        };
        let partner = self.partner.clone();
        Some(RemovePartner { business, partner }.into())
    }

    fn delegates(&self) -> Found {
        let mut found = Found::new();
        for fact in self.directory.facts_of_business(self.partner) {
            let Fact::Delegate(one) = &fact else { continue };
            let ours = one.assets.iter().find(|asset| self.assets.contains(*asset));
            found.look(&fact, ours.is_some(), || {
                ours.and_then(|one| self.sweep(one))
            });
        }
        found
    }

    fn partner_groups(&self) -> Found {
        let mut found = Found::new();
        for fact in self.directory.facts_of_business(self.partner) {
            let Fact::Group(group) = fact else { continue };
            for fact in self.directory.assets_in(&group.id) {
                let Fact::GroupAsset(one) = &fact else {
                    continue;
                };
                let ours = self.assets.contains(&one.asset);
                found.look(&fact, ours, || self.sweep(&one.asset));
            }
        }
        found
    }

    /// Who has a right on what is followed has some on what follows it.
    fn links(&self) -> Found {
        let mut found = Found::new();
        let holders = self.subject.holders(self.partner);
        for asset in &self.assets {
            for fact in self.directory.around_asset(asset) {
                let Fact::Link(link) = &fact else { continue };
                if link.asset != *asset || self.assets.contains(&link.to) {
                    continue;
                }
                let theirs = match self.owner(&link.to) {
                    Some(owner) => self.subject.has(self.partner, &Holder::from(owner)),
                    None => false,
                };
                let reached = |holder: &Holder| {
                    let credential = engine::Credential::Holder(holder.clone());
                    crate::reach::reaches(self.directory, &credential, &link.to, self.now)
                };
                let left = theirs || holders.iter().any(reached);
                found.look(&fact, left, || {
                    let (asset, to) = (link.asset.clone(), link.to.clone());
                    Some(RemoveLink { asset, to }.into())
                });
            }
        }
        found
    }

    fn mandates(&self) -> Found {
        let mut found = Found::new();
        for business in &self.businesses {
            for fact in self.directory.facts_of_business(business) {
                let Fact::Mandate(mandate) = &fact else {
                    continue;
                };
                let to = match &mandate.to {
                    MandateOf::App(app) => self.subject.apps.contains(app),
                    MandateOf::Partner(partner) => partner == self.partner,
                };
                let left = to && self.is_live(mandate.until);
                found.look(&fact, left, || {
                    let mandate = mandate.id.clone();
                    Some(EndMandate { mandate }.into())
                });
            }
        }
        found
    }

    /// Asks the engine about everybody and every asset. What it still allows rests on a fact that
    /// another list has; here it is named by the asset, so that it cannot be overlooked.
    fn on_behalf(&self) -> Found {
        let mut found = Found::new();
        for relation in self.directory.managed_by(self.partner) {
            let left = self.businesses.contains(&relation.client);
            let end = EndOnBehalf {
                partner: relation.partner.clone(),
                client: relation.client.clone(),
            };
            found.look(&Fact::OnBehalf(relation), left, || Some(end.into()));
        }
        found
    }

    fn decisions(&self) -> Found {
        let holders = self.subject.holders(self.partner);
        let mut found = Found::new();
        for asset in holders.iter().filter_map(|one| self.reached_by(one)) {
            if let Some(fact) = self.directory.fact(&Key::Asset(asset.clone())) {
                found.look(&fact, true, || None);
            }
        }
        found.checked = holders.len() * self.assets.len();
        found
    }
}

fn remove(member: &Membership) -> RemoveMember {
    RemoveMember {
        business: member.business.clone(),
        person: member.person.clone(),
    }
}

fn end_grant(grant: &Grant) -> RevokeGrant {
    RevokeGrant {
        grant: grant.id.clone(),
        reason: None,
        scopes: Vec::new(),
    }
}
