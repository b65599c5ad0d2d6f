//! From a call to what it comes to.
//!
//! The order of checks is the platform's: the token, its proof and its app; the node; whether it is
//! for this asker at all; then permission and role; the parameters last. Before it is certain that
//! the asker may know of a node, nothing that is said depends on the node.

use engine::fact::Fact;
use engine::{BusinessId, Holder};
use rulebook::Reason;
use serde_json::{Map, Value};

use crate::call::{Call, Method};
use crate::edges::{self, agreements, managed};
use crate::error::{Behind, GraphError};
use crate::fields::{self, Field};
use crate::market;
use crate::node::Node;
use crate::object::{object, page_of};
use crate::page_token;
use crate::refusal::{Place, Speech, hidden, is_of_the_call, of_decision};
use crate::sight::Sight;
use crate::step::Step;
use crate::token;

/// The most ids of one read.
const MOST_IDS: usize = 50;

/// Returns what a call comes to, once its token is known.
///
/// Errors: a Graph error, as it goes out.
pub fn answer(sight: &Sight<'_>, call: &Call) -> Result<Step, GraphError> {
    let step = worked_out(sight, call)?;
    let wanted = sight.page_tokens.wanted();
    match step {
        Step::Answer(_) if wanted.len() > page_token::MOST => Err(GraphError::too_much()),
        Step::Answer(body) if !wanted.is_empty() => Ok(Step::Cut(wanted, body)),
        step => Ok(step),
    }
}

fn worked_out(sight: &Sight<'_>, call: &Call) -> Result<Step, GraphError> {
    credential(sight, call)?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => several(sight, call),
        ["debug_token"] if call.method == Method::Get => {
            token::debug(sight, call).map(Step::Answer)
        }
        // `/{user}/permissions/{permission}` is the older way to write it.
        [id, "permissions", permission] if call.method == Method::Delete => {
            let params = call.params.clone().with("permission", permission);
            let call = Call {
                params,
                ..call.clone()
            };
            on_node(sight, &call, id, "permissions")
        }
        [id, "accounts", "test-users"] => on_node(sight, call, id, "accounts/test-users"),
        [id] => on_node(sight, call, id, ""),
        [id, edge] => on_node(sight, call, id, edge),
        [_, _, rest @ ..] => Err(GraphError::no_path(&rest.join("/"))),
    }
}

/// What can be said before anything that the call is about: of the token, its proof and its app.
fn credential(sight: &Sight<'_>, call: &Call) -> Result<(), GraphError> {
    let live = sight.asker.must_live(sight.now);
    let Some(holder) = sight.asker.holder() else {
        live?;
        return Err(GraphError::unknown_token());
    };
    let why = || sight.denial("token.debug", holder.into(), Vec::new(), false);
    live.map_err(|error| error.because(why()))?;
    let decision = sight.decision("token.debug", holder.into(), Vec::new());
    let part = |at: usize| call.path.get(at).map_or("", String::as_str);
    let place = place_of(call, part(0), part(1));
    if !decision.reasons.iter().any(is_of_the_call) {
        return Ok(());
    }
    if decision.reasons.has(Reason::ProofMissing) {
        let missing = sight.evidence.proof == engine::Proof::Missing;
        return Err(GraphError::proof(missing).because(why()));
    }
    let refused = of_decision(sight.directory, "token.debug", &decision, &place);
    Err(refused.because(why()))
}

/// `?ids=1,2`: several nodes.
fn several(sight: &Sight<'_>, call: &Call) -> Result<Step, GraphError> {
    let ids = call.params.list("ids");
    if ids.is_empty() || call.method != Method::Get {
        return Err(GraphError::unsupported_method(call.method.word()));
    }
    if ids.len() > MOST_IDS {
        let message = format!(
            "Too many IDs. Maximum: {MOST_IDS}. Provided: {}.",
            ids.len()
        );
        return Err(GraphError::invalid(&message).blaming("ids"));
    }
    let mut all = Map::new();
    for id in ids {
        let Step::Answer(value) = on_node(sight, call, &id, "")? else {
            return Err(GraphError::internal());
        };
        all.insert(id, value);
    }
    Ok(Step::Answer(Value::Object(all)))
}

