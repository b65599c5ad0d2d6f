//! Layer 5: is it within the limits somebody set?

use engine::fact::Properties;
use engine::{AssetId, Holder, Thing};
use rulebook::{Class, Condition, PropertyOf, Reason, RequiredFigure, Scalar};

use super::Reasons;
use super::case::{Case, when};
use super::principal::Principal;

/// How old a figure may be that holds whoever asks, in seconds.
const FRESH_WITHIN_S: u32 = 900;

/// What layer 5 says.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    pub(crate) reasons: Reasons,
    /// The mandate that sufficed is on autopilot.
    pub(crate) autopilot: bool,
}

impl<'a> Case<'a> {
    pub(crate) fn layer_5(&self, principal: &Principal<'a>) -> Weighed {
        let mut weighed = self.mandate(principal);
        let found = [
            when(self.is_forbidden(principal), Reason::ModelForbidden),
            when(self.is_out_of_context(), Reason::WrongContext),
            when(
                self.fails_conditions(&principal.actor),
                Reason::ConditionFailed,
            ),
        ];
        weighed.reasons.extend(found.into_iter().flatten());
        weighed.reasons.extend(self.required_figures());
        weighed
    }

    /// Rule 1.
    fn is_forbidden(&self, principal: &Principal<'a>) -> bool {
        let shared_login = match principal.holder {
            Holder::Person(id) => self.facts.person(id).is_some_and(|one| one.shared_login),
            _ => false,
        };
        let writes = self.operation.class != Class::Read;
        self.operation.forbidden || (shared_login && principal.bearer.is_some() && writes)
    }

    /// Rule 2.
    fn is_out_of_context(&self) -> bool {
        let Some(project) = &self.request.context.project else {
            return false;
        };
        let known = self.facts.group(project).is_some_and(|group| group.project);
        // An asset that is not known is in no project, whatever still names it.
        let is_in = |asset: &AssetId| {
            let mut linked = self.facts.linked_to(asset).into_iter();
            self.facts.asset(asset).is_some()
                && (self.facts.contains(project, asset)
                    || linked.any(|to| self.facts.contains(project, to)))
        };
        let further = self.request.with.iter().map(|(_, thing)| thing);
        let mut things = further.chain([&self.request.resource]);
        !known || things.any(|thing| matches!(thing, Thing::Asset(id) if !is_in(id)))
    }

    /// Rule 3.
    fn fails_conditions(&self, actor: &Holder) -> bool {
        let lists = &self.operation.conditions;
        let holds = |list: &Vec<Condition>| list.iter().all(|one| self.holds(actor, one));
        !lists.is_empty() && !lists.iter().any(holds)
    }

    fn holds(&self, actor: &Holder, condition: &Condition) -> bool {
        let context = &self.request.context;
        let none = Properties::new();
        let (named, stored) = match condition.of {
            PropertyOf::Subject => (&context.subject, self.stored_of_actor(actor)),
            PropertyOf::Resource => (&context.resource, self.stored_of_asset()),
            PropertyOf::Action => (&context.action, None),
            PropertyOf::Context => (&context.other, None),
        };
        let stored = stored.unwrap_or(&none);
        let value = named
            .get(&condition.property)
            .or_else(|| stored.get(&condition.property));
        let value = value.map(Scalar::from);
        condition.test.holds(value.as_ref(), self.now)
    }

    fn stored_of_actor(&self, actor: &Holder) -> Option<&'a Properties> {
        match actor {
            Holder::Person(id) => self.facts.person(id).map(|person| &person.properties),
            _ => None,
        }
    }

    fn stored_of_asset(&self) -> Option<&'a Properties> {
        match &self.request.resource {
            Thing::Asset(id) => self.facts.asset(id).map(|asset| &asset.properties),
            _ => None,
        }
    }

    /// Rule 4.
    fn required_figures(&self) -> Reasons {
        let mut reasons = Reasons::new();
        for (figure, at_most) in &self.operation.requires {
            let figure = match figure {
                RequiredFigure::ActiveAds => self.evidence.figures.active_ads,
            };
            match figure.and_then(|figure| figure.fresh(FRESH_WITHIN_S, self.now)) {
                None => reasons.insert(Reason::EvidenceStale),
                Some(value) if value > *at_most => reasons.insert(Reason::Precondition),
                Some(_) => false,
            };
        }
        reasons
    }
}
