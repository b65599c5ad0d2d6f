//! The scopes of a token never grow: whatever is refreshed, rotated, exchanged, renewed or narrowed
//! holds no scope and no asset that the consent at its root did not give.

use std::collections::{BTreeMap, BTreeSet};

use commands::{Command, GrantOrToken};
use engine::fact::{Fact, Grant, Key, Token};
use engine::{AssetId, Credential, GrantId, Holder, TokenId};
use testkit::world::World;

use super::walking::{Step, walk};
use super::{all_rulebooks, worlds};

/// What makes and changes grants and tokens.
const NAMES: &[&str] = &[
    "grant.give",
    "grant.give",
    "grant.redeem",
    "grant.renew",
    "grant.narrow",
    "grant.narrow",
    "grant.revoke",
    "token.issue",
    "token.refresh",
    "token.rotate",
    "token.exchange_long_lived",
    "token.exchange_long_lived",
    "token.exchange_long_lived",
    "token.revoke",
    "renewal.set",
    "app.install",
    "on_behalf_token.issue",
];

/// Per scope, the only assets; none for all.
type Reach = BTreeMap<String, Option<BTreeSet<AssetId>>>;

fn reach(grant: &Grant) -> Reach {
    let scopes = grant.scopes.iter();
    scopes
        .map(|scope| {
            let only = grant.targets.get(scope);
            let only = only.map(|assets| assets.iter().cloned().collect());
            (scope.clone(), only)
        })
        .collect()
}

fn is_within(less: &Reach, more: &Reach) -> bool {
    less.iter()
        .all(|(scope, assets)| match (assets, more.get(scope)) {
            (_, None) => false,
            (_, Some(None)) => true,
            (None, Some(Some(_))) => false,
            (Some(less), Some(Some(more))) => less.is_subset(more),
        })
}

fn grants(facts: &[Fact]) -> BTreeMap<GrantId, Grant> {
    let found = facts.iter().filter_map(|fact| match fact {
        Fact::Grant(one) => Some((one.id.clone(), one.clone())),
        _ => None,
    });
    found.collect()
}

fn tokens(facts: &[Fact]) -> BTreeMap<TokenId, Token> {
    let found = facts.iter().filter_map(|fact| match fact {
        Fact::Token(one) => Some((one.id.clone(), one.clone())),
        _ => None,
    });
    found.collect()
}

/// What a reader of the promise would write down: what each consent gave, and of which consent each
/// grant is cut.
#[derive(Default)]
struct Book {
    consented: BTreeMap<GrantId, Reach>,
    root: BTreeMap<GrantId, GrantId>,
    met: BTreeMap<&'static str, u32>,
}

impl Book {
    fn of(facts: &[Fact]) -> Self {
        let mut book = Self::default();
        for (id, grant) in grants(facts) {
            book.consented.insert(id.clone(), reach(&grant));
            book.root.insert(id.clone(), id);
        }
        book
    }

    /// Whatever a live token reaches, its consent gave.
    fn all_within(&self, step: &Step<'_>, after: &BTreeMap<GrantId, Grant>) {
        for (id, grant) in after {
            let root = self.root.get(id).and_then(|root| self.consented.get(root));
            let within = root.is_some_and(|root| is_within(&reach(grant), root));
            assert!(within, "`{id}` has more than {root:?}\n{}", step.told());
        }
        for token in tokens(step.after)
            .values()
            .filter(|one| one.ended.is_none())
        {
            let known = after.contains_key(&token.grant);
            assert!(known, "`{}` lives on nothing\n{}", token.id, step.told());
        }
    }

    fn look(&mut self, step: &Step<'_>) {
        if step.came.is_err() {
            return;
        }
        let (before, after) = (grants(step.before), grants(step.after));
        for (id, grant) in &after {
            match before.get(id) {
                Some(known) if known == grant => {}
                Some(known) => {
                    let less = is_within(&reach(grant), &reach(known));
                    assert!(less, "{known:?} became {grant:?}\n{}", step.told());
                    assert_eq!((&known.holder, &known.app), (&grant.holder, &grant.app));
                    self.note("changed");
                }
                None => self.arrives(step, grant, &before),
            }
        }
        self.all_within(step, &after);
        self.tokens(step);
    }

