//! Remedies: the smallest changes that are proven to turn a deny into an allow.
//!
//! Each reason knows the few commands, or changes to the request, that could answer it. The search
//! answers the first reason, looks what is left, answers that, and so on; every step is really done
//! on a clone of the directory, by somebody who may do it. A sequence is offered only if the
//! decision then is an allow, and only if no part of it would have done.
//!
//! What is not here: prose. A step is a command or a change to the request, for a door to word.

mod app;
mod mandate;
mod role;
mod share;
mod state;
mod token;

use std::rc::Rc;

use engine::{Directory, Evidence, Holder, PersonId, Request};
use jiff::Timestamp;

use self::state::{NAMED, State};
use crate::command::Command;

/// The most commands of a remedy. Changes to the request beside them are not counted: whoever gets a
/// new token also uses it.
pub const MOST_STEPS: usize = 4;
/// The most sequences that are tried.
pub const MOST_CANDIDATES: usize = 64;

/// A sequence that turns the deny into an allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The steps, in the order in which they must be done.
    pub steps: Vec<Step>,
    /// How much new power it gives: the lower, the better. Comparable within one answer only.
    pub privilege: u32,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Who may do it.
    pub runners: Runners,
}

/// What is done in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A command, run on the realm.
    Command(Box<Command>),
    /// The request is made in another way.
    Request(RequestChange),
}

/// Another way to make the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestChange {
    /// With the token that was just issued.
    UseNewToken,
    /// With a credential that carries these scopes too (of a platform that keeps tokens itself).
    CarryScopes(Vec<String>),
    /// With a credential of this kind.
    UseKind(String),
    /// Signed in first-party, not by token.
    SignIn,
    /// With a valid proof made with the app's secret.
    Prove,
    /// After the second factor has been passed.
    PassSecondFactor,
    /// Later, when the rate pool has room again.
    Wait,
    /// In this project.
    InProject(engine::GroupId),
    /// In no project.
    OutsideProject,
    /// With the approval of this person.
    ApprovedBy(PersonId),
    /// Changing the amount to this instead.
    ChangeTo(u64),
    /// With the same figures, measured again just now.
    MeasureAgain,
    /// After everything that runs has been paused.
    PauseFirst,
}

/// Who may do a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runners {
    /// Whoever makes the request.
    Asker,
    /// These, and `more` others.
    Holders {
        /// The first few, in order.
        first: Vec<Holder>,
        /// Are there more?
        more: bool,
    },
    /// The platform itself, whose operators are not in the directory.
    Platform,
}

/// What could be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedies {
    /// The remedies, fewest steps first, then least privilege.
    pub offered: Vec<Remedy>,
    /// How many sequences were tried.
    pub tried: usize,
}

/// A candidate: steps that belong together, and how much power they give.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) actions: Vec<Action>,
    pub(crate) privilege: u32,
}

impl Candidate {
    pub(crate) fn command(command: impl Into<Command>, privilege: u32) -> Self {
        Self {
            actions: vec![Action::Command(Box::new(command.into()))],
            privilege,
        }
    }

    pub(crate) fn request(change: RequestChange) -> Self {
        Self {
            actions: vec![Action::Request(change)],
            privilege: 0,
        }
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.actions.extend(other.actions);
        self.privilege += other.privilege;
        self
    }
}

