//! What answers the reasons of layer 2.

use engine::fact::{Fact, Key};
use engine::{AppId, BusinessId, Owner, Thing};
use rulebook::Reason;

use super::state::State;
use super::{Candidate, RequestChange};
use crate::app::{AllowApp, ClaimApp, GoLive, ProductionApp, SetTier, SuspendApp};

impl State {
    pub(super) fn app_candidates(&self, reason: Reason) -> Vec<Candidate> {
        if reason == Reason::RateLimited {
            return vec![Candidate::request(RequestChange::Wait)];
        }
        let Some((app, _)) = self.app_and_holder() else {
            return Vec::new();
        };
        match reason {
            Reason::AppSuspended => {
                vec![Candidate::command(
                    SuspendApp {
                        app,
                        suspended: false,
                    },
                    10,
                )]
            }
            Reason::AppNotLive => {
                let live = Candidate::command(GoLive { app: app.clone() }, 40);
                let claim = self.claims(&app);
                self.app_roles()
                    .into_iter()
                    .chain([live])
                    .chain(claim)
                    .collect()
            }
            Reason::EnvSandbox => {
                let production = Candidate::command(ProductionApp { app }, 20);
                self.app_roles().into_iter().chain([production]).collect()
            }
            Reason::AppNotClaimed => self.claims(&app),
            Reason::AppTier => {
                let rules = self.directory.rulebook().rules(0);
                let tier = self.operation().map_or(0, |operation| operation.tier);
                let tier = rules.names.tier_name(tier).to_owned();
                vec![Candidate::command(SetTier { app, tier }, 10)]
            }
            Reason::AppReviewGate => self.allowed(app).into_iter().chain(self.gates()).collect(),
            _ => Vec::new(),
        }
    }

    fn allowed(&self, app: AppId) -> Vec<Candidate> {
        let list = self
            .operation()
            .and_then(|operation| operation.allow_list.clone());
        let automated = match self.directory.fact(&Key::App(app.clone())) {
            Some(Fact::App(fact)) => fact.automated && !fact.confirmed_partner,
            _ => false,
        };
        let listed = list.map(|list| AllowApp {
            app: app.clone(),
            allow_list: Some(list),
            confirmed_partner: None,
        });
        let confirmed = automated.then(|| AllowApp {
            app: app.clone(),
            allow_list: None,
            confirmed_partner: Some(true),
        });
        listed
            .into_iter()
            .chain(confirmed)
            .map(|command| Candidate::command(command, 5))
            .collect()
    }

    fn claims(&self, app: &AppId) -> Vec<Candidate> {
        let business = match &self.request.resource {
            Thing::Business(business) => Some(business.clone()),
            resource => self
                .named_business()
                .or_else(|| self.owner_business(resource)),
        };
        let claim = business.map(|business| ClaimApp {
            app: app.clone(),
            business,
        });
        claim
            .into_iter()
            .map(|command| Candidate::command(command, 15))
            .collect()
    }

    pub(super) fn named_business(&self) -> Option<BusinessId> {
        self.request
            .with
            .iter()
            .find_map(|(name, thing)| match thing {
                Thing::Business(business) if name == "business" => Some(business.clone()),
                _ => None,
            })
    }

    /// Returns the business that owns a thing.
    pub(super) fn owner_business(&self, thing: &Thing) -> Option<BusinessId> {
        let owner = match thing {
            Thing::Asset(id) => match self.directory.fact(&Key::Asset(id.clone()))? {
                Fact::Asset(asset) => asset.owner,
                _ => return None,
            },
            Thing::App(id) => match self.directory.fact(&Key::App(id.clone()))? {
                Fact::App(app) => app.owner,
                _ => return None,
            },
            Thing::Group(id) => match self.directory.fact(&Key::Group(id.clone()))? {
                Fact::Group(group) => Owner::Business(group.business),
                _ => return None,
            },
            Thing::SystemUser(id) => match self.directory.fact(&Key::SystemUser(id.clone()))? {
                Fact::SystemUser(one) => Owner::Business(one.business),
                _ => return None,
            },
            Thing::Business(id) => Owner::Business(id.clone()),
            Thing::Person(_) | Thing::Realm => return None,
        };
        match owner {
            Owner::Business(business) => Some(business),
            Owner::Person(_) => None,
        }
    }
}
