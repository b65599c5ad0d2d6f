//! System users: apps installed, tokens made and ended.

use commands::{ChangeSystemUser, Command, GiveGrant, InstallApp, IssueToken, RevokeTokens};
use engine::fact::{Fact, Grant, SystemUser};
use engine::{AppId, GrantId, Holder};
use serde_json::json;

use super::id;
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::sight::Sight;
use crate::step::{Deed, Step, Then};

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

/// Makes a token: under a grant that says exactly this, or under a new one.
///
/// It ends after 60 days whether that was asked for or not, unless the realm lets tokens live on.
pub(super) fn make_token(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let holder = Holder::SystemUser(one(node)?.id.clone());
    let app: AppId = id(params, "business_app")?;
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
    let known = sight.directory.grants_held_by(&holder).into_iter();
    let same = known.filter_map(|fact| match fact {
        Fact::Grant(grant) if is_same(&grant, &app, &scopes) => Some(grant.id),
        _ => None,
    });
    let mut commands: Vec<Command> = Vec::new();
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
                    app,
                    scopes,
                    declined: Vec::new(),
                    targets: std::collections::BTreeMap::new(),
                }
                .into(),
            );
            grant
        }
    };
    let expires = params.text("set_token_expires_in_60_days").is_none()
        || params.is_on("set_token_expires_in_60_days");
    commands.push(
        IssueToken {
            grant,
            kind: "system_user".into(),
            id: None,
            endless: !expires,
            associated_user: None,
            replaces: None,
        }
        .into(),
    );
    Ok(Step::Do(Deed {
        commands,
        then: Then::AccessToken,
    }))
}

fn is_same(grant: &Grant, app: &AppId, scopes: &[String]) -> bool {
    let mut own = grant.scopes.clone();
    own.sort();
    grant.app == *app && own == scopes && grant.targets.is_empty() && grant.from.is_none()
}

pub(super) fn end_tokens(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let command = RevokeTokens {
        holder: Some(Holder::SystemUser(one(node)?.id.clone())),
        grant: None,
    };
    Ok(Step::give(command, Then::Success))
}
