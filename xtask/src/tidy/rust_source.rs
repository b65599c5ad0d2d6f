//! Rust text with everything that is not code taken out, so that a plain search finds code only.
//!
//! This is a scanner, not a parser: it knows comments, strings and braces, which is all that sizes,
//! names and paths need. A syntax tree would cost a dependency and a slower build.

/// One Rust file, ready to be searched line by line.
#[derive(Debug)]
pub(crate) struct RustSource {
    lines: Vec<Line>,
    /// The code in one piece. Same length and line breaks as the file.
    code: Vec<char>,
    breaks: LineBreaks,
}

/// One line of code.
#[derive(Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: usize,
    /// The line without comments; each letter inside a string is written as `"`.
    pub(crate) code: String,
    /// Whether it belongs to an item under `#[cfg(test)]`.
    pub(crate) is_test: bool,
}

/// One function and how long its body is.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// Lines of code between the braces.
    pub(crate) body_lines: usize,
}

impl RustSource {
    pub(crate) fn read(text: &str) -> Self {
        let code = without_comments(text);
        let joined: String = code.iter().collect();
        let mut lines: Vec<Line> = joined
            .split('\n')
            .enumerate()
            .map(|(index, line)| Line {
                number: index + 1,
                code: line.into(),
                is_test: false,
            })
            .collect();
        let breaks = LineBreaks::of(&code);
        for (first, last) in test_items(&code) {
            let (first, last) = (breaks.line_at(first), breaks.line_at(last));
            for line in lines.iter_mut().skip(first - 1).take(last + 1 - first) {
                line.is_test = true;
            }
        }
        Self {
            lines,
            code,
            breaks,
        }
    }

    /// Lines that hold code, tests included.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(|line| !line.code.trim().is_empty())
    }

    /// Lines that hold code and belong to no test.
    pub(crate) fn shipped_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines().filter(|line| !line.is_test)
    }

    /// Every path that a `use` outside tests brings in, braces taken apart, with its line.
    pub(crate) fn uses(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for start in words_at(&self.code, "use") {
            let line = self.breaks.line_at(start);
            let is_test = self.lines.get(line - 1).is_some_and(|line| line.is_test);
            if !is_test {
                let rest = self.code.iter().skip(start + "use".len());
                let tree: String = rest.take_while(|c| **c != ';').collect();
                let words: Vec<&str> = tree.split_whitespace().collect();
                let paths = paths_of_use(&words.join(" "));
                found.extend(paths.into_iter().map(|path| (line, path)));
            }
        }
        found
    }

    /// Every function with a body.
    pub(crate) fn functions(&self) -> Vec<Function> {
        words_at(&self.code, "fn")
            .into_iter()
            .filter_map(|start| self.function(start))
            .collect()
    }

    fn function(&self, start: usize) -> Option<Function> {
        let behind = self.code.iter().skip(start + "fn".len());
        let name: String = behind
            .skip_while(|c| c.is_whitespace())
            .take_while(|c| is_word(**c))
            .collect();
        let open = body_start(&self.code, start)?;
        let close = matching_brace(&self.code, open)?;
        let (first, last) = (self.breaks.line_at(open), self.breaks.line_at(close));
        let inside = self
            .lines
            .iter()
            .skip(first)
            .take((last - first).saturating_sub(1));
        let body_lines = inside.filter(|line| !line.code.trim().is_empty()).count();
        let line = self.breaks.line_at(start);
        // A name is missing where `fn` is a type: `fn(&str) -> bool`.
        (!name.is_empty()).then_some(Function {
            name,
            line,
            body_lines,
        })
    }
}

/// Where the lines of a text end.
#[derive(Debug)]
struct LineBreaks(Vec<usize>);

impl LineBreaks {
    fn of(code: &[char]) -> Self {
        let breaks = code.iter().enumerate().filter(|(_, c)| **c == '\n');
        Self(breaks.map(|(at, _)| at).collect())
    }

