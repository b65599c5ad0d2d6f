//! How many commands a second the writer makes durable, on SQLite, for 1, 16 and 256 clients that
//! each wait for their answer before they give the next command.
//!
//! `cargo run --release -p countersign-node --example writer_speed -- [directory] [seconds]`
//!
//! The directory says which disk is measured; the system's temporary one if it is not given. Beside
//! the figures stands the floor: how many times a second that disk makes one small append to a bare
//! file durable.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement prints what it found, and may end as it likes when it cannot"
)]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ledger::store::Source;
use ledger::{Actor, CommandDigest, CommandId, Entry, Head, LogId, Realm, Store as _};
use node::writer::WriterLimits;
use node::{Handled, Machine, Outcome, RealClock, Submission, View, Writer};
use store::SqliteStore;

/// Counts entries. Each has a body of 300 bytes.
struct Counter;

impl Machine for Counter {
    type State = u64;
    type Command = ();
    type Answer = u64;
    type Refusal = ();

    fn handle(&self, count: &u64, _: &Submission<()>, _: Timestamp) -> Handled<u64, ()> {
        let body = format!("{{\"set\":\"{:0>290}\"}}", count + 1);
        let realm = Realm::parse("speed").unwrap();
        Handled::Entry {
            realm,
            body,
            writes: Vec::new(),
            answer: count + 1,
        }
    }

    fn apply(&self, count: &mut u64, _: &Entry) -> Result<(), Source> {
        *count += 1;
        Ok(())
    }

    fn recall(&self, entry: &Entry) -> Result<u64, Source> {
        Ok(entry.position.get())
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let lasting = Duration::from_secs(
        arguments
            .next()
            .map_or(5, |seconds| seconds.parse().unwrap()),
    );
    let place = tempfile::tempdir_in(directory).unwrap();
    let floor = floor(place.path(), lasting);
    println!("floor: {floor:.0} durable appends a second to a bare file");
    println!("clients  commands/s  median ms  p99 ms  commands/batch");
    for clients in [1, 16, 256] {
        let path = place.path().join(format!("{clients}.db"));
        println!("{}", measure(&path, clients, lasting));
    }
}

fn floor(place: &Path, lasting: Duration) -> f64 {
    let mut file = File::create(place.join("floor")).unwrap();
    let begin = Instant::now();
    let mut appends = 0_u32;
    while begin.elapsed() < lasting {
        file.write_all(&[7; 512]).unwrap();
        file.sync_data().unwrap();
        appends += 1;
    }
    f64::from(appends) / begin.elapsed().as_secs_f64()
}

fn measure(path: &Path, clients: u32, lasting: Duration) -> String {
    let log = LogId::from_random([1; 16]);
    let store = Arc::new(SqliteStore::open_or_create(path, log).unwrap());
    let view = View {
        state: 0,
        head: Head::empty(log),
    };
    let shared = Arc::clone(&store) as Arc<_>;
    let limits = WriterLimits::default();
    let writer = Writer::start(Counter, shared, Arc::new(RealClock), view, limits).unwrap();
    let begin = Instant::now();
    let (mut waits, batches) = ask_from(&writer, clients, lasting);
    let took = begin.elapsed().as_secs_f64();
    writer.wait().unwrap();
    assert_eq!(store.head().unwrap().position.get(), waits.len() as u64);
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() - 1) * percent / 100].as_secs_f64() * 1_000.0;
    let commands = waits.len() as f64;
    format!(
        "{clients:>7}  {:>10.0}  {:>9.2}  {:>6.2}  {:>14.1}",
        commands / took,
        at(50),
        at(99),
        commands / f64::from(batches),
    )
}

/// Lets all clients give commands; returns how long each command took, and how many batches they
/// made.
fn ask_from(writer: &Writer<Counter>, clients: u32, lasting: Duration) -> (Vec<Duration>, u32) {
    std::thread::scope(|scope| {
        let ask = |client| scope.spawn(move || ask_as(writer, client, lasting));
        let clients: Vec<_> = (0..clients).map(ask).collect();
        clients
            .into_iter()
            .fold((Vec::new(), 0), |(mut waits, batches), client| {
                let (more, ends) = client.join().unwrap();
                waits.extend(more);
                (waits, batches + ends)
            })
    })
}

/// Gives commands for so long; returns how long each took, and how many of them were the last of
/// their batch.
fn ask_as(writer: &Writer<Counter>, client: u32, lasting: Duration) -> (Vec<Duration>, u32) {
    let submitter = writer.submitter();
    let actor = Actor::principal(&format!("client_{client}")).unwrap();
    let digest = CommandDigest::from_bytes([0; 32]);
    let (mut waits, mut ends) = (Vec::new(), 0);
    let begin = Instant::now();
    while begin.elapsed() < lasting {
        let id = CommandId::parse(&waits.len().to_string()).unwrap();
        let submission = Submission {
            actor: actor.clone(),
            id,
            digest,
            command: (),
        };
        let given = Instant::now();
        let answered = submitter.ask(submission).unwrap();
        waits.push(given.elapsed());
        let Outcome::Done { position, .. } = answered.outcome else {
            unreachable!("a new command")
        };
        ends += u32::from(answered.at.position == position);
    }
    (waits, ends)
}
