//! Ids: one type per kind of thing, text for ever after.
//!
//! Platform ids stay text: `17841400000000001` is above 2^53, and a reader in JavaScript would
//! round it.

mod numbered;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use numbered::Numbered;

/// The longest id, in bytes.
pub const LONGEST_ID: usize = 128;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// There is nothing.
    #[error("an id cannot be empty")]
    Empty,
    /// Longer than [`LONGEST_ID`].
    #[error("an id has at most {LONGEST_ID} bytes, `{0}…` has more")]
    TooLong(String),
    /// White space or control characters.
    #[error("an id has no white space or control characters: `{0}`")]
    Character(String),
    /// The prefix that says what kind of thing it is, is missing or not known.
    #[error("`{text}` does not say what it is: write {expected}")]
    Prefix {
        /// What was given.
        text: String,
        /// What would do.
        expected: &'static str,
    },
}

/// Returns the text if it can be an id.
pub(crate) fn checked(text: &str) -> Result<&str, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > LONGEST_ID {
        return Err(IdError::TooLong(text.chars().take(32).collect()));
    }
    // Plain text, as nearly all ids are, is seen at a glance.
    let plain = text
        .bytes()
        .fold(true, |all, byte| all & byte.is_ascii_graphic());
    if !plain && text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(IdError::Character(text.escape_debug().to_string()));
    }
    Ok(text)
}

macro_rules! as_text {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                checked(text).map(|text| Self::new(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                checked(&text)?;
                Ok(Self::new(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Returns the id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn new(text: Box<str>) -> Self {
                Self(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        as_text! { $name }
    )*};
}

/// Ids that questions are found by: they keep what of them fits into a few bytes, so that who asks
/// often reads the text once.
macro_rules! numbered_id {
    ($(#[doc = $doc:literal] $name:ident;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            text: Box<str>,
            /// Follows from the text.
            numbered: Numbered,
        }

        impl $name {
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

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.text.into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.text).finish()
            }
        }

        as_text! { $name }
    )*};
}

numbered_id! {
    #[doc = "An asset, as its platform writes it: `act_1`, a Page's number, …"] AssetId;
    #[doc = "A person."] PersonId;
}

id! {
    #[doc = "A business."] BusinessId;
    #[doc = "A system user."] SystemUserId;
    #[doc = "A group or project of assets."] GroupId;
    #[doc = "An app."] AppId;
    #[doc = "What a holder let an app do."] GrantId;
    #[doc = "A token's public id; never its secret."] TokenId;
    #[doc = "A mandate."] MandateId;
    #[doc = "An invitation into a business."] InvitationId;
    #[doc = "A change that a tool proposed."] ProposalId;
    #[doc = "A request for access."] RequestId;
    #[doc = "An employee known elsewhere, mapped to assets."] DelegateId;
}

macro_rules! reference {
    ($(#[doc = $doc:literal])* $name:ident, $expected:literal, { $($(#[doc = $vdoc:literal])* $variant:ident($id:ty) = $prefix:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name {
            $($(#[doc = $vdoc])* $variant($id),)*
        }

        impl $name {
            /// Returns what it is and its id, as in `person` and `ana`.
            #[must_use]
            pub fn parts(&self) -> (&'static str, &str) {
                match self { $(Self::$variant(id) => ($prefix, id.as_str()),)* }
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                $(if let Some(id) = text.strip_prefix(concat!($prefix, ":")) {
                    return Ok(Self::$variant(id.parse()?));
                })*
                Err(IdError::Prefix { text: text.chars().take(64).collect(), expected: $expected })
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(reference: $name) -> Self {
                reference.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (prefix, id) = self.parts();
                write!(f, "{prefix}:{id}")
            }
        }
    };
}

reference! {
    #[doc = "Who can hold access. Written `person:ana`."]
    Holder, "`person:ID`, `system_user:ID`, `business:ID` or `app:ID`", {
        #[doc = "A human being."] Person(PersonId) = "person",
        #[doc = "An automated account of a business."] SystemUser(SystemUserId) = "system_user",
        #[doc = "The business account itself."] Business(BusinessId) = "business",
        #[doc = "An app."] App(AppId) = "app",
    }
}

reference! {
    #[doc = "Who owns an asset or app: one business or one person. Written `business:9001`."]
    Owner, "`business:ID` or `person:ID`", {
        #[doc = "A business."] Business(BusinessId) = "business",
        #[doc = "A person who has no business."] Person(PersonId) = "person",
    }
}

reference! {
    #[doc = "What can be shared and assigned. Written `asset:act_1`."]
    AssetOrGroup, "`asset:ID` or `group:ID`", {
        #[doc = "One asset."] Asset(AssetId) = "asset",
        #[doc = "All assets of a group."] Group(GroupId) = "group",
    }
}

impl From<Owner> for Holder {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Business(id) => Self::Business(id),
            Owner::Person(id) => Self::Person(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_what_it_writes() {
        for text in ["person:ana", "system_user:su-1", "business:9001", "app:7"] {
            assert_eq!(text.parse::<Holder>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_id_says_why() {
        assert_eq!("".parse::<AssetId>(), Err(IdError::Empty));
        assert!(matches!(
            "a b".parse::<AssetId>(),
            Err(IdError::Character(_))
        ));
        assert!(matches!(
            "x".repeat(129).parse::<AssetId>(),
            Err(IdError::TooLong(_))
        ));
        let error = "ana".parse::<Holder>().unwrap_err();
        assert!(error.to_string().contains("write `person:ID`"), "{error}");
    }
}
