//! Laws of commands, on random worlds and random sequences of commands.
//!
//! A command that is done was allowed, by the engine and by the reference; what it wrote is what
//! there is; the same command makes the same changes, and making them twice is making them once;
//! nothing is left pointing at what is no more; taking back what was added leaves the facts as they
//! were; no business loses the last one who manages its people; an invitation is accepted once; an asset
//! has exactly one owner; limits on system users hold; the scopes of a token never grow; and nobody
//! outside a business widens what was shared of it.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod giving;
mod hanging;
mod limits;
mod offboarding;
mod outside;
mod owners;
mod people;
mod removal;
mod scopes;
mod undoing;
mod walking;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use commands::{Command, Handled, Order, Refusal, handle};
use engine::fact::{Change, Digest, EndReason, Fact, Key, TextDigest};
use engine::{BusinessId, Credential, Directory, Evidence, Figure, Holder};
use jiff::Timestamp;
use rulebook::{Reason, Rulebook};
use testkit::reference::Reference;
use testkit::rulebooks;
use testkit::world::{Dice, World};

use giving::Giving;
use hanging::hanging;

/// Worlds a run looks at; more with `LAWS_WORLDS`.
const WORLDS: u64 = 60;
/// Commands given in each world, one after the other.
const COMMANDS: u64 = 60;

pub(crate) fn worlds() -> u64 {
    std::env::var("LAWS_WORLDS").map_or(WORLDS, |text| text.parse().unwrap())
}

/// The rulebooks: those that are shipped, and the one that has everything.
pub(crate) fn all_rulebooks() -> Vec<Arc<Rulebook>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let mut all = rulebooks::every_feature().unwrap_or_else(|wrong| panic!("{wrong}"));
    for name in ["meta.toml", "pinterest.toml"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        let variants = rulebooks::variants(name, &text);
        all.extend(variants.unwrap_or_else(|wrong| panic!("{wrong}")));
    }
    all
}

pub(crate) fn directory(world: &World) -> Directory {
    let mut directory = Directory::new(Arc::clone(&world.rulebook), 7);
    for fact in &world.facts {
        directory.apply(&Change::Set(fact.clone()));
    }
    directory
}

/// Returns the world without facts that point at what is not there, and without assignments through
/// a business the holder is not in: no command makes such facts.
pub(crate) fn fitting(world: &World) -> World {
    let is_in = |holder: &Holder, via: &BusinessId| {
        world.facts.iter().any(|fact| match (fact, holder) {
            (Fact::Membership(one), Holder::Person(id)) => {
                one.person == *id && one.business == *via
            }
            (Fact::SystemUser(one), Holder::SystemUser(id)) => {
                one.id == *id && one.business == *via
            }
            _ => false,
        })
    };
    let mut facts = world.facts.clone();
    facts.retain(|fact| match fact {
        Fact::Assignment(one) => one.via.as_ref().is_none_or(|via| is_in(&one.holder, via)),
        _ => true,
    });
    loop {
        let pointing: BTreeSet<Key> = hanging(&facts).into_iter().map(|(key, _)| key).collect();
        if pointing.is_empty() {
            return world.with_only(facts);
        }
        facts.retain(|fact| !pointing.contains(&fact.key()));
    }
}

pub(crate) fn evidence(now: Timestamp) -> Evidence {
    let mut evidence = Evidence {
        second_factor: true,
        ..Evidence::default()
    };
    evidence.figures.active_ads = Some(Figure { value: 0, at: now });
    evidence
}

pub(crate) fn give(
    directory: &Directory,
    command: &Command,
    by: &Credential,
    now: Timestamp,
    id: &str,
) -> Result<Handled, Refusal> {
    let mut keep_text = |text: &str| TextDigest(text.into());
    let mut order = Order {
        by: by.clone(),
        delegate: None,
        evidence: evidence(now),
        now,
        id,
        entropy: Digest::of(id).0,
        keep_text: &mut keep_text,
    };
    handle(directory, command, &mut order)
}

