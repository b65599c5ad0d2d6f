//! Who can, and what can: complete lists without a scan, a page at a time.
//!
//! A list is made in two steps: the few holders (or things) that any path could lead to, found
//! through the indexes, and then the engine's own decision on each. So a list can never disagree
//! with a decision.

mod holders;
mod named;
mod things;

use jiff::Timestamp;
use rulebook::{KindId, OperationId};

use crate::decide::{Around, Asker, Principal, Question, ThingIx, Walk};
use crate::directory::Directory;
use crate::directory::index::HolderIx;
use crate::id::Holder;
use crate::request::{Context, Credential, Evidence, Thing};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of their ids.
    pub items: Vec<T>,
    /// Is there more after the last one?
    pub more: bool,
}

/// What a list is asked with.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Further things by name.
    pub with: &'a [(String, Thing)],
    /// The circumstances named.
    pub context: &'a Context,
    /// What the shell measured.
    pub evidence: &'a Evidence,
    /// The time.
    pub now: Timestamp,
    /// The most items of a page.
    pub limit: usize,
}

impl<'a> Search<'a> {
    const fn around(&self) -> Around<'a> {
        Around {
            with: self.with,
            context: self.context,
            evidence: self.evidence,
            now: self.now,
        }
    }

    fn allows(
        &self,
        directory: &Directory,
        credential: &Credential,
        operation: OperationId,
        resource: &Thing,
    ) -> bool {
        let question = Question {
            operation,
            asker: Asker::from(credential),
            resource,
            with: self.with,
            context: self.context,
            evidence: self.evidence,
            now: self.now,
        };
        question.answer(directory).is_allowed()
    }
}

/// Returns the holders for whom layers 4 and 5 allow the operation on the resource, after `after`.
///
/// Complete: every known person, system user, business account and app that is allowed is in some
/// page. Empty for an operation the rulebook does not have.
#[must_use]
pub fn who_can(
    directory: &Directory,
    operation: &str,
    resource: &Thing,
    after: Option<&Holder>,
    search: &Search<'_>,
) -> Page<Holder> {
    let nothing = Page {
        items: Vec::new(),
        more: false,
    };
    let Some(id) = directory.rulebook.rules(0).names.operation(operation) else {
        return nothing;
    };
    let nobody = Principal::of_holder(directory, HolderIx::NOBODY);
    let resource = ThingIx::find(directory, resource);
    let Some(mut walk) = Walk::of(directory, id, resource, search.around(), nobody) else {
        return nothing;
    };
    let candidates = walk.candidates(after);
    let mut items = Vec::with_capacity(candidates.len().min(search.limit));
    let asset = walk.listed();
    for named in candidates {
        if !walk.allows_holder(named.holder, asset.as_ref()) {
            continue;
        }
        if items.len() == search.limit {
            return Page { items, more: true };
        }
        items.extend(named.name());
    }
    Page { items, more: false }
}

/// Returns the known things of a kind on which the credential's holder may do the operation, after
/// `after` (an id).
///
/// `kind` is the rulebook's: an asset kind, `business` or `app`. All layers that the credential
/// asks are asked. Empty for a kind or operation the rulebook does not have.
#[must_use]
pub fn what_can(
    directory: &Directory,
    credential: &Credential,
    operation: &str,
    kind: &str,
    after: Option<&str>,
    search: &Search<'_>,
) -> Page<Thing> {
    let names = &directory.rulebook.rules(0).names;
    let nothing = Page {
        items: Vec::new(),
        more: false,
    };
    let (Some(operation), Some(kind)) = (names.operation(operation), names.kind(kind)) else {
        return nothing;
    };
    let mut things = things_for(directory, credential, operation, kind, search.now);
    things.retain(|thing| after.is_none_or(|after| id_of(thing) > after));
    things.sort_unstable_by(|one, two| id_of(one).cmp(id_of(two)));
    things.dedup();
    let mut items = Vec::new();
    for thing in things {
        if !search.allows(directory, credential, operation, &thing) {
            continue;
        }
        if items.len() == search.limit {
            return Page { items, more: true };
        }
        items.push(thing);
    }
    Page { items, more: false }
}

/// Returns the names of the operations the credential's holder may do on a thing, in order.
#[must_use]
pub fn operations_on(
    directory: &Directory,
    credential: &Credential,
    resource: &Thing,
    search: &Search<'_>,
) -> Vec<String> {
    let names = directory.rulebook.rules(0).names.operations();
    let mut allowed: Vec<String> = (0..)
        .map(OperationId)
        .zip(names)
        .filter(|(operation, _)| search.allows(directory, credential, *operation, resource))
        .map(|(_, name)| name.clone())
        .collect();
    allowed.sort();
    allowed
}

fn things_for(
    directory: &Directory,
    credential: &Credential,
    operation: OperationId,
    kind: KindId,
    now: Timestamp,
) -> Vec<Thing> {
    if directory.is_open(operation) {
        return directory.things_of_kind(kind);
    }
    directory
        .acting_holders(credential)
        .into_iter()
        .flat_map(|holder| directory.things_of_holder(holder, kind, now))
        .collect()
}

fn id_of(thing: &Thing) -> &str {
    match thing {
        Thing::Realm => "",
        Thing::Business(id) => id.as_str(),
        Thing::Asset(id) => id.as_str(),
        Thing::App(id) => id.as_str(),
        Thing::Group(id) => id.as_str(),
        Thing::Person(id) => id.as_str(),
        Thing::SystemUser(id) => id.as_str(),
    }
}
