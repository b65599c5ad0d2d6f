//! Rows about grants, tokens, and who was shown which secret.

use std::collections::BTreeMap;
use std::fmt;

use engine::fact::{Digest, Disclosure, EndReason, Fact, Grant, Renewal, Token};
use engine::{AppId, AssetId, GrantId, Holder, PersonId, TokenId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row};
use super::schema;
use super::word::word;

/// What a holder let an app do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: GrantId,
    /// Who gave it, and for whom the app acts.
    #[schemars(with = "schema::HolderText")]
    pub holder: Holder,
    /// The app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// The scopes given.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The scopes asked for and declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<String>,
    /// Per scope, the only assets it was given for; scopes left out reach all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Vec<schema::Id>>")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
    /// The wider grant it was narrowed from. It ends with that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub from: Option<GrantId>,
}

impl Row for GrantRow {
    type Fact = Grant;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.holder("holder", &self.holder);
        check.known("app", Of::App, self.app.as_str());
        for scope in &self.scopes {
            check.scope("scopes", scope);
        }
        for scope in &self.declined {
            check.scope("declined", scope);
        }
        for (scope, assets) in &self.targets {
            check.scope("targets", scope);
            for asset in assets {
                check.known("targets", Of::Asset, asset.as_str());
            }
        }
        if let Some(from) = &self.from {
            check.known("from", Of::Grant, from.as_str());
        }
        Some(Fact::Grant(Grant {
            id: self.id.clone(),
            holder: self.holder.clone(),
            app: self.app.clone(),
            scopes: self.scopes.clone(),
            declined: self.declined.clone(),
            targets: self.targets.clone(),
            from: self.from.clone(),
        }))
    }

    fn of(fact: &Grant, _: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            holder: fact.holder.clone(),
            app: fact.app.clone(),
            scopes: fact.scopes.clone(),
            declined: fact.declined.clone(),
            targets: fact.targets.clone(),
            from: fact.from.clone(),
        }
    }
}

/// A token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRow {
    /// Its public id.
    #[schemars(with = "schema::Id")]
    pub id: TokenId,
    /// The SHA-256 of its secret, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::DigestText>")]
    pub digest: Option<Digest>,
    /// …the secret itself: in test files only. Never written back.
    #[serde(default, skip_serializing)]
    pub secret: Option<String>,
    /// What it may do.
    #[schemars(with = "schema::Id")]
    pub grant: GrantId,
    /// A kind of the rulebook.
    pub kind: String,
    /// When it was issued.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub issued: Timestamp,
    /// When its life is over, or `never`. Left out: the life of its kind after it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::MomentOrNever>")]
    pub expires: Option<Expires>,
    /// Why it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReasonRow>,
    /// Whose role it brings where the rulebook asks for the associated user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub associated_user: Option<PersonId>,
}

impl fmt::Debug for TokenRow {
    /// Prints no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRow")
            .field("id", &self.id)
            .field("grant", &self.grant)
            .field("kind", &self.kind)
            .field("issued", &self.issued)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// When the life of a token is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expires {
    /// At this time.
    At(Timestamp),
    /// It has no end of its own.
    Never,
}

impl Serialize for Expires {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(at) => serializer.collect_str(at),
            Self::Never => serializer.serialize_str("never"),
        }
    }
}

impl<'de> Deserialize<'de> for Expires {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "never" {
            return Ok(Self::Never);
        }
        text.parse().map(Self::At).map_err(|_| {
            D::Error::custom(format!(
                "`{text}` is no time as 2026-01-31T12:00:00Z and not `never`"
            ))
        })
    }
}

word! {
    #[doc = "Why a token was ended before its time."]
    EndReasonRow for EndReason {
        #[doc = "Somebody revoked it."] Revoked,
        #[doc = "A new one took its place."] Rotated,
        #[doc = "The person changed the password."] PasswordChanged,
        #[doc = "The person removed the app."] AppRemoved,
        #[doc = "The holder lost the role it stood on."] RoleLost,
        #[doc = "Its code or refresh token was used twice."] Reused,
    }
}

