//! Killed at any instant, nothing acknowledged is lost and nothing is done twice.
//!
//! A process of its own (this same test program, asked to run one ignored test) gives commands from
//! several threads and prints every answer that it gets. This one reads along, kills it at a random
//! instant, opens the same file, and compares what was printed with what is there. Then the next
//! process goes on with the same file, and gives some of the old commands once more.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test's own functions unwrap fails that test"
)]

#[path = "support/toy.rs"]
#[expect(
    dead_code,
    reason = "only some of the machine's commands are given here"
)]
mod toy;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use ledger::store::entries;
use ledger::verify::{Verdict, verify_store};
use ledger::{Head, LogId, Position, Store};
use node::writer::WriterLimits;
use node::{Answered, Outcome, RealClock, View, Writer};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use store::SqliteStore;
use toy::{Coins, Purses, TooFew, Toy, by, parse};

const PATH: &str = "COUNTERSIGN_KILL_PATH";
const ROUND: &str = "COUNTERSIGN_KILL_ROUND";
const AGAIN: &str = "COUNTERSIGN_KILL_AGAIN";
const THREADS: usize = 4;
const PURSES: [&str; THREADS] = ["red", "green", "blue", "white"];

fn log_id() -> LogId {
    LogId::from_random([7; 16])
}

/// The command that an id stands for, so that it can be given again: `<round>-<thread>-<count>`.
/// Each thread gives a coin, spends it, and tries to spend it again, which is refused because of
/// what it did just before.
fn command_of(id: &str) -> Coins {
    let numbers: Vec<usize> = id
        .split('-')
        .map(|number| number.parse().unwrap())
        .collect();
    let purse = PURSES[numbers[1]];
    match numbers[2] % 3 {
        0 => Coins::Give {
            to: purse,
            coins: 1,
        },
        _ => Coins::Spend {
            from: purse,
            coins: 1,
        },
    }
}

// ---- the process that is killed ----

#[test]
#[ignore = "this is the process that the other tests start and kill"]
fn the_process_that_is_killed() {
    let path = std::env::var(PATH).unwrap();
    let round = std::env::var(ROUND).unwrap();
    let again = std::env::var(AGAIN).unwrap();
    let store = SqliteStore::open_or_create(Path::new(&path), log_id()).unwrap();
    let view = View {
        state: Purses::new(),
        head: Head::empty(log_id()),
    };
    let writer = Writer::start(
        Toy::default(),
        Arc::new(store),
        Arc::new(RealClock),
        view,
        WriterLimits::default(),
    )
    .unwrap();
    // The test runner leaves its own line unfinished.
    print("");
    let ask = |id: &str| {
        let answer = writer.submitter().ask(by("ana", id, command_of(id)));
        print(&printed(id, &answer.unwrap()));
    };
    std::thread::scope(|scope| {
        scope.spawn(|| again.split_terminator(',').for_each(ask));
        for thread in 0..THREADS {
            let (ask, round) = (&ask, &round);
            scope.spawn(move || {
                (0..usize::MAX).for_each(|count| ask(&format!("{round}-{thread}-{count}")))
            });
        }
    });
}

fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    // When nobody reads any more, this process is about to be killed.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn printed(id: &str, answered: &Answered<i64, TooFew>) -> String {
    let at = answered.at.position;
    match &answered.outcome {
        Outcome::Done { position, .. } => format!("{id} done {position} {at}"),
        Outcome::Repeated { position, .. } => format!("{id} repeated {position} {at}"),
        Outcome::Refused(_) => format!("{id} refused 0 {at}"),
        Outcome::NoEntry { .. } => panic!("nobody asked for that"),
    }
}

// ---- the process that kills ----

struct Printed {
    id: String,
    outcome: String,
    position: Position,
    at: Position,
}

fn parse_printed(line: &str) -> Printed {
    let [id, outcome, position, at] = line.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{line:?}")
    };
    let position_of = |text: &str| Position::new(text.parse().unwrap());
    Printed {
        id: id.to_owned(),
        outcome: outcome.to_owned(),
        position: position_of(position),
        at: position_of(at),
    }
}

fn spawn(path: &Path, round: usize, again: &str) -> (Child, Receiver<String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "the_process_that_is_killed",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(PATH, path)
        .env(ROUND, round.to_string())
        .env(AGAIN, again)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        loop {
            let mut line = String::new();
            match out.read_line(&mut line) {
                // What was cut off in the middle was not acknowledged.
                Ok(count) if count > 0 && line.ends_with('\n') => {
                    sender.send(line.trim_end().to_owned()).unwrap();
                }
                _ => return,
            }
        }
    });
    (child, lines)
}

/// When a process is killed.
struct Moment {
    /// After how many lines of its own; nothing for a process that is still starting.
    lines: Option<usize>,
    /// How long after that.
    later: Duration,
}

