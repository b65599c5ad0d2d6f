//! Rows of campaigns, products, posts: written if all that is asked is allowed.

use commands::Act;
use ledger::RowWrite;

use super::TaskRefusal;
use super::give::Done;

/// Returns what the log calls it, should it leave an entry: what was approved, or what was done alone.
///
/// Errors: nothing is asked. Of nothing asked nothing follows, so it is refused.
pub(super) fn name_of(asks: &[Act]) -> Result<&'static str, TaskRefusal> {
    if asks.is_empty() {
        return Err(TaskRefusal::NothingAsked);
    }
    let approved = asks.iter().any(|one| one.proposal.is_some());
    Ok(match approved {
        true => "proposal.execute",
        false => "change.make",
    })
}

/// Returns what comes of a command with rows beside its own.
pub(super) fn with_rows((body, mut writes, answer): Done, rows: &[RowWrite]) -> Done {
    writes.extend(rows.iter().cloned());
    (body, writes, answer)
}
