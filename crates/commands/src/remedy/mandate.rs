//! What answers the reasons of layer 5.

use engine::fact::{Fact, Key, Limits, Mandate, MandateMode, MandateOf};
use engine::{Holder, MandateId, PersonId, Search, Thing, who_can};
use rulebook::Reason;

use super::state::State;
use super::{Candidate, RequestChange};
use crate::asset::AddGroupAsset;
use crate::mandate::{SetMandate, StopMandate};

impl State {
    pub(super) fn mandate_candidates(&self, reason: Reason) -> Vec<Candidate> {
        match reason {
            Reason::WrongContext => self.contexts(),
            Reason::Precondition => vec![Candidate::request(RequestChange::PauseFirst)],
            Reason::EvidenceStale => vec![Candidate::request(RequestChange::MeasureAgain)],
            Reason::MandateMissing => self.new_mandates(),
            Reason::ApprovalNeeded => {
                let autopilot = self.changed(|mandate| mandate.mode = MandateMode::Autopilot, 50);
                self.approvals().into_iter().chain(autopilot).collect()
            }
            Reason::MandateStopped => self
                .fitting()
                .into_iter()
                .filter(|mandate| mandate.stopped)
                .map(|mandate| {
                    Candidate::command(
                        StopMandate {
                            mandate: mandate.id,
                            stopped: false,
                        },
                        30,
                    )
                })
                .collect(),
            Reason::MandateEnded => self.changed(|mandate| mandate.until = None, 40),
            Reason::MandateLimit => self
                .smaller()
                .into_iter()
                .chain(self.wider_limits())
                .collect(),
            _ => Vec::new(),
        }
    }

    fn contexts(&self) -> Vec<Candidate> {
        let mut candidates = vec![Candidate::request(RequestChange::OutsideProject)];
        let Thing::Asset(asset) = &self.request.resource else {
            return candidates;
        };
        for fact in self.directory.around_asset(asset) {
            if let Fact::GroupAsset(one) = fact {
                candidates.push(Candidate::request(RequestChange::InProject(one.group)));
            }
        }
        if let Some(group) = &self.request.context.project {
            let command = AddGroupAsset {
                group: group.clone(),
                asset: asset.clone(),
            };
            candidates.push(Candidate::command(command, 10));
        }
        candidates
    }

    /// Returns the mandates of the asset's owner to the tool.
    fn fitting(&self) -> Vec<Mandate> {
        let Some(owner) = self.owner_business(&self.request.resource) else {
            return Vec::new();
        };
        let facts = self.directory.facts_of_business(&owner).into_iter();
        let mandates = facts.filter_map(|fact| match fact {
            Fact::Mandate(mandate) => Some(mandate),
            _ => None,
        });
        let tools = self.tools();
        mandates
            .filter(|mandate| tools.contains(&mandate.to))
            .collect()
    }

    /// Returns for whom a mandate could be: the app, or the business of who acts.
    fn tools(&self) -> Vec<MandateOf> {
        let app = self.app_and_holder();
        let business = match &app {
            Some((app, _)) => self.owner_business(&Thing::App(app.clone())),
            None => match self.holder() {
                Some(Holder::SystemUser(id)) => self.owner_business(&Thing::SystemUser(id)),
                Some(Holder::Business(id)) => Some(id),
                _ => None,
            },
        };
        let app = app.map(|(app, _)| MandateOf::App(app));
        app.into_iter()
            .chain(business.map(MandateOf::Partner))
            .collect()
    }

    fn new_mandates(&self) -> Vec<Candidate> {
        let Some(business) = self.owner_business(&self.request.resource) else {
            return Vec::new();
        };
        let Thing::Asset(asset) = &self.request.resource else {
            return Vec::new();
        };
        let step = self.request.context.change.map_or(0, |change| {
            let more = change.to.saturating_sub(change.from).saturating_mul(10_000);
            more.div_ceil(change.from.max(1))
        });
        // Named, so that a later step can speak of it whatever the command's id will be.
        let numbered = (1_u32..64).filter_map(|number| format!("m-{number}").parse().ok());
        let mut numbered = numbered;
        let id = numbered.find(|id: &MandateId| {
            let key = Key::Mandate(id.clone());
            self.directory.fact(&key).is_none()
        });
        let command = |to| SetMandate {
            id: id.clone(),
            business: business.clone(),
            to,
            assets: vec![asset.clone()],
            operations: vec![self.request.operation.clone()],
            mode: MandateMode::SemiAutomatic,
            limits: Limits {
                step: Some(step),
                ..Limits::default()
            },
            until: None,
            approvers: Vec::new(),
            fresh_within_s: None,
        };
        let tools = self.tools().into_iter().take(1);
        tools
            .map(|to| Candidate::command(command(to), 40))
            .collect()
    }

