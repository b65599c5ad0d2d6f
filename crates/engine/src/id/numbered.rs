//! What of an id fits into a few bytes: nearly always all of it.

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
        let bytes = text.as_bytes();
        let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit());
        let (before, digits) = bytes.split_at_checked(bytes.len() - digits.count())?;
        // A second way to write the same number would be a second id.
        let padded = digits.len() > 1 && digits.starts_with(b"0");
        let short = before.len() <= size_of::<u32>() && !before.contains(&0);
        if !(1..=DIGITS).contains(&digits.len()) || padded || !short {
            return None;
        }
        let digits = digits.iter().map(|digit| u64::from(digit - b'0'));
        let before = before.iter().map(|byte| u32::from(*byte));
        Some(Self {
            number: digits.fold(0, |number, digit| number * 10 + digit),
            word: before.rfold(0, |word, byte| word << u8::BITS | byte),
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
