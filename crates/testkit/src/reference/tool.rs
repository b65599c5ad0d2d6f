//! Layer 5, rule 5: an automated tool writes within a mandate.

use engine::fact::{App, Asset, Mandate, MandateMode, MandateOf, ProposalState};
use engine::{AmountChange, BusinessId, Figure, Holder, Owner, Thing};
use rulebook::{Class, LimitFigure, Reason};

use super::Reasons;
use super::case::{Case, when};
use super::mandate::Weighed;
use super::principal::Principal;

/// What acts by itself in a request.
#[derive(Debug)]
enum Tool<'a> {
    App(&'a App),
    Business(&'a BusinessId),
}

impl<'a> Tool<'a> {
    /// The app's owner business, or the automated business.
    const fn business(&self) -> Option<&'a BusinessId> {
        match self {
            Self::App(app) => match &app.owner {
                Owner::Business(id) => Some(id),
                Owner::Person(_) => None,
            },
            Self::Business(id) => Some(id),
        }
    }
}

impl<'a> Case<'a> {
    /// Rule 5.
    pub(crate) fn mandate(&self, principal: &Principal<'a>) -> Weighed {
        let Thing::Asset(id) = &self.request.resource else {
            return Weighed::default();
        };
        if self.operation.class != Class::Write {
            return Weighed::default();
        }
        let asset = self.facts.asset(id);
        let mut all = Weighed::default();
        for tool in self.tools(principal, asset) {
            let weighed = self.mandate_for(&tool, asset);
            all.reasons.extend(weighed.reasons);
            all.autopilot |= weighed.autopilot;
        }
        all
    }

    fn mandate_for(&self, tool: &Tool<'a>, asset: Option<&Asset>) -> Weighed {
        let fitting = asset.map(|asset| self.fitting(asset, tool));
        let mut weighed: Vec<_> = fitting
            .into_iter()
            .flatten()
            .map(|mandate| (self.weigh(mandate, tool), mandate))
            .collect();
        weighed.sort_by_key(|(reasons, mandate)| (reasons.len(), mandate.id.as_str()));
        match weighed.into_iter().next() {
            Some((reasons, mandate)) => Weighed {
                autopilot: reasons.is_empty() && mandate.mode == MandateMode::Autopilot,
                reasons,
            },
            None => Weighed {
                reasons: Reasons::from([Reason::MandateMissing]),
                autopilot: false,
            },
        }
    }

