//! Which changes touch a business: those of its own facts, of its people's places in it, of its
//! assets, apps, system users and tokens, and of what it shares and is given.
//!
//! What its people have elsewhere touches it not: that is another business's, or their own.

use engine::fact::{AssignmentKey, Change, Fact, Grant, Key, MandateOf, MembershipKey};
use engine::{
    AppId, AssetId, AssetOrGroup, BusinessId, Directory, GrantId, GroupId, Holder, MandateId,
    Owner, PersonId, SystemUserId, TokenId,
};

/// A business, and the facts around changes.
#[derive(Debug, Clone, Copy)]
pub struct Touch<'a> {
    /// The business.
    pub business: &'a BusinessId,
    /// The facts as they were.
    pub before: &'a Directory,
    /// The facts as they are after the entry: what is new points to what is new.
    pub after: &'a Directory,
}

impl Touch<'_> {
    /// Does a change touch the business?
    #[must_use]
    pub fn is_touched(&self, change: &Change) -> bool {
        let key = match change {
            Change::Set(fact) => fact.key(),
            Change::End(key) => key.clone(),
        };
        let was = self.before.fact(&key);
        let is = match change {
            Change::Set(fact) => Some(fact),
            Change::End(_) => None,
        };
        let mut facts = was.iter().chain(is);
        facts.any(|fact| {
            [self.before, self.after]
                .iter()
                .any(|at| self.concerns(at, fact))
        })
    }

    fn concerns(&self, at: &Directory, fact: &Fact) -> bool {
        let is = |business: &BusinessId| business == self.business;
        match fact {
            Fact::Settings(_) => false,
            Fact::Business(one) => is(&one.id) || one.parent.as_ref().is_some_and(is),
            Fact::Person(one) => self.sits(at, &one.id),
            Fact::Operator(one) => one.break_glass.as_ref().is_some_and(is),
            Fact::Membership(one) => is(&one.business),
            Fact::SystemUser(one) => is(&one.business),
            Fact::App(one) => self.owns(&one.owner),
            Fact::AppClaim(one) => is(&one.business) || self.has_app(at, &one.app),
            Fact::AppRole(one) => self.has_app(at, &one.app),
            Fact::AppPermission(one) => self.has_app(at, &one.app),
            Fact::Install(one) => {
                self.has_app(at, &one.app) || self.has_system_user(at, &one.system_user)
            }
            Fact::Asset(one) => self.owns(&one.owner),
            Fact::Link(one) => self.has_asset(at, &one.asset) || self.has_asset(at, &one.to),
            Fact::Group(one) => is(&one.business),
            // How another business sorts what was shared to it is its own affair.
            Fact::GroupAsset(one) => self.has_group(at, &one.group),
            Fact::Share(one) => is(&one.to) || self.has(at, &one.of),
            Fact::Assignment(one) => self.concerns_assignment(at, &one.key()),
            Fact::Delegate(one) => is(&one.business) || self.has_system_user(at, &one.system_user),
            Fact::Grant(one) => self.concerns_grant(at, one),
            Fact::Token(one) => self.has_grant(at, &one.grant),
            Fact::Renewal(one) => self.has_token(at, &one.token),
            Fact::Disclosure(one) => self.has_token(at, &one.token),
            Fact::Mandate(one) => {
                is(&one.business)
                    || match &one.to {
                        MandateOf::Partner(partner) => is(partner),
                        MandateOf::App(app) => self.has_app(at, app),
                    }
            }
            Fact::Invitation(one) => is(&one.business),
            Fact::Proposal(one) => {
                self.has_mandate(at, &one.mandate)
                    || self.has_asset(at, &one.asset)
                    || one.app.as_ref().is_some_and(|app| self.has_app(at, app))
                    || self.is_its_machine(at, &one.by)
            }
            Fact::AccessRequest(one) => is(&one.from) || self.has_asset(at, &one.asset),
            Fact::OnBehalf(one) => is(&one.partner) || is(&one.client),
        }
    }

    fn concerns_assignment(&self, at: &Directory, key: &AssignmentKey) -> bool {
        key.via.as_ref() == Some(self.business)
            || self.has(at, &key.on)
            || self.is_its_machine(at, &key.holder)
    }

    fn concerns_grant(&self, at: &Directory, grant: &Grant) -> bool {
        self.has_app(at, &grant.app) || self.is_its_machine(at, &grant.holder)
    }

    /// Is it the business itself, one of its system users, or one of its apps?
    fn is_its_machine(&self, at: &Directory, holder: &Holder) -> bool {
        match holder {
            Holder::Person(_) => false,
            Holder::SystemUser(id) => self.has_system_user(at, id),
            Holder::Business(id) => id == self.business,
            Holder::App(id) => self.has_app(at, id),
        }
    }

    fn owns(&self, owner: &Owner) -> bool {
        matches!(owner, Owner::Business(id) if id == self.business)
    }

    fn sits(&self, at: &Directory, person: &PersonId) -> bool {
        let key = MembershipKey {
            business: self.business.clone(),
            person: person.clone(),
        };
        at.fact(&Key::Membership(key)).is_some()
    }

    fn has(&self, at: &Directory, of: &AssetOrGroup) -> bool {
        match of {
            AssetOrGroup::Asset(id) => self.has_asset(at, id),
            AssetOrGroup::Group(id) => self.has_group(at, id),
        }
    }

    fn has_asset(&self, at: &Directory, id: &AssetId) -> bool {
        let fact = at.fact(&Key::Asset(id.clone()));
        matches!(fact, Some(Fact::Asset(one)) if self.owns(&one.owner))
    }

    fn has_group(&self, at: &Directory, id: &GroupId) -> bool {
        let fact = at.fact(&Key::Group(id.clone()));
        matches!(fact, Some(Fact::Group(one)) if one.business == *self.business)
    }

    fn has_app(&self, at: &Directory, id: &AppId) -> bool {
        let fact = at.fact(&Key::App(id.clone()));
        matches!(fact, Some(Fact::App(one)) if self.owns(&one.owner))
    }

    fn has_system_user(&self, at: &Directory, id: &SystemUserId) -> bool {
        let fact = at.fact(&Key::SystemUser(id.clone()));
        matches!(fact, Some(Fact::SystemUser(one)) if one.business == *self.business)
    }

    fn has_grant(&self, at: &Directory, id: &GrantId) -> bool {
        at.grant(id)
            .is_some_and(|grant| self.concerns_grant(at, &grant))
    }

    fn has_token(&self, at: &Directory, id: &TokenId) -> bool {
        let fact = at.fact(&Key::Token(id.clone()));
        matches!(fact, Some(Fact::Token(one)) if self.has_grant(at, &one.grant))
    }

    fn has_mandate(&self, at: &Directory, id: &MandateId) -> bool {
        let fact = at.fact(&Key::Mandate(id.clone()));
        matches!(fact, Some(Fact::Mandate(one)) if one.business == *self.business)
    }
}
