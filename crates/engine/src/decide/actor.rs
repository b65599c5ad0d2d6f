//! Who acts, and in which businesses.

use rulebook::{HolderKind, RoleId};
use smallvec::SmallVec;

use super::Walk;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::id::{AppId, Holder};

/// A place in a business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    pub(crate) business: u32,
    /// The role there; a business account itself has none.
    pub(crate) role: Option<RoleId>,
}

/// Who acts in layers 4 and 5.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) holder: HolderIx,
    pub(crate) kind: HolderKind,
    pub(crate) seats: SmallVec<[Seat; 2]>,
    /// Is the actor known at all? One who is not can do nothing.
    pub(crate) known: bool,
}

impl Actor {
    #[inline]
    pub(crate) fn find(directory: &Directory, holder: HolderIx, profile: u8, now_ms: i64) -> Self {
        let mut seats = SmallVec::new();
        let (kind, known) = match holder.which() {
            Who::Person(index) => {
                let row = directory.people.get(index);
                for member in row.iter().flat_map(|row| &row.members) {
                    let business = directory.businesses.get(member.business);
                    if member.until > now_ms && business.is_some_and(|row| row.present) {
                        let role = directory.vocabulary.business_role(profile, member.role);
                        seats.push(Seat {
                            business: member.business,
                            role,
                        });
                    }
                }
                (HolderKind::Person, row.is_some_and(|row| row.present))
            }
            Who::SystemUser(index) => {
                let row = directory.system_users.get(index);
                if let Some(row) = row.filter(|row| row.business != NONE)
                    && directory
                        .businesses
                        .get(row.business)
                        .is_some_and(|row| row.present)
                {
                    let role = directory.vocabulary.business_role(profile, row.role);
                    seats.push(Seat {
                        business: row.business,
                        role,
                    });
                }
                (HolderKind::SystemUser, row.is_some_and(|row| row.present))
            }
            Who::Business(index) => {
                seats.push(Seat {
                    business: index,
                    role: None,
                });
                let row = directory.businesses.get(index);
                (HolderKind::Business, row.is_some_and(|row| row.present))
            }
            Who::App(index) => (
                HolderKind::App,
                directory.apps.get(index).is_some_and(|row| row.present),
            ),
            Who::Nobody => (HolderKind::App, false),
        };
        if !known {
            seats.clear();
        }
        Self {
            holder,
            kind,
            seats,
            known,
        }
    }

    /// Does the actor have a place in this business?
    pub(crate) fn sits_in(&self, business: u32) -> bool {
        self.seats.iter().any(|seat| seat.business == business)
    }

    /// Returns the person's number, if the actor is one.
    pub(crate) const fn person(&self) -> Option<u32> {
        match self.holder.which() {
            Who::Person(index) => Some(index),
            _ => None,
        }
    }
}

impl Directory {
    /// Does this business own the app, or has it claimed it?
    pub(crate) fn has_app(&self, business: u32, app: u32) -> bool {
        self.apps.get(app).is_some_and(|row| {
            row.owner == HolderIx::business(business) || row.claims.contains(&business)
        })
    }

    /// Does this business or its parent own the app, or has one of them claimed it?
    pub(crate) fn has_app_here_or_above(&self, business: u32, app: u32) -> bool {
        self.has_app(business, app)
            || self
                .parent_of(business)
                .is_some_and(|parent| self.has_app(parent, app))
    }
}

impl Walk<'_> {
    /// Returns who acts in layers 4 and 5: the token's associated user where the rulebook says so.
    #[inline]
    pub(crate) fn acting(&self) -> HolderIx {
        let associated = self.principal.associated_user();
        if associated != NONE && self.rules.associated_user.contains(&self.operation.id) {
            return HolderIx::person(associated);
        }
        self.principal.holder()
    }
}

impl Directory {
    /// Does the holder have a role on the app, or a place where the app is at home?
    pub(crate) fn is_role_user(&self, holder: HolderIx, app: u32, now_ms: i64) -> bool {
        let directory = self;
        match holder.which() {
            Who::Person(person) => {
                let seated = directory.people.get(person).is_some_and(|row| {
                    row.members.iter().any(|member| {
                        member.until > now_ms
                            && directory.has_app(member.business, app)
                            && directory
                                .businesses
                                .get(member.business)
                                .is_some_and(|row| row.present)
                    })
                });
                seated
                    || directory
                        .apps
                        .get(app)
                        .is_some_and(|row| row.roles.contains_key(&person))
            }
            Who::SystemUser(index) => {
                let installed = directory
                    .apps
                    .get(app)
                    .is_some_and(|row| row.installs.contains(&index));
                installed
                    || directory.system_users.get(index).is_some_and(|row| {
                        let business = directory.businesses.get(row.business);
                        business.is_some_and(|business| business.present)
                            && directory.has_app_here_or_above(row.business, app)
                    })
            }
            Who::Business(business) => directory.has_app(business, app),
            Who::App(index) => index == app,
            Who::Nobody => false,
        }
    }

    /// Does the holder have a role on the app, or a place in a business where it is at home? Others
    /// are strangers to it. False for who or what is not known.
    #[must_use]
    pub fn is_app_role_user(&self, holder: &Holder, app: &AppId, now: jiff::Timestamp) -> bool {
        self.find_holder(holder)
            .zip(self.find_app(app.as_str()))
            .is_some_and(|(holder, app)| self.is_role_user(holder, app, now.as_millisecond()))
    }
}
