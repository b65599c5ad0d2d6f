//! The writer, on stores that do what they should and on stores that do not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test's own functions unwrap fails that test"
)]

#[path = "writer/faults.rs"]
mod faults;
#[path = "writer/law.rs"]
mod law;
#[path = "support/toy.rs"]
mod toy;

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use ledger::faulty::{Fault, FaultyStore};
use ledger::verify::{Verdict, verify_store};
use ledger::{Head, LogClock, LogId, MemoryStore, Position, RowWrite, Store, Version};
use node::writer::WriterLimits;
use node::{
    Answered, Outcome, RealClock, SetClock, Submission, SubmitError, View, Writer, WriterFailure,
};
use toy::{Coins, Purses, TooFew, Toy, by, code_key};

type Answer = Result<Answered<i64, TooFew>, SubmitError>;

fn log_id() -> LogId {
    LogId::from_random([7; 16])
}

fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(log_id()))
}

fn start(store: Arc<dyn Store>) -> Writer<Toy> {
    start_with(Toy::default(), store, 512)
}

fn start_with(toy: Toy, store: Arc<dyn Store>, batch: usize) -> Writer<Toy> {
    let view = View {
        state: Purses::new(),
        head: Head::empty(log_id()),
    };
    let limits = WriterLimits {
        batch: NonZeroUsize::new(batch).unwrap(),
        ..WriterLimits::default()
    };
    Writer::start(toy, store, Arc::new(RealClock), view, limits).unwrap()
}

fn at(position: u64) -> Position {
    Position::new(position)
}

fn give(to: &'static str, coins: i64) -> Coins {
    Coins::Give { to, coins }
}

fn spend(from: &'static str, coins: i64) -> Coins {
    Coins::Spend { from, coins }
}

/// The outcome in a few words.
fn said(answer: &Answer) -> String {
    match answer {
        Ok(Answered {
            outcome: Outcome::Done { answer, position },
            ..
        }) => {
            format!("done at {position}: {answer}")
        }
        Ok(Answered {
            outcome: Outcome::Repeated { answer, position },
            ..
        }) => {
            format!("repeated at {position}: {answer}")
        }
        Ok(Answered {
            outcome: Outcome::NoEntry { answer },
            ..
        }) => format!("no entry: {answer}"),
        Ok(Answered {
            outcome: Outcome::Refused(TooFew(has)),
            ..
        }) => format!("refused: has {has}"),
        Err(SubmitError::IdTaken { position }) => format!("id taken at {position}"),
        Err(SubmitError::Row(refusal)) => format!("too late for {}", refusal.key),
        Err(SubmitError::NotWritten(_)) => "not written".to_owned(),
        Err(SubmitError::Broken(_)) => "broken".to_owned(),
        Err(SubmitError::Unknown) => "unknown".to_owned(),
        Err(SubmitError::Busy) => "busy".to_owned(),
    }
}

/// Gives all commands while the writer is held with a first one of its own, so that they make one
/// batch (or as many as `batch` wants), and returns the answers in the order in which they came,
/// with the place of each command.
fn in_one_batch(
    store: Arc<dyn Store>,
    batch: usize,
    submissions: Vec<Submission<Coins>>,
) -> (Vec<(usize, Answer)>, Result<(), WriterFailure>) {
    let (entered, wait_entered) = channel::<()>();
    let (release, wait_release) = channel::<()>();
    let gate = Mutex::new(Some((entered, wait_release)));
    let before_each = move |submission: &Submission<Coins>| {
        if submission.id.as_str() == "holder"
            && let Some((entered, wait_release)) = gate.lock().unwrap().take()
        {
            entered.send(()).unwrap();
            wait_release.recv().unwrap();
        }
    };
    let writer = start_with(
        Toy {
            before_each: Box::new(before_each),
        },
        store,
        batch,
    );
    let submitter = writer.submitter();
    submitter.submit(
        by("holder", "holder", Coins::Look { at: "nothing" }),
        |_| {},
    );
    wait_entered.recv().unwrap();
    let answers = submit_all(&writer, submissions);
    release.send(()).unwrap();
    drop(submitter);
    let stopped = writer.wait();
    (answers.iter().collect(), stopped)
}

