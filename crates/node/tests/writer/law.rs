//! The law of the writer: whatever the store does, nothing acknowledged is lost, and nothing is
//! done twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ledger::faulty::Fault;
use ledger::verify::{Verdict, verify_store};
use ledger::{Draft, Entry, MemoryStore, Position, Store};
use node::{Answered, Outcome, Submission, SubmitError};
use proptest::prelude::*;

use super::faults::outsider;
use super::toy::{Coins, TooFew, body, by, parse};
use super::{Answer, faulty, in_one_batch};

const PURSES: [&str; 2] = ["red", "blue"];
const PEOPLE: [&str; 2] = ["ana", "ben"];

fn any_command() -> impl Strategy<Value = Coins> {
    let purse = prop::sample::select(&PURSES[..]);
    prop_oneof![
        4 => (purse.clone(), 1..4_i64).prop_map(|(to, coins)| Coins::Give { to, coins }),
        4 => (purse.clone(), 1..6_i64).prop_map(|(from, coins)| Coins::Spend { from, coins }),
        1 => purse.prop_map(|at| Coins::Look { at }),
        1 => Just(Coins::Spoil),
    ]
}

/// Few ids, so that repeats and clashes are common.
fn any_submission() -> impl Strategy<Value = Submission<Coins>> {
    let who = prop::sample::select(&PEOPLE[..]);
    (who, 0..12_u32, any_command()).prop_map(|(who, id, command)| by(who, &id.to_string(), command))
}

fn any_fault() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(Fault::Before)),
        1 => Just(Some(Fault::After)),
        1 => Just(Some(Fault::Lost)),
        1 => Just(Some(Fault::Torn)),
        1 => any_outsider().prop_map(|draft| Some(Fault::Outsider(draft))),
        1 => any_outsider().prop_map(|draft| Some(Fault::LostToOutsider(draft))),
        1 => any_outsider().prop_map(|draft| Some(Fault::AfterAndOutsider(draft))),
        1 => prop_oneof![Just(Fault::Fsync), Just(Fault::AfterAndBlind)].prop_map(Some),
    ]
}

fn any_outsider() -> impl Strategy<Value = Box<Draft>> {
    (0..1_000_usize).prop_map(|salt| {
        let coins = i64::try_from(salt % 4).unwrap();
        // Its id is of the length; the body says what it does.
        Box::new(Draft {
            body: body("red", coins, 0),
            ..outsider(&" ".repeat(salt))
        })
    })
}

/// A plan in which no outsider comes twice.
fn any_plan() -> impl Strategy<Value = Vec<Option<Fault>>> {
    prop::collection::vec(any_fault(), 0..8).prop_map(|plan| {
        let mut seen = BTreeSet::new();
        plan.into_iter()
            .filter(|fault| match fault {
                Some(
                    Fault::Outsider(draft)
                    | Fault::LostToOutsider(draft)
                    | Fault::AfterAndOutsider(draft),
                ) => seen.insert(draft.command.id.clone()),
                _ => true,
            })
            .collect()
    })
}

type Id = (String, String);

fn id_of(submission: &Submission<Coins>) -> Id {
    (
        submission.actor.who().unwrap().to_owned(),
        submission.id.as_str().to_owned(),
    )
}

/// The log, and the purses after each of its entries, worked out by hand.
struct Log {
    entries: Vec<Entry>,
    /// By position, 0 for the empty log.
    purses: Vec<BTreeMap<String, i64>>,
    by_id: BTreeMap<Id, Position>,
}

fn read(store: &MemoryStore) -> Log {
    let entries = store.read(Position::FIRST, usize::MAX).unwrap();
    let mut purses = vec![BTreeMap::new()];
    let mut by_id = BTreeMap::new();
    for entry in &entries {
        let (purse, coins, _) = parse(entry).unwrap();
        let mut next = purses.last().unwrap().clone();
        *next.entry(purse).or_default() += coins;
        purses.push(next);
        let id = (
            entry.actor.who().unwrap().to_owned(),
            entry.command.id.as_str().to_owned(),
        );
        assert_eq!(
            by_id.insert(id, entry.position),
            None,
            "a command was done twice"
        );
    }
    Log {
        entries,
        purses,
        by_id,
    }
}

impl Log {
    fn coins(&self, at: usize, purse: &str) -> i64 {
        self.purses[at].get(purse).copied().unwrap_or(0)
    }

    fn check_entry(&self, submission: &Submission<Coins>, position: Position, answer: i64) {
        let index = usize::try_from(position.get()).unwrap();
        let entry = &self.entries[index - 1];
        assert_eq!(self.by_id.get(&id_of(submission)), Some(&position));
        assert_eq!(entry.command.digest, submission.digest);
        let (purse, coins, left) = parse(entry).unwrap();
        assert_eq!(
            (left, answer),
            (self.coins(index, &purse), left),
            "{submission:?}"
        );
        match &submission.command {
            Coins::Give { to, coins: given } => assert_eq!((purse.as_str(), coins), (*to, *given)),
            Coins::Spend { from, coins: spent } => {
                assert_eq!((purse.as_str(), coins), (*from, -spent));
                assert!(left >= 0, "more was spent than was there");
            }
            other => panic!("{other:?} left an entry"),
        }
    }

