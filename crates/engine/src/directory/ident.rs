//! An id as rows keep it: short ones in place, so that finding a thing by its id ends in its row.

use std::fmt;

const IN_PLACE: usize = 22;

/// The text of an id. Up to 22 bytes lie in place.
#[derive(Clone)]
pub(crate) enum Ident {
    Short(u8, [u8; IN_PLACE]),
    Long(Box<str>),
}

impl Ident {
    pub(crate) fn new(text: &str) -> Self {
        let mut bytes = [0; IN_PLACE];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self::Short(length, bytes)
            }
            _ => Self::Long(text.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // INVARIANT: the bytes come from a `str` of this length.
            Self::Short(..) => std::str::from_utf8(self.as_bytes()).unwrap_or(""),
            Self::Long(text) => text,
        }
    }

    /// Returns the bytes of the text, in whose order ids are: nobody looks whether they are text.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short(length, bytes) => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(text) => text.as_bytes(),
        }
    }

    /// Returns how the text begins, as a number of 15 bytes: where two of these differ, they are in
    /// the order of the ids.
    #[inline]
    pub(crate) fn begins(&self) -> u128 {
        // A short one is filled up with zeros, and a long one has more bytes than this.
        let first = match self {
            Self::Short(_, bytes) => bytes.first_chunk(),
            Self::Long(text) => text.as_bytes().first_chunk(),
        };
        first.map_or(0, |first| u128::from_be_bytes(*first) >> 8)
    }

    #[inline]
    pub(crate) fn is(&self, text: &str) -> bool {
        match self {
            Self::Short(length, bytes) => {
                usize::from(*length) == text.len()
                    && bytes.get(..text.len()) == Some(text.as_bytes())
            }
            Self::Long(long) => **long == *text,
        }
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_ids_read_back() {
        for text in ["", "act_1", &"x".repeat(22), &"x".repeat(23), "ünïcode-äöü"] {
            let ident = Ident::new(text);
            assert_eq!(ident.as_str(), text);
            assert!(ident.is(text));
            assert_eq!(ident.as_bytes(), text.as_bytes());
            assert!(!ident.is("other"));
        }
        assert_eq!(std::mem::size_of::<Ident>(), 24);
    }

    #[test]
    fn beginnings_are_in_the_order_of_ids_as_far_as_they_go() {
        let long = "x".repeat(40);
        let ids = [
            "",
            "u1",
            "u10",
            "u2",
            "x",
            &long[..14],
            &long[..15],
            "z",
            "ä",
        ];
        for pair in ids.windows(2) {
            let [one, two] = [pair[0], pair[1]].map(|id| Ident::new(id).begins());
            assert!(one < two, "{pair:?}");
        }
        for same in [&long[..16], &long[..22], &long[..23], &long] {
            assert_eq!(Ident::new(same).begins(), Ident::new(&long[..15]).begins());
        }
    }
}
