//! The id of an asset, and what of it fits into a few bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, checked};

/// An asset, as its platform writes it: `act_1`, a Page's number, …
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetId {
    text: Box<str>,
    /// Follows from the text. Here, so that who asks often about one asset reads it once.
    numbered: Numbered,
}

impl AssetId {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[inline]
    pub(crate) const fn numbered(&self) -> Numbered {
        self.numbered
    }

    fn new(text: Box<str>) -> Self {
        let numbered = Numbered::of(&text);
        Self { text, numbered }
    }
}

impl FromStr for AssetId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        checked(text).map(|text| Self::new(text.into()))
    }
}

impl TryFrom<String> for AssetId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        checked(&text)?;
        Ok(Self::new(text.into()))
    }
}

impl From<AssetId> for String {
    fn from(id: AssetId) -> Self {
        id.text.into()
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AssetId").field(&self.text).finish()
    }
}

/// An id that is a short word and a number, as those of most platforms are: `act_1234567890`.
///
/// Two texts have the same one only if they are equal, or if neither can be told so: [`Self::OTHER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Numbered {
    pub(crate) number: u64,
    /// The bytes before the number, then zeros.
    pub(crate) word: u32,
}

/// Digits that a `u64` has room for, whatever they are.
const DIGITS: usize = 19;

impl Numbered {
    /// Any other id. Its word is no text.
    pub(crate) const OTHER: Self = Self {
        number: 0,
        word: u32::MAX,
    };

    pub(crate) fn of(text: &str) -> Self {
        Self::read(text).unwrap_or(Self::OTHER)
    }

    fn read(text: &str) -> Option<Self> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (before, digits) = text.split_at_checked(text.len() - digits)?;
        // A second way to write the same number would be a second id.
        let padded = digits.len() > 1 && digits.starts_with('0');
        if digits.len() > DIGITS || padded || before.contains('\0') {
            return None;
        }
        let mut word = [0; size_of::<u32>()];
        word.get_mut(..before.len())?
            .copy_from_slice(before.as_bytes());
        Some(Self {
            number: digits.parse().ok()?,
            word: u32::from_le_bytes(word),
        })
    }

    /// Is it the whole id?
    #[inline]
    pub(crate) const fn is_whole(self) -> bool {
        self.word != Self::OTHER.word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_and_a_number_are_kept_whole() {
        for (text, word, number) in [
            ("act_1", *b"act_", 1),
            ("0", [0; 4], 0),
            ("549755885175", [0; 4], 549_755_885_175),
            (
                "act_9999999999999999999",
                *b"act_",
                9_999_999_999_999_999_999,
            ),
            ("ü7", [0xC3, 0xBC, 0, 0], 7),
        ] {
            let word = u32::from_le_bytes(word);
            assert_eq!(Numbered::of(text), Numbered { number, word }, "{text}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            "act_",
            "act_01",
            "00",
            "page_1",
            "10000000000000000000",
            "1a",
            "a\u{0}1",
            "٣",
        ] {
            assert_eq!(Numbered::of(text), Numbered::OTHER, "{text}");
            assert!(!Numbered::of(text).is_whole());
        }
    }
}
