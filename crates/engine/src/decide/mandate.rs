//! Layer 5: is it within the limits somebody set?

use rulebook::{Class, LimitFigure, PropertyOf, Reason, ReasonSet, RequiredFigure, Scalar};

use super::{Actor, ThingIx, Walk};
use crate::directory::index::{HolderIx, Who};
use crate::directory::rows::MandateRow;
use crate::fact::{Mandate, MandateMode, Properties};
use crate::request::{AmountChange, Figure};

/// How old a figure may be where no mandate says so, in seconds.
const FRESH_S: u32 = 900;

/// An automated tool that acts on somebody else's asset.
#[derive(Debug, Clone, Copy)]
struct Tool {
    /// Its app, if the credential names one that is automated.
    app: Option<u32>,
    /// The business it belongs to.
    business: Option<u32>,
    /// Who owns the app; nobody where no app is a tool.
    maker: HolderIx,
}

impl Walk<'_> {
    /// Returns the reasons of layer 5, and whether somebody is to be told.
    #[inline]
    pub(super) fn mandate(&self, actor: &Actor) -> (ReasonSet, bool) {
        let operation = self.operation;
        let mut reasons = ReasonSet::EMPTY;
        reasons.add_if(
            operation.forbidden || self.is_shared_login(),
            Reason::ModelForbidden,
        );
        reasons.add_if(!self.is_in_project(), Reason::WrongContext);
        if !operation.conditions.is_empty() {
            reasons.add_if(!self.conditions_hold(actor), Reason::ConditionFailed);
        }
        for (figure, most) in &operation.requires {
            let RequiredFigure::ActiveAds = figure;
            match self.fresh(self.evidence.figures.active_ads, FRESH_S) {
                None => reasons.add(Reason::EvidenceStale),
                Some(value) => reasons.add_if(value > *most, Reason::Precondition),
            }
        }
        if operation.class != Class::Write || !self.resource.is_asset() {
            return (reasons, false);
        }
        let app = self.app_tool();
        let business = self
            .business_tool(actor)
            .filter(|tool| app.is_none_or(|app| app.business != tool.business));
        let tools = app.into_iter().chain(business);
        tools.fold((reasons, false), |(reasons, notify), tool| {
            let (mandate, autopilot) = self.weigh(tool);
            (reasons.with(mandate), notify || autopilot)
        })
    }

    fn is_shared_login(&self) -> bool {
        self.principal.app_row.is_some()
            && self.operation.class != Class::Read
            && self.principal.person.is_some_and(|row| row.shared_login)
    }

    fn is_in_project(&self) -> bool {
        let Some(project) = &self.context.project else {
            return true;
        };
        let directory = self.directory;
        let Some(group) = directory.find_group(project.as_str()) else {
            return false;
        };
        if !directory.groups.get(group).is_some_and(|row| row.project) {
            return false;
        }
        let named = self
            .with
            .iter()
            .map(|(_, thing)| ThingIx::find(directory, thing).0);
        std::iter::once(self.resource)
            .chain(named)
            .all(|thing| match thing {
                ThingIx::Asset(asset) => {
                    directory.is_in_group(asset, group)
                        || directory.assets.get(asset).is_some_and(|row| {
                            directory
                                .lists
                                .iter(directory.links_of(row))
                                .any(|to| directory.is_in_group(to, group))
                        })
                }
                ThingIx::UnknownAsset => false,
                _ => true,
            })
    }

    fn conditions_hold(&self, actor: &Actor) -> bool {
        self.operation.conditions.iter().any(|all| {
            all.iter().all(|condition| {
                let value = self.property(actor, condition.of, &condition.property);
                condition.test.holds(value.as_ref(), self.now)
            })
        })
    }

    fn property(&self, actor: &Actor, of: PropertyOf, name: &str) -> Option<Scalar> {
        let stored = || match of {
            PropertyOf::Subject => {
                let extra = self.directory.extra_of_person(actor.person()?)?;
                extra.told.as_ref()?.properties.get(name)
            }
            PropertyOf::Resource => {
                let ThingIx::Asset(index) = self.resource else {
                    return None;
                };
                let row = self.directory.assets.get(index)?;
                self.directory
                    .asset_extras
                    .get(row.extra)?
                    .properties
                    .get(name)
            }
            PropertyOf::Action | PropertyOf::Context => None,
        };
        let named: &Properties = match of {
            PropertyOf::Subject => &self.context.subject,
            PropertyOf::Resource => &self.context.resource,
            PropertyOf::Action => &self.context.action,
            PropertyOf::Context => &self.context.other,
        };
        named.get(name).or_else(stored).map(Scalar::from)
    }

    fn fresh(&self, figure: Option<Figure>, seconds: u32) -> Option<u64> {
        figure.and_then(|figure| figure.fresh(seconds, self.now))
    }

    /// Returns the automated app that acts here on somebody else's asset, if one does.
    #[inline]
    fn app_tool(&self) -> Option<Tool> {
        let (app, row) = (self.principal.app()?, self.principal.app_row?);
        let foreign = row.owner != self.owner || self.owner == HolderIx::NOBODY;
        (row.automated && foreign).then_some(Tool {
            app: Some(app),
            business: row.owner.as_business(),
            maker: row.owner,
        })
    }

    /// Returns the automated business that acts here on somebody else's asset, if one does.
    #[inline]
    fn business_tool(&self, actor: &Actor) -> Option<Tool> {
        let directory = self.directory;
        let owner = self.owner;
        let business = match actor.holder.which() {
            Who::SystemUser(_) => actor.seats.first().map(|seat| seat.business),
            Who::Business(index) => Some(index),
            _ => None,
        }?;
        let automated = directory
            .businesses
            .get(business)
            .is_some_and(|row| row.automated);
        (automated && owner != HolderIx::business(business)).then_some(Tool {
            app: None,
            business: Some(business),
            maker: HolderIx::NOBODY,
        })
    }

    /// Returns what the best mandate says against it, and whether it is on autopilot.
    fn weigh(&self, tool: Tool) -> (ReasonSet, bool) {
        match self.best(tool) {
            Some((_, reasons, autopilot)) => (reasons, reasons.is_empty() && autopilot),
            None => (ReasonSet::of(Reason::MandateMissing), false),
        }
    }

    /// Returns the mandate under which the request would be, whether it suffices or not: of the
    /// app if that is a tool, else of the business.
    pub(super) fn mandate_used(&self) -> Option<&str> {
        let actor = self.actor();
        let business = || self.business_tool(&actor);
        let tool = self.app_tool().or_else(business)?;
        self.best(tool).map(|(id, ..)| id)
    }

    /// Returns the mandate that says the least against it, with what it says and whether it is on
    /// autopilot.
    fn best(&self, tool: Tool) -> Option<(&str, ReasonSet, bool)> {
        let ThingIx::Asset(asset) = self.resource else {
            return None;
        };
        let directory = self.directory;
        let owner = self.owner.as_business();
        let head = owner
            .and_then(|owner| directory.businesses.get(owner))
            .map(|row| row.mandates);
        let mut best: Option<(&str, ReasonSet, bool)> = None;
        for index in directory.lists.iter(head.unwrap_or_default()) {
            let Some(row) = directory.mandates.get(index) else {
                continue;
            };
            let Some(mandate) = row
                .fact
                .as_deref()
                .filter(|_| self.fits_mandate(row, tool, asset))
            else {
                continue;
            };
            let reasons = self.weigh_one(mandate, tool);
            let id = row.id.as_str();
            let autopilot = mandate.mode == MandateMode::Autopilot;
            if best.is_none_or(|(known, less, _)| (reasons.len(), id) < (less.len(), known)) {
                best = Some((id, reasons, autopilot));
            }
        }
        best
    }

    fn fits_mandate(&self, row: &MandateRow, tool: Tool, asset: u32) -> bool {
        let to_app = tool.app.is_some_and(|app| row.to == HolderIx::app(app));
        let to_partner = tool
            .business
            .is_some_and(|business| row.to == HolderIx::business(business));
        let on = row.assets.is_empty()
            || row.assets.contains(&asset)
            || row
                .assets
                .iter()
                .any(|one| self.directory.is_linked(asset, *one));
        let operations = row.fact.as_ref().is_some_and(|mandate| {
            mandate.operations.is_empty() || mandate.operations.contains(&self.operation.name)
        });
        (to_app || to_partner) && on && operations
    }

    fn weigh_one(&self, mandate: &Mandate, tool: Tool) -> ReasonSet {
        let mut reasons = ReasonSet::EMPTY;
        reasons.add_if(mandate.stopped, Reason::MandateStopped);
        let over = mandate.until.is_some_and(|until| until <= self.now);
        reasons.add_if(over, Reason::MandateEnded);
        let approved = mandate.mode == MandateMode::Autopilot || self.is_approved(mandate, tool);
        reasons.add_if(!approved, Reason::ApprovalNeeded);
        self.operation
            .bounded_by
            .iter()
            .fold(reasons, |reasons, figure| {
                reasons.with(self.limit(mandate, *figure))
            })
    }

    fn is_approved(&self, mandate: &Mandate, tool: Tool) -> bool {
        let Some(approver) = &self.evidence.approved_by else {
            return false;
        };
        let Some(index) = self.directory.find_person(approver) else {
            return false;
        };
        let holder = HolderIx::person(index);
        let actor = Actor::find(self.directory, holder, self.profile, self.now_ms);
        let named = mandate.approvers.is_empty() || mandate.approvers.contains(approver);
        let apart = tool
            .business
            .is_none_or(|business| !actor.sits_in(business));
        named && apart && holder != tool.maker && self.meets_needs(&actor)
    }

    fn limit(&self, mandate: &Mandate, figure: LimitFigure) -> ReasonSet {
        let limits = &mandate.limits;
        let limit = match figure {
            LimitFigure::Step => limits.step,
            LimitFigure::DailyBudgetTotal => limits.daily_budget_total,
            LimitFigure::Cpa => limits.cpa,
            LimitFigure::Roas => limits.roas,
            LimitFigure::SpendTotal => limits.spend_total,
        };
        let Some(limit) = limit else {
            return ReasonSet::EMPTY;
        };
        let Some(change) = self.context.change else {
            return ReasonSet::of(Reason::EvidenceStale);
        };
        if !change.raises() {
            return ReasonSet::EMPTY;
        }
        match self.within_limit(change, figure, limit, mandate.fresh_within_s) {
            None => ReasonSet::of(Reason::EvidenceStale),
            Some(true) => ReasonSet::EMPTY,
            Some(false) => ReasonSet::of(Reason::MandateLimit),
        }
    }

    /// Is a raise within a limit? Nothing if the figure is missing or too old.
    fn within_limit(
        &self,
        change: AmountChange,
        figure: LimitFigure,
        limit: u64,
        fresh_s: u32,
    ) -> Option<bool> {
        let figures = &self.evidence.figures;
        let more = change.to.saturating_sub(change.from);
        Some(match figure {
            LimitFigure::Step => {
                u128::from(more) * 10_000 <= u128::from(limit) * u128::from(change.from)
            }
            LimitFigure::DailyBudgetTotal => {
                self.counted(figures.daily_budget_total, fresh_s)?
                    .saturating_add(more)
                    <= limit
            }
            LimitFigure::SpendTotal => {
                self.counted(figures.spend_total, fresh_s)?
                    .saturating_add(more)
                    <= limit
            }
            LimitFigure::Cpa => self.fresh(figures.cpa, fresh_s)? <= limit,
            LimitFigure::Roas => self.fresh(figures.roas, fresh_s)? >= limit,
        })
    }

    /// Returns a figure together with what was raised under mandates since it was true: of that it
    /// cannot know, and without it two raises could pass a cap together.
    fn counted(&self, figure: Option<Figure>, fresh_s: u32) -> Option<u64> {
        let value = self.fresh(figure, fresh_s)?;
        let ThingIx::Asset(index) = self.resource else {
            return Some(value);
        };
        let id = self.directory.assets.get(index)?.id.as_str().parse().ok()?;
        Some(value.saturating_add(self.directory.raised_since(&id, figure?.at)))
    }
}
