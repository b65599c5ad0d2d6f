//! `POST /oauth/{realm}/token`.

mod dialog;
mod own;

use ::oauth::client::Client;
use ::oauth::code::{Code, MEMORY, Redeemed, no_such_code};
use ::oauth::form::encoded;
use ::oauth::introspect::{find, is_live};
use ::oauth::token::{Exchange, Issued, Redemption, TokenRequest};
use ::oauth::{ErrorCode, Form, OauthError, details};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use commands::{Command, GrantOrToken, IssueToken, NarrowGrant, RedeemConsent, RenewTokens};
use engine::fact::{Digest, EndReason, Grant};
use engine::{Directory, Holder};
use ledger::Version;
use ledger::row::{Expect, RowKey, RowWrite, Table};
use rulebook::{HolderKind, OauthGrant, TokenKind};
use serde_json::Value;

pub(crate) use dialog::{CodeRefused, of_the_code};

use super::answer::{self, Refused};
use super::client::{self, may_act};
use super::place::{Place, waiting};
use super::work::{Behalf, Came, end_reused, new_id, run};
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
        waiting(move || tokens(&place, authorization.as_deref(), &form)).await
    };
    match answered.await {
        Ok(body) => answer::json(200, &body),
        Err(refused) => refused.into_response(),
    }
}

/// A client's own credentials become a token of its own: for the door that writes this otherwise.
///
/// Errors: OAuth's, with their status.
pub(crate) async fn of_the_client(
    app: &App,
    realm: &str,
    id: &str,
    secret: &str,
) -> Result<Value, (u16, OauthError)> {
    let place = Place::find(app, realm).map_err(Refused::told)?;
    let form = encoded([("client_id", id), ("client_secret", secret)]);
    let form = Form::parse(form.as_bytes()).map_err(|error| Refused::from(error).told())?;
    let made = waiting(move || {
        let client = client::verified(&place, None, &form)?;
        own::own(&place, &client, None, None)
    });
    made.await.map_err(Refused::told)
}

/// Returns the row of a code.
pub(super) fn code_key(place: &Place, code: &Digest) -> RowKey {
    RowKey::new(
        Table::Code,
        &format!("code/{}/{code}", place.realm.as_str()),
    )
}

fn tokens(place: &Place, authorization: Option<&str>, form: &Form) -> Result<Value, Refused> {
    let client = client::verified(place, authorization, form)?;
    let rules = place.directory()?.rulebook().rules(0);
    match TokenRequest::read(form, rules, &place.issuer)? {
        TokenRequest::Code(redemption) => redeem(place, &client, &redemption),
        TokenRequest::Refresh { token, scopes } => renew(place, &client, &token, scopes),
        TokenRequest::OwnCredentials {
            system_user,
            scopes,
        } => own::own(place, &client, system_user, scopes),
        TokenRequest::Exchange(exchange) => narrow(place, &client, &exchange),
    }
}

/// A code becomes a grant and its tokens, and is used up by it: in one entry with its row, or not at
/// all.
fn redeem(place: &Place, client: &Client, redemption: &Redemption) -> Result<Value, Refused> {
    let known = known_code(place, &redemption.code)?;
    let (code, version) = known.ok_or_else(no_such_code)?;
    let holder = Holder::Person(code.person.clone());
    match code.redeem(redemption, client, place.now) {
        Redeemed::Refused(error) => return Err(error.into()),
        Redeemed::Replayed => {
            end_reused(place, &holder, &code.app, &code.grant);
            return Err(no_such_code().into());
        }
        Redeemed::Good => {}
    }
    grant_for(place, (&code, version), &redemption.code, None)
}

/// Returns what a code stands for, and its row's version.
fn known_code(place: &Place, code: &Digest) -> Result<Option<(Code, Version)>, Refused> {
    let row = place.installation.store().row(&code_key(place, code));
    let row = row.map_err(Refused::internal)?;
    Ok(row.and_then(|row| {
        let code: Code = serde_json::from_slice(&row.value).ok()?;
        Some((code, row.version))
    }))
}