impl TokenRow {
    fn secret_or_digest(&self, check: &mut Check<'_>) -> Option<Digest> {
        let digest = match (&self.secret, self.digest) {
            (Some(secret), None) => Some(Digest::of(secret)),
            (None, Some(digest)) => Some(digest),
            (None, None) => {
                let hint = "write `digest:`, the SHA-256 of the secret in hexadecimal, or `secret:` in a test file";
                check.wrong(
                    "digest",
                    "a token needs the digest of its secret",
                    Some(hint),
                );
                None
            }
            (Some(_), Some(_)) => {
                check.wrong(
                    "secret",
                    "there is a digest as well",
                    Some("leave one of them out"),
                );
                None
            }
        };
        digest.inspect(|digest| check.unused(*digest))
    }

    /// What is left out is filled in from the life of the kind, so that forgetting it never makes an endless token.
    fn end(&self, life_s: Option<u64>) -> Option<Timestamp> {
        match self.expires {
            Some(Expires::At(at)) => Some(at),
            Some(Expires::Never) => None,
            None => {
                let life = i64::try_from(life_s?).unwrap_or(i64::MAX);
                let end = self
                    .issued
                    .checked_add(jiff::SignedDuration::from_secs(life));
                Some(end.unwrap_or(Timestamp::MAX))
            }
        }
    }
}

impl Row for TokenRow {
    type Fact = Token;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        // A token that has ended stays known when its grant is gone.
        if self.ended.is_none() {
            check.known("grant", Of::Grant, self.grant.as_str());
        }
        let life_s = check.token_life_s("kind", &self.kind);
        if let Some(person) = &self.associated_user {
            check.known("associated_user", Of::Person, person.as_str());
        }
        Some(Fact::Token(Token {
            id: self.id.clone(),
            digest: self.secret_or_digest(check)?,
            grant: self.grant.clone(),
            kind: self.kind.clone(),
            issued: self.issued,
            expires: self.end(life_s),
            ended: self.ended.map(Into::into),
            associated_user: self.associated_user.clone(),
        }))
    }

    fn of(fact: &Token, _: &Export<'_>) -> Self {
        Self {
            id: fact.id.clone(),
            digest: Some(fact.digest),
            secret: None,
            grant: fact.grant.clone(),
            kind: fact.kind.clone(),
            issued: fact.issued,
            expires: Some(fact.expires.map_or(Expires::Never, Expires::At)),
            ended: fact.ended.map(Into::into),
            associated_user: fact.associated_user.clone(),
        }
    }
}

/// A secret that was shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisclosureRow {
    /// The token whose secret was shown.
    #[schemars(with = "schema::Id")]
    pub token: TokenId,
    /// To whom.
    #[schemars(with = "schema::Id")]
    pub to: PersonId,
    /// When.
    #[serde(deserialize_with = "moment::read")]
    #[schemars(with = "schema::Moment")]
    pub at: Timestamp,
}

impl Row for DisclosureRow {
    type Fact = Disclosure;

    fn item(&self) -> String {
        format!("{} to {}", self.token, self.to)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("token", Of::Token, self.token.as_str());
        check.known("to", Of::Person, self.to.as_str());
        Some(Fact::Disclosure(Disclosure {
            token: self.token.clone(),
            to: self.to.clone(),
            at: self.at,
        }))
    }

    fn of(fact: &Disclosure, _: &Export<'_>) -> Self {
        Self {
            token: fact.token.clone(),
            to: fact.to.clone(),
            at: fact.at,
        }
    }
}

/// A token that is renewed by itself before it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewalRow {
    /// The token.
    #[schemars(with = "schema::Id")]
    pub token: TokenId,
    /// How many days before its end.
    pub days_before: u32,
}

impl Row for RenewalRow {
    type Fact = Renewal;

    fn item(&self) -> String {
        self.token.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("token", Of::Token, self.token.as_str());
        Some(Fact::Renewal(Renewal {
            token: self.token.clone(),
            days_before: self.days_before,
        }))
    }

    fn of(fact: &Renewal, _: &Export<'_>) -> Self {
        Self {
            token: fact.token.clone(),
            days_before: fact.days_before,
        }
    }
}