/// Gives all commands; the answers come with the place of their command.
fn submit_all(
    writer: &Writer<Toy>,
    submissions: Vec<Submission<Coins>>,
) -> Receiver<(usize, Answer)> {
    let (sender, answers) = channel();
    let submitter = writer.submitter();
    for (index, submission) in submissions.into_iter().enumerate() {
        let sender = sender.clone();
        submitter.submit(submission, move |answer| {
            sender.send((index, answer)).unwrap()
        });
    }
    answers
}

/// What is said to `submissions`, in one batch on `store`.
fn told(store: Arc<dyn Store>, submissions: Vec<Submission<Coins>>) -> Vec<String> {
    let (answers, stopped) = in_one_batch(store, 512, submissions);
    stopped.unwrap();
    answers.iter().map(|(_, answer)| said(answer)).collect()
}

#[test]
fn commands_are_handled_one_after_the_other() {
    let store = memory();
    let writer = start(Arc::clone(&store) as Arc<dyn Store>);
    let submitter = writer.submitter();
    let ask = |id, command| said(&submitter.ask(by("ana", id, command)));
    assert_eq!(ask("1", give("red", 3)), "done at 1: 3");
    assert_eq!(ask("2", spend("red", 2)), "done at 2: 1");
    assert_eq!(ask("3", spend("red", 2)), "refused: has 1");
    assert_eq!(ask("4", Coins::Look { at: "red" }), "no entry: 1");
    assert_eq!(writer.published().view().state["red"], 1);
    drop(submitter);
    writer.wait().unwrap();
    assert_eq!(store.head().unwrap().position, at(2));
}

#[test]
fn a_batch_is_handled_on_what_is_not_yet_durable() {
    let answers = told(
        memory(),
        vec![
            by("ana", "1", give("red", 3)),
            by("ben", "1", spend("red", 2)),
            by("ana", "2", spend("red", 2)),
            by("ben", "2", Coins::Look { at: "red" }),
        ],
    );
    assert_eq!(
        answers,
        [
            "done at 1: 3",
            "done at 2: 1",
            "refused: has 1",
            "no entry: 1"
        ]
    );
}

#[test]
fn a_repeat_is_told_what_its_entry_says() {
    let store = memory();
    let first = || by("ana", "1", give("red", 3));
    let other = || by("ana", "1", give("red", 4));
    // Within one batch, and from the log in the next.
    let answers = told(
        Arc::clone(&store) as Arc<dyn Store>,
        vec![
            first(),
            by("ana", "2", give("red", 5)),
            first(),
            other(),
            by("ben", "1", give("red", 4)),
        ],
    );
    assert_eq!(
        answers,
        [
            "done at 1: 3",
            "done at 2: 8",
            "repeated at 1: 3",
            "id taken at 1",
            "done at 3: 12"
        ]
    );
    let answers = told(Arc::clone(&store) as Arc<dyn Store>, vec![other(), first()]);
    assert_eq!(answers, ["id taken at 1", "repeated at 1: 3"]);
    assert_eq!(store.head().unwrap().position, at(3));
}

#[test]
fn a_refused_command_may_be_given_again() {
    let spend = || by("ana", "1", spend("red", 2));
    let answers = told(
        memory(),
        vec![spend(), by("ben", "1", give("red", 2)), spend(), spend()],
    );
    assert_eq!(
        answers,
        [
            "refused: has 0",
            "done at 1: 2",
            "done at 2: 0",
            "repeated at 2: 0"
        ]
    );
}

#[test]
fn who_comes_too_late_for_a_row_does_not_hold_the_others() {
    let store = memory();
    store
        .write_rows(&[RowWrite::put(code_key("spring"), b"1".to_vec())])
        .unwrap();
    let version = store.row(&code_key("spring")).unwrap().unwrap().version;
    let redeem = |version| Coins::Redeem {
        to: "red",
        code: "spring",
        version,
    };
    let answers = told(
        Arc::clone(&store) as Arc<dyn Store>,
        vec![
            by("ana", "1", give("red", 1)),
            by("eve", "1", redeem(Version::new(99))),
            by("ana", "2", redeem(version)),
            by("ben", "1", redeem(version)),
            by("ben", "2", give("red", 1)),
        ],
    );
    let late = "too late for code/spring";
    assert_eq!(
        answers,
        ["done at 1: 1", late, "done at 2: 2", late, "done at 3: 3"]
    );
    assert_eq!(store.row(&code_key("spring")).unwrap(), None);
    // Who came too late left nothing, and may use his id again.
    assert_eq!(
        told(store, vec![by("ben", "1", give("red", 1))]),
        ["done at 4: 4"]
    );
}

