//! Batches: many questions handed over at once.

use std::hint::black_box;
use std::ops::Range;

use anyhow::ensure;
use countersign::{Asker, Decision, Question as Asking, decide_all};

use super::{AskedOurs, Countersign, told};
use crate::engine::{Engine, Extra};
use crate::measure;

/// Questions handed over in one call of `decide_all`.
const BATCH: usize = 64;
const EACH: usize = Countersign::QUESTIONS;

/// Questions by token.
pub(super) fn by_token(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    let asking = |at: usize| ours.asking(&asked.prepared[at]);
    one_thread(ours, asked, "decide_all", asking)
}

/// Questions whose holder and scopes are told, names looked up: no token is looked for.
pub(super) fn told(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    let told = told::all_ready(ours, asked)?;
    let asking = |at: usize| ours.asked_by(Asker::Told(&told[at]), &asked.prepared[at]);
    one_thread(ours, asked, "decide_all, told, ready", asking)
}

/// Questions by token on two threads at once: the directory is read by all without a lock.
pub(super) fn two_threads(ours: &Countersign, asked: &AskedOurs<'_>) -> Extra {
    const THREADS: usize = 2;
    const OF_ONE: usize = EACH / THREADS;
    let asking = |at: usize| ours.asking(&asked.prepared[at]);
    let timing = measure::repeat_on(THREADS, asked.repetitions, OF_ONE, |thread, repetition| {
        let start = repetition * EACH + thread * OF_ONE;
        decide_batches(ours, start..start + OF_ONE, asking, |decisions| {
            black_box(decisions);
        });
    });
    let what = format!("decide_all on {THREADS} threads, each of all");
    Extra::new(&what, timing, asked.answers.len())
}

fn one_thread<'a>(
    ours: &Countersign,
    asked: &AskedOurs<'_>,
    what: &str,
    asking: impl Fn(usize) -> Asking<'a> + Copy,
) -> anyhow::Result<Extra> {
    let mut allowed = Vec::with_capacity(asked.answers.len());
    decide_batches(ours, 0..asked.answers.len(), asking, |decisions| {
        allowed.extend(decisions.iter().map(Decision::is_allowed));
    });
    ensure!(allowed == asked.answers, "an answer of a batch is wrong");
    let timing = measure::repeat(asked.repetitions, EACH, |repetition| {
        let start = repetition * EACH;
        decide_batches(ours, start..start + EACH, asking, |decisions| {
            black_box(decisions);
        });
        Ok(())
    })?;
    let what = format!("{what}, {BATCH} at a time, each");
    Ok(Extra::new(&what, timing, asked.answers.len()))
}

/// Decides a batch at a time and hands each to `answered` before the next, as a door does.
fn decide_batches<'a>(
    ours: &Countersign,
    numbers: Range<usize>,
    asking: impl Fn(usize) -> Asking<'a>,
    mut answered: impl FnMut(&[Decision]),
) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut decisions = Vec::with_capacity(BATCH);
    let mut coming = numbers.map(asking);
    loop {
        batch.clear();
        batch.extend(coming.by_ref().take(BATCH));
        if batch.is_empty() {
            return;
        }
        decisions.clear();
        decide_all(&ours.directory, &batch, &mut decisions);
        answered(&decisions);
    }
}
