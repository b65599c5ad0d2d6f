//! Grants, tokens, disclosures.

mod ending;
mod life;
mod renewal;
mod role_lost;

use std::collections::BTreeMap;

use engine::fact::{Digest, Disclosure, EndReason, Fact, Grant, InstallKey, Key, Token};
use engine::{AppId, AssetId, Credential, Directory, GrantId, Holder, PersonId, Thing, TokenId};
use jiff::{SignedDuration, Timestamp};
use rulebook::{HolderKind, Rules, TokenKind};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::app::test_user::may_consent;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

pub use ending::{PasswordChanged, RevokeTokens};
pub use life::{ExchangeToken, RefreshToken, RotateToken};
pub(crate) use life::{refreshable, renewed};
pub(crate) use renewal::CollectToken;
pub use renewal::{EndRenewal, SetRenewal};
pub(crate) use role_lost::end_those_without_role;

/// A holder lets an app act: gives it scopes, declines others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveGrant {
    /// Its id; made if left out. The id of a known grant of the same holder and app replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<GrantId>,
    /// Who.
    pub holder: Holder,
    /// Which app.
    pub app: AppId,
    /// The scopes given.
    pub scopes: Vec<String>,
    /// The scopes declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<String>,
    /// Per scope, the only assets it is given for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
}

impl UseCase for GiveGrant {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::from(&self.holder)).with("app", Thing::App(self.app.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        self.give(desk).map(drop)
    }
}

impl GiveGrant {
    /// Gives the grant, once it is known that it may be given.
    pub(crate) fn give(&self, desk: &mut Desk<'_>) -> Result<Grant, Refusal> {
        // An app that is not there is installed on nobody, and told like a stranger's.
        if !matches!(self.holder, Holder::SystemUser(_)) {
            desk.app(&self.app)?;
        }
        known_scopes(desk, self.scopes.iter().chain(&self.declined))?;
        if let Some(scope) = self
            .targets
            .keys()
            .find(|scope| !self.scopes.contains(scope))
        {
            let message = format!("`{scope}` is not among the scopes given");
            return Err(Refusal::invalid("targets", message));
        }
        if let Holder::Person(person) = &self.holder {
            may_consent(desk, person, &self.app)?;
        }
        if let Holder::SystemUser(system_user) = &self.holder {
            let key = InstallKey {
                app: self.app.clone(),
                system_user: system_user.clone(),
            };
            if desk.directory.fact(&Key::Install(key)).is_none() {
                return Err(Refusal::conflict(
                    "install the app on the system user first",
                ));
            }
        }
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("g")?,
        };
        let known = desk.grant(&id).ok();
        if known
            .as_ref()
            .is_some_and(|known| known.holder != self.holder || known.app != self.app)
        {
            return Err(Refusal::conflict(format!(
                "the id `{id}` is taken; name another"
            )));
        }
        if known.as_ref().is_some_and(|known| !self.narrows(known)) {
            let message = "a token never gains a scope or asset later; give a new grant";
            return Err(Refusal::conflict(message));
        }
        if known.is_some() {
            self.cut(desk, &id);
        }
        desk.answer.id = Some(id.to_string());
        let grant = Grant {
            id,
            holder: self.holder.clone(),
            app: self.app.clone(),
            scopes: self.scopes.clone(),
            declined: self.declined.clone(),
            targets: self.targets.clone(),
            from: known.and_then(|known| known.from),
        };
        desk.set(grant.clone());
        Ok(grant)
    }

    /// What was narrowed from the grant before never reaches beyond what it is now.
    fn cut(&self, desk: &mut Desk<'_>, id: &GrantId) {
        for grant in desk.narrowed_from(id) {
            let cut = narrowed(&grant, &self.scopes, &self.targets);
            desk.set(cut);
        }
    }

    /// Does it give no more than the known grant of the same id?
    fn narrows(&self, known: &Grant) -> bool {
        self.scopes.iter().all(|scope| known.scopes.contains(scope))
            && known.targets.iter().all(|(scope, before)| {
                let now = self.targets.get(scope);
                !self.scopes.contains(scope)
                    || now.is_some_and(|now| now.iter().all(|asset| before.contains(asset)))
            })
    }
}

/// Ends a grant with its tokens, or takes some of its scopes back from the app: then its tokens go on
/// with the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeGrant {
    /// The grant.
    pub grant: GrantId,
    /// Why; the app was removed, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
    /// Only these scopes, which count as declined from then on; all, if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

