//! A token's life: refreshed, rotated, exchanged for one of longer life. The new one is of the same
//! grant, so it never carries more.

use engine::fact::{Digest, EndReason, Fact, Grant, Key, Renewal, Token};
use engine::{Credential, Directory, TokenId};
use jiff::Timestamp;
use rulebook::{Rules, TokenKind};
use serde::{Deserialize, Serialize};

use super::{about_token, end_of_life, kind_named};
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Gets a new token for one that is still alive: a new secret and a new end under the same grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    /// The token.
    pub token: TokenId,
    /// The new one's public id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TokenId>,
}

/// Issues a token in the place of another, which ends at once: after a leak, or when somebody who
/// saw its secret leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateToken {
    /// The token.
    pub token: TokenId,
    /// The new one's public id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TokenId>,
}

/// Gets a token of longer life for a short-lived one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeToken {
    /// The short-lived token.
    pub token: TokenId,
    /// The new one's public id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TokenId>,
}

impl UseCase for RefreshToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let old = desk.token(&self.token)?;
        through_its_grant(desk, &old)?;
        let kind = refreshable(desk.rules(), &old)?;
        alive(&old, desk.now)?;
        let ends_old = kind.refresh_ends_old;
        issue_for(desk, old, kind, self.id.as_ref(), ends_old)
    }
}

impl UseCase for RotateToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let old = desk.token(&self.token)?;
        let grant = desk.grant(&old.grant)?;
        through_its_app(desk, &grant)?;
        alive(&old, desk.now)?;
        let kind = kind_named(desk.rules(), &old.kind)?;
        issue_for(desk, old, kind, self.id.as_ref(), true)
    }
}

impl UseCase for ExchangeToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let old = desk.token(&self.token)?;
        through_its_grant(desk, &old)?;
        let rules = desk.rules();
        let longer = kind_named(rules, &old.kind)?.exchanges_for;
        let Some(longer) = longer.and_then(|id| rules.token_kind(id)) else {
            let message = format!("a `{}` token is exchanged for nothing", old.kind);
            return Err(Refusal::conflict(message));
        };
        alive(&old, desk.now)?;
        issue_for(desk, old, longer, self.id.as_ref(), false)
    }
}

/// A command that is given with a token reaches the tokens of that token's grant only: otherwise one
/// app could take what was given to another.
pub(super) fn through_its_grant(desk: &Desk<'_>, token: &Token) -> Result<(), Refusal> {
    match desk.given_through() {
        Some((Some(grant), _)) if grant == token.grant => Ok(()),
        None => Ok(()),
        Some(_) => Err(of_another_grant()),
    }
}

fn through_its_app(desk: &Desk<'_>, grant: &Grant) -> Result<(), Refusal> {
    match desk.given_through() {
        Some((_, app)) if app != grant.app => Err(of_another_grant()),
        _ => Ok(()),
    }
}

fn of_another_grant() -> Refusal {
    Refusal::conflict("a token reaches tokens of its own consent only; sign in for others")
}

/// An ended or expired token gives nothing any more.
pub(super) fn alive(token: &Token, now: Timestamp) -> Result<(), Refusal> {
    if token.ended.is_some() {
        return Err(Refusal::conflict(
            "the token has ended, and nothing can be got for it; issue a new one",
        ));
    }
    match token.expires {
        Some(end) if end <= now => Err(Refusal::conflict(format!(
            "the token expired at {end}: nothing can be got for an expired one; issue a new one",
        ))),
        _ => Ok(()),
    }
}

/// Returns the kind of a token that can be refreshed.
pub(crate) fn refreshable<'r>(rules: &'r Rules, token: &Token) -> Result<&'r TokenKind, Refusal> {
    let kind = kind_named(rules, &token.kind)?;
    if kind.refreshable {
        return Ok(kind);
    }
    let longer = kind.exchanges_for.and_then(|id| rules.token_kind(id));
    let instead = match longer {
        Some(longer) => format!("exchange it for a `{}` token", longer.name),
        None => "issue a new one".to_owned(),
    };
    let message = format!("a `{}` token cannot be refreshed; {instead}", kind.name);
    Err(Refusal::conflict(message))
}

fn issue_for(
    desk: &mut Desk<'_>,
    old: Token,
    kind: &TokenKind,
    id: Option<&TokenId>,
    ends_old: bool,
) -> Result<(), Refusal> {
    desk.grant(&old.grant)?;
    let id = match id {
        Some(id) => id.clone(),
        None => desk.new_id("t")?,
    };
    if desk.token(&id).is_ok() {
        return Err(Refusal::conflict(format!(
            "the id `{id}` is taken; name another"
        )));
    }
    let secret = desk.secret("cs_");
    let new = renewed(&old, kind, id, Digest::of(&secret), desk.now);
    desk.answer.id = Some(new.id.to_string());
    desk.answer.secret = Some(secret);
    if let Some(Fact::Renewal(renewal)) = desk.directory.fact(&Key::Renewal(old.id.clone())) {
        desk.end(Key::Renewal(old.id.clone()));
        desk.set(Renewal {
            token: new.id.clone(),
            ..renewal
        });
    }
    if ends_old {
        desk.end_token(old, EndReason::Rotated);
    }
    desk.set(new);
    Ok(())
}

/// Returns the token that comes of another: of the same grant, so with no more than it had.
pub(crate) fn renewed(
    old: &Token,
    kind: &TokenKind,
    id: TokenId,
    digest: Digest,
    now: Timestamp,
) -> Token {
    let stays_endless = old.expires.is_none() && kind.may_be_endless;
    let expires = match stays_endless {
        true => None,
        false => end_of_life(kind, now),
    };
    Token {
        id,
        digest,
        grant: old.grant.clone(),
        kind: kind.name.clone(),
        issued: now,
        expires,
        ended: None,
        associated_user: old.associated_user.clone(),
    }
}
