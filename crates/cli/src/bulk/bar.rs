//! How far a bulk is: one line of a terminal.

use std::time::Instant;

use api::BulkItem;

use super::{counts, in_words};
use crate::shell::Shell;

/// How far a bulk is.
#[derive(Debug)]
pub(super) struct Bar {
    begun: Instant,
    of: usize,
}

impl Bar {
    pub(super) fn new(of: usize) -> Self {
        Self {
            begun: Instant::now(),
            of,
        }
    }

    /// Tells how many came out each way so far, how fast it goes, and how long the rest will take.
    pub(super) fn tell(&mut self, items: &[BulkItem], shell: &mut Shell<'_>) {
        let took_s = self.begun.elapsed().as_secs_f64();
        let line = line(items.len(), self.of, &in_words(&counts(items)), took_s);
        shell.progress_line(&line, items.len() == self.of);
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate for people, of fewer commands than a float counts"
)]
fn line(so_far: usize, of: usize, words: &str, took_s: f64) -> String {
    let rate = so_far as f64 / took_s.max(0.001);
    let left = of.saturating_sub(so_far) as f64 / rate.max(0.001);
    let rest = match so_far == of {
        true => String::new(),
        false => format!(", {left:.0} s left"),
    };
    format!("commands: {so_far} of {of}, {words}, {rate:.0} a second{rest}")
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let cases = [
            (
                (200, 2_000, "199 done, 1 refused", 0.5),
                "commands: 200 of 2000, 199 done, 1 refused, 400 a second, 4 s left",
            ),
            (
                (2_000, 2_000, "2000 done", 4.0),
                "commands: 2000 of 2000, 2000 done, 500 a second",
            ),
        ];
        for ((so_far, of, words, took_s), expected) in cases {
            assert_eq!(line(so_far, of, words, took_s), expected);
        }
    }
}
