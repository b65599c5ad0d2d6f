//! Clients on whose behalf a business acts.

use commands::{EndOnBehalf, IssueOnBehalf, StartOnBehalf};
use engine::fact::Business;
use engine::{AppId, BusinessId};
use serde_json::json;

use super::business_token::must_carry;
use super::of_business::{business_of, must_list};
use super::of_system_user::scopes;
use super::{Item, id, sorted};
use crate::answer::belongs;
use crate::error::GraphError;
use crate::node::{self, Node};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

const CLIENT: &str = "existing_client_business_id";

/// The clients.
pub(super) fn clients(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let business = must_list(sight, node, "partner.list", place)?;
    let relations = sight.directory.managed_by(&business).into_iter();
    let clients = relations.filter_map(|one| node::business(sight.directory, one.client.as_str()));
    Ok(sorted(
        clients
            .map(|client| Item::of(Node::Business(client)))
            .collect(),
    ))
}

/// A client lets the business act on its behalf. He names it by its id, and need not know more of it.
pub(super) fn start(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let client: BusinessId = id(params, CLIENT)?;
    let known = node::business(sight.directory, client.as_str());
    let name = known.map(|one| name_of(sight, &one));
    let command = StartOnBehalf {
        partner: business_of(node)?.clone(),
        client,
    };
    Ok(Step::give(command, Then::IdWith(json!({ "name": name }))))
}

/// Either side ends it.
pub(super) fn end(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = EndOnBehalf {
        partner: business_of(node)?.clone(),
        client: id(params, CLIENT)?,
    };
    Ok(Step::give(command, Then::Success))
}

/// Returns the business of the asker's that acts on behalf of a client.
pub(super) fn partner_of(sight: &Sight<'_>, client: &BusinessId) -> Option<BusinessId> {
    let managers = sight.directory.managers_of(client).into_iter();
    let mut own = managers.filter(|one| belongs(sight, &one.partner));
    own.next().map(|one| one.partner)
}

/// Is the asker on one side of a relation with this business on the other? Then he knows it.
pub(crate) fn is_tied(sight: &Sight<'_>, business: &BusinessId) -> bool {
    let mut clients = sight.directory.managed_by(business).into_iter();
    partner_of(sight, business).is_some() || clients.any(|one| belongs(sight, &one.client))
}

/// A token of the client's system user through which the partner acts.
pub(super) fn token(
    sight: &Sight<'_>,
    partner: BusinessId,
    client: &Business,
    params: &Params,
) -> Result<Step, GraphError> {
    let app: AppId = id(params, "app_id")?;
    let scopes = scopes(sight, params)?;
    must_carry(sight, &scopes)?;
    let name = params.text("system_user_name");
    let name = name.unwrap_or_else(|| format!("{} SYSTEM USER", name_of(sight, client)));
    let command = IssueOnBehalf {
        partner,
        client: client.id.clone(),
        app,
        scopes,
        id: None,
        system_user: None,
        name: Some(name),
        endless: false,
    };
    Ok(Step::give(command, Then::AccessToken))
}

fn name_of(sight: &Sight<'_>, business: &Business) -> String {
    sight.name(business.name.as_ref(), business.id.as_str())
}
