//! The slot of a person: who has an id, and the places of a plain person in businesses.
//!
//! A question that says who asks and brings no token finds here what the slot of a token would have
//! said, by the id alone.

use super::id_key::IdKey;
use super::index::{HolderIx, NONE};
use super::places::{PlaceIn, Places};
use super::rows::MemberMarks;
use super::words::WordId;
use crate::table::Slot;

/// A slot of the index of people's ids: the person, and all the places if they are few and do not end.
///
/// INVARIANT: says what the person's row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct PersonSlot {
    pub(crate) key: IdKey,
    /// The person's number, with [`SEATED`]; [`NONE`] when vacant.
    person: u32,
    /// In which there is a place, or [`NONE`].
    businesses: [u32; 2],
    roles: [ShortRole; 2],
}

/// Beside the person's number: a plain person, all of whose places are in the slot.
const SEATED: u32 = 1 << 31;

/// A role in a business, and what is to be known of the business. A directory has few different roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ShortRole(u16);

impl ShortRole {
    /// Returns nothing if there is no room for the number of the role.
    fn of(place: &PlaceIn) -> Option<Self> {
        let role = place.role.0;
        let bits = u16::from(place.marks.bits());
        (role.leading_zeros() >= MemberMarks::BITS)
            .then_some(Self(role << MemberMarks::BITS | bits))
    }

    #[inline]
    const fn in_business(self, business: u32) -> PlaceIn {
        let bits = self.0 & ((1 << MemberMarks::BITS) - 1);
        PlaceIn {
            business,
            role: WordId(self.0 >> MemberMarks::BITS),
            marks: MemberMarks::from_bits(bits as u8),
        }
    }
}

impl Default for PersonSlot {
    fn default() -> Self {
        Self {
            key: IdKey::default(),
            person: NONE,
            businesses: [NONE; 2],
            roles: [ShortRole::default(); 2],
        }
    }
}

impl Slot for PersonSlot {
    type Slots = [Self; 510];

    fn hash(&self) -> u64 {
        self.key.hash()
    }

    fn is_vacant(&self) -> bool {
        self.person == NONE
    }
}

impl PersonSlot {
    /// Returns the slot of a person of whom nothing is known but the id.
    pub(crate) fn named(index: u32, key: IdKey) -> Self {
        Self {
            key,
            person: index,
            ..Self::default()
        }
    }

    /// Returns the person's number.
    #[inline]
    pub(crate) const fn index(&self) -> u32 {
        self.person & !SEATED
    }

    #[inline]
    pub(crate) const fn holder(&self) -> HolderIx {
        HolderIx::person(self.index())
    }

    /// Returns the places of a plain person; nothing of anybody else: the row says.
    #[inline]
    pub(crate) fn places(&self) -> Option<Places> {
        let [one, two] = self.businesses;
        let [in_one, in_two] = self.roles;
        let places = Places::new([in_one.in_business(one), in_two.in_business(two)]);
        (self.person & SEATED != 0).then_some(places)
    }

    /// Returns the slot of the same person in these places, if there is room for them.
    pub(crate) fn seated(mut self, places: &Places) -> Option<Self> {
        let room = self.businesses.iter_mut().zip(&mut self.roles);
        for ((business, role), place) in room.zip(places.iter()) {
            (*business, *role) = (place.business, ShortRole::of(place)?);
        }
        self.person |= SEATED;
        Some(self)
    }
}

// Two in a line of the cache, and none in two lines.
const _: () = assert!(size_of::<PersonSlot>() == 32);

#[cfg(test)]
mod tests {
    use super::*;

    fn place(business: u32, role: u16, marks: u8) -> PlaceIn {
        PlaceIn {
            business,
            role: WordId(role),
            marks: MemberMarks::from_bits(marks),
        }
    }

    fn seated(places: [PlaceIn; 2]) -> Option<Places> {
        let slot = PersonSlot::named(7, IdKey::default());
        let slot = slot.seated(&Places::new(places))?;
        assert_eq!(slot.holder(), HolderIx::person(7));
        slot.places()
    }

    #[test]
    fn places_read_back() {
        let nowhere = PlaceIn::default();
        for places in [
            [nowhere, nowhere],
            [place(0, 0, 0), nowhere],
            [place(3, 8_191, MemberMarks::PARENT), place(5, 1, 7)],
        ] {
            let read = seated(places).unwrap();
            assert!(read.iter().eq(Places::new(places).iter()), "{places:?}");
        }
    }

    #[test]
    fn a_role_without_room_leaves_the_places_to_the_row() {
        assert_eq!(seated([place(3, 8_192, 0), PlaceIn::default()]), None);
        assert_eq!(PersonSlot::named(7, IdKey::default()).places(), None);
    }
}
