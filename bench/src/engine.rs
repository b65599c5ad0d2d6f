//! How every engine is loaded, checked and timed: the same way for all.

use anyhow::ensure;

use crate::machine;
use crate::measure::{self, Latency, Timing};
use crate::questions::{self, Question};
use crate::report::Row;
use crate::world::World;

/// Something that answers the questions of [`questions`].
pub trait Engine: Sized {
    const NAME: &'static str;

    /// Questions in each repetition. No repetition asks the questions of another.
    const QUESTIONS: usize = 20_000;

    /// A question in the engine's own terms.
    type Prepared;

    fn load(world: &World) -> anyhow::Result<Self>;

    fn prepare(&self, world: &World, question: &Question) -> anyhow::Result<Self::Prepared>;

    fn decide(&mut self, question: &Self::Prepared) -> anyhow::Result<bool>;

    /// What this engine can be asked beside: answers checked and timed by itself.
    fn more(&self, _asked: &Asked<'_, Self::Prepared>) -> anyhow::Result<Vec<Extra>> {
        Ok(Vec::new())
    }
}

/// Everything that was asked, with the right answers.
pub struct Asked<'a, P> {
    pub world: &'a World,
    pub repetitions: usize,
    pub questions: &'a [Question],
    pub prepared: &'a [P],
    pub answers: &'a [bool],
}

/// One more line for the table.
pub struct Extra {
    pub what: String,
    pub timing: Timing,
    pub latency: Option<Latency>,
    pub checked: usize,
    /// What the table says in place of how many answers were checked.
    pub note: Option<String>,
}

impl Extra {
    pub fn new(what: &str, timing: Timing, checked: usize) -> Self {
        Self {
            what: what.into(),
            timing,
            latency: None,
            checked,
            note: None,
        }
    }
}

/// Loads the engine, checks all its answers, and times it with questions ready and made on the way.
pub fn run<E: Engine>(world: &World, repetitions: usize) -> anyhow::Result<Vec<Row>> {
    let questions = questions::draw(world, E::QUESTIONS * (repetitions + 1));
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
    let batch = |repetition: usize| repetition * E::QUESTIONS..(repetition + 1) * E::QUESTIONS;

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

    let ready = measure::repeat(repetitions, E::QUESTIONS, |repetition| {
        for question in &prepared[batch(repetition)] {
            std::hint::black_box(engine.decide(question)?);
        }
        Ok(())
    })?;
    let latency = measure::one_by_one(E::QUESTIONS, |index| {
        std::hint::black_box(engine.decide(&prepared[index])?);
        Ok(())
    })?;
    let made = measure::repeat(repetitions, E::QUESTIONS, |repetition| {
        for question in &questions[batch(repetition)] {
            let prepared = engine.prepare(world, question)?;
            std::hint::black_box(engine.decide(&prepared)?);
        }
        Ok(())
    })?;
    let asked = Asked {
        world,
        repetitions,
        questions: &questions,
        prepared: &prepared,
        answers: &answers,
    };
    let extras = engine.more(&asked)?;
    let row = |extra: Extra| Row {
        scale: world.scale,
        engine: E::NAME.into(),
        what: extra.what,
        timing: Some(extra.timing),
        latency: extra.latency,
        load_s: Some(load_s),
        resident_mib: Some(resident_mib),
        huge_mib: Some(huge_mib),
        peak_mib: Some(machine::peak_mib()),
        checked: Some(extra.checked),
        note: extra.note,
    };
    let mut ready = Extra::new("decide, question ready", ready, answers.len());
    ready.latency = Some(latency);
    let made = Extra::new("decide, question made from ids", made, answers.len());
    Ok([ready, made].into_iter().chain(extras).map(row).collect())
}
