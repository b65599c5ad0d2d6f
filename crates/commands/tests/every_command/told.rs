//! What came of a command, on one line.

use std::collections::BTreeMap;

use commands::{Handled, Refusal};
use engine::fact::Change;

pub(crate) fn told(came: &Result<Handled, Refusal>) -> String {
    match came {
        Ok(handled) => done(handled),
        Err(Refusal::Denied { decision, .. }) => {
            let codes: Vec<&str> = decision.reasons.iter().map(|one| one.code()).collect();
            format!("DENIED {}", codes.join(" "))
        }
        Err(refusal) => format!("{}: {refusal}", refusal.code()),
    }
}

fn done(handled: &Handled) -> String {
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for change in &handled.changes {
        let verb = match change {
            Change::Set(_) => "sets",
            Change::End(_) => "ends",
        };
        *counts.entry((verb, change.kind())).or_default() += 1;
    }
    let parts = counts.iter().map(|((verb, kind), count)| match count {
        1 => format!("{verb} {kind}"),
        many => format!("{verb} {many} {kind}"),
    });
    let mut text = format!("done: {}", parts.collect::<Vec<_>>().join(", "));
    let answer = &handled.answer;
    if let Some(id) = &answer.id {
        text.push_str(&format!("; id {id}"));
    }
    if answer.secret.is_some() {
        text.push_str("; a secret");
    }
    if let Some(remains) = &answer.remains {
        let words: Vec<&str> = remains.iter().map(|one| one.sort.word()).collect();
        text.push_str(&format!("; remains {words:?}"));
    }
    if let Some(state) = answer.share {
        text.push_str(&format!("; {state:?}"));
    }
    text
}