pub(crate) fn apply(directory: &mut Directory, changes: &[Change]) {
    changes.iter().for_each(|change| directory.apply(change));
}

/// A command that was given to a directory.
pub(crate) struct Given<'a> {
    pub(crate) before: &'a Directory,
    pub(crate) facts: &'a [Fact],
    command: &'a Command,
    by: &'a Credential,
    pub(crate) now: Timestamp,
    id: &'a str,
}

impl Given<'_> {
    pub(crate) fn told(&self) -> String {
        let mut text = format!("{:?} by {:?}\n", self.command, self.by);
        for fact in self.facts {
            text.push_str(&serde_json::to_string(fact).unwrap());
            text.push('\n');
        }
        text
    }

    /// The engine allows what is done, and the reference agrees; what is denied, both deny.
    fn was_decided(&self, came: &Result<Handled, Refusal>) {
        let Ok(request) = self.command.request(self.before, self.by) else {
            return;
        };
        // Whom a command makes known, it is decided for as if he were.
        let mut facts = self.facts.to_vec();
        facts.extend(people::newcomer(self.facts, self.command, self.by));
        let reference = Reference {
            facts: &facts,
            rulebook: self.before.rulebook(),
        };
        // What goes with a command is decided with it, and said to be what was denied.
        let request = match came {
            Err(Refusal::Denied { request, .. }) => request.as_ref().clone(),
            _ => request,
        };
        let mut told = reference.decide(&request, &evidence(self.now), self.now);
        // Who proposes asks for the approval that others still lack.
        if matches!(
            (self.command, came),
            (Command::MakeProposal(_), Err(Refusal::Denied { .. }))
        ) {
            told.reasons.remove(&Reason::ApprovalNeeded);
        }
        let allows = told.reasons.is_empty();
        match came {
            Ok(_) => assert!(allows, "done, though {:?}\n{}", told.reasons, self.told()),
            Err(Refusal::Denied { decision, .. }) => assert!(
                !allows && decision.reasons.iter().collect::<BTreeSet<_>>() == told.reasons,
                "denied for {:?}, the reference says {:?}\n{}",
                decision.reasons,
                told.reasons,
                self.told()
            ),
            Err(Refusal::NoSuchCommand { .. }) => {}
            Err(_) => assert!(allows, "refused for another reason\n{}", self.told()),
        }
    }

    /// What was written is what there is, whatever else was written before it in the same entry.
    fn holds(&self, handled: &Handled) -> Directory {
        let mut after = self.before.clone();
        apply(&mut after, &handled.changes);
        let mut last: BTreeMap<Key, Option<&Fact>> = BTreeMap::new();
        for change in &handled.changes {
            match change {
                Change::Set(fact) => last.insert(fact.key(), Some(fact)),
                Change::End(key) => last.insert(key.clone(), None),
            };
        }
        for (key, fact) in &last {
            let there = after.fact(key);
            assert_eq!(there.as_ref(), *fact, "{key:?}\n{}", self.told());
        }
        // Nothing else changed.
        let others = |facts: &[Fact]| -> Vec<Fact> {
            let kept = facts.iter().filter(|fact| !last.contains_key(&fact.key()));
            kept.cloned().collect()
        };
        let facts = after.facts();
        assert!(others(&facts) == others(self.facts), "{}", self.told());
        after
    }

    fn is_the_same_twice(&self, handled: &Handled, after: &Directory) {
        let again = give(self.before, self.command, self.by, self.now, self.id);
        assert_eq!(again.as_ref(), Ok(handled), "{}", self.told());
        let mut twice = after.clone();
        apply(&mut twice, &handled.changes);
        assert!(twice.facts() == after.facts(), "{}", self.told());
    }

    fn leaves_nothing_hanging(&self, after: &Directory) {
        let hanging = hanging(&after.facts());
        assert!(hanging.is_empty(), "{hanging:?}\n{}", self.told());
    }

    /// Taking back what was added leaves the facts as they were; or fewer, where what stood there
    /// before leaned on it: an assignment from before a share ends with the share. Returns whether
    /// it was taken back and nothing else changed.
    fn can_be_undone(&self, handled: &Handled, after: &Directory) -> bool {
        let added = handled.changes.iter().all(|change| match change {
            Change::Set(fact) => self.before.fact(&fact.key()).is_none(),
            Change::End(_) => false,
        });
        let undoing = undoing::undoing(self.command, handled.answer.id.as_deref());
        let (Some(undoing), true) = (undoing, added) else {
            return false;
        };
        let Ok(undone) = give(after, &undoing, self.by, self.now, "undoing") else {
            return false;
        };
        let mut back = after.clone();
        apply(&mut back, &undone.changes);
        let back = back.facts();
        let told = || format!("{undoing:?}\n{}", self.told());
        // A token that stands on a role ends with it, and stays known as ended.
        let lost = |fact: &Fact| {
            matches!(fact, Fact::Token(token) if token.ended == Some(EndReason::RoleLost))
                && undone.changes.contains(&Change::Set(fact.clone()))
        };
        assert!(
            back.iter()
                .all(|fact| self.facts.contains(fact) || lost(fact)),
            "{}",
            told()
        );
        let ended = |fact: &Fact| {
            let mut over = back.iter().filter(|one| lost(one));
            undone.changes.contains(&Change::End(fact.key()))
                || over.any(|one| one.key() == fact.key())
        };
        let missing = self.facts.iter().filter(|fact| !back.contains(fact));
        assert!(missing.clone().all(ended), "{}", told());
        missing.count() == 0
    }
}

