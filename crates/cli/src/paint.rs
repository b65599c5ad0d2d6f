//! Colour, where somebody looks. Never the only sign of anything: a word or mark stands beside it.

/// What a colour means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Paint {
    /// Allowed, done, right.
    Good,
    /// Denied, failed, wrong.
    Bad,
    /// Less important.
    Faint,
    /// A heading.
    Strong,
}

impl Paint {
    /// Returns the text in colour.
    pub(crate) fn on(self, text: &str) -> String {
        let code = match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Faint => "2",
            Self::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
