//! The two slots that plain questions are answered from: what a token is, and what an asset is.
//!
//! Rows are the truth. These slots say again what a decision reads of several rows, so that it waits
//! for memory once: the slots of the token and of the asset are found by what the question brings,
//! neither through the other. Whatever changes a row that a slot speaks of folds the slot anew.

use super::index::{HolderIx, NONE, TermsFlags};
use super::rows::{ALWAYS, AssetMarks, MemberMarks, PersonRow};
use super::words::WordId;
use crate::table::Slot;

/// A slot of the index of token digests: a token, all of its grant that layers 1 to 3 read, and the
/// businesses of its holder.
///
/// INVARIANT: what is of the grant says what the grant's row says; what is of the holder, what the
/// person's row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct TokenSlot {
    pub(crate) digest: [u8; 32],
    pub(crate) expires: i64,
    /// The token's number plus one; 0 when vacant.
    pub(crate) token: u32,
    /// Of the grant.
    pub(crate) holder: HolderIx,
    /// Of the grant.
    pub(crate) app: u32,
    /// Of the grant.
    pub(crate) scopes: u32,
    /// Of the grant.
    pub(crate) declined: u32,
    pub(crate) kind: WordId,
    pub(crate) ended: u8,
    pub(crate) marks: TokenMarks,
    /// Of the holder, if marked [`TokenMarks::SEATED`].
    pub(crate) places: Places,
}

/// What is to be known of a token beside its fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TokenMarks(u8);

impl TokenMarks {
    /// Its grant is there.
    pub(crate) const GRANTED: u8 = 1;
    /// Its grant is for some assets only.
    pub(crate) const TARGETED: u8 = 2;
    /// It has an associated user.
    pub(crate) const ASSOCIATED: u8 = 4;
    /// Its holder is a plain person, all of whose places are in the slot.
    pub(crate) const SEATED: u8 = 8;

    pub(crate) const fn of(marks: u8) -> Self {
        Self(marks)
    }

    pub(crate) const fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    /// Is it granted to a plain person, and nothing else?
    pub(crate) const fn is_plain(self) -> bool {
        self.0 == Self::GRANTED | Self::SEATED
    }
}

impl TokenSlot {
    /// Returns the hash of a digest. A digest is as good as random.
    #[inline]
    pub(crate) const fn hash_of(digest: &[u8; 32]) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = *digest;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl Default for TokenSlot {
    fn default() -> Self {
        Self {
            digest: [0; 32],
            expires: 0,
            token: 0,
            holder: HolderIx::NOBODY,
            app: NONE,
            scopes: NONE,
            declined: NONE,
            kind: WordId(u16::MAX),
            ended: 0,
            marks: TokenMarks::default(),
            places: Places::default(),
        }
    }
}

impl Slot for TokenSlot {
    type Slots = [Self; 204];

    fn hash(&self) -> u64 {
        Self::hash_of(&self.digest)
    }

    fn is_vacant(&self) -> bool {
        self.token == 0
    }
}

/// A place of a person in a business, as a slot keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlaceIn {
    /// [`NONE`] for no place.
    pub(crate) business: u32,
    pub(crate) role: WordId,
    pub(crate) marks: MemberMarks,
}

impl Default for PlaceIn {
    fn default() -> Self {
        Self {
            business: NONE,
            role: WordId(u16::MAX),
            marks: MemberMarks::default(),
        }
    }
}

/// All the places of a plain person: few, and none of them ends by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Places([PlaceIn; 2]);

impl Places {
    /// Returns the places of a person who is there, is one person, and has few that do not end.
    #[inline]
    pub(crate) fn of(person: &PersonRow) -> Option<Self> {
        let mut places = Self::default();
        let plain = person.present
            && !person.shared_login
            && person.members.len() <= places.0.len()
            && person.members.iter().all(|member| member.until == ALWAYS);
        if !plain {
            return None;
        }
        for (place, member) in places.0.iter_mut().zip(&person.members) {
            *place = PlaceIn {
                business: member.business,
                role: member.role,
                marks: member.marks,
            };
        }
        Some(places)
    }

    /// Returns them: all there are, in the order they came.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &PlaceIn> + Clone {
        self.0.iter().filter(|place| place.business != NONE)
    }
}

/// How many assignments a slot of an asset has room for.
pub(crate) const ROOM: usize = 6;

/// A slot of the index of asset ids: the asset, whose it is, to whom it is shared, and who is
/// assigned, as far as there is room.
///
/// INVARIANT: says what the rows of the asset, its shares and its assignments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct AssetSlot {
    pub(crate) hash: u64,
    /// The asset's number; [`NONE`] when vacant.
    pub(crate) index: u32,
    pub(crate) owner: HolderIx,
    pub(crate) kind: WordId,
    pub(crate) marks: AssetMarks,
    id: ShortId,
    /// The first of the asset's shares.
    pub(crate) near: [NearShare; 2],
    holders: [u32; ROOM],
    given: [Given; ROOM],
}

