//! The two slots that plain questions are answered from: what a token is, and what an asset is.
//!
//! Rows are the truth. These slots say again what a decision reads of several rows, so that it waits
//! for memory once: the slots of the token and of the asset are found by what the question brings,
//! neither through the other. Whatever changes a row that a slot speaks of folds the slot anew.

use super::index::{HolderIx, NONE, TermsFlags};
use super::places::Places;
use super::rows::AssetMarks;
use super::words::WordId;
use crate::id::Numbered;
use crate::table::Slot;

/// A slot of the index of token digests: a token, all of its grant that layers 1 to 3 read, and the
/// businesses of its holder.
///
/// INVARIANT: what is of the grant says what the grant's row says; what is of the holder, what the
/// person's row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct TokenSlot {
    pub(crate) half: HalfDigest,
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

/// The first half of a digest. To find a secret whose digest begins like another's is work for
/// 2^128 tries: the half tells tokens apart. Rows have the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct HalfDigest([u64; 2]);

impl HalfDigest {
    #[inline]
    pub(crate) fn of(digest: &[u8; 32]) -> Self {
        let (words, _) = digest.as_chunks::<8>();
        let mut half = [0; 2];
        for (word, bytes) in half.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
        Self(half)
    }

    /// Returns the hash under which a token is found. A digest is as good as random.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        let [hash, _] = self.0;
        hash
    }

    /// Compares in constant time: looks at the difference once.
    #[inline]
    pub(crate) fn is(self, other: Self) -> bool {
        let ([a, b], [c, d]) = (self.0, other.0);
        subtle::ConstantTimeEq::ct_eq(&((a ^ c) | (b ^ d)), &0).into()
    }
}

impl Default for TokenSlot {
    fn default() -> Self {
        Self {
            half: HalfDigest::default(),
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
    type Slots = [Self; 254];

    fn hash(&self) -> u64 {
        self.half.hash()
    }

    fn is_vacant(&self) -> bool {
        self.token == 0
    }
}

/// How many assignments a slot of an asset has room for.
const ROOM: usize = 4;

/// How many shares.
const SHARES: usize = 2;

/// A slot of the index of asset ids: the asset, whose it is, to whom it is shared, and who is
/// assigned, as far as there is room.
///
/// An asset for which one slot has no room has a second one under the same hash: [`AssetSlots`].
///
/// INVARIANT: says what the rows of the asset, its shares and its assignments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct AssetSlot {
    /// [`Numbered::OTHER`] if only the asset's row has the id.
    number: u64,
    /// [`SECOND`] in a second slot.
    word: u32,
    hash: u32,
    /// The asset's number; [`NONE`] when vacant.
    pub(crate) index: u32,
    pub(crate) owner: HolderIx,
    /// To whom the asset is shared, or [`NONE`].
    to: [u32; SHARES],
    holders: [u32; ROOM],
    /// What is shared, with [`TIMED`] and [`PENDING`].
    shared: [ShortTerms; SHARES],
    /// What is assigned, with the way it goes.
    given: [ShortTerms; ROOM],
    pub(crate) kind: WordId,
    pub(crate) marks: AssetMarks,
}

/// The word of a second slot: no text, as [`Numbered::OTHER`]'s.
const SECOND: u32 = u32::MAX - 1;

/// A number of terms and a few bits: a directory has few different terms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ShortTerms(u16);

const BITS: u32 = 3;
/// The share ends by itself.
const TIMED: u16 = 1;
/// The share waits for the partner.
const PENDING: u16 = 2;

impl ShortTerms {
    /// Returns nothing if there is no room for the number.
    fn new(terms: u32, bits: u16) -> Option<Self> {
        let terms = u16::try_from(terms).ok()?;
        (terms.leading_zeros() >= BITS).then_some(Self(terms << BITS | bits))
    }

    const fn terms(self) -> u32 {
        (self.0 >> BITS) as u32
    }

    const fn bits(self) -> u16 {
        self.0 & ((1 << BITS) - 1)
    }
}

/// Whom an assignment comes through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Way(u16);

impl Way {
    /// Nobody: the owner of the asset assigned it.
    pub(crate) const STRAIGHT: Self = Self(0);
    /// The business that owns the asset.
    pub(crate) const OWNER: Self = Self(1);
    /// Any business that is neither the owner nor a partner: no assignment is noted as coming through it.
    pub(crate) const OUTSIDE: Self = Self(6);

    /// Through a partner, by its place among the shares: at most four.
    #[inline]
    const fn partner(place: u32) -> Self {
        Self(2 + place as u16)
    }
}

/// A share to a business, if the slots of an asset have it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    /// A bit for its place among the shares; 0 if it is not noted.
    places: u32,
    shared: ShortTerms,
}

