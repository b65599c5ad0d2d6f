//! What hangs on a Page beside what every asset has.

use engine::fact::{Fact, Key};
use engine::{AssetOrGroup, Holder, Thing};
use serde_json::json;

use super::{Item, sorted};
use crate::error::GraphError;
use crate::node::Node;
use crate::object::{person_name, tasks_of};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;

/// The people with a role on the Page, which only a token of the Page itself is told.
pub(super) fn roles(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let Node::Asset(page) = node else {
        return Err(GraphError::internal());
    };
    sight.must("page.list_roles", Thing::Asset(page.id.clone()), place)?;
    let on = AssetOrGroup::Asset(page.id.clone());
    let wanted = params.text("uid");
    let held = sight.directory.assignments_on(&on).into_iter();
    let held = held.filter_map(|fact| match fact {
        Fact::Assignment(one) if one.until.is_none_or(|until| until > sight.now) => Some(one),
        _ => None,
    });
    let items = held.filter_map(|one| {
        let Holder::Person(person) = &one.holder else {
            return None;
        };
        // Who is known no more is told no more.
        sight.directory.fact(&Key::Person(person.clone()))?;
        let id = person.as_str();
        let tasks = tasks_of(sight, &page.kind, &one.terms);
        wanted
            .as_deref()
            .is_none_or(|wanted| wanted == id)
            .then(|| {
                Item::plain(
                    id,
                    [
                        ("id", json!(id)),
                        ("name", json!(person_name(sight, person))),
                        ("is_active", json!(true)),
                        ("tasks", json!(tasks)),
                    ],
                )
            })
    });
    Ok(sorted(items.collect()))
}
