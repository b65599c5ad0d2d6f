//! A folder to work in, and the command that is run in it.

use std::ffi::OsString;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The command itself.
const COUNTERSIGN: &str = env!("CARGO_BIN_EXE_countersign");

/// The directory file of the documentation: an agency, and its client, a bakery.
pub(crate) fn northlight() -> String {
    fenced(
        include_str!("../../../../docs/directory-files.md"),
        "yaml",
        0,
    )
}

/// Returns the same agency for tests that run in real time: nothing in it ends.
pub(crate) fn living() -> String {
    northlight()
        .replace("secret:", "expires: never, secret:")
        .replace(", until: 2026-12-31T00:00:00Z", "")
}

/// Returns a block of a page of the documentation, by its language and number.
pub(crate) fn fenced(page: &str, language: &str, number: usize) -> String {
    let fence = format!("```{language}\n");
    let block = page
        .split(&fence)
        .nth(number + 1)
        .expect("the page has the block");
    block.split("```").next().unwrap_or_default().to_owned()
}

/// A folder to work in; gone with the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Returns a folder with the directory file of the documentation in it.
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        folder.write("northlight.yaml", &northlight());
        folder
    }

    /// Returns a folder with a data directory in it, `data`, whose realm `agency` holds the directory
    /// file. Its operator is olga.
    pub(crate) fn with_data() -> Self {
        let folder = Self::new();
        folder.write("northlight.yaml", &living());
        folder.realm("agency", "meta", &["admin_reach=owned"]);
        let said = folder.run("import northlight.yaml --data data");
        assert_eq!(said.exit, 0, "{said}");
        folder
    }

    /// Makes a realm in the data directory; returns the API token of its operator.
    pub(crate) fn realm(&self, realm: &str, rulebook: &str, switches: &[&str]) -> String {
        let mut words = format!(
            "realm create --data data --realm {realm} --rulebook {rulebook} --operator olga"
        );
        for switch in switches {
            words.push_str(&format!(" --switch {switch}"));
        }
        let said = self.run(&words);
        assert_eq!(said.exit, 0, "{said}");
        said.out.trim().to_owned()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("it can be written");
    }

    /// Puts a link to something of this crate's source into the folder.
    pub(crate) fn link(&self, name: &str, to: &str) {
        let to = Path::new(env!("CARGO_MANIFEST_DIR")).join(to);
        std::os::unix::fs::symlink(to, self.path(name)).expect("it can be linked");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("it can be read")
    }

    /// Types a line into a shell, as somebody who copies it would.
    pub(crate) fn shell(&self, line: &str) -> Said {
        self.shell_with(line, &[])
    }

    pub(crate) fn shell_with(&self, line: &str, environment: &[(&str, &str)]) -> Said {
        let mut command = self.plain(Path::new("sh"));
        command.args(["-c", line]).envs(environment.iter().copied());
        Said::of(line, command)
    }

    /// Runs `countersign` with these words.
    pub(crate) fn run(&self, words: &str) -> Said {
        self.shell(&format!("countersign {words}"))
    }

    pub(crate) fn run_with(&self, words: &str, environment: &[(&str, &str)]) -> Said {
        self.shell_with(&format!("countersign {words}"), environment)
    }

    /// A command that knows nothing of the settings of whoever runs the tests.
    fn plain(&self, program: &Path) -> Command {
        let mut path = OsString::from(Path::new(COUNTERSIGN).parent().expect("a folder"));
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).env("PATH", path);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("COUNTERSIGN_") || text == "NO_COLOR" {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Starts a server on the data directory.
    pub(crate) fn serve(&self, more: &str) -> Server {
        let mut command = self.plain(Path::new(COUNTERSIGN));
        command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
        command
            .args(more.split_whitespace())
            .stderr(Stdio::piped())
            .stdout(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let url = loop {
            let line = lines
                .next()
                .expect("it says where it listens")
                .expect("a line");
            if let Some(rest) = line.strip_prefix("listening on ") {
                break rest
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
        };
        // Whatever it says from now on is read, so that it never waits for us.
        std::thread::spawn(move || for _ in lines {});
        Server { child, url }
    }
}

/// A running server; it ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Tells it to stop, and waits until it has written everything down.
    pub(crate) fn stop(mut self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(told.expect("it can be told").success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// What was said, and how it ended.
pub(crate) struct Said {
    pub(crate) line: String,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit: i32,
}

impl Said {
    fn of(line: &str, mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut err = child.stderr.take().expect("a pipe");
        let talk = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).expect("it is text");
            text
        });
        let mut out = String::new();
        let mut data = child.stdout.take().expect("a pipe");
        data.read_to_string(&mut out).expect("it is text");
        let exit = child.wait().expect("it ends").code().unwrap_or(-1);
        Self {
            line: line.to_owned(),
            out,
            err: talk.join().expect("it is text"),
            exit,
        }
    }

    /// Returns what was asked for, as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

/// Returns what was said by several, one after the other; what differs from run to run has a name.
pub(crate) fn all(said: &[Said]) -> String {
    let said: Vec<String> = said.iter().map(|said| masked(&said.to_string())).collect();
    said.join("\n\n")
}

/// Returns a text in which digests, times and the ports of servers have names.
pub(crate) fn masked(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-:.".contains(c);
    let mut masked = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c| is_word(c) != is_word(first))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        masked.push_str(&mask(word));
        rest = after;
    }
    masked
}

fn mask(word: &str) -> String {
    let (bare, end) = match word.strip_suffix([':', '.']) {
        Some(bare) => (bare, &word[bare.len()..]),
        None => (word, ""),
    };
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let is_time = |bare: &str| {
        let time = bare.strip_suffix('Z').and_then(|bare| bare.split_once('T'));
        time.is_some_and(|(date, time)| date.len() == 10 && time.len() >= 8)
    };
    if bare.len() == 64 && bare.chars().all(is_hex) {
        return format!("HASH{end}");
    }
    // What follows `log_`.
    if bare.len() == 32 && bare.chars().all(is_hex) {
        return format!("ID{end}");
    }
    if is_time(bare) {
        return format!("TIME{end}");
    }
    match bare.strip_prefix("127.0.0.1:") {
        Some("1") | None => word.to_owned(),
        Some(_) => format!("127.0.0.1:PORT{end}"),
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.line)?;
        if !self.out.is_empty() {
            writeln!(f, "{}", self.out.trim_end())?;
        }
        for line in self.err.lines() {
            writeln!(f, "! {line}")?;
        }
        write!(f, "= {}", self.exit)
    }
}
