//! What one person has in one business, each with the command that takes it away.
//!
//! The list is complete for the business: the seat, what is assigned through it and directly, roles
//! on its apps and consents to them, places among approvers, invitations sent, entries in
//! emergencies, and the secrets that were seen. A secret that was seen cannot be unseen: it stays on
//! the list until its token has ended.

use engine::fact::{AssignmentKey, Delegate, Fact, Grant, Key, Mandate, Token};
use engine::{AssetOrGroup, BusinessId, Directory, Holder, Owner, PersonId};
use jiff::Timestamp;

use crate::command::Command;
use crate::{
    AppChange, CancelInvitation, DismissOperator, RemoveMember, RevokeAppRole, RevokeAssignment,
    RevokeGrant, RevokeToken, RotateToken, SetMandate, StopMandate, UnmapDelegate, UpdateApp,
};

/// What sort of thing somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldingSort {
    /// A place in the business.
    Seat,
    /// An assignment through the business.
    Assigned,
    /// An assignment on what the business owns, without a business between.
    Direct,
    /// A role on an app of the business.
    AppRole,
    /// The credentials of an app of the business.
    Credentials,
    /// A consent to an app of the business, with its tokens.
    Grant,
    /// A token that brings the person's role.
    LentRole,
    /// A place among the approvers of a mandate.
    Approver,
    /// The only place among the approvers of a mandate: without it, everybody could approve.
    OnlyApprover,
    /// An invitation sent into the business.
    Invitation,
    /// An employee of the same id, who acts through a system user.
    Delegate,
    /// The platform's entry into the business in an emergency.
    Operator,
    /// A live secret of the business that was seen.
    KnownSecret,
}

impl HoldingSort {
    /// Returns the word for it, in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Assigned => "assigned",
            Self::Direct => "direct",
            Self::AppRole => "app_role",
            Self::Credentials => "credentials",
            Self::Grant => "grant",
            Self::LentRole => "lent_role",
            Self::Approver => "approver",
            Self::OnlyApprover => "only_approver",
            Self::Invitation => "invitation",
            Self::Delegate => "delegate",
            Self::Operator => "operator",
            Self::KnownSecret => "known_secret",
        }
    }

    /// Is it left over when the person has gone? What is known is not access, and yet it opens.
    #[must_use]
    pub const fn is_residual(self) -> bool {
        matches!(self, Self::KnownSecret | Self::LentRole)
    }
}

/// One thing somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// What sort of thing.
    pub sort: HoldingSort,
    /// The fact it stands on.
    pub fact: Fact,
    /// What takes it away.
    pub removal: Command,
}

/// Returns everything a person has in a business, in the order of [`HoldingSort`], then by key.
///
/// Complete for this business. What is over is left out, as is what the person has elsewhere: in
/// children and partners of the business, or as a customer.
#[must_use]
pub fn holdings(
    directory: &Directory,
    business: &BusinessId,
    person: &PersonId,
    now: Timestamp,
) -> Vec<Holding> {
    let of = Of {
        directory,
        business,
        person,
        now,
    };
    let mut found = of.places();
    found.extend(of.assignments());
    found.extend(of.on_apps());
    found.extend(of.secrets());
    found.sort_by_cached_key(|holding| (holding.sort, holding.fact.key()));
    found
}

/// Whose things are looked for.
struct Of<'a> {
    directory: &'a Directory,
    business: &'a BusinessId,
    person: &'a PersonId,
    now: Timestamp,
}

fn holding(sort: HoldingSort, fact: impl Into<Fact>, removal: impl Into<Command>) -> Holding {
    Holding {
        sort,
        fact: fact.into(),
        removal: removal.into(),
    }
}

