//! Permissions, features and the tokens that carry them.

use serde::Deserialize;

use super::{HolderKind, Name, When};

/// `[scope.NAME]` and `[feature.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// For people.
    pub label: String,
    /// Whoever has this has these too.
    #[serde(default)]
    pub implies: Vec<Name>,
    /// Needs a review for Advanced Access.
    #[serde(default)]
    pub review: bool,
    /// Can an app give it up?
    #[serde(default = "yes")]
    pub removable: bool,
    /// Where the rule comes from.
    pub source: String,
}

const fn yes() -> bool {
    true
}

/// `[token_kind.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenKind {
    /// For people.
    pub label: String,
    /// Who can hold one.
    pub holders: Vec<HolderKind>,
    /// Its life in seconds; left out, it does not end by itself.
    #[serde(default)]
    pub life_s: Vec<Life>,
    /// Can it be refreshed while alive?
    #[serde(default)]
    pub refreshable: bool,
    /// Does a refresh end the old one at once? Otherwise it lives on to its own end.
    #[serde(default)]
    pub refresh_ends_old: bool,
    /// The kind of longer life it can be exchanged for.
    #[serde(default)]
    pub exchanges_for: Option<Name>,
    /// Does it end when the person who holds it changes the password?
    #[serde(default)]
    pub ends_with_password: bool,
    /// Does it end when the app gets a new secret?
    #[serde(default)]
    pub ends_with_secret: bool,
    /// Is its secret kept, sealed, and shown again to whoever asks with what it was cut from?
    #[serde(default)]
    pub shown_again: bool,
    /// A kind of asset: it ends when its holder loses the last role on one it is for.
    #[serde(default)]
    pub ends_with_role_on: Option<Name>,
    /// The only scopes it can carry; empty for all.
    #[serde(default)]
    pub scopes: Vec<Name>,
    /// Used only where an operation names it.
    #[serde(default)]
    pub only_where_named: bool,
    /// The OAuth grants by which one is had, where the platform speaks OAuth.
    #[serde(default)]
    pub oauth: Vec<OauthGrant>,
    /// Where the rule comes from.
    pub source: String,
}

/// How a token is asked for in OAuth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OauthGrant {
    /// With the code that stands for a person's consent.
    AuthorizationCode,
    /// It is the one that renews the others.
    RefreshToken,
    /// With the credentials of the app alone.
    ClientCredentials,
    /// In exchange for a wider one.
    TokenExchange,
    /// With a code of the platform's own login dialog, or from the dialog itself.
    Dialog,
}

/// A life in seconds under a switch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// Seconds; 0 stands for "may be issued without an end".
    pub seconds: u64,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}