impl UseCase for RevokeGrant {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_grant(directory, &self.grant)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let known = desk.grant(&self.grant)?;
        if self.scopes.is_empty() {
            let reason = self.reason.unwrap_or(EndReason::AppRemoved);
            desk.end_grant(&self.grant, reason);
            return Ok(());
        }
        if let Some(other) = self.scopes.iter().find(|one| !known.scopes.contains(one)) {
            let message = format!("`{other}` was not given by this grant");
            return Err(Refusal::invalid("scopes", message));
        }
        let goes = |scope: &String| self.scopes.contains(scope);
        let less = Grant {
            scopes: known
                .scopes
                .iter()
                .filter(|one| !goes(one))
                .cloned()
                .collect(),
            declined: known.declined.iter().chain(&self.scopes).cloned().collect(),
            targets: known
                .targets
                .into_iter()
                .filter(|(scope, _)| !goes(scope))
                .collect(),
            ..known
        };
        for grant in desk.narrowed_from(&self.grant) {
            let cut = narrowed(&grant, &less.scopes, &less.targets);
            desk.set(cut);
        }
        desk.set(less);
        Ok(())
    }
}

/// Issues a token on a grant. Its secret is answered this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueToken {
    /// What it may do.
    pub grant: GrantId,
    /// A kind of the rulebook.
    pub kind: String,
    /// Its public id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TokenId>,
    /// Without an end, where the rulebook allows it.
    #[serde(default)]
    pub endless: bool,
    /// Whose role it brings where the rulebook asks for the associated user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_user: Option<PersonId>,
    /// A live token that ends in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<TokenId>,
}

impl UseCase for IssueToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_grant(directory, &self.grant)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let grant = desk.grant(&self.grant)?;
        self.issue(desk, &grant)
    }
}

impl IssueToken {
    /// Issues it on its grant, which may be as new as the token.
    pub(crate) fn issue(&self, desk: &mut Desk<'_>, grant: &Grant) -> Result<(), Refusal> {
        let expires = expiry(desk, &self.kind, &grant.holder, self.endless)?;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("t")?,
        };
        if desk.token(&id).is_ok() {
            return Err(Refusal::conflict(format!(
                "the id `{id}` is taken; name another"
            )));
        }
        if let Some(person) = &self.associated_user {
            desk.person(person)?;
            may_bring_role_of(desk, grant, person)?;
        }
        if let Some(old) = &self.replaces {
            // A stranger's token is told like one that is not there.
            let old = desk.token(old).ok().filter(|old| old.grant == self.grant);
            let old = old.ok_or_else(|| {
                let message = "a token takes the place of one of the same grant";
                Refusal::invalid("replaces", message)
            })?;
            if old.ended.is_none() {
                desk.end_token(old, EndReason::Rotated);
            }
        }
        let secret = desk.secret("cs_");
        desk.answer.id = Some(id.to_string());
        desk.set(Token {
            id,
            digest: Digest::of(&secret),
            grant: self.grant.clone(),
            kind: self.kind.clone(),
            issued: desk.now,
            expires,
            ended: None,
            associated_user: self.associated_user.clone(),
        });
        desk.answer.secret = Some(secret);
        Ok(())
    }
}

/// Errors: one of the scopes is none of the platform's.
pub(crate) fn known_scopes<'s>(
    desk: &Desk<'_>,
    scopes: impl IntoIterator<Item = &'s String>,
) -> Result<(), Refusal> {
    let names = &desk.rules().names;
    for scope in scopes {
        if names.permission(scope).is_none() {
            let message = format!("`{scope}` is no scope of this platform");
            return Err(Refusal::invalid("scopes", message));
        }
    }
    Ok(())
}

/// Returns when a token of this kind would end for this holder; nothing for one without an end.
pub(crate) fn expiry(
    desk: &Desk<'_>,
    kind: &str,
    holder: &Holder,
    endless: bool,
) -> Result<Option<Timestamp>, Refusal> {
    let kind = kind_named(desk.rules(), kind)?;
    if !kind.holders.contains(&holder_kind(holder)) {
        let message = format!("`{holder}` cannot hold a `{}` token", kind.name);
        return Err(Refusal::invalid("kind", message));
    }
    if endless {
        if !kind.may_be_endless {
            let message = format!("a `{}` token must end", kind.name);
            return Err(Refusal::invalid("endless", message));
        }
        return Ok(None);
    }
    Ok(end_of_life(kind, desk.now))
}