/// Makes of a good code what it is good for. `kind`: which kind of token, where it is not the usual.
fn grant_for(
    place: &Place,
    (code, version): (&Code, Version),
    digest: &Digest,
    kind: Option<String>,
) -> Result<Value, Refused> {
    let holder = Holder::Person(code.person.clone());
    as_grant(may_act(
        place,
        &code.app,
        &holder,
        "grant.redeem",
        &code.consent.scopes,
    ))?;
    let used = serde_json::to_vec(&code.used()).map_err(Refused::internal)?;
    let until = place.now.checked_add(MEMORY).unwrap_or(code.expires);
    let key = code_key(place, digest);
    let used = RowWrite::put_until(key, used, until).expecting(Expect::Version(version));
    let command = RedeemConsent {
        grant: Some(code.grant.clone()),
        person: code.person.clone(),
        app: code.app.clone(),
        scopes: code.consent.scopes.clone(),
        declined: code.consent.declined.clone(),
        targets: code.consent.targets.clone(),
        kind,
    };
    let behalf = Behalf {
        holder: holder.clone(),
        app: Some(code.app.clone()),
        second_factor: code.second_factor,
    };
    let id = format!("oauth-code:{digest}");
    match run(place, &behalf, &id, command.into(), vec![used])? {
        Came::Done(done) => issued(place, &done, false),
        Came::Before | Came::Late => {
            end_reused(place, &holder, &code.app, &code.grant);
            Err(no_such_code().into())
        }
        Came::Refused(why) => Err(Refused::of(ErrorCode::InvalidGrant, &why)),
    }
}

/// A refresh token becomes new tokens. One that was used before ends everything of its grant.
fn renew(
    place: &Place,
    client: &Client,
    token: &Digest,
    scopes: Option<Vec<String>>,
) -> Result<Value, Refused> {
    let directory = place.directory()?;
    let unknown = || {
        let message = "the refresh token is unknown, over, or another client's";
        Refused::of(ErrorCode::InvalidGrant, message)
    };
    let found = find(directory, token).filter(|(_, grant)| grant.app == client.app);
    let (known, grant) = found.ok_or_else(unknown)?;
    let kind = kind_of(directory, &grant.holder, OauthGrant::RefreshToken);
    if kind.is_none_or(|kind| kind.name != known.kind) {
        return Err(unknown());
    }
    if known.ended == Some(EndReason::Rotated) {
        end_reused(place, &grant.holder, &client.app, &grant.id);
        return Err(unknown());
    }
    if !is_live(&known, place.now) {
        return Err(unknown());
    }
    as_grant(may_act(
        place,
        &client.app,
        &grant.holder,
        "grant.renew",
        &grant.scopes,
    ))?;
    if let Some(scopes) = &scopes {
        within(scopes, &grant)?;
    }
    let command = RenewTokens {
        token: known.id.clone(),
        scopes,
    };
    let behalf = behalf(&grant);
    let id = format!("oauth-renew:{}", known.id);
    match run(place, &behalf, &id, command.into(), Vec::new())? {
        Came::Done(done) => issued(place, &done, false),
        Came::Before | Came::Late => {
            end_reused(place, &grant.holder, &client.app, &grant.id);
            Err(unknown())
        }
        // Somebody else was first, with the same token.
        Came::Refused(_) => {
            let newest = place.newest();
            let ended = find(newest.directory()?, token).and_then(|(token, _)| token.ended);
            if ended == Some(EndReason::Rotated) {
                end_reused(place, &grant.holder, &client.app, &grant.id);
            }
            Err(unknown())
        }
    }
}

