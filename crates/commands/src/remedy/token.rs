//! What answers the reasons of layers 1 and 3: another token, another grant, another level.

use std::collections::BTreeMap;

use engine::fact::{AppPermission, Fact, Grant, Key, Level, Token};
use engine::{AppId, AssetId, Credential, GrantId, Holder, Owner, Thing};
use rulebook::{PermissionId, Reason};

use super::state::State;
use super::{Candidate, RequestChange};
use crate::app::{GiveAppRole, InstallApp, ReviewPermission, SetCheckup, SetPermissionLevel};
use crate::business::VerifyBusiness;
use crate::token::{GiveGrant, IssueToken};

/// How strong it is to open a permission to everybody.
const OPEN_TO_ALL: u32 = 60;

impl State {
    pub(super) fn token_candidates(&self, reason: Reason) -> Vec<Candidate> {
        match reason {
            Reason::TokenExpired | Reason::TokenInvalidated => self.new_token(),
            Reason::TokenWrongKind => self.other_kind(),
            Reason::ProofMissing => vec![Candidate::request(RequestChange::Prove)],
            Reason::ScopeMissing | Reason::ScopeDeclined => self.more_scopes(),
            Reason::ScopeNotForAsset => self.more_targets(),
            Reason::AppLevelStandard => self
                .app_roles()
                .into_iter()
                .chain(self.open_permissions(false))
                .collect(),
            Reason::FeatureMissing => self.open_permissions(true),
            _ => Vec::new(),
        }
    }

    fn token(&self) -> Option<Token> {
        let Credential::Token(digest) = &self.request.credential else {
            return None;
        };
        self.directory.token_with(digest)
    }

    fn grant(&self) -> Option<Grant> {
        let grant = self.token()?.grant;
        match self.directory.fact(&Key::Grant(grant)) {
            Some(Fact::Grant(grant)) => Some(grant),
            _ => None,
        }
    }

    /// Returns the app and holder of the credential.
    pub(super) fn app_and_holder(&self) -> Option<(AppId, Holder)> {
        match &self.request.credential {
            Credential::Assumed(assumed) => Some((assumed.app.clone(), assumed.holder.clone())),
            _ => self.grant().map(|grant| (grant.app, grant.holder)),
        }
    }

    fn new_token(&self) -> Vec<Candidate> {
        let (Some(token), Some(grant)) = (self.token(), self.grant()) else {
            return Vec::new();
        };
        vec![issue(&grant.id, &token.kind, &token)]
    }

