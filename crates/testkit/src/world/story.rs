//! Making a failing world small, and telling it.

use std::fmt::Write as _;

use engine::fact::Fact;

use super::{Question, World};

/// Returns the world with as few facts as suffice for `fails` to hold still.
///
/// Tries to take away halves, quarters and at last single facts.
#[must_use]
pub fn shrink(world: &World, fails: impl Fn(&World) -> bool) -> World {
    let mut small = world.clone();
    let mut size = small.facts.len();
    while size > 0 {
        let mut start = 0;
        while start < small.facts.len() {
            let end = small.facts.len().min(start + size);
            let kept: Vec<Fact> = small
                .facts
                .iter()
                .enumerate()
                .filter(|(index, _)| !(start..end).contains(index))
                .map(|(_, fact)| fact.clone())
                .collect();
            let smaller = small.with_only(kept);
            if fails(&smaller) {
                small = smaller;
            } else {
                start = end;
            }
        }
        size /= 2;
    }
    small
}

/// Returns a world and a question as text that a person can follow.
#[must_use]
pub fn story(world: &World, question: &Question) -> String {
    let mut text = format!("{world:?}");
    let request = &question.request;
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "who: {:?}", request.credential);
    let _ = writeln!(text, "does: {} on {}", request.operation, request.resource);
    for (name, thing) in &request.with {
        let _ = writeln!(text, "with {name}: {thing}");
    }
    let _ = writeln!(text, "context: {:?}", request.context);
    let _ = writeln!(text, "evidence: {:?}", question.evidence);
    let profiles = world.rulebook.profiles.iter();
    for (number, rules) in profiles.enumerate() {
        if let Some(operation) = rules.operation_named(&request.operation) {
            let _ = writeln!(text, "rules of profile {number}: {operation:?}");
        }
    }
    text
}
