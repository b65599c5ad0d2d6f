//! Random worlds: small directories in which every rule is hit often.
//!
//! A world is made from a number alone, so that a failing one can be made again. It is small on
//! purpose: two people who never meet test nothing. It works with any rulebook, by taking names of
//! roles, levels and scopes from it, and sometimes names that no rulebook knows. In some worlds a
//! few facts are missing that others refer to.

mod apps;
mod assets;
mod dice;
mod growing;
mod invitations;
mod on_behalf;
mod people;
mod question;
mod requests;
mod sharing;
mod story;
mod tokens;

use std::fmt;
use std::sync::Arc;

use engine::fact::Fact;
use engine::{Evidence, Request};
use jiff::Timestamp;
use proptest::prelude::*;
use rulebook::Rulebook;

pub use dice::Dice;
pub use story::{shrink, story};

use crate::reference::Answer;
use growing::Growing;

/// The most facts a strategy can take away from a world.
const MOST_FACTS: usize = 400;

/// A small directory, its rules, and a time to ask at.
#[derive(Clone)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    /// Its facts; each key once, in the order in which they can be applied.
    pub facts: Vec<Fact>,
    /// Its rules.
    pub rulebook: Arc<Rulebook>,
    /// Its present.
    pub now: Timestamp,
}

/// A request and what the shell measured.
#[derive(Debug, Clone)]
pub struct Question {
    /// The request.
    pub request: Request,
    /// What was measured.
    pub evidence: Evidence,
}

impl World {
    /// Returns the world of a seed under one of the rulebooks; the same one each time.
    ///
    /// Returns nothing if there is no rulebook.
    #[must_use]
    pub fn of(seed: u64, rulebooks: &[Arc<Rulebook>]) -> Option<Self> {
        let mut dice = Dice::new(seed);
        let rulebook = Arc::clone(dice.pick(rulebooks)?);
        let now = Timestamp::from_second(1_775_000_000 + dice.number(0, 400) * 3_600).ok()?;
        let mut growing = Growing::new(dice, &rulebook, now);
        growing.people();
        growing.apps();
        growing.assets();
        growing.sharing();
        growing.tokens();
        let mut growing = growing.without_a_few();
        growing.dice = Dice::new(!seed);
        growing.invitations();
        let mut world = Self {
            seed,
            facts: growing.finish(),
            rulebook,
            now,
        };
        requests::add(&mut world);
        on_behalf::add(&mut world);
        Some(world)
    }

    /// Returns a question about this world; the same one for the same dice.
    ///
    /// Of several that come to mind, one with few reasons against it is likelier.
    #[must_use]
    pub fn question(&self, dice: &mut Dice) -> Question {
        question::likely(self, dice)
    }

    /// Returns a few questions about this world, each with what the reference answers.
    #[must_use]
    pub fn questions(&self, dice: &mut Dice) -> Vec<(Question, Answer)> {
        question::several(self, dice)
    }

    /// Returns the world without some of its facts.
    #[must_use]
    pub fn with_only(&self, facts: Vec<Fact>) -> Self {
        Self {
            facts,
            ..self.clone()
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "world {} of `{}`", self.seed, self.rulebook.name)?;
        writeln!(f, "switches: {:?}", self.rulebook.switches)?;
        writeln!(f, "now: {}", self.now)?;
        self.facts.iter().try_for_each(|fact| {
            let line = serde_json::to_string(fact).map_err(|_| fmt::Error)?;
            writeln!(f, "{line}")
        })
    }
}

/// Worlds under any of the rulebooks. Shrinks by taking facts away.
pub fn any_world(rulebooks: Vec<Arc<Rulebook>>) -> impl Strategy<Value = World> {
    let kept = proptest::collection::vec(proptest::bool::weighted(0.99), MOST_FACTS);
    (any::<u64>().no_shrink(), kept).prop_filter_map("there is a rulebook", move |(seed, kept)| {
        let world = World::of(seed, &rulebooks)?;
        let facts = world.facts.iter().cloned().enumerate();
        let facts = facts.filter(|(index, _)| kept.get(*index).copied().unwrap_or(true));
        let facts = facts.map(|(_, fact)| fact).collect();
        Some(world.with_only(facts))
    })
}

/// Worlds with a question about the whole of each. Shrinks by taking facts away.
pub fn any_world_and_question(
    rulebooks: Vec<Arc<Rulebook>>,
) -> impl Strategy<Value = (World, Question)> {
    let worlds = any_world(rulebooks.clone());
    (worlds, any::<u64>().no_shrink()).prop_filter_map(
        "there is a rulebook",
        move |(world, seed)| {
            let whole = World::of(world.seed, &rulebooks)?;
            let question = whole.question(&mut Dice::new(seed));
            Some((world, question))
        },
    )
}
