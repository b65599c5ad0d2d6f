//! Grants, tokens, disclosures.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AppId, AssetId, GrantId, Holder, PersonId, TokenId};

/// What a holder let an app do. Every token points to one, so that one change narrows them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who gave it, and for whom the app acts.
    pub holder: Holder,
    /// The app.
    pub app: AppId,
    /// The scopes given.
    pub scopes: Vec<String>,
    /// The scopes asked for and declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<String>,
    /// Per scope, the only assets it was given for; scopes left out reach all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
    /// The wider grant it was narrowed from. It ends with that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<GrantId>,
}

impl Grant {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> GrantId {
        self.id.clone()
    }
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its public id.
    pub id: TokenId,
    /// SHA-256 of its secret.
    pub digest: Digest,
    /// What it may do.
    pub grant: GrantId,
    /// A kind of the rulebook.
    pub kind: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// When its life is over; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Why it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReason>,
    /// Whose role it brings where the rulebook asks for the associated user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_user: Option<PersonId>,
}

/// Why a token was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Somebody revoked it.
    Revoked,
    /// A new one took its place.
    Rotated,
    /// The person changed the password.
    PasswordChanged,
    /// The person removed the app.
    AppRemoved,
    /// The holder lost the role it stood on.
    RoleLost,
    /// Its code or refresh token was used twice: somebody else may hold it.
    Reused,
}

impl Token {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> TokenId {
        self.id.clone()
    }
}

/// A token that is renewed by itself before it ends: the sweep gets a new one under the same grant,
/// and keeps its secret sealed until it is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The token.
    pub token: TokenId,
    /// How many days before its end.
    pub days_before: u32,
}

impl Renewal {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> TokenId {
        self.token.clone()
    }
}

/// SHA-256 of a secret. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Returns the digest of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(secret.as_bytes()).into())
    }

    /// Are they the same? Takes the same time whatever the answer.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// A text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct DigestError;

impl TryFrom<String> for Digest {
    type Error = DigestError;
    fn try_from(text: String) -> Result<Self, DigestError> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| DigestError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| DigestError)?;
        }
        Ok(Self(bytes))
    }
}

/// A secret that was shown to a person: it stays known when the person leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// The token whose secret was shown.
    pub token: TokenId,
    /// To whom.
    pub to: PersonId,
    /// When.
    pub at: Timestamp,
}

/// What names a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosureKey {
    /// The token.
    pub token: TokenId,
    /// The person.
    pub to: PersonId,
}

impl Disclosure {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> DisclosureKey {
        DisclosureKey {
            token: self.token.clone(),
            to: self.to.clone(),
        }
    }
}
