//! The holders any path could lead from: a superset of the answer, found through the indexes.

use rulebook::{Family, MembersHold, Need, Relation};

use crate::decide::ThingOrOwner;
use crate::decide::{Principal, ThingIx, Walk};
use crate::directory::Directory;
use crate::directory::index::{HolderIx, OnIx, Who};
use crate::directory::rows::{AssetMarks, Row};
use crate::directory::slots::AssetSlots;
use crate::id::Holder;
use crate::table::pair_hash;

/// A candidate, in the order of [`Holder`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named<'d> {
    /// People first, as [`Holder`] has them.
    rank: u8,
    id: &'d str,
    pub(super) holder: HolderIx,
}

impl<'d> Named<'d> {
    pub(super) fn of(directory: &'d Directory, holder: HolderIx) -> Option<Self> {
        let (rank, id) = match holder.which() {
            Who::Person(index) => (0, &directory.people.get(index)?.id),
            Who::SystemUser(index) => (1, &directory.system_users.get(index)?.id),
            Who::Business(index) => (2, &directory.businesses.get(index)?.id),
            Who::App(index) => (3, &directory.apps.get(index)?.id),
            Who::Nobody => return None,
        };
        let id = id.as_str();
        Some(Self { rank, id, holder })
    }

    /// Does it come after this holder?
    pub(super) fn is_after(&self, after: &Holder) -> bool {
        let rank = match after {
            Holder::Person(_) => 0,
            Holder::SystemUser(_) => 1,
            Holder::Business(_) => 2,
            Holder::App(_) => 3,
        };
        let (_, id) = after.parts();
        (self.rank, self.id) > (rank, id)
    }
}

impl<'d> Walk<'d> {
    /// Is the operation allowed to this holder, asked first-party?
    pub(super) fn allows_holder(
        &mut self,
        holder: HolderIx,
        asset: Option<AssetSlots<'_>>,
    ) -> bool {
        if let Some(asset) = asset {
            let (directory, operation) = (self.directory, self.operation.id);
            let direct = self
                .around()
                .direct_for(directory, operation, holder, asset);
            if let Some(decision) = direct {
                return decision.is_allowed();
            }
        }
        self.principal = Principal::of_holder(self.directory, holder);
        self.decide().is_allowed()
    }