/// What the slots of an asset say about a share to a business.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Near {
    /// There is none.
    Nothing,
    /// These are its terms.
    Here(TermsFlags),
    /// The index of shares says.
    Elsewhere,
}

impl Default for AssetSlot {
    fn default() -> Self {
        Self {
            number: Numbered::OTHER.number,
            word: Numbered::OTHER.word,
            hash: 0,
            index: NONE,
            owner: HolderIx::NOBODY,
            to: [NONE; SHARES],
            holders: [NONE; ROOM],
            shared: [ShortTerms::default(); SHARES],
            given: [ShortTerms::default(); ROOM],
            kind: WordId(u16::MAX),
            marks: AssetMarks::default(),
        }
    }
}

impl Slot for AssetSlot {
    type Slots = [Self; 254];

    fn hash(&self) -> u64 {
        spread(self.hash)
    }

    fn is_vacant(&self) -> bool {
        self.index == NONE
    }
}

/// Returns a hash of which all bits are good, from as much of one as a slot has room for.
#[inline]
pub(crate) const fn spread(hash: u32) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    (hash as u64).wrapping_mul(ODD)
}

impl AssetSlot {
    /// Returns the slot of an asset of which nothing is known but its id.
    pub(crate) fn named(index: u32, hash: u32, id: Numbered) -> Self {
        Self {
            number: id.number,
            word: id.word,
            hash,
            index,
            ..Self::default()
        }
    }

    /// Is this whole id the asset's?
    #[inline]
    pub(crate) const fn is(&self, id: Numbered) -> bool {
        (self.number == id.number) & (self.word == id.word)
    }

    /// May a text that is no whole [`Numbered`] be the id of the asset? Its row says so.
    #[inline]
    pub(crate) const fn may_be_other(&self, hash: u32) -> bool {
        self.word == Numbered::OTHER.word && self.hash == hash && self.index != NONE
    }

    /// Is it the first slot of this asset?
    #[inline]
    pub(crate) const fn is_first_of(&self, index: u32) -> bool {
        self.index == index && self.word != SECOND
    }

    /// Is it the second slot of this asset?
    #[inline]
    pub(crate) const fn is_second_of(&self, index: u32) -> bool {
        self.index == index && self.word == SECOND
    }

    /// Notes a share; returns whether there was room for it.
    fn note_share(&mut self, place: usize, to: u32, terms: TermsFlags) -> bool {
        let bit = |flag, bit| if terms.has(flag) { bit } else { 0 };
        let bits = bit(TermsFlags::TIMED, TIMED) | bit(TermsFlags::PENDING, PENDING);
        let places = (self.to.get_mut(place), self.shared.get_mut(place));
        let (Some(noted), Some(shared)) = places else {
            return false;
        };
        let Some(short) = ShortTerms::new(terms.terms(), bits) else {
            return false;
        };
        (*noted, *shared) = (to, short);
        true
    }

    /// No branches: to whom something is shared is as good as random.
    #[inline]
    const fn noted(&self, business: u32) -> Noted {
        let ([one, two], [of_one, of_two]) = (self.to, self.shared);
        let (one, two) = (one == business, two == business);
        Noted {
            places: one as u32 | (two as u32) << 1,
            shared: ShortTerms((of_one.0 * one as u16) | (of_two.0 * two as u16)),
        }
    }

    /// Returns which of the assignments are the holder's, a bit each.
    #[inline]
    fn places_of(&self, holder: HolderIx) -> u32 {
        let places = self.holders.iter().enumerate();
        places.fold(0, |found, (place, one)| {
            found | u32::from(*one == holder.0) << place
        })
    }
}

/// The slots of an asset: one, or two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AssetSlots<'d> {
    pub(crate) first: &'d AssetSlot,
    pub(crate) second: Option<&'d AssetSlot>,
}

