//! How every engine is loaded, checked and timed: the same way for all.

use anyhow::ensure;

use crate::machine;
use crate::measure;
use crate::questions::{self, Question};
use crate::report::Row;
use crate::world::World;

/// Questions in each repetition. No repetition asks the questions of another.
pub const QUESTIONS: usize = 20_000;

/// Something that answers the questions of [`questions`].
pub trait Engine: Sized {
    const NAME: &'static str;

    /// A question in the engine's own terms.
    type Prepared;

    fn load(world: &World) -> anyhow::Result<Self>;

    fn prepare(&self, world: &World, question: &Question) -> anyhow::Result<Self::Prepared>;

    fn decide(&mut self, question: &Self::Prepared) -> anyhow::Result<bool>;
}

/// Loads the engine, checks all its answers, and times it with questions ready and made on the way.
pub fn run<E: Engine>(world: &World, repetitions: usize) -> anyhow::Result<Vec<Row>> {
    let questions = questions::draw(world, QUESTIONS * (repetitions + 1));
    let answers: Vec<bool> = questions
        .iter()
        .map(|q| questions::answer(world, q))
        .collect();

    let resident_before = machine::resident_mib();
    let (mut engine, load_s) = measure::once(|| E::load(world))?;
    let resident_mib = machine::resident_mib() - resident_before;
    let huge_mib = machine::huge_mib();

    let prepared: Vec<E::Prepared> = questions
        .iter()
        .map(|q| engine.prepare(world, q))
        .collect::<anyhow::Result<_>>()?;
    let batch = |repetition: usize| repetition * QUESTIONS..(repetition + 1) * QUESTIONS;

    let mut wrong = 0;
    for (question, answer) in prepared.iter().zip(&answers) {
        wrong += usize::from(engine.decide(question)? != *answer);
    }
    ensure!(
        wrong == 0,
        "{}: {wrong} of {} answers are wrong",
        E::NAME,
        answers.len()
    );

    let ready = measure::repeat(repetitions, QUESTIONS, |repetition| {
        for question in &prepared[batch(repetition)] {
            std::hint::black_box(engine.decide(question)?);
        }
        Ok(())
    })?;
    let latency = measure::one_by_one(QUESTIONS, |index| {
        std::hint::black_box(engine.decide(&prepared[index])?);
        Ok(())
    })?;
    let made = measure::repeat(repetitions, QUESTIONS, |repetition| {
        for question in &questions[batch(repetition)] {
            let prepared = engine.prepare(world, question)?;
            std::hint::black_box(engine.decide(&prepared)?);
        }
        Ok(())
    })?;
    let row = |what: &str, timing, latency| Row {
        scale: world.scale,
        engine: E::NAME.into(),
        what: what.into(),
        timing: Some(timing),
        latency,
        load_s: Some(load_s),
        resident_mib: Some(resident_mib),
        huge_mib: Some(huge_mib),
        peak_mib: Some(machine::peak_mib()),
        checked: Some(answers.len()),
        note: None,
    };
    Ok(vec![
        row("decide, question ready", ready, Some(latency)),
        row("decide, question made from ids", made, None),
    ])
}
