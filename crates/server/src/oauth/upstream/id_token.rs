//! What a provider says of somebody who signed in there, once it is certain that it is the provider
//! who says it, of now, to us, to this browser.

use engine::fact::{Digest, Identity};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::Value;

use super::ring_keys;

/// How far the provider's clock may be from ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// The longest token, in bytes.
const LONGEST: usize = 64 << 10;

/// Who may say it, and to whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// What we asked to hear again.
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Why a token is not believed. For the log: a person is told nothing of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum IdTokenError {
    #[error("the ID token is too long")]
    Long,
    #[error("the ID token is none, or has a header nobody may use")]
    Header(#[source] jsonwebtoken::errors::Error),
    #[error("the ID token is signed in a way that is not taken here")]
    Algorithm,
    #[error("the ID token is signed with a key the provider does not publish")]
    Key,
    #[error("the ID token is not for us, not of the provider, or not signed by it")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    #[error("the ID token is over, or not yet valid")]
    Time,
    #[error("the ID token is for others too")]
    Audience,
    #[error("the ID token answers another request")]
    Nonce,
    #[error("the ID token names nobody")]
    Subject,
}

/// Who signed in, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) identity: Identity,
    /// The ways in which the provider made sure of it.
    pub(super) ways: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: OneOrMany,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    azp: Option<String>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn is_only(&self, expected: &str) -> bool {
        match self {
            Self::One(one) => one == expected,
            Self::Many(many) => many.len() == 1 && many.iter().all(|one| one == expected),
        }
    }
}

/// Returns who signed in. `keys`: what the provider publishes.
///
/// Source: OpenID Connect Core 1.0 section 3.1.3.7.
pub(super) fn verified(
    token: &str,
    keys: &[Jwk],
    expected: Expected<'_>,
) -> Result<Told, IdTokenError> {
    ring_keys::install();
    if token.len() > LONGEST {
        return Err(IdTokenError::Long);
    }
    let header = jsonwebtoken::decode_header(token).map_err(IdTokenError::Header)?;
    if !ring_keys::is_known(header.alg) || header.crit.is_some() {
        return Err(IdTokenError::Algorithm);
    }
    let key = key_for(&header, keys).ok_or(IdTokenError::Key)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are compared below, with the clock that everything here goes by.
    validation.validate_exp = false;
    let decoded = jsonwebtoken::decode::<Claims>(token, &key, &validation);
    let claims = decoded.map_err(IdTokenError::Invalid)?.claims;
    let to_us = claims
        .azp
        .as_deref()
        .is_none_or(|azp| azp == expected.client_id);
    if !claims.aud.is_only(expected.client_id) || !to_us {
        return Err(IdTokenError::Audience);
    }
    if !is_of_now(&claims, expected.now) {
        return Err(IdTokenError::Time);
    }
    let nonce = claims.nonce.as_deref().unwrap_or("");
    if !Digest::of(nonce).is(&Digest::of(expected.nonce)) {
        return Err(IdTokenError::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(IdTokenError::Subject);
    }
    Ok(Told {
        identity: Identity {
            issuer: expected.issuer.to_owned(),
            subject: claims.sub,
        },
        ways: claims.amr.into_iter().chain(claims.acr).collect(),
    })
}

fn is_of_now(claims: &Claims, now: Timestamp) -> bool {
    let now = now.as_duration().as_secs_f64();
    let skew = SKEW.as_secs_f64();
    let began = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    // Comparisons with what is no number are false.
    claims.exp + skew > now && began - skew <= now && claims.exp > claims.iat
}

/// Returns the key that a header names, or the only one that fits if it names none.
fn key_for(header: &Header, keys: &[Jwk]) -> Option<DecodingKey> {
    let fits = |key: &&Jwk| {
        let common = &key.common;
        let named = header.kid.is_none() || common.key_id == header.kid;
        let signs = !matches!(
            common.public_key_use,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
        );
        let algorithm = common.key_algorithm.map(|algorithm| algorithm.to_string());
        let same = algorithm.is_none_or(|algorithm| algorithm == name_of(header.alg));
        let shared = matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
        let family =
            DecodingKey::from_jwk(key).is_ok_and(|key| key.family() == header.alg.family());
        named && signs && same && !shared && family
    };
    let mut fitting = keys.iter().filter(fits);
    let first = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    DecodingKey::from_jwk(first).ok()
}

fn name_of(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

/// Returns the keys of a key set that can be read. One of an unknown kind spoils no other.
pub(super) fn keys(set: &Value) -> Vec<Jwk> {
    let keys = set.get("keys").and_then(Value::as_array);
    let keys = keys.into_iter().flatten();
    keys.filter_map(|key| serde_json::from_value(key.clone()).ok())
        .collect()
}
