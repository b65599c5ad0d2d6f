//! What comes of a consent: the grant with its first tokens, their renewal, narrower ones.

use std::collections::BTreeMap;

use engine::fact::{Digest, EndReason, Fact, Grant, Token};
use engine::{AppId, AssetId, Credential, Directory, GrantId, Holder, PersonId, Thing, TokenId};
use jiff::{SignedDuration, Timestamp};
use rulebook::{OauthGrant, PermissionSet, Rules};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::{Refusal, SecretOf};
use crate::token::{
    GiveGrant, about_grant, about_token, expiry, holder_kind, kind_named, narrowed,
};

/// A person consented and the app came with the code for it: the grant and its first tokens, in one
/// entry. The secrets are answered this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemConsent {
    /// The new grant's id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// Who consented.
    pub person: PersonId,
    /// To which app.
    pub app: AppId,
    /// The scopes given.
    pub scopes: Vec<String>,
    /// The scopes declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<String>,
    /// Per scope, the only assets it is given for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
    /// Of which kind the token is, and that it comes alone; if left out, the rulebook says which a
    /// code brings, and which renews it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl UseCase for RedeemConsent {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        let person = Thing::Person(self.person.clone());
        Ok(About::new(person).with("app", Thing::App(self.app.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        if let Some(id) = &self.grant
            && desk.grant(id).is_ok()
        {
            let message = format!("the id `{id}` is taken; name another");
            return Err(Refusal::conflict(message));
        }
        let give = GiveGrant {
            id: self.grant.clone(),
            holder: Holder::Person(self.person.clone()),
            app: self.app.clone(),
            scopes: self.scopes.clone(),
            declined: self.declined.clone(),
            targets: self.targets.clone(),
        };
        let grant = give.give(desk)?;
        let pair = match &self.kind {
            Some(kind) => Pair::alone(desk, &grant, kind)?,
            None => Pair::of(desk, &grant)?,
        };
        pair.issue(desk, &grant.id, &grant.id)
    }
}

/// A refresh token is used up: it ends with the access tokens beside it, and new ones take their
/// place. The secrets are answered this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewTokens {
    /// The refresh token.
    pub token: TokenId,
    /// The scopes the new access token carries; those of the grant if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
}

impl UseCase for RenewTokens {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let token = desk.token(&self.token)?;
        let grant = desk.grant(&token.grant)?;
        let pair = Pair::of(desk, &grant)?;
        if pair.refresh.as_deref() != Some(token.kind.as_str()) {
            return Err(Refusal::invalid("token", "it is no refresh token"));
        }
        must_live(desk, &token)?;
        pair.end_before(desk, &grant.id);
        let access = match &self.scopes {
            Some(scopes) if grant.scopes.iter().any(|scope| !scopes.contains(scope)) => {
                narrow(desk, &grant, scopes, &BTreeMap::new())?.id
            }
            _ => grant.id.clone(),
        };
        pair.issue(desk, &access, &grant.id)
    }
}

/// A narrower token is cut from a grant, or from a token: what both it and the request name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NarrowGrant {
    /// From which grant or token. Both live on.
    pub of: GrantOrToken,
    /// The scopes wanted; all it has, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Per scope, the only assets wanted; scopes left out reach what they reached.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
    /// How long the new token lives at most, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_s: Option<u32>,
    /// Of which kind it is; if left out, of the one that the rulebook gives in exchange. Of a kind
    /// that is bound to scopes, it carries those alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What a narrower token is cut from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantOrToken {
    /// A grant.
    Grant(GrantId),
    /// A token that is exchanged. The new one ends no later.
    Token(TokenId),
}

impl UseCase for NarrowGrant {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        match &self.of {
            GrantOrToken::Grant(grant) => about_grant(directory, grant),
            GrantOrToken::Token(token) => about_token(directory, token),
        }
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let (grant, token, by) = match &self.of {
            GrantOrToken::Grant(grant) => (desk.grant(grant)?, None, OauthGrant::ClientCredentials),
            GrantOrToken::Token(token) => {
                let token = desk.token(token)?;
                must_live(desk, &token)?;
                let grant = desk.grant(&token.grant)?;
                (grant, Some(token), OauthGrant::TokenExchange)
            }
        };
        let kind = match &self.kind {
            Some(kind) => kind.clone(),
            None => kind_for(desk, &grant.holder, by).ok_or_else(|| not_here("such exchange"))?,
        };
        let wanted = self.scopes.as_ref().unwrap_or(&grant.scopes);
        let wanted = carried(desk.rules(), &kind, wanted);
        let narrower = narrow(desk, &grant, &wanted, &self.targets)?;
        let own = expiry(desk, &kind, &grant.holder, false)?;
        let asked = self.life_s.and_then(|seconds| {
            let life = SignedDuration::from_secs(i64::from(seconds));
            desk.now.checked_add(life).ok()
        });
        let before = token.as_ref().and_then(|token| token.expires);
        let expires = [own, asked, before].into_iter().flatten().min();
        let associated = token.and_then(|token| token.associated_user);
        let again = kind_named(desk.rules(), &kind)?.shown_again;
        let secret = add_token(desk, &narrower.id, kind, expires, associated)?;
        if again && let Some(id) = desk.answer.id.as_deref().and_then(|id| id.parse().ok()) {
            let until = expires;
            desk.keep_secret(SecretOf::Token { id, until }, &secret);
        }
        desk.answer.secret = Some(secret);
        Ok(())
    }
}