#[test]
fn an_entry_that_cannot_be_applied_is_never_appended() {
    let store = memory();
    let answers = told(
        Arc::clone(&store) as Arc<dyn Store>,
        vec![
            by("ana", "1", give("red", 1)),
            by("ana", "2", Coins::Spoil),
            by("ana", "3", give("red", 1)),
        ],
    );
    assert_eq!(answers, ["done at 1: 1", "broken", "done at 2: 2"]);
    assert_eq!(store.head().unwrap().position, at(2));
}

#[test]
fn a_state_is_published_before_anybody_is_told() {
    let writer = start(memory());
    let published = writer.published();
    let (sender, seen) = channel();
    for index in 0..50 {
        let (published, sender) = (published.clone(), sender.clone());
        let submission = by("ana", &format!("{index}"), give("red", 1));
        writer.submitter().submit(submission, move |answer| {
            let view = published.view();
            sender
                .send((answer.unwrap(), view.head.position, view.state["red"]))
                .unwrap();
        });
    }
    writer.wait().unwrap();
    drop(sender);
    let mut count = 0;
    for (answered, position, coins) in seen {
        let Outcome::Done {
            answer,
            position: own,
        } = answered.outcome
        else {
            panic!("{answered:?}")
        };
        assert!(own <= position && answer <= coins);
        assert_eq!(answered.at.position, position);
        count += 1;
    }
    assert_eq!(count, 50);
}

#[test]
fn the_log_does_not_run_backwards_with_the_clock() {
    let noon: Timestamp = "2026-05-03T12:00:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::at(noon));
    let store = memory();
    let view = View {
        state: Purses::new(),
        head: Head::empty(log_id()),
    };
    let shared = Arc::clone(&store) as Arc<dyn Store>;
    let limits = WriterLimits::default();
    let writer = Writer::start(
        Toy::default(),
        shared,
        Arc::clone(&clock) as Arc<_>,
        view,
        limits,
    );
    let submitter = writer.as_ref().unwrap().submitter();
    submitter.ask(by("ana", "1", give("red", 1))).unwrap();
    clock.set("2026-05-03T11:00:00Z".parse().unwrap());
    submitter.ask(by("ana", "2", give("red", 1))).unwrap();
    let times: Vec<_> = store
        .read(Position::FIRST, 9)
        .unwrap()
        .iter()
        .map(|entry| entry.time)
        .collect();
    assert_eq!(times, [noon, noon]);
    assert_eq!(store.head().unwrap().clock, LogClock::Test);
}

#[test]
fn too_many_at_once_are_turned_away_and_told() {
    let (entered, wait_entered) = channel::<()>();
    let (release, wait_release) = channel::<()>();
    let gate = Mutex::new((entered, wait_release));
    let before_each = move |_: &Submission<Coins>| {
        let (entered, wait_release) = &*gate.lock().unwrap();
        let _ = entered.send(());
        let _ = wait_release.recv();
    };
    let view = View {
        state: Purses::new(),
        head: Head::empty(log_id()),
    };
    let limits = WriterLimits {
        queue: NonZeroUsize::new(2).unwrap(),
        batch: NonZeroUsize::MIN,
    };
    let toy = Toy {
        before_each: Box::new(before_each),
    };
    let writer = Writer::start(toy, memory(), Arc::new(RealClock), view, limits).unwrap();
    // One is in the writer's hands, two wait, and there is no place for the fourth and the fifth.
    let first = submit_all(&writer, vec![by("ana", "0", give("red", 1))]);
    wait_entered.recv().unwrap();
    let rest = (1..5)
        .map(|index| by("ana", &format!("{index}"), give("red", 1)))
        .collect();
    let rest = submit_all(&writer, rest);
    let turned_away: Vec<_> = rest
        .iter()
        .take(2)
        .map(|(index, answer)| (index, said(&answer)))
        .collect();
    assert_eq!(
        turned_away,
        [(2, "busy".to_owned()), (3, "busy".to_owned())]
    );
    drop(release);
    writer.wait().unwrap();
    let done = first
        .iter()
        .chain(rest.iter())
        .map(|(_, answer)| said(&answer))
        .collect::<Vec<_>>();
    assert_eq!(done, ["done at 1: 1", "done at 2: 2", "done at 3: 3"]);
}