fn on_node(sight: &Sight<'_>, call: &Call, id: &str, name: &str) -> Result<Step, GraphError> {
    let place = place_of(call, id, name);
    let sight = &Sight { place, ..*sight };
    let node = if id == "me" {
        Node::of_asker(sight.directory, sight.asker)
    } else {
        Node::find(sight.directory, id)
            .or_else(|| market::find(sight, id))
            .or_else(|| agreements::find(sight, id))
    };
    let node = match node {
        Some(node) if may_know(sight, &node) => node,
        hidden_or_none => {
            if let Some(step) = unseen(sight, call, hidden_or_none.as_ref(), name) {
                return Ok(step);
            }
            let why = why_hidden(sight, hidden_or_none.as_ref());
            return Err(hidden(&place).because(why));
        }
    };
    if name.is_empty() && call.method == Method::Get {
        return read(sight, call, &node, &place);
    }
    let Some(edge) = edges::find(node.kind(), name) else {
        return Err(if name.is_empty() {
            GraphError::unsupported_method(call.method.word())
        } else {
            GraphError::no_path(name)
        });
    };
    let unsupported = || GraphError::unsupported_method(call.method.word());
    match call.method {
        Method::Get => {
            let list = edge.list.ok_or_else(unsupported)?;
            let wished = fields::read(&call.params)?;
            let items = list(sight, &node, &call.params, &place)?;
            let path = format!("{}/{}", node.id(), edge.name);
            page_of(sight, call, &items, &wished, &path).map(Step::Answer)
        }
        Method::Post => edge.post.ok_or_else(unsupported)?(sight, &node, &call.params),
        Method::Delete => edge.delete.ok_or_else(unsupported)?(sight, &node, &call.params),
    }
}

/// Returns what a call comes to that may be made of a node without knowing it. Whatever is wrong with
/// such a call is told as if there were no node.
fn unseen(sight: &Sight<'_>, call: &Call, node: Option<&Node>, name: &str) -> Option<Step> {
    let node = node?;
    let edge = edges::find(node.kind(), name).filter(|edge| edge.unseen)?;
    let write = edge.post.filter(|_| call.method == Method::Post)?;
    write(sight, node, &call.params).ok()
}

/// What stands behind an answer that sounds the same for a hidden node and for none.
fn why_hidden(sight: &Sight<'_>, node: Option<&Node>) -> Behind {
    match node {
        Some(node) => {
            let (operation, thing) = node.reading();
            sight.denial(operation, thing, Vec::new(), true)
        }
        None => Behind::Nothing,
    }
}

/// Returns what refusals about a node or its edge are said with. What is said of `act_…` is said of
/// whatever is written so, whether there is such an account or not.
#[must_use]
pub fn place_of<'a>(call: &Call, id: &'a str, name: &'a str) -> Place<'a> {
    let speech = match (name.is_empty(), id.starts_with("act_")) {
        (true, _) => Speech::Node,
        (false, true) => Speech::AdAccountEdge,
        (false, false) => Speech::Edge,
    };
    Place {
        method: call.method.word(),
        id,
        speech,
        edge: name,
    }
}

fn read(
    sight: &Sight<'_>,
    call: &Call,
    node: &Node,
    place: &Place<'_>,
) -> Result<Step, GraphError> {
    let wished: Vec<Field> = fields::read(&call.params)?;
    if !is_own(sight, node) {
        let (operation, thing) = agreements::reading(sight, node).unwrap_or_else(|| node.reading());
        sight.must(operation, thing, place)?;
    }
    object(sight, call, node, &wished)
        .map(Value::Object)
        .map(Step::Answer)
}

/// May the asker know that there is such a node?
fn may_know(sight: &Sight<'_>, node: &Node) -> bool {
    if is_own(sight, node) {
        return true;
    }
    let (operation, thing) = node.reading();
    match node {
        Node::User(_) => false,
        Node::Business(one) if managed::is_tied(sight, &one.id) => true,
        Node::Request(_) | Node::Agreement(_) => agreements::may_know(sight, node),
        Node::Business(_) | Node::Asset(_) | Node::App(_) | Node::Market(_) => {
            sight.decision(operation, thing, Vec::new()).visible
        }
        Node::BusinessUser(one) => belongs(sight, &one.business) || sight.may(operation, thing),
        Node::SystemUser(one) => belongs(sight, &one.business) || sight.may(operation, thing),
        Node::Group(one) => belongs(sight, &one.business) || sight.may(operation, thing),
        Node::RoleRequest(one) => belongs(sight, &one.business) || sight.may(operation, thing),
    }
}

/// Is the node whoever asks, or a place of theirs?
fn is_own(sight: &Sight<'_>, node: &Node) -> bool {
    let asker = sight.asker.holder();
    match node {
        Node::App(one) => sight
            .asker
            .grant
            .as_ref()
            .is_some_and(|grant| grant.app == one.id),
        _ => asker.is_some() && node.holder().as_ref() == asker,
    }
}

/// Does the asker belong to a business?
pub(crate) fn belongs(sight: &Sight<'_>, business: &BusinessId) -> bool {
    match sight.asker.holder() {
        Some(Holder::Person(person)) => {
            let facts = sight.directory.facts_of_person(person).into_iter();
            facts.into_iter().any(|fact| {
                matches!(fact, Fact::Membership(one) if one.business == *business
                    && one.until.is_none_or(|until| until > sight.now))
            })
        }
        Some(Holder::SystemUser(id)) => {
            let key = engine::fact::Key::SystemUser(id.clone());
            let fact = sight.directory.fact(&key);
            matches!(fact, Some(Fact::SystemUser(one)) if one.business == *business)
        }
        Some(Holder::Business(id)) => id == business,
        Some(Holder::App(_)) | None => false,
    }
}
