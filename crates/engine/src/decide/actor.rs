//! Who acts, and in which businesses.

use rulebook::{HolderKind, RoleId};
use smallvec::SmallVec;

use super::Walk;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::directory::rows::{AppRow, PersonRow};
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
    pub(crate) seats: SmallVec<[Seat; 4]>,
    /// Is the actor known at all? One who is not can do nothing.
    pub(crate) known: bool,
}

impl Actor {
    #[inline]
    pub(crate) fn find(directory: &Directory, holder: HolderIx, profile: u8, now_ms: i64) -> Self {
        if let Some(row) = directory.person_row(holder) {
            return Self::of_person(directory, holder, row, profile, now_ms);
        }
        let mut seats = SmallVec::new();
        let (kind, known) = match holder.which() {
            Who::Person(_) => (HolderKind::Person, false),
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

    #[inline]
    fn of_person(
        directory: &Directory,
        holder: HolderIx,
        row: &PersonRow,
        profile: u8,
        now_ms: i64,
    ) -> Self {
        let mut seats = SmallVec::new();
        for member in row.members.iter().filter(|_| row.present) {
            if member.is_live(now_ms) {
                seats.push(Seat {
                    business: member.business,
                    role: directory.vocabulary.business_role(profile, member.role),
                });
            }
        }
        Self {
            holder,
            kind: HolderKind::Person,
            seats,
            known: row.present,
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

impl AppRow {
    /// Does this business own the app, or has it claimed it?
    #[inline]
    pub(crate) fn is_of(&self, business: u32) -> bool {
        self.owner == HolderIx::business(business)
            || (!self.claims.is_empty() && self.claims.contains(&business))
    }
}

impl Directory {
    /// Does this business or its parent own the app, or has one of them claimed it?
    pub(crate) fn has_app_here_or_above(&self, business: u32, app: &AppRow) -> bool {
        app.is_of(business)
            || self
                .parent_of(business)
                .is_some_and(|parent| app.is_of(parent))
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

    /// Returns who acts in layers 4 and 5, with places in businesses.
    #[inline]
    pub(crate) fn actor(&self) -> Actor {
        let acting = self.acting();
        let (directory, profile, now_ms) = (self.directory, self.profile, self.now_ms);
        match self.principal.person {
            Some(row) if acting == self.principal.holder() => {
                Actor::of_person(directory, acting, row, profile, now_ms)
            }
            _ => Actor::find(directory, acting, profile, now_ms),
        }
    }

    /// Does the credential's holder have a role on its app, or a place where the app is at home?
    #[inline]
    pub(super) fn is_role_user(&self, app: &AppRow) -> bool {
        match self.principal.person {
            Some(row) => {
                self.directory
                    .is_person_of(self.principal.holder(), row, app, self.now_ms)
            }
            None => self.directory.is_holder_of(self.principal.holder(), app),
        }
    }
}

impl Directory {
    /// Does the person have a role on the app, or a place where the app is at home?
    #[inline]
    fn is_person_of(
        &self,
        holder: HolderIx,
        person: &PersonRow,
        app: &AppRow,
        now_ms: i64,
    ) -> bool {
        let seated = Self::is_seated(person, app, now_ms);
        // A person's number is the holder's.
        seated || (!app.roles.is_empty() && app.roles.contains_key(&holder.0))
    }

    /// Does the person have a place where the app is at home?
    #[inline]
    fn is_seated(person: &PersonRow, app: &AppRow, now_ms: i64) -> bool {
        let mut members = person.members.iter();
        members.any(|member| app.is_of(member.business) && member.is_live(now_ms))
    }

    /// Is the app at home with a holder who is no person?
    fn is_holder_of(&self, holder: HolderIx, app: &AppRow) -> bool {
        match holder.which() {
            Who::SystemUser(index) => {
                app.installs.contains(&index)
                    || self.system_users.get(index).is_some_and(|user| {
                        let business = self.businesses.get(user.business);
                        business.is_some_and(|business| business.present)
                            && self.has_app_here_or_above(user.business, app)
                    })
            }
            Who::Business(business) => app.is_of(business),
            Who::App(index) => self
                .apps
                .get(index)
                .is_some_and(|row| std::ptr::eq(row, app)),
            Who::Person(_) | Who::Nobody => false,
        }
    }

    /// Does the holder have a role on the app, or a place in a business where it is at home? Others
    /// are strangers to it. False for who or what is not known.
    #[must_use]
    pub fn is_app_role_user(&self, holder: &Holder, app: &AppId, now: jiff::Timestamp) -> bool {
        let app = self.find_app(app);
        let app = app.and_then(|index| self.apps.get(index));
        self.find_holder(holder)
            .zip(app)
            .is_some_and(|(holder, app)| match self.person_row(holder) {
                Some(row) => self.is_person_of(holder, row, app, now.as_millisecond()),
                None => self.is_holder_of(holder, app),
            })
    }
}