#[test]
fn a_panic_in_the_machine_stops_the_writer_and_everybody_is_told() {
    let store = memory();
    let (answers, stopped) = in_one_batch(
        Arc::clone(&store) as Arc<dyn Store>,
        2,
        vec![
            by("ana", "1", give("red", 1)),
            by("ana", "2", give("red", 1)),
            by("ana", "3", Coins::Panic),
            by("ana", "4", give("red", 1)),
            by("ana", "5", give("red", 1)),
        ],
    );
    assert!(
        matches!(stopped, Err(WriterFailure::Panicked)),
        "{stopped:?}"
    );
    let mut answers: Vec<_> = answers
        .iter()
        .map(|(index, answer)| (*index, said(answer)))
        .collect();
    answers.sort();
    let answers: Vec<_> = answers.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(
        answers,
        [
            "done at 1: 1",
            "done at 2: 2",
            "unknown",
            "unknown",
            "unknown"
        ]
    );
    assert_eq!(store.head().unwrap().position, at(2));
    let verdict = verify_store(&*store, None).unwrap();
    assert!(matches!(verdict, Verdict::Sound { .. }));
}

#[test]
fn a_writer_does_not_start_on_a_log_that_it_cannot_fold() {
    let store = memory();
    let head = store.head().unwrap();
    let foreign = faults::outsider("not coins").seal(&head, head.time);
    store.append(&head, &[foreign], &[]).unwrap();
    let view = View {
        state: Purses::new(),
        head: Head::empty(log_id()),
    };
    let started = Writer::start(
        Toy::default(),
        store,
        Arc::new(RealClock),
        view,
        WriterLimits::default(),
    );
    assert!(
        matches!(started, Err(node::writer::StartError::Follow(_))),
        "{started:?}"
    );
}

#[test]
fn a_writer_goes_on_where_the_last_one_stopped() {
    let store = memory();
    assert_eq!(
        told(
            Arc::clone(&store) as Arc<dyn Store>,
            vec![by("ana", "1", give("red", 3))]
        ),
        ["done at 1: 3"]
    );
    let writer = start(store);
    assert_eq!(writer.published().view().state["red"], 3);
    assert_eq!(
        said(&writer.submitter().ask(by("ana", "2", spend("red", 1)))),
        "done at 2: 2"
    );
}

#[test]
fn two_writers_on_one_log_know_of_each_other() {
    let store = memory();
    let [here, there] = [(); 2].map(|()| start(Arc::clone(&store) as Arc<dyn Store>));
    let ask = |writer: &Writer<Toy>, id, command| writer.submitter().ask(by("ana", id, command));
    assert_eq!(said(&ask(&here, "1", give("red", 3))), "done at 1: 3");
    // A command that was given there already, and a token that covers it.
    let repeated = ask(&there, "1", give("red", 3));
    assert_eq!(said(&repeated), "repeated at 1: 3");
    assert_eq!(repeated.unwrap().at.position, at(1));
    assert_eq!(said(&ask(&there, "2", spend("red", 2))), "done at 2: 1");
    // Here, the coins seem to be there still; the append finds out.
    assert_eq!(here.published().view().state["red"], 3);
    assert_eq!(said(&ask(&here, "3", spend("red", 1))), "done at 3: 0");
    assert_eq!(here.published().view().state["red"], 0);
}

#[test]
fn two_busy_writers_do_everything_once() {
    let store = memory();
    let writers = [(); 2].map(|()| start(Arc::clone(&store) as Arc<dyn Store>));
    let done: usize = std::thread::scope(|scope| {
        // Both are given the same commands, in their own time.
        let givers = writers.each_ref().map(|writer| {
            scope.spawn(move || {
                let answers = submit_all(
                    writer,
                    (0..200)
                        .map(|index| by("ana", &index.to_string(), give("red", 1)))
                        .collect(),
                );
                let said = answers.iter().take(200).map(|(_, answer)| said(&answer));
                said.filter(|said| said.starts_with("done")).count()
            })
        });
        givers.map(|giver| giver.join().unwrap()).iter().sum()
    });
    assert_eq!(done, 200);
    assert_eq!(store.head().unwrap().position, at(200));
    let verdict = verify_store(&*store, None).unwrap();
    assert!(matches!(verdict, Verdict::Sound { .. }), "{verdict:?}");
}

/// A store whose appends go as planned, and the store beneath.
fn faulty(plan: Vec<Option<Fault>>) -> Arc<FaultyStore<MemoryStore>> {
    Arc::new(FaultyStore::new(MemoryStore::new(log_id()), plan))
}
