//! `/oauth/access_token`: a code becomes a token, and a token a new one before it ends.

use ::meta::{Call, GraphError};
use ::oauth::Form;
use ::oauth::client::Claimed;
use ::oauth::form::encoded;
use commands::{Command, ExchangeToken, RefreshToken};
use engine::fact::Digest;
use serde_json::{Value, json};

use super::{Place, deed, dialog};
use crate::app::App;
use crate::oauth::{CodeRefused, of_the_code};

const GRANTS: [&str; 3] = [
    "authorization_code",
    "fb_exchange_token",
    "client_credentials",
];

pub(super) async fn answer(app: &App, call: &Call) -> Result<Value, GraphError> {
    let client = call.params.text("client_id");
    let client = client.ok_or_else(|| GraphError::new(400, 101, "Missing client_id parameter."))?;
    let secret = call.params.need("client_secret")?;
    if !dialog::is_known(app, &client) {
        return Err(dialog::no_app());
    }
    match call.params.text("grant_type").as_deref() {
        Some("fb_exchange_token") => {}
        Some("client_credentials") => return own(app, &client, &secret).await,
        Some("authorization_code") | None => return of_code(app, call, &client, &secret).await,
        Some(other) => return Err(GraphError::not_one_of("grant_type", &GRANTS, other)),
    }
    let token = call.params.need("fb_exchange_token")?;
    let mut place = Place::find(app, &Digest::of(&token))?;
    must_be(app, &place, &client, &secret)?;
    // Whoever shows the secret itself could make any proof of it.
    place.proof = engine::Proof::Valid;
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
    let answer = deed::give(app, &place, call, &command).await?;
    let made = answer.secret.ok_or_else(GraphError::internal)?;
    let now = app.installation.now();
    let end = Place::find(app, &Digest::of(&made))?.asker.token.expires;
    let life = end.map(|end| end.duration_since(now).as_secs().max(0));
    Ok(match life {
        Some(life) => json!({ "access_token": made, "token_type": "bearer", "expires_in": life }),
        None => json!({ "access_token": made, "token_type": "bearer" }),
    })
}

/// The token that a person's consent in the dialog brings.
async fn of_code(app: &App, call: &Call, client: &str, secret: &str) -> Result<Value, GraphError> {
    let code = call.params.need("code")?;
    let back = call.params.need("redirect_uri")?;
    let mut refused = CodeRefused::Client;
    for (realm, _) in dialog::realms_of(app, client) {
        match of_the_code(app, &realm, (client, secret), (&code, &back)).await {
            Ok(made) => {
                let mut body = json!({
                    "access_token": made.get("access_token"),
                    "token_type": "bearer",
                });
                if let (Some(body), Some(life)) = (body.as_object_mut(), made.get("expires_in")) {
                    body.insert("expires_in".into(), life.clone());
                }
                return Ok(body);
            }
            // An app of the same id in another realm may be the one that is meant.
            Err(CodeRefused::Client | CodeRefused::NoApp) => {}
            Err(other) => refused = other,
        }
    }
    Err(of_refused_code(refused))
}

/// Source: platform docs, errors of the login flow.
fn of_refused_code(refused: CodeRefused) -> GraphError {
    let code = |subcode: u32, message: &str| GraphError::new(400, 100, message).sub(subcode);
    match refused {
        CodeRefused::NoApp => dialog::no_app(),
        CodeRefused::Client => wrong_secret(),
        CodeRefused::Unknown => code(36009, "Invalid verification code format."),
        CodeRefused::Used => code(36009, "This authorization code has been used."),
        CodeRefused::Over => code(36007, "This authorization code has expired."),
        CodeRefused::OtherAddress => code(
            36008,
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used \
             in the OAuth dialog request",
        ),
        CodeRefused::Told(status, _) if status >= 500 => GraphError::internal(),
        CodeRefused::Told(_, error) => GraphError::coded(403, 200, "Permissions error")
            .saying("Not granted", &error.description),
    }
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
pub(super) fn must_be(
    app: &App,
    place: &Place,
    client: &str,
    secret: &str,
) -> Result<(), GraphError> {
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
