//! What is wrong with a rulebook, where, and what may have been meant.

use std::fmt;
use std::ops::Range;

/// One mistake in a rulebook file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, with the name at fault in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// All mistakes of one file; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Collects mistakes while a file is checked.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl<'a> Collector<'a> {
    pub(crate) const fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            problems: Vec::new(),
        }
    }

    /// Notes a mistake at a place in the text.
    pub(crate) fn at(&mut self, span: &Range<usize>, message: String, hint: Option<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line,
            message,
            hint,
        });
    }

    /// Has nothing been noted yet?
    pub(crate) const fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Returns all mistakes, in the order of the file, or the value if there are none.
    pub(crate) fn finish<T>(mut self, value: T) -> Result<T, Problems> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        // Each profile is checked by itself: a mistake found in two is one mistake.
        self.problems
            .sort_by(|one, other| (one.line, &one.message).cmp(&(other.line, &other.message)));
        self.problems.dedup();
        Err(Problems(self.problems))
    }
}

/// Returns the known name that is nearest to a misspelt one, if any is near.
#[must_use]
pub fn nearest<'n>(wanted: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = 1 + wanted.chars().count() / 3;
    known
        .map(|name| (distance(wanted, name), name))
        .filter(|(steps, _)| *steps <= most)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance, one row at a time.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        let mut next = vec![previous];
        for (r, above) in right.iter().zip(row.iter().skip(1)) {
            let step = diagonal + usize::from(l != *r);
            diagonal = *above;
            previous = step.min(previous + 1).min(*above + 1);
            next.push(previous);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let known = ["advertise", "analyze", "manage"];
        assert_eq!(nearest("advertize", known.into_iter()), Some("advertise"));
        assert_eq!(nearest("billing", known.into_iter()), None);
    }

    #[test]
    fn distance_counts_single_changes() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
