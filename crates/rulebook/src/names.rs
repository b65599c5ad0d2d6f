//! Names of everything that has a number, both ways.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::sets::{KindId, OperationId, PermissionId, TokenKindId};

/// The names of a rulebook.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub(crate) kinds: Table,
    pub(crate) permissions: Table,
    pub(crate) operations: Table,
    pub(crate) token_kinds: Table,
    pub(crate) app_types: Table,
    pub(crate) tiers: Table,
}

/// One list of names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    names: Vec<String>,
    /// Hashed alike in every process: whoever writes rulebooks is trusted, and others only look up.
    index: HashMap<String, u16, FixedState>,
}

impl Table {
    /// Adds a name unless it is there; returns its number.
    pub(crate) fn add(&mut self, name: &str) -> u16 {
        if let Some(known) = self.index.get(name) {
            return *known;
        }
        let number = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), number);
        number
    }

    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        self.index.get(name).copied()
    }

    pub(crate) fn find_small(&self, name: &str) -> Option<u8> {
        self.find(name).and_then(|number| u8::try_from(number).ok())
    }

    pub(crate) fn all(&self) -> &[String] {
        &self.names
    }

    fn name(&self, number: u16) -> &str {
        self.names
            .get(usize::from(number))
            .map_or("", String::as_str)
    }
}

impl Names {
    /// Returns the number of a kind.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<KindId> {
        self.kinds.find_small(name).map(KindId)
    }

    /// Returns the number of a scope or feature.
    #[must_use]
    pub fn permission(&self, name: &str) -> Option<PermissionId> {
        self.permissions.find_small(name).map(PermissionId)
    }

    /// Returns the number of an operation.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<OperationId> {
        self.operations.find(name).map(OperationId)
    }

    /// Returns the number of a kind of token.
    #[must_use]
    pub fn token_kind(&self, name: &str) -> Option<TokenKindId> {
        self.token_kinds.find_small(name).map(TokenKindId)
    }

    /// Returns the number of a type of app.
    #[must_use]
    pub fn app_type(&self, name: &str) -> Option<u8> {
        self.app_types.find_small(name)
    }

    /// Returns the rank of an API tier, lowest 0.
    #[must_use]
    pub fn tier(&self, name: &str) -> Option<u8> {
        self.tiers.find_small(name)
    }

    /// Returns the name of a kind.
    #[must_use]
    pub fn kind_name(&self, id: KindId) -> &str {
        self.kinds.name(u16::from(id.0))
    }

    /// Returns the name of a scope or feature.
    #[must_use]
    pub fn permission_name(&self, id: PermissionId) -> &str {
        self.permissions.name(u16::from(id.0))
    }

    /// Returns the name of an operation.
    #[must_use]
    pub fn operation_name(&self, id: OperationId) -> &str {
        self.operations.name(id.0)
    }

    /// Returns the name of a tier.
    #[must_use]
    pub fn tier_name(&self, rank: u8) -> &str {
        self.tiers.name(u16::from(rank))
    }

    /// Returns the names of all tiers, lowest first.
    #[must_use]
    pub fn tiers(&self) -> &[String] {
        self.tiers.all()
    }

    /// Returns the names of all operations, by number.
    #[must_use]
    pub fn operations(&self) -> &[String] {
        self.operations.all()
    }
}
