//! Test users of an app. None has an account, so no address to sign in at, e-mail address or password is
//! told of one: what it does, it does with its token.

use commands::{CreateTestUser, RemoveTestUser};
use engine::fact::{Fact, Token};
use engine::{Holder, PersonId, Thing};
use serde_json::json;

use super::of_app::app_of;
use super::of_business::number_of;
use super::{Item, id, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

/// The role of those who are test users.
pub(super) const TEST_USER: &str = "test_user";
/// The kind of token that one is given.
const KIND: &str = "user";
/// What `type` can say.
const TYPES: [&str; 1] = ["test-users"];

fn must_be_of_test_users(params: &Params) -> Result<(), GraphError> {
    match params.text("type") {
        Some(other) if !TYPES.contains(&other.as_str()) => {
            Err(GraphError::not_one_of("type", &TYPES, &other))
        }
        _ => Ok(()),
    }
}

/// The test users, each with its token if it has one.
pub(super) fn list(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let app = app_of(node)?;
    sight.must("test_user.list", Thing::App(app.id.clone()), place)?;
    must_be_of_test_users(params)?;
    let facts = sight.directory.facts_of_app(&app.id).into_iter();
    let people = facts.filter_map(|fact| match fact {
        Fact::AppRole(one) if one.role == TEST_USER => Some(one.person),
        _ => None,
    });
    let items = people.map(|person| {
        let id = person.as_str();
        match token_of(sight, &person) {
            Some(token) => Item::plain(id, [("id", json!(id)), ("access_token", json!(token))]),
            None => Item::plain(id, [("id", json!(id))]),
        }
    });
    Ok(sorted(items.collect()))
}

/// Returns the secret of the token that a test user was given, while it is good.
fn token_of(sight: &Sight<'_>, person: &PersonId) -> Option<String> {
    let holder = Holder::Person(person.clone());
    let grants = sight.directory.grants_held_by(&holder).into_iter();
    let tokens = grants.flat_map(|fact| match fact {
        Fact::Grant(grant) => sight.directory.tokens_of(&grant.id),
        _ => Vec::new(),
    });
    let good = |token: &Token| {
        token.ended.is_none() && token.expires.is_none_or(|until| until > sight.now)
    };
    tokens
        .filter_map(|fact| match fact {
            Fact::Token(token) if good(&token) => sight.page_tokens.secret_of(&token.id),
            _ => None,
        })
        .next()
}

/// Makes a test user; with a token at once, unless the app is not to be installed.
pub(super) fn make(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let app = app_of(node)?.id.clone();
    let place = sight.place;
    sight.must("test_user.create", Thing::App(app.clone()), &place)?;
    must_be_of_test_users(params)?;
    if params.text("uid").is_some() {
        let message = "Param uid: a test user works with the app it was made for, and no other";
        return Err(GraphError::invalid(message).blaming("uid"));
    }
    let installed = params.text("installed").is_none() || params.is_on("installed");
    let number = number_of(sight.fresh).ok_or_else(GraphError::internal)?;
    let mut scopes = params.list("permissions");
    if scopes.is_empty() {
        scopes.push("public_profile".to_owned());
    }
    let command = CreateTestUser {
        app,
        id: Some(number.parse().map_err(|_| GraphError::internal())?),
        name: params.text("name"),
        kind: installed.then(|| KIND.to_owned()),
        scopes: if installed { scopes } else { Vec::new() },
    };
    Ok(Step::give(command, Then::TestUser))
}

/// Ends a test user.
pub(super) fn remove(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = RemoveTestUser {
        app: app_of(node)?.id.clone(),
        person: id(params, "uid")?,
    };
    Ok(Step::give(command, Then::Success))
}