/// A token becomes a narrower one.
fn narrow(place: &Place, client: &Client, exchange: &Exchange) -> Result<Value, Refused> {
    client.must_be_confidential()?;
    let directory = place.directory()?;
    let unknown = || {
        let message = "the token is unknown, over, or another client's";
        Refused::of(ErrorCode::InvalidGrant, message)
    };
    let found = find(directory, &exchange.subject).filter(|(_, grant)| grant.app == client.app);
    let (token, grant) = found
        .filter(|(token, _)| is_live(token, place.now))
        .ok_or_else(unknown)?;
    let refresh = kind_of(directory, &grant.holder, OauthGrant::RefreshToken);
    if refresh.is_some_and(|kind| kind.name == token.kind) {
        return Err(unknown());
    }
    as_grant(may_act(
        place,
        &client.app,
        &grant.holder,
        "grant.narrow",
        &grant.scopes,
    ))?;
    let wanted = exchange.scopes.as_ref().unwrap_or(&grant.scopes);
    if !wanted.iter().any(|scope| grant.scopes.contains(scope)) {
        let message = "none of these scopes is in the token";
        return Err(Refused::of(ErrorCode::InvalidScope, message));
    }
    let targets = exchange.details.as_ref();
    let targets = targets.map(|details| details::targets(details, wanted));
    let command = NarrowGrant {
        of: GrantOrToken::Token(token.id.clone()),
        scopes: exchange.scopes.clone(),
        targets: targets.unwrap_or_default(),
        life_s: exchange.life_s,
        kind: None,
    };
    let came = run(
        place,
        &behalf(&grant),
        &new_id(),
        command.into(),
        Vec::new(),
    )?;
    issued(place, &done(came)?, true)
}

fn behalf(grant: &Grant) -> Behalf {
    Behalf {
        holder: grant.holder.clone(),
        app: Some(grant.app.clone()),
        second_factor: true,
    }
}

fn issue(grant: engine::GrantId, kind: &TokenKind) -> Command {
    IssueToken {
        grant,
        kind: kind.name.clone(),
        id: None,
        endless: false,
        associated_user: None,
        replaces: None,
    }
    .into()
}

fn done(came: Came) -> Result<commands::Answer, Refused> {
    match came {
        Came::Done(answer) => Ok(answer),
        Came::Refused(why) => Err(Refused::of(ErrorCode::InvalidGrant, &why)),
        Came::Before | Came::Late => Err(Refused::internal("a command of its own came twice")),
    }
}

/// Every scope asked for is in what was granted.
fn within(scopes: &[String], grant: &Grant) -> Result<(), OauthError> {
    if scopes.iter().all(|scope| grant.scopes.contains(scope)) {
        return Ok(());
    }
    let message = "a scope is asked for that was not granted";
    Err(OauthError::new(ErrorCode::InvalidScope, message))
}

/// A client that shows a grant hears of it as of a grant that is no good.
fn as_grant(result: Result<(), Refused>) -> Result<(), Refused> {
    result.map_err(|refused| renamed(refused, ErrorCode::InvalidGrant))
}

fn as_client(refused: Refused) -> Refused {
    renamed(refused, ErrorCode::UnauthorizedClient)
}

fn renamed(refused: Refused, code: ErrorCode) -> Refused {
    match refused {
        Refused::Told(error) => Refused::Told(OauthError { code, ..error }),
        other => other,
    }
}

/// Returns the kind of token a holder has by an OAuth grant.
pub(super) fn kind_of<'d>(
    directory: &'d Directory,
    holder: &Holder,
    by: OauthGrant,
) -> Option<&'d TokenKind> {
    let holder = match holder {
        Holder::Person(_) => HolderKind::Person,
        Holder::SystemUser(_) => HolderKind::SystemUser,
        Holder::Business(_) => HolderKind::Business,
        Holder::App(_) => HolderKind::App,
    };
    let kinds = &directory.rulebook().rules(0).token_kinds;
    kinds
        .iter()
        .find(|kind| kind.oauth.contains(&by) && kind.holders.contains(&holder))
}

/// Returns the tokens that a command made, as they go out.
fn issued(place: &Place, done: &commands::Answer, exchanged: bool) -> Result<Value, Refused> {
    let secret = done.secret.as_deref();
    let secret = secret.ok_or_else(|| Refused::internal("the command made no token"))?;
    let newest = place.newest();
    let found = find(newest.directory()?, &Digest::of(secret));
    let (token, grant) = found.ok_or_else(|| {
        let message = "what was granted has ended already";
        Refused::of(ErrorCode::InvalidGrant, message)
    })?;
    let issued = Issued {
        secret,
        refresh: done.refresh.as_deref(),
        token: &token,
        grant: &grant,
        exchanged,
    };
    Ok(issued.body())
}