    /// A new grant: a consent of its own, or cut from one that was there.
    fn arrives(&mut self, step: &Step<'_>, grant: &Grant, before: &BTreeMap<GrantId, Grant>) {
        let Some(from) = &grant.from else {
            let (holder, scopes, targets) = match step.command {
                Command::GiveGrant(one) => (one.holder.clone(), &one.scopes, &one.targets),
                Command::RedeemConsent(one) => (
                    Holder::Person(one.person.clone()),
                    &one.scopes,
                    &one.targets,
                ),
                Command::IssueOnBehalf(one) => {
                    let of_client = |fact: &Fact| {
                        matches!(fact, Fact::SystemUser(robot)
                        if Holder::SystemUser(robot.id.clone()) == grant.holder && robot.business == one.client)
                    };
                    assert!(step.after.iter().any(of_client), "{}", step.told());
                    self.note("acts for a client");
                    (grant.holder.clone(), &one.scopes, &grant.targets)
                }
                // A test user is made with a consent to the app it is made for.
                Command::CreateTestUser(one) if is_new(step, grant) && one.app == grant.app => {
                    (grant.holder.clone(), &one.scopes, &grant.targets)
                }
                _ => panic!("{grant:?} comes of no consent\n{}", step.told()),
            };
            assert_eq!(grant.holder, holder, "{}", step.told());
            let said = Grant {
                scopes: scopes.clone(),
                targets: targets.clone(),
                ..grant.clone()
            };
            assert!(is_within(&reach(grant), &reach(&said)), "{}", step.told());
            if let Holder::Person(_) = &holder {
                let himself = matches!(step.by, Credential::Holder(by) if *by == holder);
                assert!(
                    himself || is_new(step, grant),
                    "somebody else consented\n{}",
                    step.told()
                );
            }
            self.consented.insert(grant.id.clone(), reach(grant));
            self.root.insert(grant.id.clone(), grant.id.clone());
            return self.note("consented");
        };
        self.is_cut(step, (grant, from), before);
    }

    /// A grant cut from another has no more than that one had.
    fn is_cut(
        &mut self,
        step: &Step<'_>,
        (grant, from): (&Grant, &GrantId),
        before: &BTreeMap<GrantId, Grant>,
    ) {
        let wider = before.get(from);
        let cut = wider.is_some_and(|wider| is_within(&reach(grant), &reach(wider)));
        assert!(cut, "{grant:?} of {wider:?}\n{}", step.told());
        let root = self.root[from].clone();
        self.root.insert(grant.id.clone(), root);
        let fewer = wider.is_some_and(|wider| reach(wider) != reach(grant));
        self.note(if fewer { "narrowed" } else { "cut as it is" });
    }

    /// A token got for another is of its consent and reaches no further. An ended one stays ended.
    fn tokens(&mut self, step: &Step<'_>) {
        let (before, after) = (tokens(step.before), tokens(step.after));
        let grants_before = grants(step.before);
        let grants_after = grants(step.after);
        let source = match step.command {
            Command::RefreshToken(one) => Some(&one.token),
            Command::RotateToken(one) => Some(&one.token),
            Command::ExchangeToken(one) => Some(&one.token),
            Command::RenewTokens(one) => Some(&one.token),
            Command::NarrowGrant(one) => match &one.of {
                GrantOrToken::Token(token) => Some(token),
                GrantOrToken::Grant(_) => None,
            },
            _ => None,
        };
        for (id, token) in &after {
            if let Some(known) = before.get(id) {
                assert_eq!(known.grant, token.grant, "{}", step.told());
                assert!(known.ended.is_none() || known.ended == token.ended);
                continue;
            }
            let Some(source) = source.and_then(|id| before.get(id)) else {
                continue;
            };
            let wide = reach(&grants_before[&source.grant]);
            let now = reach(&grants_after[&token.grant]);
            assert!(
                is_within(&now, &wide),
                "{token:?} of {source:?}\n{}",
                step.told()
            );
            assert_eq!(self.root[&token.grant], self.root[&source.grant]);
            self.note(step.command.name());
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }
}

#[test]
fn token_scopes_never_grow() {
    let rulebooks = all_rulebooks();
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..worlds() {
        let world = World::of(seed, &rulebooks).unwrap();
        let mut book = Book::of(&super::fitting(&world).facts);
        walk(&world, NAMES, |step| book.look(step));
        for (what, times) in book.met {
            *met.entry(what).or_default() += times;
        }
    }
    let all = [
        "acts for a client",
        "changed",
        "consented",
        "cut as it is",
        "grant.narrow",
        "grant.renew",
        "narrowed",
        "token.exchange_long_lived",
        "token.refresh",
        "token.rotate",
    ];
    assert_eq!(met.keys().copied().collect::<Vec<_>>(), all, "{met:?}");
}

/// Was nothing known of the holder before?
fn is_new(step: &Step<'_>, grant: &Grant) -> bool {
    let Holder::Person(person) = &grant.holder else {
        return false;
    };
    let key = Key::Person(person.clone());
    !step.before.iter().any(|fact| fact.key() == key)
}
