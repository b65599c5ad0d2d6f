//! A directory, a request and evidence, as they would be after some steps.

use engine::fact::{Digest, TextDigest};
use engine::{
    Acting, Context, Credential, Directory, Evidence, Figure, Holder, Proof, Rate, Request, Search,
    Thing, decide, who_can,
};
use jiff::Timestamp;
use rulebook::{Family, Operation, Reason, ReasonSet};

use super::{Action, Candidate, RequestChange, Runners};
use crate::command::{Command, handle};
use crate::order::Order;

/// How many of those who may do a step are named.
pub(super) const NAMED: usize = 5;

/// What would be.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) directory: Directory,
    pub(super) request: Request,
    pub(super) evidence: Evidence,
    pub(super) now: Timestamp,
    new_token: Option<Digest>,
    /// Who was made up to stand for the platform's staff, where the directory names none.
    stand_in: Option<Holder>,
    /// What speaks against the request.
    pub(super) reasons: ReasonSet,
}

impl State {
    pub(super) fn new(
        directory: &Directory,
        request: &Request,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Self {
        Self {
            directory: directory.clone(),
            request: request.clone(),
            evidence: evidence.clone(),
            now,
            new_token: None,
            stand_in: None,
            reasons: decide(directory, request, evidence, now).reasons,
        }
    }

    /// Returns the operation asked, if the rulebook has it.
    pub(super) fn operation(&self) -> Option<&Operation> {
        self.directory
            .rulebook()
            .rules(0)
            .operation_named(&self.request.operation)
    }

    /// Returns what could answer a reason, weakest first.
    pub(super) fn candidates(&self, reason: Reason) -> Vec<Candidate> {
        let mut candidates = match reason.layer() {
            rulebook::Layer::Credential | rulebook::Layer::Permission => {
                self.token_candidates(reason)
            }
            rulebook::Layer::App => self.app_candidates(reason),
            rulebook::Layer::Role => self.role_candidates(reason),
            rulebook::Layer::Mandate => self.mandate_candidates(reason),
        };
        candidates.sort_by_key(|candidate| (candidate.actions.len(), candidate.privilege));
        candidates
    }

    /// Returns what would be after the action, with who may do it, `named` of them by name; nothing if
    /// it cannot be done.
    pub(super) fn after(&self, action: &Action, named: usize) -> Option<(Self, Runners)> {
        let mut state = self.clone();
        let runners = match action {
            Action::Command(command) => state.command(command, named)?,
            Action::Request(change) => {
                state.change(change)?;
                Runners::Asker
            }
        };
        state.reasons =
            decide(&state.directory, &state.request, &state.evidence, state.now).reasons;
        Some((state, runners))
    }

    /// Does a command as the first who may; returns who may.
    fn command(&mut self, command: &Command, named: usize) -> Option<Runners> {
        let (by, runners) = self.runners(command, named)?;
        let mut keep_text = |text: &str| TextDigest(text.into());
        let mut order = Order {
            by,
            delegate: None,
            // Whoever does the step does it properly: signed in with the second factor.
            evidence: Evidence {
                second_factor: true,
                ..Evidence::default()
            },
            now: self.now,
            id: "remedy",
            entropy: [0; 32],
            keep_text: &mut keep_text,
        };
        let handled = handle(&self.directory, command, &mut order).ok()?;
        for change in &handled.changes {
            self.directory.apply(change);
        }
        if let Some(secret) = &handled.answer.secret {
            self.new_token = Some(Digest::of(secret));
        }
        Some(runners)
    }

    pub(super) fn runners(
        &mut self,
        command: &Command,
        named: usize,
    ) -> Option<(Credential, Runners)> {
        let nobody = Credential::Holder(Holder::Person("nobody".parse().ok()?));
        let request = command.request(&self.directory, &nobody).ok()?;
        let evidence = Evidence {
            second_factor: true,
            ..Evidence::default()
        };
        let search = Search {
            with: &request.with,
            context: &request.context,
            evidence: &evidence,
            now: self.now,
            limit: named,
        };
        let page = who_can(
            &self.directory,
            &request.operation,
            &request.resource,
            None,
            &search,
        );
        if let Some(first) = page.items.first() {
            let by = Credential::Holder(first.clone());
            // Nobody is asked for by a name that was made up here.
            if self.stand_in.as_ref() == Some(first) {
                return Some((by, Runners::Platform));
            }
            return Some((
                by,
                Runners::Holders {
                    first: page.items,
                    more: page.more,
                },
            ));
        }
        self.platform(&request.operation, &request.resource)
    }

    /// The platform's own operations can be done by the platform, named or not: an operator who is
    /// not in the directory stands in for it on the clone.
    fn platform(&mut self, operation: &str, resource: &Thing) -> Option<(Credential, Runners)> {
        let rules = self.directory.rulebook().rules(0);
        let operation = rules.operation_named(operation)?;
        let need = operation.needs.first()?;
        let kind = rules
            .kind(need.kind)
            .filter(|kind| kind.family == Family::Realm)?;
        let role = kind.roles.iter().find(|role| role.can.meets(need.any_of))?;
        if *resource != Thing::Realm || self.directory.operators().next().is_some() {
            return None;
        }
        let person: engine::PersonId = "the-platform".parse().ok()?;
        let operator = engine::fact::Operator {
            person: person.clone(),
            role: role.name.clone(),
            until: None,
            break_glass: None,
            break_glass_until: None,
            reason: None,
        };
        let stand_in = engine::fact::Person {
            id: person.clone(),
            name: None,
            email: None,
            identity: None,
            shared_login: false,
            properties: engine::fact::Properties::default(),
        };
        self.directory
            .apply(&engine::fact::Change::Set(stand_in.into()));
        self.directory
            .apply(&engine::fact::Change::Set(operator.into()));
        self.stand_in = Some(Holder::Person(person.clone()));
        Some((
            Credential::Holder(Holder::Person(person)),
            Runners::Platform,
        ))
    }

    /// Makes the request in another way; nothing if that cannot be.
    fn change(&mut self, change: &RequestChange) -> Option<()> {
        let context: &mut Context = &mut self.request.context;
        match change {
            RequestChange::UseNewToken => {
                self.request.credential = Credential::Token(self.new_token?);
            }
            RequestChange::CarryScopes(scopes) => match &mut self.request.credential {
                Credential::Assumed(assumed) => assumed.scopes.extend(scopes.iter().cloned()),
                _ => return None,
            },
            RequestChange::UseKind(kind) => match &mut self.request.credential {
                Credential::Assumed(assumed) => assumed.kind.clone_from(kind),
                _ => return None,
            },
            RequestChange::SignIn => self.request.credential = Credential::Holder(self.holder()?),
            RequestChange::Prove => self.evidence.proof = Proof::Valid,
            RequestChange::PassSecondFactor => self.evidence.second_factor = true,
            RequestChange::Wait => self.evidence.rate = Rate::Within,
            RequestChange::InProject(group) => context.project = Some(group.clone()),
            RequestChange::OutsideProject => context.project = None,
            RequestChange::ApprovedBy(person) => self.evidence.approved_by = Some(person.clone()),
            RequestChange::ChangeTo(to) => context.change.as_mut()?.to = *to,
            RequestChange::MeasureAgain => self.measure_again(),
            RequestChange::PauseFirst => {
                self.evidence.figures.active_ads = Some(Figure {
                    value: 0,
                    at: self.now,
                });
            }
        }
        Some(())
    }

    fn measure_again(&mut self) {
        let now = self.now;
        let figures = &mut self.evidence.figures;
        let all = [
            &mut figures.daily_budget_total,
            &mut figures.cpa,
            &mut figures.roas,
            &mut figures.spend_total,
            &mut figures.active_ads,
        ];
        for figure in all.into_iter().flatten() {
            figure.at = now;
        }
    }

    /// Returns who asks in layers 1 to 3.
    pub(super) fn holder(&self) -> Option<Holder> {
        Acting::of(&self.directory, &self.request, &self.evidence, self.now).holder
    }

    /// Returns who acts in layers 4 and 5.
    pub(super) fn actor(&self) -> Option<Holder> {
        Acting::of(&self.directory, &self.request, &self.evidence, self.now).actor
    }
}
