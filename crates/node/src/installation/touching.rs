//! The entries that touch a business, looked for from a place of the log on.

use std::sync::Arc;

use commands::Touch;
use engine::fact::Change;
use engine::{BusinessId, Directory};
use ledger::{Entry, Position, Realm};

use super::{Installation, PastError};
use crate::body::Body;
use crate::fold::FoldError;

/// How many entries are read at a time.
const PART: usize = 512;
/// How many places of the log are looked at for one page, whatever is found.
const LOOKED_AT: u64 = 10_000;

/// An entry that touches a business.
#[derive(Debug, Clone)]
pub struct Touching {
    /// The entry.
    pub entry: Entry,
    /// What it holds.
    pub body: Body,
    /// Those of its changes that touch the business.
    pub changes: Vec<Change>,
}

/// A page of entries that touch a business.
#[derive(Debug, Clone)]
pub struct TouchingPage {
    /// The entries, in their order.
    pub entries: Vec<Touching>,
    /// Where to look on; nothing at the end of the log.
    pub next: Option<Position>,
}

impl Installation {
    /// Returns the entries of a realm that touch a business, from `from` on, at most `limit` of them.
    /// Whose a thing is, is what the facts said then: the state before `from` is folded first.
    pub fn touching(
        &self,
        realm: &Realm,
        business: &BusinessId,
        from: Position,
        limit: usize,
    ) -> Result<TouchingPage, PastError> {
        let start = Position::new(from.get().max(1));
        let end = start.get().saturating_add(LOOKED_AT);
        let mut before = self.state_before(realm, start)?;
        let mut found = Vec::new();
        let mut next = start;
        loop {
            let entries = self.store.read(next, PART).map_err(PastError::Read)?;
            if entries.is_empty() {
                return Ok(TouchingPage {
                    entries: found,
                    next: None,
                });
            }
            for entry in entries {
                if found.len() == limit || entry.position.get() >= end {
                    return Ok(TouchingPage {
                        entries: found,
                        next: Some(entry.position),
                    });
                }
                next = entry.position.next();
                if entry.realm == *realm {
                    found.extend(touched(&mut before, business, entry)?);
                }
            }
        }
    }

    /// Returns what a realm held before a place of the log: nothing, if it was not made yet.
    fn state_before(&self, realm: &Realm, start: Position) -> Result<Directory, PastError> {
        let was = self.at_position(Position::new(start.get() - 1))?;
        let now = self.view();
        // The state past the end of the log is the newest: nothing follows it.
        let known = was.state.get(realm).cloned();
        let empty = || {
            let rulebook = now.state.get(realm).map(|one| Arc::clone(one.rulebook()));
            rulebook.map(|rulebook| Directory::new(rulebook, 0))
        };
        known.or_else(empty).ok_or(PastError::NoRealm)
    }
}

/// Applies an entry, and returns it if it touches the business. What is withheld is left out: nobody
/// can say whom it touches.
fn touched(
    before: &mut Directory,
    business: &BusinessId,
    entry: Entry,
) -> Result<Option<Touching>, PastError> {
    let Some(text) = entry.body.text() else {
        return Ok(None);
    };
    let body = Body::parse(text).map_err(|source| {
        PastError::Fold(FoldError::Apply {
            position: entry.position,
            source,
        })
    })?;
    let mut after = before.clone();
    body.changes.iter().for_each(|change| after.apply(change));
    let touch = Touch {
        business,
        before,
        after: &after,
    };
    let changes = body
        .changes
        .iter()
        .filter(|change| touch.is_touched(change));
    let changes: Vec<Change> = changes.cloned().collect();
    *before = after;
    Ok(match changes.is_empty() {
        true => None,
        false => Some(Touching {
            entry,
            body,
            changes,
        }),
    })
}
