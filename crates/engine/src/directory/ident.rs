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
            Self::Short(length, bytes) => bytes
                .get(..usize::from(*length))
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or(""),
            Self::Long(text) => text,
        }
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
            assert!(!ident.is("other"));
        }
        assert_eq!(std::mem::size_of::<Ident>(), 24);
    }
}
