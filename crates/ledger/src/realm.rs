//! The realm of an entry: one platform with its rulebook.

use std::fmt;

/// The name of a realm, as text. The ledger only keeps it apart; what it means is the directory's.
///
/// One to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm(Box<str>);

/// The text cannot name a realm.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot name a realm: 1 to 64 visible ASCII characters are expected")]
pub struct RealmError(String);

impl Realm {
    /// Returns the realm of that name. Errors: empty, longer than 64, or with a character that is
    /// not visible ASCII.
    pub fn parse(name: &str) -> Result<Self, RealmError> {
        if (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(name.into()));
        }
        Err(RealmError(name.to_owned()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Realm;

    #[test]
    fn names_are_short_and_visible() {
        assert_eq!(Realm::parse("meta").unwrap().as_str(), "meta");
        for name in ["", "a b", "é", "a\n", &"x".repeat(65)] {
            assert!(Realm::parse(name).is_err(), "{name}");
        }
    }
}