/// Returns those of these scopes that a kind of token carries.
fn carried(rules: &Rules, kind: &str, scopes: &[String]) -> Vec<String> {
    let bound = rules.token_kinds.iter().find(|known| known.name == kind);
    let bound = bound.and_then(|kind| kind.scopes);
    let fits = |scope: &&String| {
        bound.is_none_or(|bound| {
            let id = rules.names.permission(scope);
            id.is_some_and(|id| bound.meets(PermissionSet::of(id)))
        })
    };
    scopes.iter().filter(fits).cloned().collect()
}

/// The kinds of token a consent brings.
struct Pair {
    access: String,
    access_end: Option<Timestamp>,
    refresh: Option<String>,
    refresh_end: Option<Timestamp>,
}

impl Pair {
    fn of(desk: &Desk<'_>, grant: &Grant) -> Result<Self, Refusal> {
        let holder = &grant.holder;
        let access = kind_for(desk, holder, OauthGrant::AuthorizationCode)
            .ok_or_else(|| not_here("consent by code"))?;
        let refresh = kind_for(desk, holder, OauthGrant::RefreshToken);
        let refresh_end = match &refresh {
            Some(kind) => expiry(desk, kind, holder, false)?,
            None => None,
        };
        Ok(Self {
            access_end: expiry(desk, &access, holder, false)?,
            access,
            refresh,
            refresh_end,
        })
    }

    fn alone(desk: &Desk<'_>, grant: &Grant, kind: &str) -> Result<Self, Refusal> {
        Ok(Self {
            access_end: expiry(desk, kind, &grant.holder, false)?,
            access: kind.to_owned(),
            refresh: None,
            refresh_end: None,
        })
    }

    /// Ends the live tokens of these kinds; others of the grant live on.
    fn end_before(&self, desk: &mut Desk<'_>, grant: &GrantId) {
        for fact in desk.directory.tokens_of(grant) {
            if let Fact::Token(token) = fact
                && token.ended.is_none()
                && (token.kind == self.access || Some(&token.kind) == self.refresh.as_ref())
            {
                desk.set(Token {
                    ended: Some(EndReason::Rotated),
                    ..token
                });
            }
        }
    }

    fn issue(self, desk: &mut Desk<'_>, access: &GrantId, grant: &GrantId) -> Result<(), Refusal> {
        desk.answer.secret = Some(add_token(desk, access, self.access, self.access_end, None)?);
        if let Some(kind) = self.refresh {
            desk.answer.refresh = Some(add_token(desk, grant, kind, self.refresh_end, None)?);
        }
        desk.answer.id = Some(grant.to_string());
        Ok(())
    }
}

pub(crate) fn add_token(
    desk: &mut Desk<'_>,
    grant: &GrantId,
    kind: String,
    expires: Option<Timestamp>,
    associated_user: Option<PersonId>,
) -> Result<String, Refusal> {
    let id: TokenId = desk.new_id("t")?;
    let secret = desk.secret("cs_");
    desk.answer.id = Some(id.to_string());
    desk.set(Token {
        id,
        digest: Digest::of(&secret),
        grant: grant.clone(),
        kind,
        issued: desk.now,
        expires,
        ended: None,
        associated_user,
    });
    Ok(secret)
}

/// Makes a grant that is cut from another and ends with it.
fn narrow(
    desk: &mut Desk<'_>,
    grant: &Grant,
    scopes: &[String],
    targets: &BTreeMap<String, Vec<AssetId>>,
) -> Result<Grant, Refusal> {
    let cut = narrowed(grant, scopes, targets);
    if cut.scopes.is_empty() {
        let message = "none of these scopes is in what was granted";
        return Err(Refusal::invalid("scopes", message));
    }
    let cut = Grant {
        id: desk.new_id("g")?,
        from: Some(grant.id.clone()),
        declined: Vec::new(),
        ..cut
    };
    desk.set(cut.clone());
    Ok(cut)
}

/// Returns the kind of token that this holder has by this OAuth grant.
fn kind_for(desk: &Desk<'_>, holder: &Holder, by: OauthGrant) -> Option<String> {
    let holder = holder_kind(holder);
    let kinds = &desk.rules().token_kinds;
    let kind = kinds
        .iter()
        .find(|kind| kind.oauth.contains(&by) && kind.holders.contains(&holder))?;
    Some(kind.name.clone())
}

fn must_live(desk: &Desk<'_>, token: &Token) -> Result<(), Refusal> {
    if token.ended.is_some() || token.expires.is_some_and(|end| end <= desk.now) {
        return Err(Refusal::conflict("the token has ended"));
    }
    Ok(())
}

fn not_here(what: &str) -> Refusal {
    Refusal::invalid("grant", format!("this platform knows no {what}"))
}