impl Of<'_> {
    /// The seat, and what is said of the person beside it.
    fn places(&self) -> Vec<Holding> {
        let mut found = Vec::new();
        for fact in self.directory.facts_of_business(self.business) {
            match fact {
                Fact::Membership(one) if one.person == *self.person => {
                    let removal = RemoveMember {
                        business: one.business.clone(),
                        person: one.person.clone(),
                    };
                    found.push(holding(HoldingSort::Seat, one, removal));
                }
                Fact::Mandate(one) if one.approvers.contains(self.person) => {
                    found.push(self.approver(one));
                }
                Fact::Delegate(one) if one.id.as_str() == self.person.as_str() => {
                    found.push(delegate(one));
                }
                _ => {}
            }
        }
        let sender = Holder::Person(self.person.clone());
        let sent = self.directory.invitations_of(self.business);
        for one in sent.filter(|one| one.invited_by == sender) {
            let removal = CancelInvitation {
                invitation: one.id.clone(),
            };
            found.push(holding(HoldingSort::Invitation, one.clone(), removal));
        }
        if let Some(Fact::Operator(one)) = self.directory.fact(&Key::Operator(self.person.clone()))
            && one.break_glass.as_ref() == Some(self.business)
        {
            let removal = DismissOperator {
                person: one.person.clone(),
            };
            found.push(holding(HoldingSort::Operator, one, removal));
        }
        found
    }

    fn approver(&self, mandate: Mandate) -> Holding {
        let others = mandate.approvers.iter();
        let others: Vec<PersonId> = others.filter(|one| *one != self.person).cloned().collect();
        if others.is_empty() {
            let removal = StopMandate {
                mandate: mandate.id.clone(),
                stopped: true,
            };
            return holding(HoldingSort::OnlyApprover, mandate, removal);
        }
        let removal = SetMandate::of(Mandate {
            approvers: others,
            ..mandate.clone()
        });
        holding(HoldingSort::Approver, mandate, removal)
    }

    fn assignments(&self) -> Vec<Holding> {
        let holder = Holder::Person(self.person.clone());
        let facts = self.directory.assignments_of(&holder).into_iter();
        let found = facts.filter_map(|fact| {
            let Key::Assignment(AssignmentKey { holder, on, via }) = fact.key() else {
                return None;
            };
            let sort = match &via {
                Some(via) if via == self.business => HoldingSort::Assigned,
                None if self.owns(&on) => HoldingSort::Direct,
                _ => return None,
            };
            Some(holding(sort, fact, RevokeAssignment { holder, on, via }))
        });
        found.collect()
    }

    fn owns(&self, on: &AssetOrGroup) -> bool {
        match on {
            AssetOrGroup::Asset(id) => match self.directory.fact(&Key::Asset(id.clone())) {
                Some(Fact::Asset(asset)) => asset.owner == Owner::Business(self.business.clone()),
                _ => false,
            },
            AssetOrGroup::Group(id) => match self.directory.fact(&Key::Group(id.clone())) {
                Some(Fact::Group(group)) => group.business == *self.business,
                _ => false,
            },
        }
    }

    fn on_apps(&self) -> Vec<Holding> {
        let holder = Holder::Person(self.person.clone());
        let mut found = Vec::new();
        for fact in self.directory.facts_of_business(self.business) {
            let Fact::App(app) = fact else { continue };
            for fact in self.directory.facts_of_app(&app.id) {
                if let Fact::AppRole(one) = fact
                    && one.person == *self.person
                {
                    let removal = RevokeAppRole {
                        app: one.app.clone(),
                        person: one.person.clone(),
                    };
                    found.push(holding(HoldingSort::AppRole, one, removal));
                }
            }
            for grant in self.grants_to(&app.id) {
                if grant.holder == holder {
                    let removal = RevokeGrant {
                        grant: grant.id.clone(),
                        reason: None,
                        scopes: Vec::new(),
                    };
                    found.push(holding(HoldingSort::Grant, grant, removal));
                } else {
                    found.extend(self.lent(&grant));
                }
            }
            if app.credentials_held_by.contains(self.person) {
                let others = app.credentials_held_by.iter();
                let others = others.filter(|one| *one != self.person).cloned();
                let change = AppChange {
                    credentials_held_by: Some(others.collect()),
                    ..AppChange::default()
                };
                let removal = UpdateApp {
                    app: app.id.clone(),
                    change,
                };
                found.push(holding(HoldingSort::Credentials, app, removal));
            }
        }
        found
    }

    fn grants_to(&self, app: &engine::AppId) -> Vec<Grant> {
        let facts = self.directory.grants_to(app).into_iter();
        let grants = facts.filter_map(|fact| match fact {
            Fact::Grant(grant) => Some(grant),
            _ => None,
        });
        grants.collect()
    }

    /// Live tokens of a grant that bring the person's role.
    fn lent(&self, grant: &Grant) -> Vec<Holding> {
        let facts = self.directory.tokens_of(&grant.id).into_iter();
        let found = facts.filter_map(|fact| match fact {
            Fact::Token(token)
                if token.associated_user.as_ref() == Some(self.person)
                    && is_live(&token, self.now) =>
            {
                let removal = RevokeToken {
                    token: token.id.clone(),
                    reason: None,
                };
                Some(holding(HoldingSort::LentRole, token, removal))
            }
            _ => None,
        });
        found.collect()
    }

    fn secrets(&self) -> Vec<Holding> {
        let facts = self.directory.facts_of_person(self.person).into_iter();
        let found = facts.filter_map(|fact| {
            let Fact::Disclosure(seen) = fact else {
                return None;
            };
            let Some(Fact::Token(token)) = self.directory.fact(&Key::Token(seen.token.clone()))
            else {
                return None;
            };
            let grant = self.directory.grant(&token.grant)?;
            let theirs = is_live(&token, self.now) && self.is_of_business(&grant.holder);
            theirs.then(|| holding(HoldingSort::KnownSecret, seen, rotation(&token)))
        });
        found.collect()
    }

    /// Does this holder, other than the person, act for the business?
    fn is_of_business(&self, holder: &Holder) -> bool {
        let key = match holder {
            Holder::Business(id) => return id == self.business,
            Holder::SystemUser(id) => Key::SystemUser(id.clone()),
            Holder::App(id) => Key::App(id.clone()),
            Holder::Person(id) if id == self.person => return false,
            Holder::Person(id) => Key::Membership(engine::fact::MembershipKey {
                business: self.business.clone(),
                person: id.clone(),
            }),
        };
        match self.directory.fact(&key) {
            Some(Fact::SystemUser(one)) => one.business == *self.business,
            Some(Fact::App(one)) => one.owner == Owner::Business(self.business.clone()),
            Some(Fact::Membership(_)) => true,
            _ => false,
        }
    }
}

/// Does the token still open?
pub(crate) fn is_live(token: &Token, now: Timestamp) -> bool {
    token.ended.is_none() && token.expires.is_none_or(|end| end > now)
}

/// A new token in place of one that somebody knows.
pub(crate) fn rotation(token: &Token) -> RotateToken {
    RotateToken {
        token: token.id.clone(),
        id: None,
    }
}

fn delegate(fact: Delegate) -> Holding {
    let removal = UnmapDelegate {
        delegate: fact.id.clone(),
        system_user: fact.system_user.clone(),
    };
    holding(HoldingSort::Delegate, fact, removal)
}
