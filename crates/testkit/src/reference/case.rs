//! One case: a request with everything it is judged by, and the order of the layers.

use engine::{Evidence, Obligations, Owner, Request, Thing};
use jiff::Timestamp;
use rulebook::{Kind, Operation, Reason, Rules};

use super::facts::Facts;
use super::principal::Principal;
use super::{Answer, Names, Reasons};

/// A request with everything it is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) facts: Facts<'a>,
    pub(crate) rules: &'a Rules,
    pub(crate) operation: &'a Operation,
    pub(crate) request: &'a Request,
    pub(crate) evidence: &'a Evidence,
    pub(crate) now: Timestamp,
}

impl<'a> Case<'a> {
    pub(crate) fn answer(&self, principal: &Principal<'a>) -> Answer {
        let mut reasons = Reasons::new();
        if let Some(bearer) = &principal.bearer {
            reasons.extend(self.layer_1(principal, bearer));
            reasons.extend(self.layer_2(principal, bearer));
            reasons.extend(self.layer_3(principal, bearer));
        }
        let apparent = self.apparent(principal);
        reasons.extend(self.layer_4(principal, apparent));
        let mandate = self.layer_5(principal);
        reasons.extend(mandate.reasons);
        let allowed = reasons.is_empty();
        Answer {
            visible: allowed || apparent,
            obligations: Obligations {
                start_paused: allowed && self.operation.starts_paused,
                notify: allowed && mandate.autopilot,
            },
            reasons,
        }
    }

    /// A fact with `until` is live while `until > now`.
    pub(crate) fn is_live(&self, until: Option<Timestamp>) -> bool {
        until.is_none_or(|until| until > self.now)
    }

    /// What the request names in `with`; of several targets of one name, the first.
    pub(crate) fn named(&self, name: &str) -> Option<&'a Thing> {
        let mut targets = self.request.with.iter();
        targets
            .find(|(known, _)| known == name)
            .map(|(_, thing)| thing)
    }

    /// The target named `business`, if it is one.
    pub(crate) fn named_business(&self) -> Option<&'a engine::BusinessId> {
        match self.named("business") {
            Some(Thing::Business(id)) => Some(id),
            _ => None,
        }
    }

    /// The resource if it is a business; else the target named `business` if it is one; else the
    /// business that owns the resource. One that is not known is none.
    pub(crate) fn primary_business(&self) -> Option<engine::BusinessId> {
        match &self.request.resource {
            Thing::Business(id) => self.facts.business(id).map(|known| known.id.clone()),
            other => self
                .named_business()
                .filter(|id| self.facts.business(id).is_some())
                .cloned()
                .or_else(|| self.facts.owner_business(other)),
        }
    }

    /// The owner of the resource if it is an asset that is known.
    pub(crate) fn asset_owner(&self) -> Option<&'a Owner> {
        match &self.request.resource {
            Thing::Asset(id) => self.facts.asset(id).map(|asset| &asset.owner),
            _ => None,
        }
    }

    pub(crate) const fn about_an_asset(&self) -> bool {
        matches!(self.request.resource, Thing::Asset(_))
    }
}

/// Everything that can be done to a kind.
pub(crate) fn everything(kind: Option<&Kind>) -> Names<'_> {
    kind.into_iter()
        .flat_map(|kind| &kind.capabilities)
        .map(String::as_str)
        .collect()
}

/// What one term stands for: a role, a level or a capability, looked for in this order.
pub(crate) fn term<'a>(kind: &'a Kind, name: &str) -> Option<Names<'a>> {
    let role = kind.roles.iter().find(|role| role.name == name);
    if let Some(role) = role {
        return Some(kind.names_of(role.can).collect());
    }
    let level = kind.levels.iter().find(|level| level.name == name);
    if let Some(level) = level {
        return Some(kind.names_of(level.can).collect());
    }
    let capability = kind.capabilities.iter().find(|known| *known == name)?;
    Some(Names::from([capability.as_str()]))
}

/// What terms give for a kind; unknown names give nothing.
pub(crate) fn given<'a>(kind: Option<&'a Kind>, terms: &engine::fact::Terms) -> Names<'a> {
    let Some(kind) = kind else {
        return Names::new();
    };
    let names = terms.0.get(&kind.name).into_iter().flatten();
    names
        .filter_map(|name| term(kind, name))
        .flatten()
        .collect()
}

/// The reason, if it holds.
pub(crate) fn when(holds: bool, reason: Reason) -> Option<Reason> {
    holds.then_some(reason)
}

/// Do two sets of names share one?
pub(crate) fn meets(left: &Names<'_>, right: &Names<'_>) -> bool {
    !left.is_disjoint(right)
}
