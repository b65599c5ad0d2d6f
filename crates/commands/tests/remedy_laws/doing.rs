//! Doing the steps of a remedy, as a user would.

use commands::{Action, Command, Order, RequestChange, Runners, Step, handle};
use engine::fact::{Change, Digest, Fact, Operator, Person, Properties, TextDigest};
use engine::{
    Credential, Directory, Evidence, Figure, Holder, PersonId, Proof, Rate, Request, decide,
};
use jiff::Timestamp;
use rulebook::Family;
use testkit::world::Question;

/// A directory and a request while steps are done.
pub(crate) struct Doing {
    directory: Directory,
    request: Request,
    evidence: Evidence,
    now: Timestamp,
    secret: Option<String>,
    done: u32,
}

impl Doing {
    pub(crate) fn new(directory: Directory, question: &Question, now: Timestamp) -> Self {
        let (request, evidence) = (question.request.clone(), question.evidence.clone());
        Self {
            directory,
            request,
            evidence,
            now,
            secret: None,
            done: 0,
        }
    }

    pub(crate) fn is_allowed(&self) -> bool {
        decide(&self.directory, &self.request, &self.evidence, self.now).is_allowed()
    }

    /// Does a step; false if it cannot be done.
    pub(crate) fn step(&mut self, step: &Step) -> bool {
        match &step.action {
            Action::Command(command) => {
                let by = match &step.runners {
                    Runners::Holders { first, .. } => first.first().cloned().unwrap(),
                    Runners::Platform => self.platform(command),
                    Runners::Asker => panic!("a command is run by somebody"),
                };
                self.command(command, by)
            }
            Action::Request(change) => self.change(change),
        }
    }

    fn command(&mut self, command: &Command, by: Holder) -> bool {
        self.done += 1;
        let id = format!("step-{}", self.done);
        let mut keep_text = |text: &str| TextDigest(text.into());
        let mut order = Order {
            by: Credential::Holder(by),
            delegate: None,
            evidence: Evidence {
                second_factor: true,
                ..Evidence::default()
            },
            now: self.now,
            id: &id,
            entropy: [9; 32],
            keep_text: &mut keep_text,
        };
        let Ok(handled) = handle(&self.directory, command, &mut order) else {
            return false;
        };
        handled
            .changes
            .iter()
            .for_each(|change| self.directory.apply(change));
        self.secret = handled.answer.secret.or(self.secret.take());
        true
    }

    /// Appoints an operator where the directory names none, as the owner of the platform would.
    fn platform(&mut self, command: &Command) -> Holder {
        let person: PersonId = "the-owner-of-the-platform".parse().unwrap();
        let rulebook = self.directory.rulebook().clone();
        let rules = rulebook.rules(0);
        let need = rules
            .operation_named(command.name())
            .unwrap()
            .needs
            .first()
            .unwrap();
        let kind = rules
            .kinds
            .iter()
            .find(|kind| kind.family == Family::Realm)
            .unwrap();
        let role = kind
            .roles
            .iter()
            .find(|role| role.can.meets(need.any_of))
            .unwrap();
        let facts: [Fact; 2] = [
            Fact::Person(Person {
                id: person.clone(),
                name: None,
                email: None,
                identity: None,
                shared_login: false,
                properties: Properties::new(),
            }),
            Fact::Operator(Operator {
                person: person.clone(),
                role: role.name.clone(),
                until: None,
                break_glass: None,
                break_glass_until: None,
                reason: None,
            }),
        ];
        for fact in facts {
            self.directory.apply(&Change::Set(fact));
        }
        Holder::Person(person)
    }

    fn change(&mut self, change: &RequestChange) -> bool {
        match change {
            RequestChange::UseNewToken => match &self.secret {
                Some(secret) => self.request.credential = Credential::Token(Digest::of(secret)),
                None => return false,
            },
            RequestChange::CarryScopes(scopes) => match &mut self.request.credential {
                Credential::Assumed(assumed) => assumed.scopes.extend(scopes.iter().cloned()),
                _ => return false,
            },
            RequestChange::UseKind(kind) => match &mut self.request.credential {
                Credential::Assumed(assumed) => assumed.kind.clone_from(kind),
                _ => return false,
            },
            RequestChange::SignIn => {
                let told =
                    engine::explain(&self.directory, &self.request, &self.evidence, self.now);
                match told.holder {
                    Some(holder) => self.request.credential = Credential::Holder(holder),
                    None => return false,
                }
            }
            RequestChange::Prove => self.evidence.proof = Proof::Valid,
            RequestChange::PassSecondFactor => self.evidence.second_factor = true,
            RequestChange::Wait => self.evidence.rate = Rate::Within,
            RequestChange::InProject(group) => self.request.context.project = Some(group.clone()),
            RequestChange::OutsideProject => self.request.context.project = None,
            RequestChange::ApprovedBy(person) => self.evidence.approved_by = Some(person.clone()),
            RequestChange::ChangeTo(to) => match &mut self.request.context.change {
                Some(change) => change.to = *to,
                None => return false,
            },
            RequestChange::MeasureAgain => self.measure_again(),
            RequestChange::PauseFirst => {
                self.evidence.figures.active_ads = Some(Figure {
                    value: 0,
                    at: self.now,
                });
            }
        }
        true
    }

    fn measure_again(&mut self) {
        let figures = &mut self.evidence.figures;
        let all = [
            &mut figures.daily_budget_total,
            &mut figures.cpa,
            &mut figures.roas,
            &mut figures.spend_total,
            &mut figures.active_ads,
        ];
        for figure in all.into_iter().flatten() {
            figure.at = self.now;
        }
    }
}
