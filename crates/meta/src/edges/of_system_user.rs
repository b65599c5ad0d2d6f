//! System users: apps installed, tokens made and ended.

use std::collections::BTreeMap;

use commands::{ChangeSystemUser, Command, GiveGrant, InstallApp, IssueToken, RevokeTokens};
use engine::fact::{Fact, Grant, SystemUser};
use engine::{AppId, AssetId, GrantId, Holder, SystemUserId};
use serde_json::json;

use super::id;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::sight::Sight;
use crate::step::{By, Deed, Step, Then};

fn one(node: &Node) -> Result<&SystemUser, GraphError> {
    match node {
        Node::SystemUser(one) => Ok(one),
        _ => Err(GraphError::internal()),
    }
}

pub(super) fn rename(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let system_user = one(node)?.id.clone();
    let then = Then::IdWith(json!({ "id": system_user.as_str() }));
    let command = ChangeSystemUser {
        system_user,
        name: Some(params.need("name")?),
        role: None,
    };
    Ok(Step::give(command, then))
}

pub(super) fn install(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = InstallApp {
        app: id::<AppId>(params, "business_app")?,
        system_user: one(node)?.id.clone(),
    };
    Ok(Step::give(command, Then::Success))
}

/// Makes a token of an app that is installed.
///
/// It ends after 60 days whether that was asked for or not, unless the realm lets tokens live on.
pub(super) fn make_token(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let wanted = Wanted {
        system_user: one(node)?.id.clone(),
        app: id(params, "business_app")?,
        scopes: scopes(sight, params)?,
        targets: BTreeMap::new(),
        endless: endless(params),
    };
    wanted.step(sight, Vec::new())
}

/// Returns the scopes that are asked for, in order.
///
/// Errors: none is named, or one that the platform does not have.
pub(super) fn scopes(sight: &Sight<'_>, params: &Params) -> Result<Vec<String>, GraphError> {
    let mut scopes = params.list("scope");
    scopes.sort();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(GraphError::missing("scope"));
    }
    let names = &sight.directory.rulebook().rules(0).names;
    if scopes.iter().any(|scope| names.permission(scope).is_none()) {
        return Err(GraphError::coded(
            400,
            3962,
            "Provided permission is not valid. Check your spelling and syntax.",
        ));
    }
    Ok(scopes)
}

pub(super) fn endless(params: &Params) -> bool {
    params.text("set_token_expires_in_60_days").is_some()
        && !params.is_on("set_token_expires_in_60_days")
}

/// A token of a system user that is wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) system_user: SystemUserId,
    pub(super) app: AppId,
    pub(super) scopes: Vec<String>,
    pub(super) targets: BTreeMap<String, Vec<AssetId>>,
    pub(super) endless: bool,
}

impl Wanted {
    /// Makes it under a grant that says exactly this, or under a new one, after other commands.
    pub(super) fn step(
        self,
        sight: &Sight<'_>,
        mut commands: Vec<Command>,
    ) -> Result<Step, GraphError> {
        let holder = Holder::SystemUser(self.system_user.clone());
        let known = sight.directory.grants_held_by(&holder).into_iter();
        let same = known.filter_map(|fact| match fact {
            Fact::Grant(grant) if self.is_of(&grant) => Some(grant.id),
            _ => None,
        });
        let grant: GrantId = match same.min() {
            Some(grant) => grant,
            None => {
                let grant: GrantId = format!("g-{}", sight.fresh)
                    .parse()
                    .map_err(|_| GraphError::internal())?;
                commands.push(
                    GiveGrant {
                        id: Some(grant.clone()),
                        holder,
                        app: self.app,
                        scopes: self.scopes,
                        declined: Vec::new(),
                        targets: self.targets,
                    }
                    .into(),
                );
                grant
            }
        };
        commands.push(
            IssueToken {
                grant,
                kind: "system_user".into(),
                id: None,
                endless: self.endless,
                associated_user: None,
                replaces: None,
            }
            .into(),
        );
        Ok(Step::Do(Deed {
            commands,
            then: Then::AccessToken,
            by: By::Token,
        }))
    }

    fn is_of(&self, grant: &Grant) -> bool {
        let mut own = grant.scopes.clone();
        own.sort();
        grant.app == self.app
            && own == self.scopes
            && grant.targets == self.targets
            && grant.from.is_none()
    }
}

pub(super) fn end_tokens(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let command = RevokeTokens {
        holder: Some(Holder::SystemUser(one(node)?.id.clone())),
        grant: None,
    };
    Ok(Step::give(command, Then::Success))
}
