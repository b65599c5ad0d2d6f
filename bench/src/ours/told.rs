//! The question the peers get: who holds the token and its scopes are told, nobody looks for one.

use std::hint::black_box;

use anyhow::ensure;
use countersign::{Asker, Assumed, Told};

use super::{AskedOurs, Countersign, facts};
use crate::engine::{Engine, Extra};
use crate::measure;

/// Names of scopes and of the kind of token are looked up each time.
pub(super) fn by_name(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    let told = assumed(asked)?;
    let what = "decide, holder and scopes told by name";
    measure(ours, asked, what, &told, |one| Asker::Assumed(one))
}

/// They are looked up beforehand, as the operation's is: what the peers' "question ready" is. The person,
/// the app and the account are found by their ids each time.
pub(super) fn ready(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    let told = all_ready(ours, asked)?;
    let what = "decide, holder and scopes told, ready";
    measure(ours, asked, what, &told, |one| Asker::Told(one))
}

/// Returns who asks each question, its names looked up.
pub(super) fn all_ready(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Vec<Told>> {
    let rulebook = ours.directory.rulebook();
    let assumed = assumed(asked)?;
    Ok(assumed.iter().map(|one| Told::of(one, rulebook)).collect())
}

fn assumed(asked: &AskedOurs<'_>) -> anyhow::Result<Vec<Assumed>> {
    let users = asked.questions.iter().map(|question| question.user);
    users
        .map(|user| facts::assumed(asked.world, user))
        .collect()
}

fn measure<T>(
    ours: &Countersign,
    asked: &AskedOurs<'_>,
    what: &str,
    told: &[T],
    asker: impl Fn(&T) -> Asker<'_>,
) -> anyhow::Result<Extra> {
    const EACH: usize = Countersign::QUESTIONS;
    let decide = |one, question| {
        let question = ours.asked_by(asker(one), question);
        question.answer(&ours.directory).is_allowed()
    };
    let all = told.iter().zip(asked.prepared).zip(asked.answers);
    for ((one, question), answer) in all {
        ensure!(
            decide(one, question) == *answer,
            "an answer about a holder with scopes is wrong"
        );
    }
    let timing = measure::repeat(asked.repetitions, EACH, |repetition| {
        let start = repetition * EACH;
        let questions = &asked.prepared[start..][..EACH];
        for (one, question) in told[start..][..EACH].iter().zip(questions) {
            black_box(decide(one, question));
        }
        Ok(())
    })?;
    Ok(Extra::new(what, timing, told.len()))
}
