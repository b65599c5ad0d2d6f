//! What became of a scenario: per step, what was expected and what came.

use std::fmt;

/// What became of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file.
    pub file: String,
    /// The scenario's title.
    pub title: String,
    /// Every step, in order.
    pub questions: Vec<Answered>,
}

/// One step and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The line of the step, from 1.
    pub line: usize,
    /// The words of the business.
    pub words: String,
    /// The rules it is about.
    pub rules: Vec<String>,
    /// Where the answer differs from what was expected; empty when all is well.
    pub differences: Vec<Difference>,
}

/// One thing that was expected otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What: `decision`, `reasons`, …
    pub what: &'static str,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl Report {
    /// Returns how many steps came out otherwise than expected.
    #[must_use]
    pub fn failed(&self) -> usize {
        let failed = |one: &&Answered| !one.is_ok();
        self.questions.iter().filter(failed).count()
    }
}

impl Answered {
    /// Did it come out as expected?
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ok() {
            return write!(f, "ok      {}", self.words);
        }
        write!(f, "FAILED  {} (line {})", self.words, self.line)?;
        for one in &self.differences {
            write!(f, "\n          {}: expected {}", one.what, one.expected)?;
            write!(
                f,
                "\n          {:width$}  got      {}",
                "",
                one.got,
                width = one.what.len()
            )?;
        }
        Ok(())
    }
}
