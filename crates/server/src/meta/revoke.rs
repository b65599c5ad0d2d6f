//! `/oauth/revoke`: ends one token at once.

use ::meta::{Call, GraphError, Method};
use commands::RevokeToken;
use engine::fact::Digest;
use serde_json::{Value, json};

use super::{Place, app_token, deed, exchange, proof};
use crate::app::App;

/// Four things must be of one app: its id, its secret, the token that asks and the one that ends. Of a
/// token of another app nobody learns whether there is one.
pub(super) async fn answer(app: &App, call: &Call) -> Result<Value, GraphError> {
    if call.method != Method::Get {
        return Err(GraphError::unsupported_method(call.method.word()));
    }
    let client = call.params.text("client_id");
    let client = client.ok_or_else(|| GraphError::new(400, 101, "Missing client_id parameter."))?;
    let secret = call.params.need("client_secret")?;
    let asks = call.params.text("access_token");
    let asks = asks.ok_or_else(|| GraphError::no_token(false))?;
    let named = asks;
    let asks = app_token::meant(app, &named).await?;
    let place = Place::find(app, &asks)?;
    let mut place = proof::looked_at(app, place, call, &named).await?;
    exchange::must_be(app, &place, &client, &secret)?;
    place.proof = engine::Proof::Valid;
    place.asker.must_live(app.installation.now())?;
    let ends = call.params.need("revoke_token")?;
    let other = Place::find(app, &Digest::of(&ends)).ok().filter(|other| {
        let app_of = |place: &Place| place.asker.grant.as_ref().map(|grant| grant.app.clone());
        other.realm == place.realm && app_of(other) == app_of(&place)
    });
    let unknown = || GraphError::invalid("Invalid token to revoke").blaming("revoke_token");
    let other = other.ok_or_else(unknown)?;
    let command = RevokeToken {
        token: other.asker.token.id.clone(),
        reason: None,
    };
    deed::give(app, &place, call, &command.into()).await?;
    // A text, as the platform writes it here.
    Ok(json!({ "success": "true" }))
}
