//! `POST /oauth/{realm}/revoke`: 200 whatever the token was. Source: RFC 7009.

use ::oauth::Form;
use ::oauth::introspect::{find, is_live};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use commands::{RevokeGrant, RevokeToken};
use engine::fact::{Digest, EndReason};
use rulebook::OauthGrant;

use super::answer::{self, Refused};
use super::client;
use super::place::{Place, waiting};
use super::work::{Behalf, new_id, run};
use crate::app::App;

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let answered = async {
        let authorization = client::authorization(request.headers())?;
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || revoke(&place, authorization.as_deref(), &form)).await
    };
    match answered.await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refused) => refused.into_response(),
    }
}

fn revoke(place: &Place, authorization: Option<&str>, form: &Form) -> Result<(), Refused> {
    let client = client::verified(place, authorization, form)?;
    let digest = Digest::of(form.need("token")?);
    let directory = place.directory()?;
    let found = find(directory, &digest).filter(|(_, grant)| grant.app == client.app);
    let Some((token, grant)) = found.filter(|(token, _)| is_live(token, place.now)) else {
        return Ok(());
    };
    let kinds = &directory.rulebook().rules(0).token_kinds;
    let renews = kinds
        .iter()
        .any(|kind| kind.name == token.kind && kind.oauth.contains(&OauthGrant::RefreshToken));
    // Whoever gives up the token that renews the others gives them all up.
    let command = match renews {
        true => RevokeGrant {
            grant: grant.id.clone(),
            reason: Some(EndReason::Revoked),
            scopes: Vec::new(),
        }
        .into(),
        false => RevokeToken {
            token: token.id,
            reason: None,
        }
        .into(),
    };
    let behalf = Behalf {
        holder: grant.holder,
        app: Some(client.app),
        second_factor: true,
    };
    // Refused means that somebody else was first.
    run(place, &behalf, &new_id(), command, Vec::new()).map(drop)
}