    fn approvals(&self) -> Vec<Candidate> {
        let evidence = engine::Evidence {
            second_factor: true,
            ..self.evidence.clone()
        };
        let search = Search {
            with: &self.request.with,
            context: &self.request.context,
            evidence: &evidence,
            now: self.now,
            limit: 8,
        };
        let page = who_can(
            &self.directory,
            &self.request.operation,
            &self.request.resource,
            None,
            &search,
        );
        let people = page.items.into_iter().filter_map(|holder| match holder {
            Holder::Person(person) => Some(person),
            _ => None,
        });
        let named = self
            .fitting()
            .into_iter()
            .flat_map(|mandate| mandate.approvers);
        let mut approvers: Vec<PersonId> = named.chain(people).collect();
        approvers.dedup();
        approvers
            .into_iter()
            .take(4)
            .map(|person| Candidate::request(RequestChange::ApprovedBy(person)))
            .collect()
    }

    /// The largest amount within the mandates' steps and totals.
    fn smaller(&self) -> Option<Candidate> {
        let change = self.request.context.change?;
        let figures = &self.evidence.figures;
        let room = |limit: u64, figure: Option<engine::Figure>| {
            figure.map_or(0, |figure| limit.saturating_sub(self.counted(figure)))
        };
        let most = self.fitting().into_iter().map(|mandate| {
            let limits = mandate.limits;
            let step = limits
                .step
                .map(|step| change.from.saturating_mul(step) / 10_000);
            let total = limits
                .daily_budget_total
                .map(|limit| room(limit, figures.daily_budget_total));
            let spend = limits
                .spend_total
                .map(|limit| room(limit, figures.spend_total));
            [step, total, spend]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(0)
        });
        let more = most.max().filter(|more| *more > 0)?;
        let to = change.from.saturating_add(more);
        (to < change.to).then(|| Candidate::request(RequestChange::ChangeTo(to)))
    }

    /// A figure, with what was raised since it was true.
    fn counted(&self, figure: engine::Figure) -> u64 {
        let raised = match &self.request.resource {
            Thing::Asset(asset) => self.directory.raised_since(asset, figure.at),
            _ => 0,
        };
        figure.value.saturating_add(raised)
    }

    fn wider_limits(&self) -> Vec<Candidate> {
        let Some(change) = self.request.context.change else {
            return Vec::new();
        };
        let figures = self.evidence.figures;
        let more = change.to.saturating_sub(change.from);
        let value = |figure: Option<engine::Figure>| figure.map(|figure| figure.value);
        let counted = |figure: Option<engine::Figure>| figure.map(|figure| self.counted(figure));
        self.changed(
            |mandate| {
                let limits = &mut mandate.limits;
                let step = more.saturating_mul(10_000).div_ceil(change.from.max(1));
                limits.step = limits.step.map(|limit| limit.max(step));
                let total = |limit: Option<u64>, figure| {
                    limit.map(|limit| {
                        let then = counted(figure).map_or(limit, |now| now.saturating_add(more));
                        limit.max(then)
                    })
                };
                limits.daily_budget_total =
                    total(limits.daily_budget_total, figures.daily_budget_total);
                limits.spend_total = total(limits.spend_total, figures.spend_total);
                limits.cpa = limits
                    .cpa
                    .map(|limit| limit.max(value(figures.cpa).unwrap_or(limit)));
                limits.roas = limits
                    .roas
                    .map(|limit| limit.min(value(figures.roas).unwrap_or(limit)));
            },
            60,
        )
    }

    /// The same mandates, changed by `how`.
    fn changed(&self, how: impl Fn(&mut Mandate), privilege: u32) -> Vec<Candidate> {
        self.fitting()
            .into_iter()
            .map(|mut mandate| {
                how(&mut mandate);
                let command = SetMandate {
                    id: Some(mandate.id),
                    business: mandate.business,
                    to: mandate.to,
                    assets: mandate.assets,
                    operations: mandate.operations,
                    mode: mandate.mode,
                    limits: mandate.limits,
                    until: mandate.until,
                    approvers: mandate.approvers,
                    fresh_within_s: Some(mandate.fresh_within_s),
                };
                Candidate::command(command, privilege)
            })
            .collect()
    }
}
