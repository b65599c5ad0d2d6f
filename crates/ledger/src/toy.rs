//! Small entries for the tests of this crate.

use jiff::{SignedDuration, Timestamp};

use crate::actor::Actor;
use crate::command::{Command, CommandDigest, CommandId};
use crate::entry::{Draft, Entry};
use crate::head::Head;
use crate::log_id::LogId;
use crate::realm::Realm;

pub(crate) fn head() -> Head {
    Head::empty(LogId::from_random([7; 16]))
}

pub(crate) fn draft(command: &str, body: &str) -> Draft {
    Draft {
        realm: Realm::parse("meta").unwrap(),
        actor: Actor::through("person_ana", Some("app_1"), Some("token_1")).unwrap(),
        command: Command {
            id: CommandId::from_stored(command).unwrap(),
            digest: CommandDigest::from_bytes([1; 32]),
        },
        body: body.to_owned(),
    }
}

pub(crate) fn noon() -> Timestamp {
    "2026-05-03T12:00:00Z".parse().unwrap()
}

/// `N` entries, a second apart, each with another body.
pub(crate) fn entries<const N: usize>() -> [Entry; N] {
    let mut head = head();
    std::array::from_fn(|index| {
        let now = noon() + SignedDuration::from_secs(i64::try_from(index).unwrap());
        draft(&format!("c{index}"), &format!("{{\"change\":{index}}}")).seal_onto(&mut head, now)
    })
}
