//! What is told of a token: `debug_token`.

use engine::fact::{Digest, Grant, Token};
use engine::{AssetId, Holder};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::page_token::page_of;
use crate::sight::{Asker, PAGE, Sight};

/// Returns what is told of the token that a call brings beside its own. Both must be of one app.
///
/// Errors: the other token is missing; it is unknown, or of another app, which sounds the same.
pub fn debug(sight: &Sight<'_>, call: &Call) -> Result<Value, GraphError> {
    let shown = call.params.need("input_token")?;
    let digest = call.asks_about.unwrap_or_else(|| Digest::of(&shown));
    let unknown = || {
        let message = "Invalid OAuth access token - Cannot parse access token";
        json!({ "data": {
            "is_valid": false,
            "scopes": [],
            "error": { "code": 190, "message": message },
        } })
    };
    let Some(other) = Asker::find(sight.directory, &digest) else {
        return Ok(unknown());
    };
    let app = |asker: &Asker| asker.grant.as_ref().map(|grant| grant.app.clone());
    if app(&other).is_none() || app(&other) != app(sight.asker) {
        return Ok(unknown());
    }
    let mut data = Map::new();
    if let Some(grant) = &other.grant {
        of_grant(sight, &mut data, grant, &other.token);
    }
    data.insert("issued_at".into(), other.token.issued.as_second().into());
    let end = other.token.expires.map_or(0, jiff::Timestamp::as_second);
    data.insert("expires_at".into(), end.into());
    data.insert("data_access_expires_at".into(), 0.into());
    let live = other.must_live(sight.now);
    data.insert("is_valid".into(), live.is_ok().into());
    if let Err(error) = live {
        let subcode = error.subcode.unwrap_or_default();
        let told = json!({ "code": error.code, "message": error.message, "subcode": subcode });
        data.insert("error".into(), told);
    }
    Ok(json!({ "data": data }))
}

fn of_grant(sight: &Sight<'_>, data: &mut Map<String, Value>, grant: &Grant, token: &Token) {
    let kind = match (&grant.holder, token.kind.as_str()) {
        (_, PAGE) => "PAGE",
        (Holder::SystemUser(_), _) => "SYSTEM_USER",
        (Holder::App(_), _) => "APP",
        _ => "USER",
    };
    let app = crate::node::Node::find(sight.directory, grant.app.as_str());
    let name = match &app {
        Some(crate::node::Node::App(app)) => sight.name(app.name.as_ref(), app.id.as_str()),
        _ => grant.app.to_string(),
    };
    let granular: Vec<Value> = grant
        .scopes
        .iter()
        .map(|scope| match grant.targets.get(scope) {
            Some(targets) => {
                let ids: Vec<&str> = targets.iter().map(AssetId::as_str).collect();
                json!({ "scope": scope, "target_ids": ids })
            }
            None => json!({ "scope": scope }),
        })
        .collect();
    data.insert("app_id".into(), grant.app.as_str().into());
    data.insert("type".into(), kind.into());
    data.insert("application".into(), name.into());
    data.insert("scopes".into(), json!(grant.scopes));
    data.insert("granular_scopes".into(), Value::Array(granular));
    if let Some(page) = page_of(grant).filter(|_| kind == "PAGE") {
        data.insert("profile_id".into(), page.as_str().into());
    }
    if kind != "APP" {
        data.insert("user_id".into(), grant.holder.parts().1.into());
    }
}
