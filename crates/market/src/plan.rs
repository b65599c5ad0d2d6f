//! Writes that belong together: things, and the books of the assets they are in.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use engine::AssetId;
use ledger::row::RowKey;
use ledger::{Expect, RowWrite};
use serde::Serialize;

use crate::books::Books;
use crate::object::{Object, Status};
use crate::shelf::{Kept, Shelf, ShelfError};

/// Writes that are done together or not at all, each only if all is still as it was read.
#[derive(Debug)]
pub struct Plan<'a> {
    shelf: Shelf<'a>,
    writes: Vec<RowWrite>,
    books: BTreeMap<AssetId, Looked>,
}

/// Books, read once: what is counted on and what is demanded is the same reading.
#[derive(Debug)]
struct Looked {
    kept: Kept<Books>,
    /// Must they be as they were read?
    held: bool,
    /// Are there to be books, if there are none yet?
    begun: bool,
}

impl<'a> Plan<'a> {
    /// Returns a plan that writes nothing.
    #[must_use]
    pub const fn new(shelf: Shelf<'a>) -> Self {
        Self {
            shelf,
            writes: Vec::new(),
            books: BTreeMap::new(),
        }
    }

    /// Makes a thing.
    pub fn make(&mut self, object: &Object) -> Result<(), ShelfError> {
        let place = self.shelf.place_key(&object.id);
        self.write(place, Expect::Absent, &(&object.asset, object.kind))?;
        let key = self
            .shelf
            .object_key(&object.asset, object.kind, &object.id);
        self.write(key, Expect::Absent, object)?;
        self.count(None, Some(object))?;
        if object.status.is_some() {
            let looked = self.looked(&object.asset)?;
            if looked.kept.version.is_none() {
                looked.held = true;
                looked.begun = true;
            }
        }
        Ok(())
    }

    /// Puts a thing in place of what it was.
    pub fn change(&mut self, was: &Kept<Object>, is: &Object) -> Result<(), ShelfError> {
        let key = self.shelf.object_key(&is.asset, is.kind, &is.id);
        self.write(key, was.expect(), is)?;
        self.count(Some(&was.value), Some(is))
    }

    /// Takes a thing away.
    pub fn remove(&mut self, was: &Kept<Object>) -> Result<(), ShelfError> {
        let object = &was.value;
        let key = self
            .shelf
            .object_key(&object.asset, object.kind, &object.id);
        self.writes
            .push(RowWrite::delete(key).expecting(was.expect()));
        self.writes
            .push(RowWrite::delete(self.shelf.place_key(&object.id)));
        self.count(Some(object), None)
    }

    /// Returns what runs in an asset, and demands nothing yet.
    pub fn look(&mut self, asset: &AssetId) -> Result<Kept<Books>, ShelfError> {
        Ok(self.looked(asset)?.kept.clone())
    }

    /// Says what may be spent in an asset beside what is kept here, should this plan begin its books.
    pub fn begin_with(&mut self, asset: &AssetId, elsewhere: u64) -> Result<(), ShelfError> {
        let kept = &mut self.looked(asset)?.kept;
        if kept.version.is_none() {
            kept.value.elsewhere = elsewhere;
        }
        Ok(())
    }

    /// Notes that an amount in an asset is another, of a thing that is not kept here. Where there are no
    /// books, none are begun: then there must be none still.
    pub fn note(&mut self, asset: &AssetId, from: u64, to: u64) -> Result<(), ShelfError> {
        let looked = self.looked(asset)?;
        looked.held = true;
        if looked.kept.version.is_some() {
            looked.kept.value = looked.kept.value.noted(from, to);
        }
        Ok(())
    }

    /// Demands that what runs in an asset is still what it was when this plan first looked, and
    /// returns it.
    pub fn hold(&mut self, asset: &AssetId) -> Result<Books, ShelfError> {
        let looked = self.looked(asset)?;
        looked.held = true;
        Ok(looked.kept.value)
    }

    fn looked(&mut self, asset: &AssetId) -> Result<&mut Looked, ShelfError> {
        match self.books.entry(asset.clone()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(Looked {
                kept: self.shelf.books(asset)?,
                held: false,
                begun: false,
            })),
        }
    }

    /// Returns the writes.
    ///
    /// Errors: none but that a value cannot be written down.
    pub fn into_writes(mut self) -> Result<Vec<RowWrite>, ShelfError> {
        for (asset, Looked { kept, held, begun }) in std::mem::take(&mut self.books) {
            if !held {
                continue;
            }
            let key = self.shelf.books_key(&asset);
            if kept.version.is_none() && !begun {
                // There are none, and there must be none still.
                self.writes
                    .push(RowWrite::delete(key).expecting(Expect::Absent));
                continue;
            }
            self.write(key, kept.expect(), &kept.value)?;
        }
        Ok(self.writes)
    }

    /// Brings a change into the books. What runs before and after alike leaves them alone: two
    /// people who pause nothing do not wait for each other.
    fn count(&mut self, was: Option<&Object>, is: Option<&Object>) -> Result<(), ShelfError> {
        let Some(asset) = is.or(was).map(|object| object.asset.clone()) else {
            return Ok(());
        };
        let empty = Books {
            active_ads: u64::MAX / 2,
            daily_budget_total: u64::MAX / 2,
            elsewhere: 0,
        };
        // Whether ads run rests on what is above them, too: whoever starts or pauses anything waits for
        // whoever counts what runs.
        let status = |one: Option<&Object>| one.and_then(|one| one.status);
        let runs = |one| status(one) == Some(Status::Active);
        if empty.after(was, is) == empty && runs(was) == runs(is) {
            return Ok(());
        }
        let looked = self.looked(&asset)?;
        looked.kept.value = looked.kept.value.after(was, is);
        looked.held = true;
        looked.begun = true;
        Ok(())
    }

    fn write<T: Serialize>(
        &mut self,
        key: RowKey,
        expect: Expect,
        value: &T,
    ) -> Result<(), ShelfError> {
        let text = serde_json::to_vec(value);
        let text = text.map_err(|error| ShelfError::Unreadable(key.key.to_string(), error))?;
        self.writes.push(RowWrite::put(key, text).expecting(expect));
        Ok(())
    }
}
