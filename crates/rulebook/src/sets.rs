//! Small numbers for names, and sets of them in one word. Never stored.

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u8);
/// A role within its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(pub u8);
/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u16);
/// A scope or feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionId(pub u8);
/// A kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKindId(pub u8);

/// Capabilities of one kind: at most 64.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CapSet(pub u64);

impl CapSet {
    /// No capability.
    pub const NONE: Self = Self(0);
    /// Every capability there could be.
    pub const EVERY: Self = Self(u64::MAX);

    /// Returns the set of one capability.
    #[must_use]
    pub const fn bit(bit: u8) -> Self {
        Self(1 << (bit & 63))
    }

    /// Returns the first `count` capabilities.
    #[must_use]
    pub const fn first(count: usize) -> Self {
        if count >= 64 {
            Self::EVERY
        } else {
            Self((1 << count) - 1)
        }
    }

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns what both sets have.
    #[must_use]
    pub const fn within(self, cap: Self) -> Self {
        Self(self.0 & cap.0)
    }

    /// Returns the set if that holds, and otherwise none. Without a branch, for what is as good as
    /// random.
    #[must_use]
    pub const fn only_if(self, holds: bool) -> Self {
        Self(self.0 & 0_u64.wrapping_sub(holds as u64))
    }

    /// Do they share a capability?
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Is every capability of `self` in `other`?
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Is there none?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns how many there are.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// Scopes and features: at most 128.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(pub u128);

impl PermissionSet {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// Returns the set of one.
    #[must_use]
    pub const fn of(id: PermissionId) -> Self {
        Self(1 << (id.0 & 127))
    }

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns this set less the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns what both sets have.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Do they share a permission?
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Is every permission of `self` in `other`?
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Is there none?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the permissions, lowest number first.
    pub fn iter(self) -> impl Iterator<Item = PermissionId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let lowest = u8::try_from(rest.trailing_zeros())
                .ok()
                .filter(|_| rest != 0)?;
            rest &= rest - 1;
            Some(PermissionId(lowest))
        })
    }
}

impl FromIterator<PermissionId> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = PermissionId>>(ids: I) -> Self {
        ids.into_iter()
            .fold(Self::NONE, |set, id| set.with(Self::of(id)))
    }
}