    fn other_kind(&self) -> Vec<Candidate> {
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        if operation.first_party {
            // Only people sign in.
            let signs_in = matches!(self.holder(), Some(Holder::Person(_)));
            return signs_in
                .then(|| Candidate::request(RequestChange::SignIn))
                .into_iter()
                .collect();
        }
        let rules = self.directory.rulebook().rules(0);
        let named = operation
            .tokens
            .iter()
            .filter_map(|kind| rules.token_kind(*kind));
        let usual = rules
            .token_kinds
            .iter()
            .filter(|kind| !kind.only_where_named);
        let kinds: Vec<&str> = if operation.tokens.is_empty() {
            usual.map(|kind| kind.name.as_str()).collect()
        } else {
            named.map(|kind| kind.name.as_str()).collect()
        };
        match (&self.request.credential, self.token()) {
            (Credential::Assumed(_), _) => kinds
                .into_iter()
                .map(|kind| Candidate::request(RequestChange::UseKind(kind.to_owned())))
                .collect(),
            (_, Some(token)) => kinds
                .into_iter()
                .map(|kind| issue(&token.grant, kind, &token))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// An old token never gains a scope: a new grant, and a token on it.
    fn more_scopes(&self) -> Vec<Candidate> {
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        let rules = self.directory.rulebook().rules(0);
        let name = |id: PermissionId| rules.names.permission_name(id).to_owned();
        let all: Vec<String> = operation.all_scopes.iter().map(name).collect();
        let mut choices: Vec<Vec<String>> = operation
            .any_scope
            .iter()
            .map(|id| all.iter().cloned().chain([name(id)]).collect())
            .collect();
        if choices.is_empty() {
            choices.push(all);
        }
        let weight = |scopes: &[String]| {
            let ids = scopes
                .iter()
                .filter_map(|scope| rules.names.permission(scope));
            let implied = rules.implied(ids.collect());
            u32::try_from(implied.iter().count()).unwrap_or(u32::MAX)
        };
        choices
            .iter()
            .filter_map(|scopes| self.with_scopes(scopes, weight(scopes)))
            .collect()
    }

    fn with_scopes(&self, wanted: &[String], weight: u32) -> Option<Candidate> {
        if let Credential::Assumed(assumed) = &self.request.credential {
            let missing = wanted
                .iter()
                .filter(|scope| !assumed.scopes.contains(scope));
            let change = RequestChange::CarryScopes(missing.cloned().collect());
            return Some(Candidate {
                privilege: weight,
                ..Candidate::request(change)
            });
        }
        let (token, grant) = (self.token()?, self.grant()?);
        let mut scopes = grant.scopes.clone();
        scopes.extend(
            wanted
                .iter()
                .filter(|scope| !grant.scopes.contains(scope))
                .cloned(),
        );
        let declined = grant
            .declined
            .iter()
            .filter(|scope| !scopes.contains(scope));
        let declined = declined.cloned().collect();
        Some(self.regrant(
            &token,
            &grant,
            scopes,
            declined,
            grant.targets.clone(),
            weight,
        ))
    }

    fn more_targets(&self) -> Vec<Candidate> {
        let (Some(token), Some(grant)) = (self.token(), self.grant()) else {
            return Vec::new();
        };
        let Thing::Asset(asset) = &self.request.resource else {
            return Vec::new();
        };
        let mut targets = grant.targets.clone();
        for assets in targets
            .values_mut()
            .filter(|assets| !assets.contains(asset))
        {
            assets.push(asset.clone());
        }
        let (scopes, declined) = (grant.scopes.clone(), grant.declined.clone());
        vec![self.regrant(&token, &grant, scopes, declined, targets, 1)]
    }

    fn regrant(
        &self,
        token: &Token,
        grant: &Grant,
        scopes: Vec<String>,
        declined: Vec<String>,
        targets: BTreeMap<String, Vec<AssetId>>,
        weight: u32,
    ) -> Candidate {
        let id = self.free_grant_id(&grant.id);
        let give = GiveGrant {
            id: Some(id.clone()),
            holder: grant.holder.clone(),
            app: grant.app.clone(),
            scopes,
            declined,
            targets,
        };
        Candidate::command(give, weight).then(issue(&id, &token.kind, token))
    }

    /// Returns an id beside a grant's that is free.
    fn free_grant_id(&self, beside: &GrantId) -> GrantId {
        let numbered = (2_u32..).map(|number| format!("{beside}-{number}"));
        let free = numbered
            .take(64)
            .filter_map(|id| id.parse::<GrantId>().ok())
            .find(|id| self.directory.fact(&Key::Grant(id.clone())).is_none());
        free.unwrap_or_else(|| beside.clone())
    }

    /// A role on the app makes its holder no stranger.
    pub(super) fn app_roles(&self) -> Vec<Candidate> {
        let Some((app, holder)) = self.app_and_holder() else {
            return Vec::new();
        };
        match holder {
            Holder::Person(person) => {
                let rules = self.directory.rulebook().rules(0);
                let roles = rules.kind_named("app").map_or(&[][..], |kind| &kind.roles);
                let mut roles: Vec<_> = roles.iter().filter(|role| !role.sandbox_only).collect();
                roles.sort_by_key(|role| role.can.len());
                let weakest = roles.first().map(|role| GiveAppRole {
                    app,
                    person,
                    role: role.name.clone(),
                });
                weakest
                    .into_iter()
                    .map(|command| Candidate::command(command, 5))
                    .collect()
            }
            Holder::SystemUser(system_user) => {
                vec![Candidate::command(InstallApp { app, system_user }, 5)]
            }
            Holder::Business(_) | Holder::App(_) => Vec::new(),
        }
    }

    /// Opens the permissions (or features) the operation needs to everybody: review, verification
    /// and level, as far as each is still missing.
    fn open_permissions(&self, features: bool) -> Vec<Candidate> {
        let Some((app, _)) = self.app_and_holder() else {
            return Vec::new();
        };
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        let rules = self.directory.rulebook().rules(0);
        let name = |id: PermissionId| rules.names.permission_name(id).to_owned();
        if features {
            let names: Vec<String> = operation.features.iter().map(name).collect();
            return self.open(&app, &names).into_iter().collect();
        }
        let all: Vec<String> = operation.all_scopes.iter().map(name).collect();
        if operation.any_scope.is_empty() {
            return self.open(&app, &all).into_iter().collect();
        }
        operation
            .any_scope
            .iter()
            .filter_map(|id| {
                let names: Vec<String> = all.iter().cloned().chain([name(id)]).collect();
                self.open(&app, &names)
            })
            .collect()
    }

    fn open(&self, app: &AppId, permissions: &[String]) -> Option<Candidate> {
        let mut candidate = Candidate {
            actions: Vec::new(),
            privilege: 0,
        };
        let mut verify = self.unverified_owner(app);
        for permission in permissions {
            let state = self.permission_state(app, permission);
            if state
                .as_ref()
                .is_some_and(|state| state.level == Level::Advanced && !state.removed)
            {
                continue;
            }
            let rules = self.directory.rulebook().rules(0);
            let review = rules
                .names
                .permission(permission)
                .and_then(|id| rules.permission(id))
                .is_some_and(|permission| permission.review);
            let approved = state.is_some_and(|state| state.approved);
            if review && !approved {
                let command = ReviewPermission {
                    app: app.clone(),
                    permission: permission.clone(),
                    approved: true,
                    reason: None,
                };
                candidate = candidate.then(Candidate::command(command, 0));
            }
            if !approved && let Some(business) = verify.take() {
                let command = VerifyBusiness {
                    business,
                    verified: true,
                };
                candidate = candidate.then(Candidate::command(command, 0));
            }
            let command = SetPermissionLevel {
                app: app.clone(),
                permission: permission.clone(),
                level: Level::Advanced,
            };
            candidate = candidate.then(Candidate::command(command, OPEN_TO_ALL));
        }
        (!candidate.actions.is_empty()).then_some(candidate)
    }

    /// Returns what stands in the way of Advanced Access that is already set.
    pub(super) fn gates(&self) -> Vec<Candidate> {
        let Some((app, _)) = self.app_and_holder() else {
            return Vec::new();
        };
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        let rules = self.directory.rulebook().rules(0);
        let mut candidates = Vec::new();
        if let Some(business) = self.unverified_owner(&app) {
            let command = VerifyBusiness {
                business,
                verified: true,
            };
            candidates.push(Candidate::command(command, 1));
        }
        let needed = operation
            .all_scopes
            .with(operation.any_scope)
            .with(operation.features);
        for id in needed.iter() {
            let permission = rules.names.permission_name(id).to_owned();
            if self
                .permission_state(&app, &permission)
                .is_some_and(|state| !state.approved)
            {
                let command = ReviewPermission {
                    app: app.clone(),
                    permission,
                    approved: true,
                    reason: None,
                };
                candidates.push(Candidate::command(command, 2));
            }
        }
        let checkup = SetCheckup {
            app,
            checkup: engine::fact::Checkup::Done,
        };
        candidates.push(Candidate::command(checkup, 1));
        candidates
    }

    fn permission_state(&self, app: &AppId, permission: &str) -> Option<AppPermission> {
        let facts = self.directory.facts_of_app(app).into_iter();
        facts
            .filter_map(|fact| match fact {
                Fact::AppPermission(fact) => Some(fact),
                _ => None,
            })
            .find(|fact| fact.permission == permission)
    }

    fn unverified_owner(&self, app: &AppId) -> Option<engine::BusinessId> {
        if !self.directory.rulebook().rules(0).verification {
            return None;
        }
        let Some(Fact::App(app)) = self.directory.fact(&Key::App(app.clone())) else {
            return None;
        };
        let Owner::Business(owner) = app.owner else {
            return None;
        };
        match self.directory.fact(&Key::Business(owner)) {
            Some(Fact::Business(business)) if !business.verified => Some(business.id),
            _ => None,
        }
    }
}

fn issue(grant: &GrantId, kind: &str, like: &Token) -> Candidate {
    let command = IssueToken {
        grant: grant.clone(),
        kind: kind.to_owned(),
        id: None,
        endless: false,
        associated_user: like.associated_user.clone(),
        replaces: None,
    };
    Candidate::command(command, 1).then(Candidate::request(RequestChange::UseNewToken))
}
