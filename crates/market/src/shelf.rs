//! Where things are found: rows of one realm.
//!
//! A thing is kept under its asset and kind, so that those of an asset are read in one go; a second
//! row under its id says where. Ids have no white space, so a space parts the pieces of a key.

use std::collections::BTreeSet;

use engine::AssetId;
use ledger::row::{RowKey, Table, Version};
use ledger::store::{ReadError, Store};
use ledger::{Expect, Realm};
use serde::de::DeserializeOwned;

use crate::books::Books;
use crate::object::{Kind, Object, Status};

/// How many rows are read at a time.
const PAGE: usize = 1_000;

/// Something as it is kept; a version unless it is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// What stands there.
    pub value: T,
    /// Its version.
    pub version: Option<Version>,
}

impl<T> Kept<T> {
    /// Returns what a write demands that changes just this.
    #[must_use]
    pub fn expect(&self) -> Expect {
        self.version.map_or(Expect::Absent, Expect::Version)
    }
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The store could not be read.
    #[error("the store could not be read")]
    Read(#[from] ReadError),
    /// What stands there is not what this crate writes.
    #[error("the row `{0}` cannot be understood")]
    Unreadable(String, #[source] serde_json::Error),
    /// There are more than may be looked at.
    #[error("there are more than {0}")]
    TooMany(usize),
}

/// The things of a realm.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    store: &'a dyn Store,
    realm: &'a Realm,
}

impl std::fmt::Debug for Shelf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf")
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

impl<'a> Shelf<'a> {
    /// Returns the things of a realm.
    #[must_use]
    pub const fn new(store: &'a dyn Store, realm: &'a Realm) -> Self {
        Self { store, realm }
    }

    /// Returns the thing with an id.
    pub fn find(&self, id: &str) -> Result<Option<Kept<Object>>, ShelfError> {
        // Nothing was ever written under an id with a space, and it would name another row.
        if id.contains(' ') {
            return Ok(None);
        }
        let Some(place) = self.read::<(AssetId, Kind)>(&self.place_key(id))? else {
            return Ok(None);
        };
        let (asset, kind) = place.value;
        self.read(&self.object_key(&asset, kind, id))
    }

    /// Returns the things of a kind that belong to an asset, in the order of their ids.
    ///
    /// Errors: there are more than `most`.
    pub fn list(
        &self,
        asset: &AssetId,
        kind: Kind,
        most: usize,
    ) -> Result<Vec<Object>, ShelfError> {
        let prefix = self.prefix(asset, kind);
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let rows = self.store.rows(Table::Market, &prefix, &after, PAGE)?;
            if found.len() + rows.len() > most {
                return Err(ShelfError::TooMany(most));
            }
            let last = rows.len() < PAGE;
            after = rows.last().map_or(after, |row| row.key.key.to_string());
            for row in rows {
                found.push(understood(&row.key.key, &row.value)?);
            }
            if last {
                return Ok(found);
            }
        }
    }

    /// Returns what runs in an asset; of one in which nothing ever did, that nothing does.
    pub fn books(&self, asset: &AssetId) -> Result<Kept<Books>, ShelfError> {
        let read = self.read(&self.books_key(asset))?;
        Ok(read.unwrap_or(Kept {
            value: Books::default(),
            version: None,
        }))
    }

    /// Returns how many ads run in an asset: they are to run, and so is all above them.
    ///
    /// Errors: there are more things than `most`.
    pub fn running_ads(&self, asset: &AssetId, most: usize) -> Result<u64, ShelfError> {
        let campaigns = self.stopped(asset, Kind::Campaign, most, &BTreeSet::new())?;
        let sets = self.stopped(asset, Kind::AdSet, most, &campaigns)?;
        let ads = self.list(asset, Kind::Ad, most)?;
        let runs = |ad: &&Object| {
            ad.is_running_ad() && ad.parent.as_ref().is_none_or(|set| !sets.contains(set))
        };
        Ok(ads.iter().filter(runs).count() as u64)
    }

    /// Returns the things of a kind in which nothing runs: they are not to, or they are part of one of
    /// `above`.
    fn stopped(
        &self,
        asset: &AssetId,
        kind: Kind,
        most: usize,
        above: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ShelfError> {
        let all = self.list(asset, kind, most)?.into_iter();
        let stopped = all.filter(|one| {
            one.status != Some(Status::Active)
                || one.parent.as_ref().is_some_and(|up| above.contains(up))
        });
        Ok(stopped.map(|one| one.id).collect())
    }

    fn read<T: DeserializeOwned>(&self, key: &RowKey) -> Result<Option<Kept<T>>, ShelfError> {
        let Some(row) = self.store.row(key)? else {
            return Ok(None);
        };
        Ok(Some(Kept {
            value: understood(&key.key, &row.value)?,
            version: Some(row.version),
        }))
    }

    pub(crate) fn place_key(&self, id: &str) -> RowKey {
        RowKey::new(Table::Market, &format!("{} id {id}", self.realm))
    }

    pub(crate) fn books_key(&self, asset: &AssetId) -> RowKey {
        RowKey::new(Table::Market, &format!("{} books {asset}", self.realm))
    }

    pub(crate) fn object_key(&self, asset: &AssetId, kind: Kind, id: &str) -> RowKey {
        let prefix = self.prefix(asset, kind);
        RowKey::new(Table::Market, &format!("{prefix}{id}"))
    }

    fn prefix(&self, asset: &AssetId, kind: Kind) -> String {
        format!("{} of {asset} {} ", self.realm, kind.word())
    }
}

fn understood<T: DeserializeOwned>(key: &str, value: &[u8]) -> Result<T, ShelfError> {
    serde_json::from_slice(value).map_err(|error| ShelfError::Unreadable(key.to_owned(), error))
}