/// Reads along until the moment has come, kills the process, and returns all that it ever printed.
fn kill_at(mut child: Child, lines: &Receiver<String>, moment: &Moment) -> Vec<Printed> {
    let mut read: Vec<String> = Vec::new();
    if let Some(count) = moment.lines {
        while read.iter().filter(|line| is_answer(line)).count() < count {
            read.push(lines.recv().unwrap());
        }
    }
    let begin = Instant::now();
    while let Some(left) = moment.later.checked_sub(begin.elapsed()) {
        match lines.recv_timeout(left) {
            Ok(line) => read.push(line),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the process ended by itself: {read:?}"),
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    read.extend(lines.iter());
    let answers = read.iter().filter(|line| is_answer(line));
    answers.map(|line| parse_printed(line)).collect()
}

/// Whether a line is an answer, and not one of the test runner's own.
fn is_answer(line: &str) -> bool {
    line.split(' ').count() == 4 && line.contains('-')
}

/// What is known of the log from round to round.
struct Known {
    head: Head,
    purses: Purses,
    by_id: BTreeMap<String, Position>,
}

impl Known {
    fn new() -> Self {
        Self {
            head: Head::empty(log_id()),
            purses: Purses::new(),
            by_id: BTreeMap::new(),
        }
    }

    /// Reads what is new, each entry checked against the one ahead of it.
    fn read_on(&mut self, store: &dyn Store) {
        for entry in entries(store, self.head.position.next()) {
            let entry = entry.unwrap();
            self.head = self.head.follow(&entry).unwrap();
            let (purse, coins, left) = parse(&entry).unwrap();
            let has = self.purses.entry(purse).or_default();
            *has += coins;
            assert_eq!(
                *has, left,
                "an entry rests on another state than the one ahead of it"
            );
            let id = entry.command.id.as_str().to_owned();
            assert_eq!(
                self.by_id.insert(id, entry.position),
                None,
                "a command was done twice"
            );
        }
        assert_eq!(store.head().unwrap(), self.head);
    }

    fn check(&self, before: Position, printed: &[Printed]) {
        for line in printed {
            let Printed {
                id,
                outcome,
                position,
                at,
            } = line;
            assert!(
                *at <= self.head.position,
                "{id}: {outcome} was said of position {at}, which is lost"
            );
            match outcome.as_str() {
                "done" => {
                    assert_eq!(
                        self.by_id.get(id),
                        Some(position),
                        "{id} was acknowledged and is lost"
                    );
                    assert!(*position > before, "{id} was done again");
                }
                "repeated" => assert_eq!(self.by_id.get(id), Some(position), "{id}"),
                "refused" => {}
                other => panic!("{other}"),
            }
        }
    }
}

/// Some of this round's commands, for the next: acknowledged ones, and those of which nobody heard.
fn give_again(round: usize, known: &Known, printed: &[Printed], random: &mut SmallRng) -> String {
    let heard: BTreeSet<_> = printed.iter().map(|line| line.id.clone()).collect();
    let prefix = format!("{round}-");
    let of_round = known.by_id.keys().filter(|id| id.starts_with(&prefix));
    let unheard: Vec<_> = of_round
        .filter(|id| !heard.contains(*id))
        .cloned()
        .collect();
    let last_of = |thread: usize| {
        let prefix = format!("{round}-{thread}-");
        heard.iter().filter(|id| id.starts_with(&prefix)).count()
    };
    let in_flight = (0..THREADS).map(|thread| format!("{round}-{thread}-{}", last_of(thread)));
    let some = heard
        .iter()
        .filter(|_| random.random_bool(0.2))
        .take(10)
        .cloned();
    let mut again: Vec<String> = unheard.into_iter().chain(in_flight).chain(some).collect();
    // Once more in the same round as well, so that one batch may hold a command twice.
    again.extend(again.clone());
    again.join(",")
}

#[test]
fn killed_at_any_instant_nothing_acknowledged_is_lost() {
    const ROUNDS: usize = 55;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let mut random = SmallRng::seed_from_u64(20_261_122);
    let mut known = Known::new();
    let mut again = String::new();
    let (mut done, mut repeated, mut refused) = (0, 0, 0);
    for round in 0..ROUNDS {
        let (child, lines) = spawn(&path, round, &again);
        // Mostly in the midst of work, sometimes while it starts. Lines are counted, and not only
        // time, so that a slow machine sees as much as a fast one.
        let lines_first = random.random_bool(0.8).then(|| random.random_range(0..30));
        let later = Duration::from_micros(random.random_range(0..20_000));
        let printed = kill_at(
            child,
            &lines,
            &Moment {
                lines: lines_first,
                later,
            },
        );
        let store = SqliteStore::open_or_create(&path, log_id()).unwrap();
        let before = known.head.position;
        known.read_on(&store);
        known.check(before, &printed);
        let count = |outcome| {
            printed
                .iter()
                .filter(|line| line.outcome == outcome)
                .count()
        };
        done += count("done");
        repeated += count("repeated");
        refused += count("refused");
        again = give_again(round, &known, &printed, &mut random);
    }
    // The test has seen something of each kind, and the file is sound.
    assert!(
        done > 100 && repeated > 0 && refused > 0,
        "{done} {repeated} {refused}"
    );
    let store = SqliteStore::open(&path).unwrap();
    let verdict = verify_store(&store, None).unwrap();
    assert_eq!(
        verdict,
        Verdict::Sound {
            head: known.head,
            checkpoints: 0
        }
    );
}

#[test]
fn killed_while_the_file_is_made_the_next_start_makes_it() {
    const ROUNDS: u64 = 15;
    let mut random = SmallRng::seed_from_u64(20_261_123);
    for _ in 0..ROUNDS {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.db");
        let (child, lines) = spawn(&path, 0, "");
        let later = Duration::from_micros(random.random_range(0..25_000));
        let printed = kill_at(child, &lines, &Moment { lines: None, later });
        let store = SqliteStore::open_or_create(&path, log_id()).unwrap();
        let mut known = Known::new();
        known.read_on(&store);
        known.check(Position::EMPTY, &printed);
    }
}
