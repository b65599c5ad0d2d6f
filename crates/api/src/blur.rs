//! Questions as they sound to somebody who may not know of everything they name.

use engine::{
    Credential, Decision, Directory, Evidence, Explanation, Request, Thing, decide, explain,
};
use jiff::Timestamp;
use rulebook::{Layer, Reason};

use crate::answer::{is_masked, masked};

/// Returns the decision as whoever asks for himself may hear it: what it says of a thing that is
/// somebody else's, it says of one that does not exist too.
pub fn heard(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
    decision: &Decision,
) -> Decision {
    // What needs no right on a thing is allowed on every thing that there is.
    let tells = needs_nothing(directory, &request.operation);
    if decision.is_allowed() && !tells {
        return *decision;
    }
    match blurred(directory, request, evidence, now) {
        None => masked(decision),
        Some(request) => {
            let mut heard = masked(&decide(directory, &request, evidence, now));
            if heard.reasons.has(Reason::Unknown) {
                let known = heard.reasons.iter();
                let known = known.filter(|reason| *reason != Reason::Unknown);
                heard.reasons = known.chain([Reason::AssetNotAssigned]).collect();
            }
            heard
        }
    }
}

/// Returns the request with nothing in place of each thing that the asker may not know of; nothing
/// if there is no such thing in it.
#[must_use]
pub fn blurred(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> Option<Request> {
    let hidden = |thing: &Thing| !sees(directory, &request.credential, thing, evidence, now);
    let mut blurred = request.clone();
    let with = blurred.with.iter_mut().map(|(_, thing)| thing);
    let mut any = false;
    for thing in [&mut blurred.resource].into_iter().chain(with) {
        if hidden(thing)
            && let Some(nothing) = nothing_like(thing)
        {
            *thing = nothing;
            any = true;
        }
    }
    any.then_some(blurred)
}

/// Returns why, as whoever asks for himself may hear it, and whether something of it is hidden.
#[must_use]
pub fn told_to_asker(
    directory: &Directory,
    request: &Request,
    evidence: &Evidence,
    now: Timestamp,
) -> (Explanation, bool) {
    let mut story = explain(directory, request, evidence, now);
    let decision = story.decision;
    let heard = heard(directory, request, evidence, now, &decision);
    let mut hidden = false;
    if !heard.is_allowed() {
        hidden = is_masked(&decision);
        if let Some(request) = blurred(directory, request, evidence, now) {
            hidden = true;
            story = explain(directory, &request, evidence, now);
        }
        story.decision = heard;
    } else if let Some(request) = blurred(directory, request, evidence, now) {
        // What is allowed without the thing that the asker may not know of is told without it.
        let without = explain(directory, &request, evidence, now);
        if without.decision.is_allowed() {
            story = without;
        }
    }
    if hidden {
        hide(&mut story);
    }
    (story, hidden)
}

/// Absent and forbidden look the same: no facts, no paths that would tell.
fn hide(story: &mut Explanation) {
    story.decision = masked(&story.decision);
    let reasons = story.decision.reasons;
    story.first_reason = reasons.iter().next();
    story.needs.clear();
    story.gates.clear();
    for layer in &mut story.layers {
        layer.reasons = reasons.of_layer(layer.layer).iter().collect();
        if layer.layer >= Layer::Role {
            layer.facts.clear();
        }
    }
}

/// May the holder know that there is this thing?
fn sees(
    directory: &Directory,
    credential: &Credential,
    thing: &Thing,
    evidence: &Evidence,
    now: Timestamp,
) -> bool {
    let mut profiles = directory.rulebook().profiles.iter();
    profiles.any(|rules| {
        let mut operations = rules.operations.iter().flatten();
        // One that needs a right tells by its decision whether there is any tie to the thing.
        let needy = operations.find(|operation| !operation.needs.is_empty());
        needy.is_some_and(|operation| {
            let about = Request {
                credential: credential.clone(),
                operation: operation.name.clone(),
                resource: thing.clone(),
                with: Vec::new(),
                context: engine::Context::default(),
            };
            decide(directory, &about, evidence, now).visible
        })
    })
}

fn needs_nothing(directory: &Directory, operation: &str) -> bool {
    let profiles = directory.rulebook().profiles.iter();
    let mut named = profiles
        .flat_map(|rules| rules.operations.iter().flatten())
        .filter(|known| known.name == operation);
    named.any(|known| known.needs.is_empty())
}

/// Returns the denial of an operation on a thing that is not there.
pub fn denied_on_nothing(
    directory: &Directory,
    credential: &Credential,
    operation: &str,
    evidence: &Evidence,
    now: Timestamp,
) -> Decision {
    let request = Request {
        credential: credential.clone(),
        operation: operation.to_owned(),
        resource: no_id().map_or(Thing::Realm, Thing::SystemUser),
        with: Vec::new(),
        context: engine::Context::default(),
    };
    masked(&decide(directory, &request, evidence, now))
}

/// Returns a thing of the same sort that is not there; nothing for the realm, which always is.
fn nothing_like(thing: &Thing) -> Option<Thing> {
    match thing {
        Thing::Realm => None,
        Thing::Business(_) => no_id().map(Thing::Business),
        Thing::Asset(_) => no_id().map(Thing::Asset),
        Thing::App(_) => no_id().map(Thing::App),
        Thing::Person(_) => no_id().map(Thing::Person),
        Thing::SystemUser(_) => no_id().map(Thing::SystemUser),
        Thing::Group(_) => no_id().map(Thing::Group),
    }
}

/// Returns an id that nobody makes.
fn no_id<T: std::str::FromStr>() -> Option<T> {
    "-".repeat(128).parse().ok()
}
