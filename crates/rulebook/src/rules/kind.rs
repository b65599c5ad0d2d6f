//! Kinds of things, their roles and levels.

use crate::document::Family;
use crate::sets::{CapSet, KindId, RoleId};

/// A kind of thing.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its number.
    pub id: KindId,
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Its family.
    pub family: Family,
    /// Names of its capabilities, by bit.
    pub capabilities: Vec<String>,
    /// Its roles, by [`RoleId`].
    pub roles: Vec<Role>,
    /// What may be offered to partners.
    pub levels: Vec<Level>,
    /// The level meant when none is named.
    pub default_level: Option<String>,
    /// Rights that follow rights elsewhere.
    pub follows: Vec<Follows>,
}

/// A named set of capabilities.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it can do.
    pub can: CapSet,
    /// App roles only: reaches sandbox assets only.
    pub sandbox_only: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// A level of a share.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// The role it offers.
    pub role: String,
    /// What it can do.
    pub can: CapSet,
    /// Where the rule comes from.
    pub source: String,
}

/// Rights that follow.
#[derive(Debug, Clone)]
pub struct Follows {
    /// The kind that is followed.
    pub kind: KindId,
    /// One of these there…
    pub has: CapSet,
    /// …brings these here.
    pub can: CapSet,
}

impl Kind {
    /// Returns what a term stands for: a role, a level or a single capability of this kind.
    #[must_use]
    pub fn term(&self, name: &str) -> Option<CapSet> {
        if let Some(role) = self.roles.iter().find(|role| role.name == name) {
            return Some(role.can);
        }
        if let Some(level) = self.levels.iter().find(|level| level.name == name) {
            return Some(level.can);
        }
        let bit = self
            .capabilities
            .iter()
            .position(|capability| capability == name)?;
        u8::try_from(bit).ok().map(CapSet::bit)
    }

    /// Returns what several terms stand for together; nothing for those that are unknown.
    #[must_use]
    pub fn terms<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> CapSet {
        names
            .into_iter()
            .filter_map(|name| self.term(name))
            .fold(CapSet::NONE, CapSet::with)
    }

    /// Returns the number of a role.
    #[must_use]
    pub fn role_id(&self, name: &str) -> Option<RoleId> {
        let index = self.roles.iter().position(|role| role.name == name)?;
        u8::try_from(index).ok().map(RoleId)
    }

    /// Returns a role by its number.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(usize::from(id.0))
    }

    /// Returns everything that can be done to this kind.
    #[must_use]
    pub fn all(&self) -> CapSet {
        CapSet::first(self.capabilities.len())
    }

    /// Returns the names of a set of capabilities, in the rulebook's order.
    pub fn names_of(&self, set: CapSet) -> impl Iterator<Item = &str> {
        self.capabilities
            .iter()
            .zip(0u8..)
            .filter(move |(_, bit)| set.meets(CapSet::bit(*bit)))
            .map(|(name, _)| name.as_str())
    }
}
