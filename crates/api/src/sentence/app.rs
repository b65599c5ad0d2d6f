//! Apps and what they have, in one line.

use std::fmt::Write as _;

use engine::fact::{App, AppPermission, Checkup, Level, ReviewState};

use super::{environment_word, mode_word};

pub(super) fn app(fact: &App) -> String {
    let mut line = format!(
        "app:{} of {} is {}, {}",
        fact.id,
        fact.owner,
        mode_word(fact.mode),
        environment_word(fact.environment)
    );
    if let Some(name) = &fact.app_type {
        let _infallible = write!(line, ", of type {name}");
    }
    if let Some(tier) = &fact.tier {
        let _infallible = write!(line, ", at tier {tier}");
    }
    let said = [
        (fact.automated, ", automated"),
        (fact.confirmed_partner, ", a confirmed partner"),
        (fact.proof_required, ", every call with proof"),
        (fact.suspended, ", suspended"),
        (fact.checkup == Checkup::Due, ", checkup due"),
        (fact.checkup == Checkup::Missed, ", checkup missed"),
    ];
    line.extend(said.iter().filter(|(is, _)| *is).map(|(_, word)| *word));
    if !fact.credentials_held_by.is_empty() {
        let people: Vec<&str> = fact
            .credentials_held_by
            .iter()
            .map(engine::PersonId::as_str)
            .collect();
        let _infallible = write!(line, ", credentials held by {}", people.join(", "));
    }
    if !fact.allow_lists.is_empty() {
        let _infallible = write!(line, ", on the lists {}", fact.allow_lists.join(", "));
    }
    line
}

pub(super) fn permission(fact: &AppPermission) -> String {
    let level = match fact.level {
        Level::Standard => "Standard Access",
        Level::Advanced => "Advanced Access",
    };
    let said = match (fact.removed, fact.approved) {
        (true, _) => ", given up",
        (false, true) => ", approved",
        (false, false) => "",
    };
    let review = fact.review.as_ref().map_or_else(String::new, |review| {
        let state = match review.state {
            ReviewState::Requested => "asked for",
            ReviewState::Approved => "approved",
            ReviewState::Rejected => "rejected",
        };
        format!(", review {state} on {}", review.at)
    });
    format!(
        "app:{} has {} at {level}{said}{review}",
        fact.app, fact.permission
    )
}