    /// Whether a refusal or a look is right at some moment between the last entry ahead of it and
    /// its token.
    fn is_right_between(
        &self,
        from: Position,
        to: Position,
        right: impl Fn(usize) -> bool,
    ) -> bool {
        (from.get()..=to.get()).any(|at| right(usize::try_from(at).unwrap()))
    }
}

/// Checks the answers against the log, in the order in which they came.
fn check(log: &Log, submissions: &[Submission<Coins>], answers: &[(usize, Answer)]) {
    let mut last_done = Position::EMPTY;
    let mut last_token = Position::EMPTY;
    for (index, answer) in answers {
        let submission = &submissions[*index];
        if let Ok(Answered { at, .. }) = answer {
            assert!(at.position >= last_token, "a token went backwards");
            assert!(
                at.position.get() < u64::try_from(log.purses.len()).unwrap(),
                "a token of what was lost"
            );
            last_token = at.position;
        }
        match answer {
            Ok(Answered {
                outcome: Outcome::Done { answer, position },
                at,
            }) => {
                assert!(
                    *position > last_done,
                    "answers are not in the order of the log"
                );
                assert!(at.position >= *position);
                last_done = *position;
                log.check_entry(submission, *position, *answer);
            }
            Ok(Answered {
                outcome: Outcome::Repeated { answer, position },
                at,
            }) => {
                assert!(at.position >= *position);
                log.check_entry(submission, *position, *answer);
            }
            Ok(Answered {
                outcome: Outcome::Refused(TooFew(has)),
                at,
            }) => {
                let Coins::Spend { from, coins } = &submission.command else {
                    panic!("{submission:?}")
                };
                assert!(has < coins);
                let right = |moment| log.coins(moment, from) == *has;
                assert!(
                    log.is_right_between(last_done, at.position, right),
                    "a refusal for nothing"
                );
            }
            Ok(Answered {
                outcome: Outcome::NoEntry { answer },
                at,
            }) => {
                let Coins::Look { at: purse } = &submission.command else {
                    panic!("{submission:?}")
                };
                let right = |moment| log.coins(moment, purse) == *answer;
                assert!(
                    log.is_right_between(last_done, at.position, right),
                    "a look at nothing"
                );
            }
            Err(SubmitError::IdTaken { position }) => {
                assert_eq!(log.by_id.get(&id_of(submission)), Some(position));
            }
            Err(SubmitError::Broken(_)) => assert_eq!(submission.command, Coins::Spoil),
            Err(SubmitError::NotWritten(_) | SubmitError::Unknown) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Who was told for certain that nothing of his was written, and never anything else under the same
/// id.
fn not_written(submissions: &[Submission<Coins>], answers: &[(usize, Answer)]) -> BTreeSet<Id> {
    let mut fates: BTreeMap<Id, bool> = BTreeMap::new();
    for (index, answer) in answers {
        let is_not_written = matches!(answer, Err(SubmitError::NotWritten(_)));
        *fates.entry(id_of(&submissions[*index])).or_insert(true) &= is_not_written;
    }
    fates
        .into_iter()
        .filter(|(_, all)| *all)
        .map(|(id, _)| id)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_acknowledged_is_lost_and_nothing_is_done_twice(
        submissions in prop::collection::vec(any_submission(), 1..40),
        plan in any_plan(),
        batch in 1..16_usize,
    ) {
        let fails = |fault: &Option<Fault>| matches!(fault, Some(Fault::Fsync | Fault::AfterAndBlind));
        let may_fail = plan.iter().any(fails);
        let store = faulty(plan);
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let (answers, stopped) = in_one_batch(shared, batch, submissions.clone());
        // Everybody is told, in the order in which they came, unless the writer failed.
        prop_assert_eq!(answers.len(), submissions.len());
        prop_assert!(may_fail || stopped.is_ok(), "{:?}", stopped);
        if stopped.is_ok() {
            let order: Vec<_> = answers.iter().map(|(index, _)| *index).collect();
            prop_assert_eq!(order, (0..submissions.len()).collect::<Vec<_>>());
        }
        let log = read(store.inner());
        let verdict = verify_store(store.inner(), None).unwrap();
        prop_assert!(matches!(verdict, Verdict::Sound { .. }), "{:?}", verdict);
        check(&log, &submissions, &answers);
        for id in not_written(&submissions, &answers) {
            prop_assert_eq!(log.by_id.get(&id), None, "written, and the giver was told otherwise");
        }

        // After a restart, everything is asked once more. What is in the log is not done again.
        let (again, stopped) = in_one_batch(Arc::clone(&store) as Arc<dyn Store>, batch, submissions.clone());
        prop_assert!(may_fail || stopped.is_ok(), "{:?}", stopped);
        let later = read(store.inner());
        prop_assert_eq!(&later.entries[..log.entries.len()], &log.entries[..]);
        check(&later, &submissions, &again);
        for (index, answer) in &again {
            if let Ok(Answered { outcome: Outcome::Done { position, .. }, .. }) = answer {
                let id = id_of(&submissions[*index]);
                prop_assert_eq!(log.by_id.get(&id), None, "done at {} and before", position);
            }
        }
    }
}
