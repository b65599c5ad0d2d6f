//! Dense numbers for things, private to the process.

use super::id_key::IdKey;
use crate::table::Slot;

/// No thing.
pub(crate) const NONE: u32 = u32::MAX;

/// What class of thing an id belongs to; each class has its own id space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    Business = 1,
    SystemUser,
    Group,
    Grant,
    Token,
    Mandate,
    Delegate,
}

impl Class {
    /// How many there are, and the place before the first.
    pub(crate) const COUNT: usize = 8;
}

/// A slot of the index of ids of one class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdSlot {
    pub(crate) hash: u64,
    /// [`NONE`] when vacant.
    pub(crate) index: u32,
}

impl Default for IdSlot {
    fn default() -> Self {
        Self {
            hash: 0,
            index: NONE,
        }
    }
}

impl Slot for IdSlot {
    type Slots = [Self; 1022];

    fn hash(&self) -> u64 {
        self.hash
    }

    fn is_vacant(&self) -> bool {
        self.index == NONE
    }
}

/// A slot of the index of apps' ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AppSlot {
    pub(crate) key: IdKey,
    /// [`NONE`] when vacant.
    pub(crate) index: u32,
}

impl Default for AppSlot {
    fn default() -> Self {
        Self {
            key: IdKey::default(),
            index: NONE,
        }
    }
}

impl Slot for AppSlot {
    type Slots = [Self; 681];

    fn hash(&self) -> u64 {
        self.key.hash()
    }

    fn is_vacant(&self) -> bool {
        self.index == NONE
    }
}

/// A holder: two bits say what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HolderIx(pub(crate) u32);

const TAG: u32 = 30;
const INDEX: u32 = (1 << TAG) - 1;

impl HolderIx {
    pub(crate) const NOBODY: Self = Self(NONE);

    pub(crate) const fn person(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn system_user(index: u32) -> Self {
        Self(index | (1 << TAG))
    }

    pub(crate) const fn business(index: u32) -> Self {
        Self(index | (2 << TAG))
    }

    pub(crate) const fn app(index: u32) -> Self {
        Self(index | (3 << TAG))
    }

    pub(crate) const fn which(self) -> Who {
        let index = self.0 & INDEX;
        match self.0 >> TAG {
            0 => Who::Person(index),
            1 => Who::SystemUser(index),
            2 => Who::Business(index),
            _ if self.0 == NONE => Who::Nobody,
            _ => Who::App(index),
        }
    }

    /// Returns the business, if it is one.
    pub(crate) const fn as_business(self) -> Option<u32> {
        match self.which() {
            Who::Business(index) => Some(index),
            _ => None,
        }
    }
}

/// A holder taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Person(u32),
    SystemUser(u32),
    Business(u32),
    App(u32),
    Nobody,
}

/// An asset or group: one bit says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OnIx(pub(crate) u32);

const GROUP: u32 = 1 << 31;

impl OnIx {
    pub(crate) const fn asset(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn group(index: u32) -> Self {
        Self(index | GROUP)
    }

    /// Returns the number, and whether it is a group's.
    pub(crate) const fn parts(self) -> (u32, bool) {
        (self.0 & !GROUP, self.0 & GROUP != 0)
    }
}

/// A number of interned terms with flags, in one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TermsFlags(u32);

impl TermsFlags {
    /// It ends by itself.
    pub(crate) const TIMED: u32 = 1 << 24;
    /// It waits for the partner.
    pub(crate) const PENDING: u32 = 1 << 25;

    pub(crate) const fn new(terms: u32, flags: u32) -> Self {
        Self((terms & 0x00FF_FFFF) | flags)
    }

    pub(crate) const fn terms(self) -> u32 {
        self.0 & 0x00FF_FFFF
    }

    pub(crate) const fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

/// A slot of the index of assignments: all a decision needs when there is no end.
///
/// The index has the assignments on groups, and those on assets whose slots have no room for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AssignmentSlot {
    pub(crate) holder: u32,
    pub(crate) on: u32,
    /// The business it goes through, or [`NONE`].
    pub(crate) via: u32,
    pub(crate) terms: TermsFlags,
}

impl Default for AssignmentSlot {
    fn default() -> Self {
        Self {
            holder: NONE,
            on: NONE,
            via: NONE,
            terms: TermsFlags::default(),
        }
    }
}

impl Slot for AssignmentSlot {
    type Slots = [Self; 1022];

    fn hash(&self) -> u64 {
        crate::table::pair_hash(self.holder, self.on)
    }

    fn is_vacant(&self) -> bool {
        self.holder == NONE && self.on == NONE
    }
}

/// A slot from two numbers to a row and a word: shares, ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairSlot {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) row: u32,
    pub(crate) terms: TermsFlags,
}

impl Default for PairSlot {
    fn default() -> Self {
        Self {
            left: NONE,
            right: NONE,
            row: NONE,
            terms: TermsFlags::default(),
        }
    }
}

impl Slot for PairSlot {
    type Slots = [Self; 1022];

    fn hash(&self) -> u64 {
        crate::table::pair_hash(self.left, self.right)
    }

    fn is_vacant(&self) -> bool {
        self.left == NONE && self.right == NONE
    }
}
