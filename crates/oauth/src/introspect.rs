//! What is told of a token to whoever may know. Source: RFC 7662.

use engine::fact::{Digest, Fact, Grant, Key, Token};
use engine::{AppId, Directory};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::details;
use crate::issuer::Issuer;
use crate::scope;

/// Who asks about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker<'a> {
    /// An app, about its own tokens.
    App(&'a AppId),
    /// Somebody who may ask about everything in the realm.
    Everything,
}

/// Returns a token by its digest, with its grant, also when it has ended; nothing if there is none.
#[must_use]
pub fn find(directory: &Directory, digest: &Digest) -> Option<(Token, Grant)> {
    let token = directory.token_with(digest)?;
    match directory.fact(&Key::Grant(token.grant.clone())) {
        Some(Fact::Grant(grant)) => Some((token, grant)),
        _ => None,
    }
}

/// Is a token good for anything at `now`?
#[must_use]
pub fn is_live(token: &Token, now: Timestamp) -> bool {
    token.ended.is_none() && token.expires.is_none_or(|end| end > now)
}

/// Returns what is told of a token. Of one that is unknown, over or somebody else's nothing but that
/// it is not active.
#[must_use]
pub fn told(
    directory: &Directory,
    digest: &Digest,
    asker: Asker<'_>,
    issuer: &Issuer,
    now: Timestamp,
) -> Value {
    let inactive = json!({ "active": false });
    let Some((token, grant)) = find(directory, digest) else {
        return inactive;
    };
    let may_know = match asker {
        Asker::App(app) => grant.app == *app,
        Asker::Everything => true,
    };
    if !may_know || !is_live(&token, now) {
        return inactive;
    }
    let details = (!grant.targets.is_empty()).then(|| details::of_targets(&grant.targets));
    crate::without_nulls(json!({
        "active": true,
        "scope": scope::text(&grant.scopes),
        "client_id": grant.app,
        "sub": grant.holder,
        "aud": issuer.resource(),
        "iss": issuer.to_string(),
        "iat": token.issued.as_second(),
        "jti": token.id,
        "token_type": "Bearer",
        "token_kind": token.kind,
        "exp": token.expires.map(jiff::Timestamp::as_second),
        "authorization_details": details,
    }))
}
