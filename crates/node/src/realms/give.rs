//! A command given to a realm, and what is kept with its entry.

use commands::{Answer, Order, Refusal};
use jiff::Timestamp;
use ledger::RowWrite;

use super::{Call, CallTask, TaskRefusal, Work, app_secret};
use crate::body::Body;
use crate::keys::Keys;
use crate::machine::Submission;
use crate::texts::Texts;

/// The entry's body, the rows that go with it, and the answer.
pub(super) type Done = (Body, Vec<RowWrite>, Answer);

/// Gives a command to a realm: the texts and secrets that come of it are rows.
pub(super) fn run_command(
    name: &str,
    give: impl FnOnce(&mut Order<'_>) -> Result<commands::Handled, Refusal>,
    (submission, keys): (&Submission<Work>, &Keys),
    call: &Call,
    now: Timestamp,
) -> Result<Done, TaskRefusal> {
    let entropy = submission.command.entropy;
    let mut texts = Texts::new(entropy);
    let mut keep_text = |text: &str| texts.keep(text);
    let delegate = match &call.what {
        CallTask::Do { delegate, .. } => delegate.clone(),
        _ => None,
    };
    let mut order = Order {
        by: call.by.clone(),
        delegate: delegate.clone(),
        evidence: call.evidence.clone(),
        now,
        id: submission.id.as_str(),
        entropy,
        keep_text: &mut keep_text,
    };
    let done = give(&mut order)?;
    let body = Body {
        made: done.answer.id.clone(),
        delegate,
        ..Body::of(name, done.changes)
    };
    let mut writes = texts.into_writes();
    let realm = &submission.command.realm;
    for secret in &done.secrets {
        let rows = app_secret::writes(realm, secret, keys, &entropy);
        writes.extend(rows.map_err(|_| TaskRefusal::Encode)?);
    }
    Ok((body, writes, done.answer))
}
