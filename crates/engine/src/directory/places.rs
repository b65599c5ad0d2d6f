//! The places of a plain person in businesses, as slots say them again.

use super::index::NONE;
use super::rows::{ALWAYS, MemberMarks, PersonRow};
use super::words::WordId;

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

    pub(super) const fn new(places: [PlaceIn; 2]) -> Self {
        Self(places)
    }

    /// Returns them with what is vacant.
    #[inline]
    pub(crate) const fn all(&self) -> &[PlaceIn; 2] {
        &self.0
    }

    /// Returns them: all there are, in the order they came.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &PlaceIn> + Clone {
        self.0.iter().filter(|place| place.business != NONE)
    }
}
