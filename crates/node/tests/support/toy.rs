//! A small machine for tests: purses with coins. To give always goes, to spend goes while the purse
//! has enough.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::store::Source;
use ledger::{
    Actor, CommandDigest, CommandId, Entry, Expect, Realm, RowKey, RowWrite, Table, Version,
};
use node::{Handled, Machine, Submission};

/// Coins by purse.
pub(crate) type Purses = BTreeMap<String, i64>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coins {
    /// Puts coins into a purse.
    Give { to: &'static str, coins: i64 },
    /// Takes coins out, if there are as many.
    Spend { from: &'static str, coins: i64 },
    /// Puts one coin into a purse for a code, which is used up: a row that must still have this
    /// version. A purse in debt gets nothing.
    Redeem {
        to: &'static str,
        code: &'static str,
        version: Version,
    },
    /// Says how many there are.
    Look { at: &'static str },
    /// Keeps a row and leaves no entry.
    Note { key: &'static str },
    /// Leaves an entry that the machine cannot apply.
    Spoil,
    /// Panics in the machine's hands.
    Panic,
}

/// The purse has only so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooFew(pub(crate) i64);

/// What is done with each command before it is handled.
pub(crate) type BeforeEach = Box<dyn Fn(&Submission<Coins>) + Send>;

/// The machine. `before_each` is called with each command before it is handled, so that a test can
/// hold the writer.
pub(crate) struct Toy {
    pub(crate) before_each: BeforeEach,
}

impl Default for Toy {
    fn default() -> Self {
        Self {
            before_each: Box::new(|_| {}),
        }
    }
}

impl Machine for Toy {
    type State = Purses;
    type Command = Coins;
    type Answer = i64;
    type Refusal = TooFew;

    fn handle(
        &self,
        purses: &Purses,
        submission: &Submission<Coins>,
        _now: Timestamp,
    ) -> Handled<i64, TooFew> {
        (self.before_each)(submission);
        let has = |purse: &str| purses.get(purse).copied().unwrap_or(0);
        match &submission.command {
            Coins::Give { to, coins } => moved(to, *coins, has(to), Vec::new()),
            Coins::Spend { from, coins } if has(from) < *coins => Handled::Refused {
                refusal: TooFew(has(from)),
                writes: Vec::new(),
            },
            Coins::Spend { from, coins } => moved(from, -coins, has(from), Vec::new()),
            Coins::Redeem { to, .. } if has(to) < 0 => Handled::Refused {
                refusal: TooFew(has(to)),
                writes: Vec::new(),
            },
            Coins::Redeem { to, code, version } => {
                let used = RowWrite::delete(code_key(code)).expecting(Expect::Version(*version));
                moved(to, 1, has(to), vec![used])
            }
            Coins::Look { at } => Handled::NoEntry {
                writes: Vec::new(),
                answer: has(at),
            },
            Coins::Note { key } => {
                let writes = vec![RowWrite::put(
                    RowKey::new(Table::Session, key),
                    b"noted".to_vec(),
                )];
                Handled::NoEntry { writes, answer: 0 }
            }
            Coins::Spoil => {
                let body = "\"nobody can read this\"".to_owned();
                Handled::Entry {
                    realm: realm(),
                    body,
                    writes: Vec::new(),
                    answer: 0,
                }
            }
            Coins::Panic => panic!("asked to"),
        }
    }

    fn apply(&self, purses: &mut Purses, entry: &Entry) -> Result<(), Source> {
        let (purse, coins, _) = parse(entry).ok_or("no movement of coins")?;
        *purses.entry(purse).or_default() += coins;
        Ok(())
    }

    fn recall(&self, entry: &Entry) -> Result<i64, Source> {
        let (_, _, left) = parse(entry).ok_or("no movement of coins")?;
        Ok(left)
    }
}

pub(crate) fn code_key(code: &str) -> RowKey {
    RowKey::new(Table::Code, code)
}

pub(crate) fn realm() -> Realm {
    Realm::parse("toys").unwrap()
}

/// An entry says which purse, how many coins, and how many are there afterwards.
fn moved(purse: &str, coins: i64, had: i64, writes: Vec<RowWrite>) -> Handled<i64, TooFew> {
    let left = had + coins;
    Handled::Entry {
        realm: realm(),
        body: body(purse, coins, left),
        writes,
        answer: left,
    }
}

pub(crate) fn body(purse: &str, coins: i64, left: i64) -> String {
    format!("\"{purse} {coins} {left}\"")
}

pub(crate) fn parse(entry: &Entry) -> Option<(String, i64, i64)> {
    let text = entry.body.text()?.strip_prefix('"')?.strip_suffix('"')?;
    let mut words = text.split(' ');
    let parsed = (
        words.next()?.to_owned(),
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    );
    words.next().is_none().then_some(parsed)
}

/// A command of `who` under this id.
pub(crate) fn by(who: &str, id: &str, command: Coins) -> Submission<Coins> {
    // Not keyed, since nobody erases coins.
    let mut digest = [0; 32];
    digest
        .iter_mut()
        .zip(format!("{command:?}").bytes())
        .for_each(|(to, from)| *to = from);
    Submission {
        actor: Actor::principal(who).unwrap(),
        id: CommandId::parse(id).unwrap(),
        digest: CommandDigest::from_bytes(digest),
        command,
    }
}