impl<'d> AssetSlots<'d> {
    /// Returns the noted assignments of a holder: the business each goes through, and its terms.
    /// None of them ends by itself.
    #[inline]
    pub(crate) fn given_to(self, holder: HolderIx) -> impl Iterator<Item = (u32, u32)> + use<'d> {
        let mut found = self.places_of(holder);
        std::iter::from_fn(move || {
            let place = (found != 0).then(|| found.trailing_zeros())?;
            found &= found - 1;
            let (way, terms) = self.given(place);
            Some((self.via(way), terms))
        })
    }

    /// Returns which of the noted assignments are the holder's, a bit each.
    #[inline]
    pub(crate) fn places_of(self, holder: HolderIx) -> u32 {
        let there = self.second.map_or(0, |slot| slot.places_of(holder));
        self.first.places_of(holder) | there << ROOM
    }

    /// Returns the way and the terms of a noted assignment, by its place; of any, if there is none.
    #[inline]
    pub(crate) fn given(self, place: u32) -> (Way, u32) {
        let place = place as usize;
        let slot = match self.second {
            Some(second) if place >= ROOM => second,
            _ => self.first,
        };
        let given = slot.given.get(place % ROOM).copied().unwrap_or_default();
        (Way(given.bits()), given.terms())
    }

    fn via(self, way: Way) -> u32 {
        let [one, two] = self.first.to;
        let beyond = self.second.map(|second| second.to);
        match (way, beyond) {
            (Way::STRAIGHT, _) => NONE,
            (Way::OWNER, _) => self.first.owner.as_business().unwrap_or(NONE),
            (Way(2), _) => one,
            (Way(3), _) => two,
            (Way(4), Some([three, _])) => three,
            (Way(5), Some([_, four])) => four,
            _ => NONE,
        }
    }

    /// Returns what is noted of a share to a business.
    #[inline]
    pub(crate) fn noted(self, business: u32) -> Noted {
        let mut noted = self.first.noted(business);
        if let Some(second) = self.second {
            let more = second.noted(business);
            noted.places |= more.places << SHARES;
            noted.shared.0 |= more.shared.0;
        }
        noted
    }

    /// Returns what they say about a share to a business.
    #[inline]
    pub(crate) fn share_to(self, business: u32) -> Near {
        let noted = self.noted(business);
        if noted.is_there() {
            Near::Here(noted.terms())
        } else if self.first.marks.has(AssetMarks::CROWDED) {
            Near::Elsewhere
        } else {
            Near::Nothing
        }
    }
}

impl Noted {
    #[inline]
    pub(crate) const fn is_there(self) -> bool {
        self.places != 0
    }

    /// Returns the way through the business: a partner, if there is a share.
    #[inline]
    pub(crate) const fn way(self) -> Way {
        if self.is_there() {
            Way::partner(self.places.trailing_zeros())
        } else {
            Way::OUTSIDE
        }
    }

    #[inline]
    pub(crate) const fn terms(self) -> TermsFlags {
        let flags = (self.shared.bits() as u32) << TermsFlags::TIMED.trailing_zeros();
        TermsFlags::new(self.shared.terms(), flags)
    }
}

/// The slots of an asset, being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AssetNotes {
    pub(crate) first: AssetSlot,
    pub(crate) second: AssetSlot,
}

impl AssetNotes {
    pub(crate) fn new(first: AssetSlot) -> Self {
        let second = AssetSlot {
            word: SECOND,
            hash: first.hash,
            index: first.index,
            ..AssetSlot::default()
        };
        Self { first, second }
    }

    /// Returns the second slot if something is noted there.
    pub(crate) fn second(&self) -> Option<AssetSlot> {
        (*self != Self::new(self.first)).then_some(self.second)
    }

    /// Notes a share; returns whether there was room for it.
    pub(crate) fn note_share(&mut self, place: usize, to: u32, terms: TermsFlags) -> bool {
        match place.checked_sub(SHARES) {
            None => self.first.note_share(place, to, terms),
            Some(place) => self.second.note_share(place, to, terms),
        }
    }

    /// Notes an assignment that does not end; returns whether there was room for it. One goes through
    /// nobody, the owner or a partner, nearly always.
    pub(crate) fn note(&mut self, place: usize, holder: HolderIx, via: u32, terms: u32) -> bool {
        let partners = self.first.to.iter().chain(&self.second.to);
        let way = match via {
            NONE => Some(Way::STRAIGHT),
            via if self.first.owner == HolderIx::business(via) => Some(Way::OWNER),
            via => (0..)
                .zip(partners)
                .find(|(_, to)| **to == via)
                .map(|(place, _)| Way::partner(place)),
        };
        let (slot, place) = match place.checked_sub(ROOM) {
            None => (&mut self.first, place),
            Some(place) => (&mut self.second, place),
        };
        let places = (slot.holders.get_mut(place), slot.given.get_mut(place));
        let (Some(way), (Some(noted), Some(given))) = (way, places) else {
            return false;
        };
        let Some(short) = ShortTerms::new(terms, way.0) else {
            return false;
        };
        (*noted, *given) = (holder.0, short);
        true
    }

    /// Forgets all noted assignments.
    pub(crate) fn forget(&mut self) {
        for slot in [&mut self.first, &mut self.second] {
            slot.holders = [NONE; ROOM];
            slot.given = [ShortTerms::default(); ROOM];
        }
    }
}

// The bits of short terms are the flags of long ones, side by side.
const _: () = assert!(TermsFlags::PENDING == TermsFlags::TIMED << 1 && PENDING == TIMED << 1);
// A line of the cache each, so that a decision waits for one.
const _: () = assert!(size_of::<TokenSlot>() == 64);
const _: () = assert!(size_of::<AssetSlot>() == 64);