    /// Returns the slot of the resource, if it is an asset.
    pub(super) fn slot(&self) -> Option<AssetSlots<'d>> {
        let (ThingIx::Asset(index), Some(row)) = (self.resource, self.asset) else {
            return None;
        };
        self.directory.slots_of_asset(index, row)
    }

    /// Touches what the decisions on these holders read, so that the loads overlap.
    pub(super) fn touch_holders(
        &self,
        holders: impl Iterator<Item = HolderIx>,
        asset: Option<AssetSlots<'_>>,
    ) {
        let Some(asset) = asset.filter(|asset| asset.first.marks.has(AssetMarks::BUSY)) else {
            return;
        };
        let index = &self.directory.assignment_index;
        let on = OnIx::asset(asset.first.index).0;
        let touched = holders.fold(false, |touched, holder| {
            touched ^ index.first_line(pair_hash(holder.0, on))
        });
        std::hint::black_box(touched);
    }

    /// Returns every holder the answer could name, each once.
    pub(super) fn candidates(&self) -> Vec<HolderIx> {
        let mut found = Vec::new();
        match self.operation.needs.first() {
            // Every need must be met, so those who could meet the first are enough.
            Some(need) => self.holders_for(need, &mut found),
            None => self.everybody(&mut found),
        }
        if self.operation.own {
            found.extend(match self.resource {
                ThingIx::Person(index) => Some(HolderIx::person(index)),
                ThingIx::SystemUser(index) => Some(HolderIx::system_user(index)),
                ThingIx::Business(index) => Some(HolderIx::business(index)),
                ThingIx::App(index) => Some(HolderIx::app(index)),
                _ => None,
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn everybody(&self, found: &mut Vec<HolderIx>) {
        let directory = self.directory;
        let known = |row: bool, holder: HolderIx| row.then_some(holder);
        found.extend(
            (0..)
                .zip(directory.people.iter())
                .filter_map(|(index, row)| known(row.is_present(), HolderIx::person(index))),
        );
        found.extend(
            (0..)
                .zip(directory.system_users.iter())
                .filter_map(|(index, row)| known(row.is_present(), HolderIx::system_user(index))),
        );
        found.extend(
            (0..)
                .zip(directory.businesses.iter())
                .filter_map(|(index, row)| known(row.is_present(), HolderIx::business(index))),
        );
        found.extend(
            (0..)
                .zip(directory.apps.iter())
                .filter_map(|(index, row)| known(row.is_present(), HolderIx::app(index))),
        );
    }

    fn holders_for(&self, need: &Need, found: &mut Vec<HolderIx>) {
        match self.target(&need.target) {
            ThingOrOwner::Person(person) => found.push(HolderIx::person(person)),
            ThingOrOwner::Thing(ThingIx::Asset(asset)) => self.holders_on_asset(asset, found),
            ThingOrOwner::Thing(ThingIx::Business(business)) => {
                self.holders_in(business, found);
                if let Some(parent) = self.directory.parent_of(business) {
                    self.seats_in(parent, Relation::Child, need.kind, found);
                }
            }
            ThingOrOwner::Thing(ThingIx::App(app)) => self.holders_on_app(app, need, found),
            ThingOrOwner::Thing(ThingIx::Realm) => {
                found.extend(
                    self.directory
                        .operators
                        .keys()
                        .map(|person| HolderIx::person(*person)),
                );
            }
            ThingOrOwner::Thing(_) => {}
        }
        for or in &need.or {
            self.holders_for(or, found);
        }
    }

    /// Everybody in a business, and the business account itself.
    fn holders_in(&self, business: u32, found: &mut Vec<HolderIx>) {
        let directory = self.directory;
        let Some(row) = directory.businesses.get(business) else {
            return;
        };
        found.push(HolderIx::business(business));
        found.extend(directory.lists.iter(row.members).map(HolderIx::person));
        found.extend(
            directory
                .lists
                .iter(row.system_users)
                .map(HolderIx::system_user),
        );
    }

    /// Those in a business whose role reaches things of a kind that stand so to it.
    fn seats_in(
        &self,
        business: u32,
        relation: Relation,
        kind: rulebook::KindId,
        found: &mut Vec<HolderIx>,
    ) {
        use rulebook::HolderKind::{Person, SystemUser};
        let roles = self
            .rules
            .kinds
            .iter()
            .find(|kind| kind.family == Family::Business);
        let roles = roles.map_or(0, |kind| kind.roles.len());
        let reaches = |holder| {
            (0u8..).take(roles).any(|role| {
                !self
                    .rules
                    .reach(rulebook::RoleId(role), holder, relation, kind)
                    .is_empty()
            })
        };
        let all = relation == Relation::Shared && self.rules.members == MembersHold::All;
        let directory = self.directory;
        let Some(row) = directory.businesses.get(business) else {
            return;
        };
        if all || reaches(Person) {
            found.extend(directory.lists.iter(row.members).map(HolderIx::person));
        }
        if all || reaches(SystemUser) {
            found.extend(
                directory
                    .lists
                    .iter(row.system_users)
                    .map(HolderIx::system_user),
            );
        }
    }

    fn holders_on_asset(&self, asset: u32, found: &mut Vec<HolderIx>) {
        self.holders_on_one(asset, found);
        let Some(row) = self.directory.assets.get(asset) else {
            return;
        };
        for to in self.directory.lists.iter(self.directory.links_of(row)) {
            self.holders_on_one(to, found);
        }
    }

    fn holders_on_one(&self, asset: u32, found: &mut Vec<HolderIx>) {
        let directory = self.directory;
        let Some(row) = directory.assets.get(asset) else {
            return;
        };
        let Some(kind) = directory.vocabulary.kind(row.kind) else {
            return;
        };
        let groups = directory.lists.iter(row.groups).map(OnIx::group);
        for on in std::iter::once(OnIx::asset(asset)).chain(groups) {
            let (index, is_group) = on.parts();
            let heads = if is_group {
                directory
                    .groups
                    .get(index)
                    .map(|row| (row.assignments, row.shares))
            } else {
                Some((row.assignments, row.shares))
            };
            let Some((assignments, shares)) = heads else {
                continue;
            };
            let rows = directory.lists.iter(assignments);
            found.extend(rows.filter_map(|row| Some(directory.assignments.get(row)?.holder)));
            for share in directory
                .lists
                .iter(shares)
                .filter_map(|row| directory.shares.get(row))
            {
                found.push(HolderIx::business(share.to));
                self.seats_in(share.to, Relation::Shared, kind, found);
            }
        }
        match row.owner.which() {
            Who::Business(owner) => {
                found.push(row.owner);
                self.seats_in(owner, Relation::Owned, kind, found);
                if let Some(parent) = directory.parent_of(owner) {
                    found.push(HolderIx::business(parent));
                    self.seats_in(parent, Relation::ChildOwned, kind, found);
                }
            }
            _ => found.push(row.owner),
        }
    }

    fn holders_on_app(&self, app: u32, need: &Need, found: &mut Vec<HolderIx>) {
        let Some(row) = self.directory.apps.get(app) else {
            return;
        };
        found.push(row.owner);
        found.extend(row.roles.keys().map(|person| HolderIx::person(*person)));
        if let Some(owner) = row.owner.as_business() {
            self.seats_in(owner, Relation::Owned, need.kind, found);
        }
    }
}
