//! Page tokens, which a Page shows among its fields.
//!
//! One is cut from the grant behind the token that asks: of its scopes those that Page tokens carry, and
//! for this Page alone. So it ends with that grant, and with the last role of its holder on the Page. Who
//! asks again sees the same token again: its secret is kept beside the log, sealed. A new one is cut only
//! where none is alive, or where a new one would live more than twice as long as what is left of it. So
//! reading makes no more than one entry for each Page and token, however often it is done.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use commands::{Command, GrantOrToken, NarrowGrant};
use engine::fact::{Asset, Digest, Fact, Grant, Token};
use engine::{AssetId, Thing, TokenId};
use jiff::{SignedDuration, Timestamp};

use crate::sight::{PAGE, Sight};

/// The most Page tokens one call cuts.
pub const MOST: usize = 200;

/// What is known of Page tokens while one call is worked out.
pub struct PageTokens<'a> {
    /// Returns the secret of a token that is shown again.
    secret_of: &'a dyn Fn(&TokenId) -> Option<String>,
    /// Those cut from the grant of the token that asks.
    known: OnceCell<BTreeMap<AssetId, Known>>,
    /// Those that have to be cut before all can be shown.
    wanted: RefCell<BTreeMap<AssetId, Cut>>,
}

impl std::fmt::Debug for PageTokens<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageTokens").finish_non_exhaustive()
    }
}

/// A Page token that has to be cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The id of the command. Two who read at once ask for the same, and one is cut.
    pub id: String,
    /// The command, to be given as the holder of the token that asks.
    pub command: Command,
}

/// What was cut for one Page.
#[derive(Default)]
struct Known {
    /// The one alive that ends last.
    alive: Option<Token>,
    /// How many there were ever.
    count: usize,
}

impl<'a> PageTokens<'a> {
    /// Returns a memory that knows nothing yet.
    #[must_use]
    pub fn new(secret_of: &'a dyn Fn(&TokenId) -> Option<String>) -> Self {
        Self {
            secret_of,
            known: OnceCell::new(),
            wanted: RefCell::default(),
        }
    }

    /// Returns the secret of a token that is shown again.
    #[must_use]
    pub fn secret_of(&self, token: &TokenId) -> Option<String> {
        (self.secret_of)(token)
    }

    /// Returns what has to be cut, in the order of Pages.
    #[must_use]
    pub fn wanted(&self) -> Vec<Cut> {
        self.wanted.borrow().values().cloned().collect()
    }
}

/// Returns the secret of the token of a Page for whoever asks: if the token that asks may see the Page.
/// Nothing also where it has to be cut first, which is noted.
pub(crate) fn secret(sight: &Sight<'_>, page: &Asset) -> Option<String> {
    let tokens = sight.page_tokens;
    let asks = &sight.asker.token;
    if page.kind != "page" || !sight.may("page.view", Thing::Asset(page.id.clone())) {
        return None;
    }
    if asks.kind == PAGE && sight.asker.page() == Some(&page.id) {
        return (tokens.secret_of)(&asks.id);
    }
    let all = tokens.known.get_or_init(|| known(sight));
    let known = all.get(&page.id);
    let alive = known.and_then(|known| known.alive.as_ref());
    if let Some(token) = alive.filter(|token| lives_long_enough(sight, token))
        && let Some(secret) = (tokens.secret_of)(&token.id)
    {
        return Some(secret);
    }
    let count = known.map_or(0, |known| known.count);
    let cut = cut(sight, page, count);
    tokens.wanted.borrow_mut().insert(page.id.clone(), cut);
    None
}

/// Returns what was cut from the grant of the token that asks.
fn known(sight: &Sight<'_>) -> BTreeMap<AssetId, Known> {
    let mut all: BTreeMap<AssetId, Known> = BTreeMap::new();
    let Some(own) = &sight.asker.grant else {
        return all;
    };
    for fact in sight.directory.grants_held_by(&own.holder) {
        let Fact::Grant(grant) = fact else { continue };
        let Some(page) = page_of(&grant).filter(|_| grant.from.as_ref() == Some(&own.id)) else {
            continue;
        };
        let known = all.entry(page.clone()).or_default();
        known.count += 1;
        for fact in sight.directory.tokens_of(&grant.id) {
            let Fact::Token(token) = fact else { continue };
            let alive = token.ended.is_none() && token.expires.is_none_or(|end| end > sight.now);
            let later = known
                .alive
                .as_ref()
                .is_none_or(|other| end(&token) > end(other));
            if token.kind == PAGE && alive && later {
                known.alive = Some(token);
            }
        }
    }
    all
}

/// Returns the one Page that a grant is for.
pub(crate) fn page_of(grant: &Grant) -> Option<&AssetId> {
    let mut targets = grant.targets.values().flatten();
    let first = targets.next()?;
    targets.all(|other| other == first).then_some(first)
}

fn end(token: &Token) -> Timestamp {
    token.expires.unwrap_or(Timestamp::MAX)
}

/// Is what is left of a token at least half of what a new one would have?
fn lives_long_enough(sight: &Sight<'_>, token: &Token) -> bool {
    let left = |until: Timestamp| until.duration_since(sight.now).as_secs();
    let kinds = &sight.directory.rulebook().rules(0).token_kinds;
    let life = kinds.iter().find(|kind| kind.name == PAGE);
    let life = life
        .and_then(|kind| kind.life_s)
        .and_then(|life| i64::try_from(life).ok());
    let new = life.unwrap_or(SignedDuration::MAX.as_secs());
    let new = new.min(left(end(&sight.asker.token)));
    left(end(token)).saturating_mul(2) >= new
}

fn cut(sight: &Sight<'_>, page: &Asset, count: usize) -> Cut {
    let asks = &sight.asker.token.id;
    let grant = sight.asker.grant.as_ref();
    let scopes = grant.map(|grant| grant.scopes.clone()).unwrap_or_default();
    let only = |scope: String| (scope, vec![page.id.clone()]);
    let name = Digest::of(&format!("{asks}\n{}\n{count}", page.id));
    Cut {
        id: format!("page-token:{name}"),
        command: NarrowGrant {
            of: GrantOrToken::Token(asks.clone()),
            scopes: None,
            targets: scopes.into_iter().map(only).collect(),
            life_s: None,
            kind: Some(PAGE.to_owned()),
        }
        .into(),
    }
}