    /// The app, unless it acts on its owner's asset; the automated business, unless it acts on its
    /// own or owns the app. An unknown asset counts as a stranger's.
    fn tools(&self, principal: &Principal<'a>, asset: Option<&Asset>) -> Vec<Tool<'a>> {
        let owner = asset.map(|asset| &asset.owner);
        let app = principal.bearer.as_ref().map(|bearer| bearer.app);
        let business = match &principal.actor {
            Holder::SystemUser(id) => self.facts.system_user(id).map(|user| &user.business),
            Holder::Business(id) => Some(id),
            Holder::Person(_) | Holder::App(_) => None,
        };
        let automated = business
            .and_then(|id| self.facts.business(id))
            .filter(|business| business.automated)
            .map(|business| &business.id)
            .filter(|id| owner != Some(&Owner::Business((*id).clone())));
        let mut tools = Vec::new();
        let app = app.filter(|app| app.automated && owner != Some(&app.owner));
        tools.extend(app.map(Tool::App));
        let of_app = tools.first().and_then(Tool::business);
        tools.extend(
            automated
                .filter(|id| of_app != Some(*id))
                .map(Tool::Business),
        );
        tools
    }

    fn fitting(&self, asset: &Asset, tool: &Tool<'a>) -> Vec<&'a Mandate> {
        let linked = self.facts.linked_to(&asset.id);
        let fits = |mandate: &Mandate| {
            let given = asset.owner == Owner::Business(mandate.business.clone());
            let to = match &mandate.to {
                MandateOf::App(id) => matches!(tool, Tool::App(app) if app.id == *id),
                MandateOf::Partner(id) => tool.business() == Some(id),
            };
            let mut assets = mandate.assets.iter();
            let on = mandate.assets.is_empty()
                || assets.any(|named| *named == asset.id || linked.contains(named));
            let operation =
                mandate.operations.is_empty() || mandate.operations.contains(&self.operation.name);
            given && to && on && operation
        };
        let all = self.facts.mandates();
        all.filter(|mandate| fits(mandate)).collect()
    }

    fn weigh(&self, mandate: &Mandate, tool: &Tool<'a>) -> Reasons {
        let asks = mandate.mode == MandateMode::SemiAutomatic;
        let unapproved = asks && !self.is_approved(mandate, tool);
        let found = [
            when(mandate.stopped, Reason::MandateStopped),
            when(!self.is_live(mandate.until), Reason::MandateEnded),
            when(unapproved, Reason::ApprovalNeeded),
        ];
        let mut reasons: Reasons = found.into_iter().flatten().collect();
        reasons.extend(self.limits(mandate));
        reasons
    }

    fn is_approved(&self, mandate: &Mandate, tool: &Tool<'a>) -> bool {
        let Some(approver) = &self.evidence.approved_by else {
            return false;
        };
        let holder = Holder::Person(approver.clone());
        let named = mandate.approvers.is_empty() || mandate.approvers.contains(approver);
        let owner = matches!(tool, Tool::App(app) if Holder::from(app.owner.clone()) == holder);
        let own = self.businesses_of(&holder);
        self.facts.person(approver).is_some()
            && named
            && !owner
            && !tool.business().is_some_and(|id| own.contains_key(id))
            && self.unmet_needs(&holder).is_empty()
    }

    fn limits(&self, mandate: &Mandate) -> Reasons {
        let mut reasons = Reasons::new();
        for figure in &self.operation.bounded_by {
            let set = match figure {
                LimitFigure::Step => mandate.limits.step,
                LimitFigure::DailyBudgetTotal => mandate.limits.daily_budget_total,
                LimitFigure::Cpa => mandate.limits.cpa,
                LimitFigure::Roas => mandate.limits.roas,
                LimitFigure::SpendTotal => mandate.limits.spend_total,
            };
            if let Some(limit) = set {
                reasons.extend(match self.request.context.change {
                    None => Some(Reason::EvidenceStale),
                    Some(change) if change.to > change.from => {
                        self.beyond(*figure, limit, change, mandate.fresh_within_s)
                    }
                    Some(_) => None,
                });
            }
        }
        reasons
    }

    /// What speaks against raising an amount under one limit.
    fn beyond(
        &self,
        figure: LimitFigure,
        limit: u64,
        change: AmountChange,
        fresh_within_s: u32,
    ) -> Option<Reason> {
        let figures = &self.evidence.figures;
        let fresh = |figure: Option<Figure>| {
            let value = figure.and_then(|figure| figure.fresh(fresh_within_s, self.now));
            value.map(u128::from).ok_or(Reason::EvidenceStale)
        };
        let limit = u128::from(limit);
        let rise = u128::from(change.to) - u128::from(change.from);
        let beyond = match figure {
            LimitFigure::Step => Ok(rise * 10_000 > limit * u128::from(change.from)),
            LimitFigure::DailyBudgetTotal => {
                let raised = self.raised_since(figures.daily_budget_total);
                fresh(figures.daily_budget_total).map(|now| now + raised + rise > limit)
            }
            LimitFigure::SpendTotal => {
                let raised = self.raised_since(figures.spend_total);
                fresh(figures.spend_total).map(|now| now + raised + rise > limit)
            }
            LimitFigure::Cpa => fresh(figures.cpa).map(|now| now > limit),
            LimitFigure::Roas => fresh(figures.roas).map(|now| now < limit),
        };
        match beyond {
            Ok(beyond) => when(beyond, Reason::MandateLimit),
            Err(stale) => Some(stale),
        }
    }

    /// What was raised under mandates on the resource since a figure was true.
    fn raised_since(&self, figure: Option<Figure>) -> u128 {
        let Some(figure) = figure else { return 0 };
        let mut sum = 0;
        for proposal in self.facts.proposals() {
            let here = self.request.resource == Thing::Asset(proposal.asset.clone());
            if let (true, ProposalState::Executed { at, .. }, Some(change)) =
                (here, proposal.state.clone(), proposal.change)
                && at >= figure.at
                && change.to > change.from
            {
                sum += u128::from(change.to) - u128::from(change.from);
            }
        }
        sum
    }
}
