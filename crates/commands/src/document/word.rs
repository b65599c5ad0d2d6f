//! Words of a file that stand for a choice in a fact.

/// Makes the word, and the ways to the fact's choice and back.
macro_rules! word {
    ($(#[doc = $doc:literal])* $name:ident for $fact:ident { $($(#[doc = $vdoc:literal])* $variant:ident,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[doc = $vdoc])* $variant,)*
        }

        impl From<$name> for $fact {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant,)* }
            }
        }

        impl From<$fact> for $name {
            fn from(fact: $fact) -> Self {
                match fact { $($fact::$variant => Self::$variant,)* }
            }
        }
    };
    ($(#[doc = $doc:literal])* $name:ident for $fact:ident, left out: $default:ident { $($rest:tt)* }) => {
        word! { $(#[doc = $doc])* $name for $fact { $($rest)* } }

        impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        }
    };
}

pub(crate) use word;
