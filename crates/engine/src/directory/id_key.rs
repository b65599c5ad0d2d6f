//! An id as slots keep it, and as it is looked for.

use super::slots::spread;
use crate::id::Numbered;

/// An id, if it is a whole [`Numbered`], and its hash.
///
/// Two ids have the same key only if they are equal, or if neither is whole: then a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct IdKey {
    number: u64,
    word: u32,
    hash: u32,
}

impl IdKey {
    #[inline]
    pub(crate) const fn new(id: Numbered, hash: u32) -> Self {
        let Numbered { number, word } = id;
        Self { number, word, hash }
    }

    /// Is it the key of this one id and of no other?
    #[inline]
    pub(crate) const fn is_whole(self) -> bool {
        self.word != Numbered::OTHER.word
    }

    /// Returns the hash under which slots with it are found.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        spread(self.hash)
    }
}

impl Default for IdKey {
    fn default() -> Self {
        Self::new(Numbered::OTHER, 0)
    }
}
