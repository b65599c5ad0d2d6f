//! Where output goes: data to one stream, talk to the other.

use std::fmt;
use std::io::{self, Write};

use crate::output::Output;
use crate::paint::Paint;

/// Where output goes, and how it looks.
pub(crate) struct Shell<'a> {
    /// What was asked for.
    pub(crate) out: &'a mut dyn Write,
    /// What is only said along the way.
    pub(crate) err: &'a mut dyn Write,
    /// Does a terminal show it, and is colour wanted?
    pub(crate) colour: bool,
    /// Does a terminal show what is said along the way?
    pub(crate) live: bool,
    /// How wide the line of progress is that stands there now, in characters.
    pub(crate) wide: usize,
    /// How to write what was asked for.
    pub(crate) output: Output,
}

impl Shell<'_> {
    /// Writes a line of what was asked for.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// Writes a value for programs.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(value)?;
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Prints a list: a line each, or JSON. Who reads lines is told when there is nothing.
    pub(crate) fn list<T: serde::Serialize>(
        &mut self,
        found: &[T],
        line: impl Fn(&T) -> String,
        nothing: &str,
    ) -> anyhow::Result<()> {
        if self.output == Output::Json {
            return self.json(&found);
        }
        for one in found {
            self.line(line(one))?;
        }
        if found.is_empty() {
            self.say(nothing);
        }
        Ok(())
    }

    /// Says something along the way. Nobody is stopped by a talk that nobody can hear.
    pub(crate) fn say(&mut self, line: impl fmt::Display) {
        let _unheard = writeln!(self.err, "{line}");
    }

    /// Says how far something long is, on one line of a terminal; nothing where nobody looks.
    pub(crate) fn progress(&mut self, what: &str, done: usize, of: usize) {
        self.progress_line(&format!("{what}: {done} of {of}"), done == of);
    }

    /// The same in words of one's own. What a longer line before has left is wiped away.
    pub(crate) fn progress_line(&mut self, line: &str, is_last: bool) {
        if !self.live {
            return;
        }
        let wiped = self.wide.saturating_sub(line.chars().count());
        let end = if is_last { "\n" } else { "" };
        let _unheard = write!(self.err, "\r{line}{}{end}", " ".repeat(wiped));
        let _unheard = self.err.flush();
        self.wide = if is_last { 0 } else { line.chars().count() };
    }

    /// Says what went wrong, and why.
    pub(crate) fn complain(&mut self, error: &anyhow::Error) {
        self.say(format!("error: {error}"));
        for cause in error.chain().skip(1) {
            self.say(format!("  because: {cause}"));
        }
    }

    /// Returns the text in colour, where colour is wanted.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        match self.colour {
            true => paint.on(text),
            false => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shell;
    use crate::output::Output;
    use crate::paint::Paint;

    /// Returns what a shell writes: what was asked for, and the talk.
    fn written(live: bool, colour: bool, talk: impl FnOnce(&mut Shell<'_>)) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        talk(&mut Shell {
            out: &mut out,
            err: &mut err,
            colour,
            live,
            wide: 0,
            output: Output::Table,
        });
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(out), text(err))
    }

    #[test]
    fn progress_is_one_line_of_a_terminal_and_nothing_elsewhere() {
        let import = |shell: &mut Shell<'_>| {
            shell.progress("written", 1, 2);
            shell.progress("written", 2, 2);
        };
        let (out, err) = written(true, false, import);
        assert_eq!(out, "");
        assert_eq!(err, "\rwritten: 1 of 2\rwritten: 2 of 2\n");
        let shorter = |shell: &mut Shell<'_>| {
            shell.progress_line("1 of 2, 12 s left", false);
            shell.progress_line("2 of 2", true);
        };
        let (_, err) = written(true, false, shorter);
        assert_eq!(err, "\r1 of 2, 12 s left\r2 of 2           \n");
        assert_eq!(
            written(false, false, import),
            (String::new(), String::new())
        );
    }

    #[test]
    fn a_mark_stands_beside_every_colour() {
        let say = |shell: &mut Shell<'_>| {
            let line = shell.paint(Paint::Bad, "✗ deny");
            shell.line(line).unwrap();
        };
        assert_eq!(written(false, true, say).0, "\u{1b}[31m✗ deny\u{1b}[0m\n");
        assert_eq!(written(false, false, say).0, "✗ deny\n");
    }
}
