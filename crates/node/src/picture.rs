//! Snapshots of the realms: the facts of each, canonical, so that two are equal when their exports are.

use std::collections::BTreeMap;

use engine::fact::{Change, Fact};
use ledger::snapshot::Snapshot;
use ledger::store::Source;
use ledger::{Head, Realm};
use serde::{Deserialize, Serialize};

use crate::realms::{RealmMachine, Realms};
use crate::view::View;

/// The form of a snapshot's bytes.
pub const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Picture {
    realms: BTreeMap<String, RealmPicture>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RealmPicture {
    position: u64,
    facts: Vec<Fact>,
}

/// Returns the snapshot of a view.
///
/// Errors: never for what the fold makes; a value that is no JSON.
pub fn take(view: &View<Realms>) -> Result<Snapshot, serde_json::Error> {
    let realms = view.state.iter().map(|(realm, directory)| {
        let picture = RealmPicture {
            position: directory.position(),
            facts: directory.facts(),
        };
        (realm.as_str().to_owned(), picture)
    });
    Ok(Snapshot {
        position: view.head.position,
        hash: view.head.hash,
        format: FORMAT,
        bytes: serde_json::to_vec(&Picture {
            realms: realms.collect(),
        })?,
    })
}

/// Returns the realms of a snapshot.
///
/// Errors: it is not of this form, or a rulebook it needs is missing.
pub fn restore(machine: &RealmMachine, snapshot: &Snapshot) -> Result<Realms, Source> {
    let picture: Picture = serde_json::from_slice(&snapshot.bytes)?;
    let mut realms = Realms::default();
    for (name, realm) in picture.realms {
        let name = Realm::parse(&name)?;
        let changes: Vec<Change> = realm.facts.into_iter().map(Change::Set).collect();
        machine.fold(&mut realms, &name, &changes, realm.position)?;
    }
    Ok(realms)
}

/// Returns the view a snapshot stands for, if it is of this log's past.
pub fn view(
    machine: &RealmMachine,
    snapshot: &Snapshot,
    head: Head,
) -> Result<View<Realms>, Source> {
    Ok(View {
        state: restore(machine, snapshot)?,
        head,
    })
}
