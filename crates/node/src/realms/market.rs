//! Rows of campaigns, products, posts: written if all that is asked is allowed.

use commands::{Answer, Refusal};
use engine::Directory;
use jiff::Timestamp;
use ledger::RowWrite;

use super::give::Done;
use super::{Call, TaskRefusal};
use crate::body::Body;

/// Is the caller allowed all that is asked? Of nothing asked nothing follows, so it is refused.
pub(super) fn all_allowed(
    directory: &Directory,
    call: &Call,
    asks: &[engine::Request],
    now: Timestamp,
) -> Result<(), TaskRefusal> {
    if asks.is_empty() {
        return Err(TaskRefusal::NothingAsked);
    }
    for ask in asks {
        let request = engine::Request {
            credential: call.by.clone(),
            ..ask.clone()
        };
        let decision = engine::decide(directory, &request, &call.evidence, now);
        if !decision.is_allowed() {
            let request = Box::new(request);
            return Err(TaskRefusal::Command(Refusal::Denied { decision, request }));
        }
    }
    Ok(())
}

/// Returns what comes of rows that leave no entry.
pub(super) fn unrecorded(rows: &[RowWrite]) -> Done {
    let body = Body::of("market.write", Vec::new());
    (body, rows.to_vec(), Answer::default())
}

/// Returns what comes of a command with rows beside its own.
pub(super) fn with_rows((body, mut writes, answer): Done, rows: &[RowWrite]) -> Done {
    writes.extend(rows.iter().cloned());
    (body, writes, answer)
}
