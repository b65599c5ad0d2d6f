//! The people and system users of a business.

use commands::{
    CancelInvitation, ChangeInvitation, ChangeMember, ChangeSystemUser, CreateSystemUser,
    RemoveMember, SendInvitation,
};
use engine::SystemUserId;
use engine::fact::Fact;

use super::of_business::{business_of, must_list};
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

/// The roles that the platform calls base roles.
const ROLES: [&str; 2] = ["ADMIN", "EMPLOYEE"];

fn role(params: &Params, otherwise: Option<&str>) -> Result<String, GraphError> {
    let given = params.text("role").or_else(|| {
        let tasks = params.list("tasks");
        tasks
            .into_iter()
            .find(|task| ROLES.contains(&task.to_ascii_uppercase().as_str()))
    });
    let given = given.or_else(|| otherwise.map(str::to_owned));
    let given = given.ok_or_else(|| GraphError::missing("role"))?;
    if ROLES.contains(&given.to_ascii_uppercase().as_str()) {
        return Ok(given.to_ascii_lowercase());
    }
    Err(GraphError::not_one_of("role", &ROLES, &given))
}

pub(super) fn members(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "member.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    let members = facts.filter_map(|fact| match fact {
        Fact::Membership(one) if one.until.is_none_or(|until| until > sight.now) => {
            Some(Item::of(Node::BusinessUser(one)))
        }
        _ => None,
    });
    Ok(sorted(members.collect()))
}

pub(super) fn invite(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = SendInvitation {
        business: business_of(node)?.clone(),
        id: None,
        role: role(params, Some("EMPLOYEE"))?,
        email: Some(params.need("email")?),
        until: None,
        assignments: Vec::new(),
    };
    Ok(Step::give(command, Then::Id))
}

pub(super) fn invitations(sight: &Sight<'_>, node: &Node, _: &Params, place: &Place<'_>) -> Listed {
    let business = must_list(sight, node, "member.list", place)?;
    let waiting = sight.directory.invitations_of(&business);
    let waiting = waiting.filter(|one| one.until > sight.now);
    Ok(sorted(
        waiting
            .map(|one| Item::of(Node::RoleRequest(one.clone())))
            .collect(),
    ))
}

/// Changes the role into which an invitation leads.
pub(super) fn change_invitation(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Node::RoleRequest(one) = node else {
        return Err(GraphError::internal());
    };
    let command = ChangeInvitation {
        invitation: one.id.clone(),
        role: role(params, None)?,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn cancel_invitation(
    _: &Sight<'_>,
    node: &Node,
    _: &Params,
) -> Result<Step, GraphError> {
    let Node::RoleRequest(one) = node else {
        return Err(GraphError::internal());
    };
    let command = CancelInvitation {
        invitation: one.id.clone(),
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn change_member(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Node::BusinessUser(one) = node else {
        return Err(GraphError::internal());
    };
    let command = ChangeMember {
        business: one.business.clone(),
        person: one.person.clone(),
        role: role(params, None)?,
        until: one.until,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn remove_member(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let Node::BusinessUser(one) = node else {
        return Err(GraphError::internal());
    };
    let command = RemoveMember {
        business: one.business.clone(),
        person: one.person.clone(),
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn system_users(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Listed {
    let business = must_list(sight, node, "system_user.list", place)?;
    let facts = sight.directory.facts_of_business(&business).into_iter();
    let users = facts.filter_map(|fact| match fact {
        Fact::SystemUser(one) => Some(Item::of(Node::SystemUser(one))),
        _ => None,
    });
    Ok(sorted(users.collect()))
}

pub(super) fn make_system_user(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let name = params.need("name")?;
    if params.text("system_user_id").is_some() {
        let system_user: SystemUserId = id(params, "system_user_id")?;
        let then = Then::IdWith(serde_json::json!({ "id": system_user.as_str() }));
        let command = ChangeSystemUser {
            system_user,
            name: Some(name),
            role: None,
        };
        return Ok(Step::give(command, then));
    }
    let command = CreateSystemUser {
        business: business_of(node)?.clone(),
        id: None,
        name: Some(name),
        role: role(params, Some("EMPLOYEE"))?,
    };
    Ok(Step::give(command, Then::Id))
}
