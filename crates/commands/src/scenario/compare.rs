//! Compares what was expected with what came.

use std::collections::BTreeSet;

use engine::{Decision, Gate, GateSort, Obligations};
use rulebook::ReasonSet;

use super::expect::RemediesRow;
use super::report::Difference;
use super::step::{Ask, ObligationRow};
use crate::remedy::{Action, Remedies, RequestChange};

/// Notes a difference, if there is one.
fn note(differences: &mut Vec<Difference>, what: &'static str, expected: String, got: String) {
    if expected != got {
        differences.push(Difference {
            what,
            expected,
            got,
        });
    }
}

fn word(allow: bool) -> String {
    if allow { "allow" } else { "deny" }.to_owned()
}

fn codes(reasons: ReasonSet) -> String {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
    list(&codes)
}

/// Writes a list as the file would.
pub(super) fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}

fn words(obligations: Obligations) -> BTreeSet<ObligationRow> {
    let start_paused = obligations
        .start_paused
        .then_some(ObligationRow::StartPaused);
    let notify = obligations.notify.then_some(ObligationRow::Notify);
    start_paused.into_iter().chain(notify).collect()
}

fn obligations_text(rows: &BTreeSet<ObligationRow>) -> String {
    let words: Vec<&str> = rows.iter().map(|row| row.word()).collect();
    list(&words)
}

/// Compares a decision with what was expected of it.
pub(super) fn decision(
    ask: &Ask<'_>,
    visible: Option<bool>,
    obligations: Option<&[ObligationRow]>,
    got: &Decision,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let decided = |allow: bool, reasons: ReasonSet| match allow {
        true => word(true),
        false => format!("{} {}", word(false), codes(reasons)),
    };
    let expected = decided(ask.allow, ask.reasons.unwrap_or_default());
    let answer = decided(got.is_allowed(), got.reasons);
    note(&mut differences, "decision", expected, answer);
    if let Some(visible) = visible {
        note(
            &mut differences,
            "visible",
            visible.to_string(),
            got.visible.to_string(),
        );
    }
    if let Some(rows) = obligations {
        let expected = rows.iter().copied().collect();
        let expected = obligations_text(&expected);
        let got = obligations_text(&words(got.obligations));
        note(&mut differences, "obligations", expected, got);
    }
    differences
}

/// Compares the gates that are closed to an app.
pub(super) fn gates(expected: &[String], got: &[Gate]) -> Vec<Difference> {
    sets("gates", expected.to_vec(), got.iter().map(gate_words))
}

fn gate_words(gate: &Gate) -> String {
    let what = match &gate.sort {
        GateSort::Permission(name) => name.clone(),
        GateSort::Verification(Some(owner)) => format!("business:{owner}"),
        GateSort::Verification(None) => "business".to_owned(),
        GateSort::Checkup => "checkup".to_owned(),
        GateSort::Confirmation => "confirmation".to_owned(),
        GateSort::AllowList(list) => format!("list {list}"),
    };
    let since = gate.since.map(|since| format!(" since {since}"));
    let since = since.unwrap_or_default();
    format!(
        "{what} {}{since}, next {}",
        gate.state.word(),
        gate.next.word()
    )
}

/// Compares two lists as sets; both are written sorted.
pub(super) fn sets<T: Ord + ToString>(
    what: &'static str,
    expected: impl IntoIterator<Item = T>,
    got: impl IntoIterator<Item = T>,
) -> Vec<Difference> {
    let expected: BTreeSet<T> = expected.into_iter().collect();
    let got: BTreeSet<T> = got.into_iter().collect();
    let mut differences = Vec::new();
    if expected != got {
        let missing: Vec<&T> = expected.difference(&got).collect();
        let more: Vec<&T> = got.difference(&expected).collect();
        let text = |items: &[&T]| {
            let items: Vec<String> = items.iter().map(|item| item.to_string()).collect();
            list(&items)
        };
        let all: Vec<&T> = expected.iter().collect();
        let mut came = text(&got.iter().collect::<Vec<_>>());
        if !missing.is_empty() {
            came.push_str(&format!("; missing {}", text(&missing)));
        }
        if !more.is_empty() {
            came.push_str(&format!("; not expected {}", text(&more)));
        }
        note(&mut differences, what, text(&all), came);
    }
    differences
}

/// Compares the remedies that are offered with those expected.
pub(super) fn remedies(expected: &RemediesRow, got: &Remedies) -> Vec<Difference> {
    let ways: Vec<Vec<&str>> = got
        .offered
        .iter()
        .map(|way| {
            way.steps
                .iter()
                .map(|step| step_name(&step.action))
                .collect()
        })
        .collect();
    let came = list(&ways.iter().map(|way| list(way)).collect::<Vec<_>>());
    let mut differences = Vec::new();
    match expected {
        RemediesRow::Some if ways.is_empty() => {
            note(
                &mut differences,
                "remedies",
                "some".to_owned(),
                "none".to_owned(),
            );
        }
        RemediesRow::None if !ways.is_empty() => {
            note(&mut differences, "remedies", "none".to_owned(), came);
        }
        RemediesRow::Ways(wanted) => {
            for way in wanted
                .iter()
                .filter(|way| !ways.contains(&way.iter().map(String::as_str).collect()))
            {
                note(&mut differences, "remedies", list(way), came.clone());
            }
        }
        RemediesRow::Some | RemediesRow::None => {}
    }
    differences
}

/// Returns the name of a step of a remedy: the command's, or that of the change to the request.
#[must_use]
pub fn step_name(action: &Action) -> &'static str {
    match action {
        Action::Command(command) => command.name(),
        Action::Request(change) => match change {
            RequestChange::UseNewToken => "use_new_token",
            RequestChange::CarryScopes(_) => "carry_scopes",
            RequestChange::UseKind(_) => "use_kind",
            RequestChange::SignIn => "sign_in",
            RequestChange::Prove => "prove",
            RequestChange::PassSecondFactor => "pass_second_factor",
            RequestChange::Wait => "wait",
            RequestChange::InProject(_) => "in_project",
            RequestChange::OutsideProject => "outside_project",
            RequestChange::ApprovedBy(_) => "approved_by",
            RequestChange::ChangeTo(_) => "change_to",
            RequestChange::MeasureAgain => "measure_again",
            RequestChange::PauseFirst => "pause_first",
        },
    }
}