/// The text of an id, if it is short: most are. Longer ones are in the asset's row only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ShortId {
    /// [`LONG`] where there is no room for the text.
    length: u8,
    bytes: [u8; 24],
}

const LONG: u8 = u8::MAX;

impl ShortId {
    fn new(text: &str) -> Self {
        let mut bytes = [0; 24];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self { length, bytes }
            }
            _ => Self {
                length: LONG,
                bytes,
            },
        }
    }
}

/// A share as the slot of its asset keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NearShare {
    /// The partner, or [`NONE`].
    pub(crate) to: u32,
    pub(crate) terms: TermsFlags,
}

/// What the slot of an asset says about a share to a business.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Near {
    /// There is none.
    Nothing,
    /// These are its terms.
    Here(TermsFlags),
    /// The index of shares says.
    Elsewhere,
}

impl Default for NearShare {
    fn default() -> Self {
        Self {
            to: NONE,
            terms: TermsFlags::default(),
        }
    }
}

/// The terms of an assignment and the business it goes through, in a few bits.
///
/// An assignment goes through the owner, a partner or nobody, nearly always; and a directory has
/// few different terms. What does not fit is left to the index of assignments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Given(u16);

const VIA_BITS: u32 = 2;

impl Default for AssetSlot {
    fn default() -> Self {
        Self {
            hash: 0,
            index: NONE,
            owner: HolderIx::NOBODY,
            near: [NearShare::default(); 2],
            holders: [NONE; ROOM],
            given: [Given::default(); ROOM],
            kind: WordId(u16::MAX),
            marks: AssetMarks::default(),
            id: ShortId::new(""),
        }
    }
}

impl Slot for AssetSlot {
    type Slots = [Self; 170];

    fn hash(&self) -> u64 {
        self.hash
    }

    fn is_vacant(&self) -> bool {
        self.index == NONE
    }
}

impl AssetSlot {
    /// Returns the slot of an asset of which nothing is known but its id.
    pub(crate) fn named(index: u32, hash: u64, id: &str) -> Self {
        Self {
            hash,
            index,
            id: ShortId::new(id),
            ..Self::default()
        }
    }

    /// Is this the id of the asset? Nothing where only the asset's row can say so.
    #[inline]
    pub(crate) fn is(&self, id: &str) -> Option<bool> {
        if self.id.length == LONG {
            return None;
        }
        let same = usize::from(self.id.length) == id.len()
            && self.id.bytes.get(..id.len()) == Some(id.as_bytes());
        Some(same)
    }

    /// Notes an assignment that does not end; returns whether there was room for it.
    pub(crate) fn note(&mut self, place: usize, holder: HolderIx, via: u32, terms: u32) -> bool {
        let [one, two] = &self.near;
        let code = match via {
            NONE => 0,
            via if self.owner == HolderIx::business(via) => 1,
            via if via == one.to => 2,
            via if via == two.to => 3,
            _ => return false,
        };
        let (Some(holders), Some(given)) = (self.holders.get_mut(place), self.given.get_mut(place))
        else {
            return false;
        };
        let Ok(terms) = u16::try_from(terms) else {
            return false;
        };
        if terms.leading_zeros() < VIA_BITS {
            return false;
        }
        *holders = holder.0;
        *given = Given(terms << VIA_BITS | code);
        true
    }

    /// Forgets all noted assignments.
    pub(crate) fn forget(&mut self) {
        self.holders = [NONE; ROOM];
    }

    /// Returns the noted assignments of a holder: the business each goes through, and its terms.
    /// None of them ends by itself.
    #[inline]
    pub(crate) fn given_to(&self, holder: HolderIx) -> impl Iterator<Item = (u32, u32)> {
        let noted = self.holders.iter().zip(&self.given);
        noted
            .filter(move |(one, _)| **one == holder.0)
            .map(|(_, given)| (self.via(*given), u32::from(given.0 >> VIA_BITS)))
    }

    #[inline]
    fn via(&self, given: Given) -> u32 {
        let [one, two] = &self.near;
        match given.0 & ((1 << VIA_BITS) - 1) {
            0 => NONE,
            1 => self.owner.as_business().unwrap_or(NONE),
            2 => one.to,
            _ => two.to,
        }
    }

    /// Returns what it says about a share to a business.
    #[inline]
    pub(crate) fn share_to(&self, business: u32) -> Near {
        let [one, two] = &self.near;
        if one.to == business {
            return Near::Here(one.terms);
        }
        if two.to == business {
            return Near::Here(two.terms);
        }
        if self.marks.has(AssetMarks::CROWDED) {
            Near::Elsewhere
        } else {
            Near::Nothing
        }
    }
}

const _: () = assert!(size_of::<TokenSlot>() == 80);
const _: () = assert!(size_of::<AssetSlot>() == 96);