/// Returns what the rulebook calls such a holder.
pub(crate) const fn holder_kind(holder: &Holder) -> HolderKind {
    match holder {
        Holder::Person(_) => HolderKind::Person,
        Holder::SystemUser(_) => HolderKind::SystemUser,
        Holder::Business(_) => HolderKind::Business,
        Holder::App(_) => HolderKind::App,
    }
}

/// Returns a grant cut down to these scopes, and where they have targets, to these.
pub(crate) fn narrowed(
    grant: &Grant,
    scopes: &[String],
    targets: &BTreeMap<String, Vec<AssetId>>,
) -> Grant {
    let mut cut = grant.clone();
    cut.scopes.retain(|scope| scopes.contains(scope));
    cut.targets.retain(|scope, _| scopes.contains(scope));
    for (scope, assets) in targets {
        if !cut.scopes.contains(scope) {
            continue;
        }
        let both = match cut.targets.get(scope) {
            None => assets.clone(),
            Some(now) => {
                let kept = now.iter().filter(|asset| assets.contains(asset));
                kept.cloned().collect()
            }
        };
        cut.targets.insert(scope.clone(), both);
    }
    cut
}

pub(crate) fn kind_named<'r>(rules: &'r Rules, name: &str) -> Result<&'r TokenKind, Refusal> {
    let kinds = &rules.token_kinds;
    kinds.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let known: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        let message = format!("`{name}` is no kind of token; known: {}", known.join(", "));
        Refusal::invalid("kind", message)
    })
}

/// Returns when a token of this kind is over that is issued now.
fn end_of_life(kind: &TokenKind, now: Timestamp) -> Option<Timestamp> {
    let seconds = i64::try_from(kind.life_s?).unwrap_or(i64::MAX);
    now.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// A person lends his role to a token himself: it is his grant, he gives the command, or a token of
/// the grant brought his role before. Otherwise anybody could take anybody's.
fn may_bring_role_of(desk: &Desk<'_>, grant: &Grant, person: &PersonId) -> Result<(), Refusal> {
    let lender = Holder::Person(person.clone());
    let tokens = desk.directory.tokens_of(&grant.id).into_iter();
    let mut tokens = tokens.filter_map(|fact| match fact {
        Fact::Token(token) => Some(token),
        _ => None,
    });
    let lent = |token: &Token| {
        token.associated_user.as_ref() == Some(person)
            && token.ended.is_none_or(|ended| ended == EndReason::Rotated)
    };
    let lends = grant.holder == lender || desk.caller() == Some(lender);
    if lends || tokens.any(|token| lent(&token)) {
        return Ok(());
    }
    let message = format!("`{person}` must issue a token that brings this role");
    Err(Refusal::invalid("associated_user", message))
}

/// Ends a token before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// The token.
    pub token: TokenId,
    /// Why; revoked if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
}

impl UseCase for RevokeToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let token = desk.token(&self.token)?;
        if token.ended.is_some() {
            return Err(Refusal::conflict("the token has ended already"));
        }
        desk.end_token(token, self.reason.unwrap_or(EndReason::Revoked));
        Ok(())
    }
}

/// Notes that a secret was shown to a person: it stays known when the person leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordDisclosure {
    /// The token whose secret was shown.
    pub token: TokenId,
    /// To whom.
    pub to: PersonId,
}

impl UseCase for RecordDisclosure {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.token(&self.token)?;
        desk.person(&self.to)?;
        desk.set(Disclosure {
            token: self.token.clone(),
            to: self.to.clone(),
            at: desk.now,
        });
        Ok(())
    }
}

pub(crate) fn about_grant(directory: &Directory, grant: &GrantId) -> Result<About, Refusal> {
    match directory.fact(&Key::Grant(grant.clone())) {
        Some(Fact::Grant(fact)) => {
            Ok(About::new(Thing::from(&fact.holder)).with("app", Thing::App(fact.app)))
        }
        _ => about_nobody(grant.as_str()).ok_or_else(|| Refusal::not_found("grant", grant)),
    }
}

/// A holder that is not there, in place of the holder of what is not there: a stranger is told the
/// same as about what is.
fn about_nobody(id: &str) -> Option<About> {
    let nobody = id.parse().map(Thing::SystemUser);
    nobody.map(About::new).ok()
}

pub(crate) fn about_token(directory: &Directory, token: &TokenId) -> Result<About, Refusal> {
    match directory.fact(&Key::Token(token.clone())) {
        Some(Fact::Token(fact)) => about_grant(directory, &fact.grant),
        _ => about_nobody(token.as_str()).ok_or_else(|| Refusal::not_found("token", token)),
    }
}
