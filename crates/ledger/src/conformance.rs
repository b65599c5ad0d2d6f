//! What every store must do, as tests. A store's own tests call [`check`] with a way to make an
//! empty one.

mod log;
mod rows;
mod side;

use jiff::{SignedDuration, Timestamp};

use crate::actor::Actor;
use crate::command::{Command, CommandDigest, CommandId};
use crate::entry::{Draft, Entry};
use crate::head::Head;
use crate::realm::Realm;
use crate::store::Store;

/// What a case hands back when a step that should go well does not.
type Case = Result<(), Box<dyn std::error::Error>>;

/// Runs every case, each on a store of its own; panics at the first that fails, with its name.
///
/// `fresh` makes an empty store of any log.
#[expect(
    clippy::panic,
    reason = "this is a test, and its way to fail; it is compiled for tests only"
)]
pub fn check<S: Store>(mut fresh: impl FnMut() -> S) {
    let cases = log::CASES.iter().chain(rows::CASES).chain(side::CASES);
    for (name, case) in cases {
        let store = fresh();
        if let Err(error) = case(&store) {
            panic!("case `{name}`: {error} ({error:?})");
        }
    }
}

/// A named case.
type Named = (&'static str, fn(&dyn Store) -> Case);

/// Returns the draft of a command by `who` with this id and a body of its own.
fn draft(who: &str, command: &str) -> Result<Draft, Box<dyn std::error::Error>> {
    Ok(Draft {
        realm: Realm::parse("meta")?,
        actor: Actor::through(who, Some("app_1"), Some("token_1"))?,
        command: Command {
            id: CommandId::from_stored(command)?,
            digest: digest(command),
        },
        body: format!("{{\"set\":\"{who} {command} é \\u0000\"}}"),
    })
}

/// A digest that differs when the first bytes of `of` do.
fn digest(of: &str) -> CommandDigest {
    let mut bytes = [0; 32];
    bytes
        .iter_mut()
        .zip(of.bytes())
        .for_each(|(to, from)| *to = from);
    CommandDigest::from_bytes(bytes)
}

fn noon() -> Result<Timestamp, jiff::Error> {
    "2026-05-03T12:00:00.123Z".parse()
}

/// Returns `count` entries after `head`, a second apart, by `who`, with command ids `c<position>`.
fn entries_after(
    head: &Head,
    who: &str,
    count: u64,
) -> Result<Vec<Entry>, Box<dyn std::error::Error>> {
    let mut head = head.clone();
    let mut entries = Vec::new();
    for _ in 0..count {
        let position = head.position.next();
        let now = noon()? + SignedDuration::from_secs(i64::try_from(position.get())?);
        let entry = draft(who, &format!("c{position}"))?.seal(&head, now);
        head = head.follow(&entry)?;
        entries.push(entry);
    }
    Ok(entries)
}
