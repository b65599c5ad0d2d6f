//! The principal: who asks, by which credential.

use std::collections::BTreeMap;

use engine::fact::{App, Grant, Token};
use engine::{AssetId, BusinessId, Credential, Holder, SystemUserId};
use jiff::Timestamp;
use rulebook::{HolderKind, Reason};

use super::Reasons;
use super::case::{Case, when};

/// Who asks.
#[derive(Debug)]
pub(crate) struct Principal<'a> {
    /// The holder of layers 1 to 3.
    pub(crate) holder: &'a Holder,
    /// The actor of layers 4 and 5.
    pub(crate) actor: Holder,
    /// The credential, unless somebody signed in first-party.
    pub(crate) bearer: Option<Bearer<'a>>,
}

/// A token, held or described.
#[derive(Debug)]
pub(crate) struct Bearer<'a> {
    pub(crate) app: &'a App,
    pub(crate) kind: &'a str,
    pub(crate) scopes: Vec<&'a str>,
    pub(crate) declined: Vec<&'a str>,
    pub(crate) targets: Option<&'a BTreeMap<String, Vec<AssetId>>>,
    pub(crate) ended: bool,
    pub(crate) expires: Option<Timestamp>,
}

impl<'a> Case<'a> {
    /// Who asks; or the only reasons, where nothing else is asked.
    pub(crate) fn principal(&self) -> Result<Principal<'a>, Reasons> {
        match &self.request.credential {
            Credential::Holder(holder) => Ok(Principal {
                holder,
                actor: holder.clone(),
                bearer: None,
            }),
            Credential::Assumed(assumed) => {
                let unknown = Reasons::from([Reason::TokenUnknown]);
                let app = self
                    .facts
                    .app(&assumed.app)
                    .ok_or_else(|| unknown.clone())?;
                if !self.facts.knows_holder(&assumed.holder) {
                    return Err(unknown);
                }
                Ok(Principal {
                    holder: &assumed.holder,
                    actor: assumed.holder.clone(),
                    bearer: Some(Bearer {
                        app,
                        kind: &assumed.kind,
                        scopes: assumed.scopes.iter().map(String::as_str).collect(),
                        declined: Vec::new(),
                        targets: None,
                        ended: false,
                        expires: None,
                    }),
                })
            }
            Credential::Token(digest) => {
                let token = self.facts.tokens().find(|token| token.digest == *digest);
                let token = token.ok_or_else(|| Reasons::from([Reason::TokenUnknown]))?;
                self.by_token(token)
            }
        }
    }

    fn by_token(&self, token: &'a Token) -> Result<Principal<'a>, Reasons> {
        let over = when(!self.is_live(token.expires), Reason::TokenExpired);
        let dead = || -> Reasons { over.into_iter().chain([Reason::TokenInvalidated]).collect() };
        let grant = self.facts.grants().find(|grant| grant.id == token.grant);
        let grant: &Grant = grant.ok_or_else(dead)?;
        let app = self.facts.app(&grant.app).ok_or_else(dead)?;
        if !self.facts.knows_holder(&grant.holder) {
            return Err(dead());
        }
        Ok(Principal {
            holder: &grant.holder,
            actor: self.actor(token, grant),
            bearer: Some(Bearer {
                app,
                kind: &token.kind,
                scopes: grant.scopes.iter().map(String::as_str).collect(),
                declined: grant.declined.iter().map(String::as_str).collect(),
                targets: Some(&grant.targets),
                ended: token.ended.is_some(),
                expires: token.expires,
            }),
        })
    }

    /// The token's associated user where the rulebook lists the operation; else the holder.
    fn actor(&self, token: &Token, grant: &Grant) -> Holder {
        let listed = self.rules.associated_user.contains(&self.operation.id);
        match &token.associated_user {
            Some(person) if listed => Holder::Person(person.clone()),
            _ => grant.holder.clone(),
        }
    }

    /// The known businesses of an actor, each with the name of the role there.
    pub(crate) fn businesses_of(
        &self,
        actor: &Holder,
    ) -> BTreeMap<&'a BusinessId, Option<&'a str>> {
        let mut found: BTreeMap<&'a BusinessId, Option<&'a str>> = BTreeMap::new();
        match actor {
            Holder::Person(person) => {
                let places = self.facts.memberships();
                let own = places.filter(|place| place.person == *person);
                for place in own.filter(|place| self.is_live(place.until)) {
                    found.insert(&place.business, Some(&place.role));
                }
            }
            Holder::SystemUser(id) => {
                if let Some(user) = self.facts.system_user(id) {
                    found.insert(&user.business, Some(&user.role));
                }
            }
            Holder::Business(id) => {
                if let Some(business) = self.facts.business(id) {
                    found.insert(&business.id, None);
                }
            }
            Holder::App(_) => {}
        }
        found.retain(|business, _| self.facts.business(business).is_some());
        found
    }

    /// Those of the businesses in which the role is one the rulebook knows.
    pub(crate) fn roles_of(&self, actor: &Holder) -> BTreeMap<&'a BusinessId, rulebook::RoleId> {
        let kind = self.rules.kind_named("business");
        self.businesses_of(actor)
            .into_iter()
            .filter_map(|(business, role)| Some((business, kind?.role_id(role?)?)))
            .collect()
    }

    /// Everybody who is no role user of the app is a stranger.
    pub(crate) fn is_stranger(&self, holder: &Holder, app: &App) -> bool {
        let facts = self.facts;
        let through_business = self
            .businesses_of(holder)
            .keys()
            .any(|business| facts.claims(business, app));
        !(through_business
            || match holder {
                Holder::Person(person) => facts.app_role(&app.id, person).is_some(),
                Holder::SystemUser(user) => {
                    self.is_installed(app, user)
                        || self
                            .businesses_of(holder)
                            .keys()
                            .any(|business| facts.family_claims(business, app))
                }
                Holder::Business(_) => false,
                Holder::App(id) => *id == app.id,
            })
    }

    fn is_installed(&self, app: &App, user: &SystemUserId) -> bool {
        let mut installs = self.facts.installs();
        installs.any(|install| install.app == app.id && install.system_user == *user)
    }
}

/// What kind of holder it is, as rulebooks say it.
pub(crate) const fn holder_kind(holder: &Holder) -> HolderKind {
    match holder {
        Holder::Person(_) => HolderKind::Person,
        Holder::SystemUser(_) => HolderKind::SystemUser,
        Holder::Business(_) => HolderKind::Business,
        Holder::App(_) => HolderKind::App,
    }
}
