//! `/oauth/access_token`: a token becomes a new one before it ends.

use ::meta::{Call, GraphError};
use ::oauth::Form;
use ::oauth::client::Claimed;
use ::oauth::form::encoded;
use commands::{Command, ExchangeToken, RefreshToken};
use serde_json::{Value, json};

use super::{Place, deed};
use crate::app::App;

const GRANTS: [&str; 2] = ["fb_exchange_token", "client_credentials"];

pub(super) async fn answer(app: &App, call: &Call) -> Result<Value, GraphError> {
    let client = call.params.text("client_id");
    let client = client.ok_or_else(|| GraphError::new(400, 101, "Missing client_id parameter."))?;
    let secret = call.params.need("client_secret")?;
    match call.params.text("grant_type").as_deref() {
        Some("fb_exchange_token") => {}
        Some("client_credentials") => return own(app, &client, &secret).await,
        Some(other) => return Err(GraphError::not_one_of("grant_type", &GRANTS, other)),
        None => return Err(GraphError::missing("grant_type")),
    }
    let token = call.params.need("fb_exchange_token")?;
    let place = Place::find(app, &token)?;
    must_be(app, &place, &client, &secret)?;
    place.asker.must_live(app.installation.now())?;
    let id = place.asker.token.id.clone();
    let rules = place.directory()?.rulebook().rules(0);
    let kinds = &rules.token_kinds;
    let kind = kinds
        .iter()
        .find(|kind| kind.name == place.asker.token.kind);
    let exchanged = kind.is_some_and(|kind| kind.exchanges_for.is_some());
    let command: Command = if exchanged {
        ExchangeToken {
            token: id,
            id: None,
        }
        .into()
    } else {
        RefreshToken {
            token: id,
            id: None,
        }
        .into()
    };
    let answer = deed::give(app, &place, call, &token, &command).await?;
    let made = answer.secret.ok_or_else(GraphError::internal)?;
    let now = app.installation.now();
    let end = Place::find(app, &made)?.asker.token.expires;
    let life = end.map(|end| end.duration_since(now).as_secs().max(0));
    Ok(match life {
        Some(life) => json!({ "access_token": made, "token_type": "bearer", "expires_in": life }),
        None => json!({ "access_token": made, "token_type": "bearer" }),
    })
}

/// The app's own token, in whichever realm knows the app under this secret.
async fn own(app: &App, client: &str, secret: &str) -> Result<Value, GraphError> {
    let view = app.installation.view();
    let realms: Vec<String> = view
        .state
        .iter()
        .filter(|(_, directory)| directory.rulebook().name == super::RULEBOOK)
        .map(|(realm, _)| realm.as_str().to_owned())
        .collect();
    for realm in realms {
        let made = crate::oauth::of_the_client(app, &realm, client, secret).await;
        if let Ok(made) = made {
            let secret = made.get("access_token").and_then(Value::as_str);
            return Ok(json!({ "access_token": secret, "token_type": "bearer" }));
        }
    }
    Err(wrong_secret())
}

fn wrong_secret() -> GraphError {
    GraphError::new(400, 1, "Error validating client secret.")
}

/// The client is the app of the token, and proves it with the app's secret. A wrong secret sounds the
/// same whether there is such an app or not.
fn must_be(app: &App, place: &Place, client: &str, secret: &str) -> Result<(), GraphError> {
    let wrong = wrong_secret;
    let form = encoded([("client_id", client), ("client_secret", secret)]);
    let form = Form::parse(form.as_bytes()).map_err(|_| wrong())?;
    let claimed = Claimed::of(None, &form).map_err(|_| wrong())?;
    let kept = node::realms::app_secret::find(app.installation.store(), &place.realm, &claimed.app);
    let kept = kept.map_err(|_| GraphError::internal())?;
    let grant = place.asker.grant.as_ref();
    let own = grant.is_some_and(|grant| grant.app == claimed.app);
    claimed.verify(own, kept).map_err(|_| wrong())?;
    Ok(())
}
