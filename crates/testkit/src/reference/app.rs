//! Layer 2: development or live, sandbox or production, claimed, tier, within its rate?

use engine::fact::{AppMode, Checkup, Environment};
use engine::{Holder, Rate, Thing};
use rulebook::{CheckupConsequence, Class, ModeAssets, ModePeople, Reason};

use super::Reasons;
use super::case::{Case, when};
use super::principal::{Bearer, Principal};

impl<'a> Case<'a> {
    pub(crate) fn layer_2(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> Reasons {
        let rate = self.evidence.rate == Rate::Exceeded;
        let found = [
            when(bearer.app.suspended, Reason::AppSuspended),
            when(rate, Reason::RateLimited),
            when(self.is_not_live(principal, bearer), Reason::AppNotLive),
            when(self.is_outside_the_sandbox(bearer), Reason::EnvSandbox),
            when(self.is_sandbox_only(principal, bearer), Reason::EnvSandbox),
            when(self.is_not_claimed(bearer), Reason::AppNotClaimed),
            when(self.is_of_a_low_tier(bearer), Reason::AppTier),
            when(self.is_not_on_the_list(bearer), Reason::AppReviewGate),
            when(self.is_deactivated(bearer), Reason::AppReviewGate),
            when(self.is_unconfirmed(bearer), Reason::AppReviewGate),
        ];
        found.into_iter().flatten().collect()
    }

    /// Rule 2.
    fn is_not_live(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> bool {
        let Some(rule) = &self.rules.development else {
            return false;
        };
        let people =
            rule.people == ModePeople::WithRole && self.is_stranger(principal.holder, bearer.app);
        let looked_at = matches!(self.request.resource, Thing::Asset(_) | Thing::Business(_));
        let assets = looked_at && self.is_outside(&rule.assets, bearer);
        bearer.app.mode == AppMode::Development && (people || assets)
    }

    /// Rule 3, first half.
    fn is_outside_the_sandbox(&self, bearer: &Bearer<'a>) -> bool {
        self.rules.sandbox.as_ref().is_some_and(|rule| {
            bearer.app.environment == Environment::Sandbox
                && self.about_an_asset()
                && self.is_outside(&rule.assets, bearer)
        })
    }

    /// Is the resource, an asset or business, outside what a mode lists?
    fn is_outside(&self, listed: &[ModeAssets], bearer: &Bearer<'a>) -> bool {
        let inside = |assets: &ModeAssets| match assets {
            ModeAssets::Sandbox => self.is_sandbox_asset(),
            ModeAssets::Own => self
                .facts
                .owner_business(&self.request.resource)
                .is_some_and(|business| self.facts.family_claims(&business, bearer.app)),
        };
        if listed.is_empty() {
            return false;
        }
        let known = self.facts.knows(&self.request.resource);
        !known || !listed.iter().any(inside)
    }

    fn is_sandbox_asset(&self) -> bool {
        match &self.request.resource {
            Thing::Asset(id) => self.facts.asset(id).is_some_and(|asset| asset.sandbox),
            _ => false,
        }
    }

    /// Rule 3, second half.
    fn is_sandbox_only(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> bool {
        let Holder::Person(person) = principal.holder else {
            return false;
        };
        let role = self.facts.app_role(&bearer.app.id, person);
        let sandbox_only = self.rules.kind_named("app").is_some_and(|kind| {
            let mut roles = kind.roles.iter();
            roles.any(|known| Some(known.name.as_str()) == role && known.sandbox_only)
        });
        sandbox_only && self.about_an_asset() && !self.is_sandbox_asset()
    }

    /// Rule 4.
    fn is_not_claimed(&self, bearer: &Bearer<'a>) -> bool {
        let claimed = self
            .primary_business()
            .is_some_and(|business| self.facts.family_claims(&business, bearer.app));
        self.operation.claimed && !claimed
    }

    /// Rule 5, unless the app is on a list. Tiers stand in the rulebook from the lowest to the highest.
    fn is_of_a_low_tier(&self, bearer: &Bearer<'a>) -> bool {
        let tiers = self.rules.names.tiers();
        let rank = tiers
            .iter()
            .position(|tier| Some(tier) == bearer.app.tier.as_ref())
            .unwrap_or(0);
        let spared = self.operation.unless_listed.as_ref();
        let listed = spared.is_some_and(|list| bearer.app.allow_lists.contains(list));
        rank < usize::from(self.operation.tier) && !listed
    }

    /// Rule 6, first part.
    fn is_not_on_the_list(&self, bearer: &Bearer<'a>) -> bool {
        let list = self.operation.allow_list.as_ref();
        list.is_some_and(|list| !bearer.app.allow_lists.contains(list))
    }

    /// Rule 6, second part.
    fn is_deactivated(&self, bearer: &Bearer<'a>) -> bool {
        bearer.app.checkup == Checkup::Missed
            && self.rules.missed_checkup == CheckupConsequence::Deactivated
    }

    /// Rule 6, third part.
    fn is_unconfirmed(&self, bearer: &Bearer<'a>) -> bool {
        let own = self.asset_owner() == Some(&bearer.app.owner);
        bearer.app.automated
            && !bearer.app.confirmed_partner
            && self.operation.class == Class::Write
            && !own
    }
}
