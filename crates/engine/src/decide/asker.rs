//! Who asks, as far as names have been looked up.

use rulebook::{Rulebook, Rules, TokenKindId};

use super::Consent;
use crate::fact::Digest;
use crate::id::{AppId, Holder, Numbered, PersonId};
use crate::request::{Assumed, Credential};

/// By which credential a question is asked.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// A token, known by the digest of its secret.
    Token(&'a Digest),
    /// A token described.
    Assumed(&'a Assumed),
    /// The same, its names looked up.
    Told(&'a Told),
    /// Somebody signed in first-party.
    Holder(&'a Holder),
}

/// A token described, its names looked up in a rulebook: what a caller with many questions keeps. Means
/// nothing under another rulebook.
#[derive(Debug, Clone)]
pub struct Told {
    pub(super) holder: Holder,
    pub(super) app: AppId,
    /// Of the app. Here, so that its text need not be read.
    pub(super) numbered: Numbered,
    pub(super) names: Names,
}

/// What a rulebook makes of the names of a token described.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) consent: Consent,
    pub(super) kind: Option<TokenKindId>,
}

impl<'a> From<&'a Credential> for Asker<'a> {
    fn from(credential: &'a Credential) -> Self {
        match credential {
            Credential::Token(digest) => Self::Token(digest),
            Credential::Assumed(assumed) => Self::Assumed(assumed),
            Credential::Holder(holder) => Self::Holder(holder),
        }
    }
}

impl<'a> Asker<'a> {
    /// Returns the person who asks, if it is told that a person does.
    #[inline]
    pub(super) const fn person(self) -> Option<&'a PersonId> {
        let holder = match self {
            Self::Token(_) => return None,
            Self::Assumed(assumed) => &assumed.holder,
            Self::Told(told) => &told.holder,
            Self::Holder(holder) => holder,
        };
        match holder {
            Holder::Person(id) => Some(id),
            _ => None,
        }
    }
}

impl Told {
    /// Returns the description with its names looked up. Scopes the rulebook does not know are left
    /// out.
    #[must_use]
    pub fn of(assumed: &Assumed, rulebook: &Rulebook) -> Self {
        Self {
            holder: assumed.holder.clone(),
            app: assumed.app.clone(),
            numbered: Numbered::of(assumed.app.as_str()),
            names: Names::of(assumed, rulebook.rules(0)),
        }
    }
}

impl Names {
    #[inline]
    pub(super) fn of(assumed: &Assumed, rules: &Rules) -> Self {
        let scopes = assumed.scopes.iter();
        let known = scopes.filter_map(|scope| rules.names.permission(scope));
        Self {
            consent: Consent::to(known.collect(), rules),
            kind: rules.names.token_kind(&assumed.kind),
        }
    }
}
