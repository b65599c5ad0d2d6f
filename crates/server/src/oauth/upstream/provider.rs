//! What we ask of a provider: where it is, its keys, and what a code of its stands for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::oauth::form::encoded;
use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use ureq::{Agent, Body};

use super::id_token::{self, Expected, IdTokenError, Told};
use crate::upstream::{Upstream, is_private_on_the_way};

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 512 << 10;
/// How long what it publishes is kept.
const KEPT: SignedDuration = SignedDuration::from_mins(5);

/// A provider, and what it published last.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(super) settings: Upstream,
    agent: Agent,
    published: Mutex<Option<Arc<Published>>>,
}

#[derive(Debug)]
struct Published {
    at: Timestamp,
    metadata: Metadata,
    keys: Vec<Jwk>,
}

/// Source: OpenID Connect Discovery 1.0 section 3, RFC 9207 section 3.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Why a provider did not tell who somebody is. For the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderError {
    #[error("the provider could not be asked at `{url}`")]
    Unreachable {
        url: String,
        #[source]
        source: Box<ureq::Error>,
    },
    #[error("the provider answered with status {status} at `{url}`")]
    Status { url: String, status: u16 },
    #[error("what the provider answered at `{url}` could not be read")]
    Answer {
        url: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("the provider calls itself `{0}`")]
    Issuer(String),
    #[error("the provider names an address that is not safe: `{0}`")]
    Address(String),
    #[error("somebody else answered for the provider")]
    MixedUp,
    #[error(transparent)]
    IdToken(IdTokenError),
}

/// What binds a request to a browser.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) callback: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: &'a str,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Provider {
    pub(crate) fn new(settings: Upstream) -> Self {
        let agent = Agent::config_builder()
            // The secret goes where the provider says, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            settings,
            agent: agent.new_agent(),
            published: Mutex::default(),
        }
    }

    /// Returns what people call it.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Returns where a browser is sent to sign in.
    pub(super) fn address(
        &self,
        bound: Bound<'_>,
        state: &str,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let published = self.published(now, SignedDuration::ZERO)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(bound.verifier));
        let query = encoded([
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", bound.callback),
            ("scope", "openid"),
            ("state", state),
            ("nonce", bound.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let endpoint = &published.metadata.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{query}"))
    }

    /// Is it this provider that answers? `issuer`: what the answer says of itself, if it does.
    pub(super) fn answers(
        &self,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        let published = self.published(now, SignedDuration::ZERO)?;
        let metadata = &published.metadata;
        match issuer {
            Some(issuer) if issuer == metadata.issuer => Ok(()),
            None if !metadata.authorization_response_iss_parameter_supported => Ok(()),
            _ => Err(ProviderError::MixedUp),
        }
    }

    /// Returns who came back with a code.
    pub(super) fn who(
        &self,
        code: &str,
        bound: Bound<'_>,
        now: Timestamp,
    ) -> Result<Told, ProviderError> {
        let published = self.published(now, SignedDuration::ZERO)?;
        let tokens: Tokens = self.tokens(&published.metadata, code, bound)?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: bound.nonce,
            now,
        };
        match id_token::verified(&tokens.id_token, &published.keys, expected) {
            // It may have taken a new key into use since.
            Err(IdTokenError::Key) => {
                let newest = self.published(now, KEPT)?;
                id_token::verified(&tokens.id_token, &newest.keys, expected)
            }
            told => told,
        }
        .map_err(ProviderError::IdToken)
    }

    fn tokens(
        &self,
        metadata: &Metadata,
        code: &str,
        bound: Bound<'_>,
    ) -> Result<Tokens, ProviderError> {
        let settings = &self.settings;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", bound.callback),
            ("code_verifier", bound.verifier),
        ];
        let ways = metadata.token_endpoint_auth_methods_supported.as_deref();
        let takes = |way: &str| ways.is_some_and(|ways| ways.iter().any(|one| one == way));
        let url = &metadata.token_endpoint;
        let request = self
            .agent
            .post(url)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded");
        // Basic is what a provider that says nothing takes.
        let request = if takes("client_secret_post") && !takes("client_secret_basic") {
            fields.push(("client_id", &settings.client_id));
            fields.push(("client_secret", &settings.secret.0));
            request
        } else {
            request.header(
                "Authorization",
                basic(&settings.client_id, &settings.secret.0),
            )
        };
        read(url, request.send(encoded(fields)))
    }

    /// Returns what the provider publishes; asked anew if what is kept is older than five minutes
    /// less `sooner`.
    fn published(
        &self,
        now: Timestamp,
        sooner: SignedDuration,
    ) -> Result<Arc<Published>, ProviderError> {
        let kept = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(kept) = kept.filter(|kept| now.duration_since(kept.at) < KEPT - sooner) {
            return Ok(kept);
        }
        let issuer = &self.settings.issuer;
        let base = issuer.strip_suffix('/').unwrap_or(issuer);
        let metadata: Metadata = self.get(&format!("{base}/.well-known/openid-configuration"))?;
        if metadata.issuer != *issuer {
            return Err(ProviderError::Issuer(metadata.issuer));
        }
        for address in [
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.jwks_uri,
        ] {
            let uri = address.parse::<Uri>().ok();
            if !uri.is_some_and(|uri| is_private_on_the_way(&uri)) {
                return Err(ProviderError::Address(address.clone()));
            }
        }
        let set: Value = self.get(&metadata.jwks_uri)?;
        let published = Arc::new(Published {
            at: now,
            keys: id_token::keys(&set),
            metadata,
        });
        let mut kept = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Arc::clone(&published));
        drop(kept);
        Ok(published)
    }

    fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, ProviderError> {
        read(
            url,
            self.agent
                .get(url)
                .header("Accept", "application/json")
                .call(),
        )
    }
}

/// Both halves are written as in a form first. Source: RFC 6749 section 2.3.1.
fn basic(client_id: &str, secret: &str) -> String {
    let written = |text: &str| encoded([("", text)]).split_off(1);
    let pair = format!("{}:{}", written(client_id), written(secret));
    format!("Basic {}", STANDARD.encode(pair))
}

fn read<T: DeserializeOwned>(
    url: &str,
    answer: Result<ureq::http::Response<Body>, ureq::Error>,
) -> Result<T, ProviderError> {
    let unreachable = |source| ProviderError::Unreachable {
        url: url.to_owned(),
        source: Box::new(source),
    };
    let mut answer = answer.map_err(unreachable)?;
    let status = answer.status().as_u16();
    if status != 200 {
        let url = url.to_owned();
        return Err(ProviderError::Status { url, status });
    }
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec();
    let body = body.map_err(unreachable)?;
    serde_json::from_slice(&body).map_err(|source| ProviderError::Answer {
        url: url.to_owned(),
        source,
    })
}