    /// The line, counted from 1, of a position.
    fn line_at(&self, position: usize) -> usize {
        self.0.partition_point(|end| *end < position) + 1
    }
}

/// Takes `a::{b, c::{self, d as e}}` apart: `a::b`, `a::c`, `a::c::d`.
fn paths_of_use(tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        return vec![path.strip_suffix("::self").unwrap_or(path).to_owned()];
    };
    let head = head.trim();
    let inside = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let parts = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty());
    parts
        .flat_map(|part| paths_of_use(&format!("{head}{part}")))
        .collect()
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `path` stands in `code` as itself, not as a part of a longer word.
pub(crate) fn names(code: &str, path: &str) -> bool {
    code.match_indices(path).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code
            .get(at + path.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

fn words_at(code: &[char], word: &str) -> Vec<usize> {
    let wanted: Vec<char> = word.chars().collect();
    let starts = code
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, here)| *here == wanted);
    starts
        .map(|(at, _)| at)
        .filter(|at| {
            let before = at.checked_sub(1).and_then(|before| code.get(before));
            let after = code.get(at + wanted.len());
            !before.is_some_and(|c| is_word(*c)) && !after.is_some_and(|c| is_word(*c))
        })
        .collect()
}

/// The brace that opens what starts here; nothing when a `;` ends it first.
///
/// A `;` inside brackets, as in `[u8; 32]`, ends nothing.
fn body_start(code: &[char], start: usize) -> Option<usize> {
    let mut brackets = 0_usize;
    for (at, c) in code.iter().enumerate().skip(start) {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets = brackets.saturating_sub(1),
            '{' => return Some(at),
            ';' if brackets == 0 => return None,
            _ => {}
        }
    }
    None
}

