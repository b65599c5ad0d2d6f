//! The tokens there are: whose, for which app, with which scopes, until when, and who saw their
//! secrets. Pure lists over a directory at a time.

use std::collections::{BTreeMap, BTreeSet};

use engine::fact::{AppClaimKey, EndReason, Fact, Grant, Key, Token};
use engine::{AppId, AssetId, BusinessId, Directory, GrantId, Holder, Owner, PersonId, TokenId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 86_400_000;

/// A token as the inventory tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLine {
    /// Its public id.
    pub token: TokenId,
    /// A kind of the rulebook.
    pub kind: String,
    /// The consent it stands on.
    pub grant: GrantId,
    /// Who holds it; nobody once the consent is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// The app; none once the consent is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// Per scope, the only assets it reaches; scopes left out reach all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<AssetId>>,
    /// When it was issued.
    pub issued: Timestamp,
    /// When its life is over; never, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Whole days until then, for one that is alive and has an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// Alive, over, or ended.
    pub state: TokenState,
    /// Why it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReason>,
    /// Days before its end at which it is renewed by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_days_before: Option<u32>,
    /// Who has seen its secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_by: Vec<PersonId>,
}

/// Is a token alive?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// It opens what its consent opens.
    Alive,
    /// Its time is over.
    Expired,
    /// It was ended, or its consent is gone.
    Ended,
}

/// Which tokens are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryOf {
    /// Those a business answers for: held by itself, its system users and its apps, and those of
    /// anybody for its apps; of its people, those for apps it claimed. Left out: all.
    pub business: Option<BusinessId>,
    /// Only those that are alive.
    pub alive: bool,
    /// Only those that are alive and end within so many days.
    pub ending_within_days: Option<u32>,
    /// Only ids after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A page of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// The tokens, by id.
    pub tokens: Vec<TokenLine>,
    /// Are there more?
    pub more: bool,
}

/// Returns tokens by id.
///
/// Walks through the tokens of the business, or through all; who saw their secrets, through all
/// disclosures.
#[must_use]
pub fn inventory(directory: &Directory, of: &InventoryOf, now: Timestamp) -> Inventory {
    let ids = match &of.business {
        Some(business) => ids_of(directory, business),
        None => directory
            .token_ids()
            .filter_map(|id| id.parse().ok())
            .collect(),
    };
    let after = of.after.as_deref();
    let mut tokens = Vec::new();
    let mut more = false;
    for id in ids
        .into_iter()
        .filter(|id| after.is_none_or(|after| id.as_str() > after))
    {
        let Some(line) = line(directory, id, now).filter(|line| of.wants(line)) else {
            continue;
        };
        if tokens.len() == of.limit {
            more = true;
            break;
        }
        tokens.push(line);
    }
    let listed: BTreeSet<TokenId> = tokens.iter().map(|line| line.token.clone()).collect();
    let mut seen: BTreeMap<TokenId, Vec<PersonId>> = BTreeMap::new();
    for disclosure in directory.disclosures_of(&listed) {
        seen.entry(disclosure.token)
            .or_default()
            .push(disclosure.to);
    }
    for line in &mut tokens {
        line.seen_by = seen.remove(&line.token).unwrap_or_default();
        line.seen_by.sort();
    }
    Inventory { tokens, more }
}

impl InventoryOf {
    fn wants(&self, line: &TokenLine) -> bool {
        let alive = line.state == TokenState::Alive;
        let soon = |days: u32| line.days_left.is_some_and(|left| left < i64::from(days));
        (alive || !(self.alive || self.ending_within_days.is_some()))
            && self.ending_within_days.is_none_or(soon)
    }
}

fn line(directory: &Directory, id: TokenId, now: Timestamp) -> Option<TokenLine> {
    let Some(Fact::Token(token)) = directory.fact(&Key::Token(id)) else {
        return None;
    };
    let grant = match directory.fact(&Key::Grant(token.grant.clone())) {
        Some(Fact::Grant(grant)) => Some(grant),
        _ => None,
    };
    let state = state(&token, grant.as_ref(), now);
    let renewal = directory.fact(&Key::Renewal(token.id.clone()));
    let left_ms = token
        .expires
        .map(|end| end.as_millisecond() - now.as_millisecond());
    let (holder, app, scopes, targets) = match grant {
        Some(grant) => (
            Some(grant.holder),
            Some(grant.app),
            grant.scopes,
            grant.targets,
        ),
        None => (None, None, Vec::new(), BTreeMap::new()),
    };
    Some(TokenLine {
        token: token.id,
        kind: token.kind,
        grant: token.grant,
        holder,
        app,
        scopes,
        targets,
        issued: token.issued,
        expires: token.expires,
        days_left: left_ms
            .filter(|_| state == TokenState::Alive)
            .map(|left| left.div_euclid(DAY_MS)),
        state,
        ended: token.ended,
        renewed_days_before: match renewal {
            Some(Fact::Renewal(renewal)) => Some(renewal.days_before),
            _ => None,
        },
        seen_by: Vec::new(),
    })
}

fn state(token: &Token, grant: Option<&Grant>, now: Timestamp) -> TokenState {
    if token.ended.is_some() || grant.is_none() {
        return TokenState::Ended;
    }
    match token.expires {
        Some(end) if end <= now => TokenState::Expired,
        _ => TokenState::Alive,
    }
}

/// Returns the tokens a business answers for.
fn ids_of(directory: &Directory, business: &BusinessId) -> BTreeSet<TokenId> {
    let facts = directory.facts_of_business(business);
    let mut grants: BTreeSet<GrantId> = BTreeSet::new();
    let mut add = |found: Vec<Fact>, wanted: &dyn Fn(&Grant) -> bool| {
        grants.extend(found.into_iter().filter_map(|fact| match fact {
            Fact::Grant(grant) if wanted(&grant) => Some(grant.id),
            _ => None,
        }));
    };
    let any = |_: &Grant| true;
    let own = Holder::Business(business.clone());
    add(directory.grants_held_by(&own), &any);
    for fact in &facts {
        match fact {
            Fact::SystemUser(one) => {
                let holder = Holder::SystemUser(one.id.clone());
                add(directory.grants_held_by(&holder), &any);
            }
            Fact::App(one) => {
                add(directory.grants_to(&one.id), &any);
                let holder = Holder::App(one.id.clone());
                add(directory.grants_held_by(&holder), &any);
            }
            Fact::Membership(one) => {
                let holder = Holder::Person(one.person.clone());
                add(directory.grants_held_by(&holder), &|grant| {
                    is_here(directory, business, &grant.app)
                });
            }
            _ => {}
        }
    }
    let tokens = grants.iter().flat_map(|grant| directory.tokens_of(grant));
    tokens
        .filter_map(|fact| match fact {
            Fact::Token(token) => Some(token.id),
            _ => None,
        })
        .collect()
}

/// Does the business own the app, or did it claim it?
fn is_here(directory: &Directory, business: &BusinessId, app: &AppId) -> bool {
    let claim = AppClaimKey {
        app: app.clone(),
        business: business.clone(),
    };
    let owner = match directory.fact(&Key::App(app.clone())) {
        Some(Fact::App(app)) => Some(app.owner),
        _ => None,
    };
    owner == Some(Owner::Business(business.clone()))
        || directory.fact(&Key::AppClaim(claim)).is_some()
}