/// Returns the remedies for a denied request; none for one that is allowed.
///
/// Two laws: every remedy works (its steps, done in order by somebody who may, turn the decision
/// into an allow), and no remedy has a step to spare.
#[must_use]
pub fn remedies(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> Remedies {
    let start = State::new(directory, request, evidence, now);
    let mut search = Search {
        offered: Vec::new(),
        tried: 0,
    };
    if !start.reasons.is_empty() {
        search.run(Way::from(start));
    }
    search
        .offered
        .sort_by_key(|remedy| (remedy.steps.len(), remedy.privilege));
    Remedies {
        offered: search.offered,
        tried: search.tried,
    }
}

/// Returns who may give a command, the first few; nothing if nobody may.
#[must_use]
pub fn runners(directory: &Directory, command: &Command, now: Timestamp) -> Option<Runners> {
    let nobody = Holder::Person("nobody".parse().ok()?);
    let by = engine::Credential::Holder(nobody);
    let request = command.request(directory, &by).ok()?;
    let mut state = State::new(directory, &request, &Evidence::default(), now);
    state.runners(command, NAMED).map(|(_, runners)| runners)
}

#[derive(Debug)]
struct Search {
    offered: Vec<Remedy>,
    tried: usize,
}

/// Steps, and what would be after each.
#[derive(Debug)]
struct Way {
    /// INVARIANT: one more than there are steps. The first is where the search began, the last is
    /// where the way leads.
    states: Vec<Rc<State>>,
    steps: Vec<Step>,
    privilege: u32,
}

impl Way {
    /// Returns the way without a step.
    fn from(start: State) -> Self {
        Self {
            states: vec![Rc::new(start)],
            steps: Vec::new(),
            privilege: 0,
        }
    }

    /// Returns where the way leads.
    fn end(&self) -> Option<&State> {
        self.states.last().map(Rc::as_ref)
    }

    /// Returns the way that goes on with a candidate; nothing if a step of it cannot be done.
    fn then(&self, candidate: &Candidate) -> Option<Self> {
        let mut states = self.states.clone();
        let mut steps = self.steps.clone();
        for action in &candidate.actions {
            let (state, runners) = states.last()?.after(action, NAMED)?;
            states.push(Rc::new(state));
            let action = action.clone();
            steps.push(Step { action, runners });
        }
        Some(Self {
            states,
            steps,
            privilege: self.privilege.saturating_add(candidate.privilege),
        })
    }

    /// Would a part of the steps have done?
    ///
    /// What a part does before the first step it leaves out has been done on the way itself.
    fn has_step_to_spare(&self) -> bool {
        let parts = self.states.iter().zip(1..=self.steps.len());
        parts
            .filter_map(|(before, rest)| Some((before, self.steps.get(rest..)?)))
            .any(|(before, rest)| some_would_do(before, rest))
    }
}

/// Would some of the steps do, or none at all? Parts that begin alike share what they begin with.
fn some_would_do(state: &State, steps: &[Step]) -> bool {
    if state.reasons.is_empty() {
        return true;
    }
    let mut rest = steps;
    while let Some((step, later)) = rest.split_first() {
        rest = later;
        // Who else may do it is not told here.
        let after = state.after(&step.action, 1);
        if after.is_some_and(|(state, _)| some_would_do(&state, later)) {
            return true;
        }
    }
    false
}

impl Search {
    /// Breadth first: short ways before long ones, weak ones before strong ones.
    fn run(&mut self, start: Way) {
        let mut ways = vec![start];
        while !ways.is_empty() && self.tried < MOST_CANDIDATES {
            let mut next = Vec::new();
            for way in ways {
                self.widen(&way, &mut next);
            }
            next.sort_by_key(|way: &Way| (way.steps.len(), way.privilege));
            ways = next;
        }
    }

    /// Tries every answer to the first reason that is left.
    fn widen(&mut self, way: &Way, next: &mut Vec<Way>) {
        let Some(state) = way.end() else { return };
        let before = state.reasons;
        let Some(reason) = before.iter().next() else {
            return;
        };
        for candidate in state.candidates(reason) {
            if self.tried == MOST_CANDIDATES {
                return;
            }
            let done = way.steps.iter().map(|step| &step.action);
            if commands(done.chain(&candidate.actions)) > MOST_STEPS {
                continue;
            }
            self.tried += 1;
            let Some(on) = way.then(&candidate) else {
                continue;
            };
            let Some(after) = on.end().map(|state| state.reasons) else {
                continue;
            };
            if after.is_empty() {
                self.offer(on);
            } else if !after.has(reason) || after.len() < before.len() {
                next.push(on);
            }
        }
    }

    /// Offers a way that ends in an allow, unless some part of it would have done.
    fn offer(&mut self, way: Way) {
        let is_on_way = |step: &Step| way.steps.iter().any(|one| one.action == step.action);
        let known = |known: &Remedy| known.steps.iter().all(is_on_way);
        if !self.offered.iter().any(known) && !way.has_step_to_spare() {
            self.offered.push(Remedy {
                steps: way.steps,
                privilege: way.privilege,
            });
        }
    }
}

/// How many of these are commands?
fn commands<'a>(actions: impl Iterator<Item = &'a Action>) -> usize {
    actions
        .filter(|action| matches!(action, Action::Command(_)))
        .count()
}