/// What was met, so that a run that met nothing fails.
#[derive(Debug, Default)]
struct Met {
    done: BTreeMap<&'static str, u32>,
    denied: u32,
    refused: BTreeSet<&'static str>,
    undone: BTreeSet<&'static str>,
}

#[test]
fn commands_keep_their_laws() {
    let rulebooks = all_rulebooks();
    let mut met = Met::default();
    let mut left = 0;
    for seed in 0..worlds() {
        let world = fitting(&World::of(seed, &rulebooks).unwrap());
        let mut directory = directory(&world);
        let mut dice = Dice::new(seed);
        for number in 0..COMMANDS {
            let facts = directory.facts();
            let mut giving = Giving::new(&directory, world.now, &mut dice);
            let Some(command) = giving.command() else {
                continue;
            };
            let nobody = Credential::Token(Digest([0; 32]));
            let by = command
                .request(&directory, &nobody)
                .ok()
                .and_then(|request| giving.caller(&request, &evidence(world.now)));
            let Some(by) = by else { continue };
            let id = format!("command {number}");
            let given = Given {
                before: &directory,
                facts: &facts,
                command: &command,
                by: &by,
                now: world.now,
                id: &id,
            };
            let came = give(&directory, &command, &by, world.now, &id);
            given.was_decided(&came);
            match came {
                Ok(handled) => {
                    let after = given.holds(&handled);
                    given.is_the_same_twice(&handled, &after);
                    given.leaves_nothing_hanging(&after);
                    if let Command::OffboardPerson(offboard) = &command {
                        left += offboarding::is_gone(&given, offboard, &handled, &after, &mut dice);
                    }
                    people::keeps_an_admin(&directory, &after, &given.told());
                    if given.can_be_undone(&handled, &after) {
                        met.undone.insert(command.name());
                    }
                    *met.done.entry(command.name()).or_default() += 1;
                    directory = after;
                }
                Err(Refusal::Denied { .. }) => met.denied += 1,
                Err(refusal) => {
                    met.refused.insert(refusal.code());
                }
            }
        }
    }
    assert!(left > 35, "{left} questions about what nobody may any more");
    assert!(
        met.done.len() > 45 && met.denied > 100 && met.refused.len() > 4 && met.undone.len() > 11,
        "{met:?}"
    );
}
