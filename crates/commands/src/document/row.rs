//! A row of a section: what turns it into a fact, and back.

use std::collections::BTreeMap;

use engine::AssetId;
use engine::fact::{Fact, TextDigest};

use super::check::Check;

/// A row of a section.
pub(crate) trait Row: Sized {
    /// The fact it stands for.
    type Fact;

    /// Returns what names the row for people.
    fn item(&self) -> String;

    /// Returns the fact, noting every mistake; nothing only if a mistake leaves no fact.
    fn fact(&self, check: &mut Check<'_>) -> Option<Fact>;

    /// Returns the row for a fact.
    fn of(fact: &Self::Fact, export: &Export<'_>) -> Self;
}

/// What rows are written from, besides their fact.
pub(crate) struct Export<'a> {
    /// The kinds of the assets, to write terms short.
    pub(crate) kinds: BTreeMap<&'a AssetId, &'a str>,
    /// The texts by digest; nothing for one that was erased.
    pub(crate) text: &'a dyn Fn(&TextDigest) -> Option<String>,
}

impl Export<'_> {
    pub(crate) fn text(&self, digest: Option<&TextDigest>) -> Option<String> {
        digest.and_then(self.text)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
pub(crate) const fn is_false(value: &bool) -> bool {
    !*value
}