fn matching_brace(code: &[char], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in code.iter().enumerate().skip(open) {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// First and last position of each item under `#[cfg(test)]`.
fn test_items(code: &[char]) -> Vec<(usize, usize)> {
    const MARK: &str = "#[cfg(test)]";
    let mark: Vec<char> = MARK.chars().collect();
    let starts = code
        .windows(mark.len())
        .enumerate()
        .filter(|(_, here)| *here == mark);
    starts
        .map(|(at, _)| {
            // The brackets of the mark are balanced, so the scan may start at the mark itself.
            let end = match body_start(code, at) {
                Some(open) => matching_brace(code, open).unwrap_or(code.len()),
                None => code
                    .iter()
                    .skip(at)
                    .position(|c| *c == ';')
                    .map_or(at, |more| at + more),
            };
            (at, end)
        })
        .collect()
}

/// Where the scan is.
enum State {
    Code,
    LineComment,
    /// How many `/*` are open.
    BlockComment(usize),
    Text,
    /// How many `#` close it.
    RawText(usize),
}

/// The text with comments as spaces and the inside of strings as `"`; line breaks stay.
fn without_comments(text: &str) -> Vec<char> {
    let source: Vec<char> = text.chars().collect();
    let mut code = Vec::with_capacity(source.len());
    let mut state = State::Code;
    while code.len() < source.len() {
        let rest = source.get(code.len()..).unwrap_or_default();
        let (length, fill, next) = step(&state, rest, code.last().copied());
        for c in rest.iter().take(length.max(1)) {
            code.push(match fill {
                Fill::Keep => *c,
                Fill::With(_) if c.is_whitespace() => *c,
                Fill::With(filler) => filler,
            });
        }
        state = next;
    }
    code
}

enum Fill {
    Keep,
    With(char),
}

const BLANK: Fill = Fill::With(' ');
const QUOTE: Fill = Fill::With('"');

/// How much to take now, what to write for it, and the state after it.
fn step(state: &State, rest: &[char], before: Option<char>) -> (usize, Fill, State) {
    match state {
        State::Code => code_step(rest, before),
        State::LineComment if rest.starts_with(&['\n']) => (1, Fill::Keep, State::Code),
        State::LineComment => (1, BLANK, State::LineComment),
        State::BlockComment(depth) if rest.starts_with(&['/', '*']) => {
            (2, BLANK, State::BlockComment(depth + 1))
        }
        State::BlockComment(1) if rest.starts_with(&['*', '/']) => (2, BLANK, State::Code),
        State::BlockComment(depth) if rest.starts_with(&['*', '/']) => {
            (2, BLANK, State::BlockComment(depth - 1))
        }
        State::BlockComment(depth) => (1, BLANK, State::BlockComment(*depth)),
        State::Text if rest.starts_with(&['\\']) => (2, QUOTE, State::Text),
        State::Text if rest.starts_with(&['"']) => (1, Fill::Keep, State::Code),
        State::Text => (1, QUOTE, State::Text),
        State::RawText(hashes) => {
            let closing = rest
                .iter()
                .skip(1)
                .take_while(|c| **c == '#')
                .take(*hashes)
                .count();
            if rest.starts_with(&['"']) && closing == *hashes {
                (1 + hashes, QUOTE, State::Code)
            } else {
                (1, QUOTE, State::RawText(*hashes))
            }
        }
    }
}

fn code_step(rest: &[char], before: Option<char>) -> (usize, Fill, State) {
    match rest {
        ['/', '/', ..] => (2, BLANK, State::LineComment),
        ['/', '*', ..] => (2, BLANK, State::BlockComment(1)),
        ['"', ..] => (1, Fill::Keep, State::Text),
        ['r', tail @ ..] if !before.is_some_and(|c| is_word(c) && c != 'b' && c != 'c') => {
            let hashes = tail.iter().take_while(|c| **c == '#').count();
            if tail.get(hashes) == Some(&'"') {
                (hashes + 2, QUOTE, State::RawText(hashes))
            } else {
                (1, Fill::Keep, State::Code)
            }
        }
        // A character, not a lifetime: a lifetime has no quote behind its first letter.
        ['\'', '\\', tail @ ..] => {
            let inside = tail.iter().skip(1).take_while(|c| **c != '\'').count();
            (inside + 4, QUOTE, State::Code)
        }
        ['\'', _, '\'', ..] => (3, QUOTE, State::Code),
        _ => (1, Fill::Keep, State::Code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        without_comments(text).into_iter().collect()
    }

    #[test]
    fn comments_and_the_inside_of_strings_are_no_code() {
        let cases = [
            ("let a = 1; // std::fs", "let a = 1;           "),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"say("a // b")"#, r#"say("" "" "")"#),
            (r#"say("a\"b") // c"#, r#"say("""""")     "#),
            (r##"say(r#"a"b"#)"##, r#"say("""""""")"#),
            ("let q = '\"'; // x", "let q = \"\"\";     "),
            ("let q = '\\''; // x", "let q = \"\"\"\";     "),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            ("for r in rows {}", "for r in rows {}"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_module_under_cfg_test_is_test_and_what_follows_is_not() {
        let source = RustSource::read(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\n#[cfg(test)]\nmod c;\nfn d() {}\n",
        );
        let shipped: Vec<usize> = source.shipped_lines().map(|line| line.number).collect();
        assert_eq!(shipped, [1, 8]);
    }

    #[test]
    fn a_use_is_taken_apart() {
        let source = RustSource::read("use std::{env, fs::{self, File as F}};\nuse a::b;");
        let paths: Vec<String> = source.uses().into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, ["std::env", "std::fs", "std::fs::File", "a::b"]);
    }

    #[test]
    fn a_function_is_as_long_as_the_code_in_its_body() {
        let source = RustSource::read(
            "fn a(x: [u8; 2]) -> u8 {\n  // why\n\n  1\n}\ntrait T { fn b(&self); }\n",
        );
        let functions = source.functions();
        let seen: Vec<_> = functions
            .iter()
            .map(|f| (f.name.as_str(), f.line, f.body_lines))
            .collect();
        assert_eq!(seen, [("a", 1, 1)]);
    }
}
