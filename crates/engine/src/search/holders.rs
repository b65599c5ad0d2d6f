//! The holders any path could lead from: a superset of the answer, found through the indexes.

use rulebook::{CapSet, Family, HolderKind, KindId, MembersHold, Need, Relation, RoleId};
use smallvec::SmallVec;

use super::named::Named;
use crate::decide::{On, Principal, ThingIx, ThingOrOwner, Walk};
use crate::directory::index::{AssignmentSlot, HolderIx, Who};
use crate::directory::lists::Head;
use crate::directory::rows::{AssetMarks, AssignmentRow, Row};
use crate::directory::slots::AssetSlots;
use crate::directory::words::WordId;
use crate::id::Holder;

/// Room for so many candidates is made at once.
const USUAL: usize = 64;

/// What one has to hold on a thing: one of these capabilities, which its kind has.
#[derive(Debug, Clone, Copy)]
struct Sought {
    kind: KindId,
    any_of: CapSet,
}

/// The asset that a list is about, read once for all who are asked.
pub(super) struct Listed<'d> {
    slots: AssetSlots<'d>,
    /// Its assignments by holder, if the slots have no room for them: no look into the index for
    /// each holder.
    assigned: Vec<AssignmentSlot>,
}

impl<'d> Walk<'d> {
    /// Is the operation allowed to this holder, asked first-party?
    pub(super) fn allows_holder(&mut self, holder: HolderIx, asset: Option<&Listed<'_>>) -> bool {
        if let Some(asset) = asset {
            let (directory, operation) = (self.directory, self.operation.id);
            let on = On {
                asset: asset.slots,
                assigned: Some(&asset.assigned),
            };
            let direct = self.around().direct_for(directory, operation, holder, on);
            if let Some(verdict) = direct {
                return verdict.reasons.is_empty();
            }
        }
        self.principal = Principal::of_holder(self.directory, holder);
        self.decide().is_allowed()
    }

    /// Returns the resource, if it is an asset.
    pub(super) fn listed(&self) -> Option<Listed<'d>> {
        let (ThingIx::Asset(index), Some(row)) = (self.resource, self.asset) else {
            return None;
        };
        let directory = self.directory;
        let slots = directory.slots_of_asset(index, row)?;
        let mut assigned = Vec::new();
        if slots.first.marks.has(AssetMarks::BUSY) {
            let numbers = directory.lists.iter(row.assignments);
            let rows = numbers.filter_map(|number| directory.assignments.get(number));
            assigned.extend(rows.map(AssignmentRow::slot));
            assigned.sort_unstable_by_key(|slot: &AssignmentSlot| slot.holder);
        }
        Some(Listed { slots, assigned })
    }

    /// Returns every holder after `after` whom the answer could name, each once, in order.
    pub(super) fn candidates(&self, after: Option<&Holder>) -> Vec<Named<'d>> {
        let found = self.found();
        let mut candidates = Vec::with_capacity(found.len());
        for holder in found {
            if let Some(named) = Named::of(self.directory, holder)
                && after.is_none_or(|after| named.is_after(after))
            {
                candidates.push(named);
            }
        }
        // Stable, though nothing is equal: people are often told of in the order of their ids, and
        // this sort makes use of what is in order already.
        candidates.sort_by(Named::order);
        candidates.dedup_by_key(|named| named.holder);
        candidates
    }

    /// Returns every holder the answer could name, some more than once.
    fn found(&self) -> Vec<HolderIx> {
        let mut found = Vec::with_capacity(USUAL);
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
        let (kind, any_of) = (need.kind, need.any_of);
        let sought = Sought { kind, any_of };
        match self.target(&need.target) {
            ThingOrOwner::Person(person) => found.push(HolderIx::person(person)),
            ThingOrOwner::Thing(ThingIx::Asset(asset)) => {
                self.holders_on_asset(asset, any_of, found);
            }
            ThingOrOwner::Thing(ThingIx::Business(business)) => {
                self.holders_in(business, found);
                if let Some(parent) = self.directory.parent_of(business) {
                    self.seats_in(parent, Relation::Child, sought, found);
                }
            }
            ThingOrOwner::Thing(ThingIx::App(app)) => self.holders_on_app(app, sought, found),
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

    /// Those in a business whose role brings what is sought on things that stand so to it.
    fn seats_in(
        &self,
        business: u32,
        relation: Relation,
        sought: Sought,
        found: &mut Vec<HolderIx>,
    ) {
        let directory = self.directory;
        let Some(row) = directory.businesses.get(business) else {
            return;
        };
        let people = directory.lists.iter(row.members);
        let users = directory.lists.iter(row.system_users);
        if relation == Relation::Shared && self.rules.members == MembersHold::All {
            found.extend(people.map(HolderIx::person));
            found.extend(users.map(HolderIx::system_user));
            return;
        }
        // Asked of roles first: where none brings it, nobody's row is read.
        let roles = self.roles_bringing(sought, HolderKind::Person, relation);
        if roles.contains(&true) {
            for person in people {
                let members = directory.people.get(person).map(|row| &row.members);
                let mut members = members.into_iter().flatten();
                if members.any(|one| one.business == business && self.is_among(&roles, one.role)) {
                    found.push(HolderIx::person(person));
                }
            }
        }
        let roles = self.roles_bringing(sought, HolderKind::SystemUser, relation);
        if roles.contains(&true) {
            for user in users {
                let row = directory.system_users.get(user);
                if row.is_some_and(|row| self.is_among(&roles, row.role)) {
                    found.push(HolderIx::system_user(user));
                }
            }
        }
    }

    /// Returns which roles in a business bring such a holder what is sought, by the role's number.
    fn roles_bringing(
        &self,
        sought: Sought,
        holder: HolderKind,
        relation: Relation,
    ) -> SmallVec<[bool; 16]> {
        let mut kinds = self.rules.kinds.iter();
        let business = kinds.find(|kind| kind.family == Family::Business);
        let roles = business.map_or(0, |kind| kind.roles.len());
        let brings = |role| {
            let reach = self.rules.reach(role, holder, relation, sought.kind);
            reach.meets(sought.any_of)
        };
        (0..).take(roles).map(RoleId).map(brings).collect()
    }

    fn is_among(&self, roles: &[bool], role: WordId) -> bool {
        let role = self.directory.vocabulary.business_role(self.profile, role);
        let among = role.and_then(|role| roles.get(usize::from(role.0)));
        among.is_some_and(|among| *among)
    }

    fn holders_on_asset(&self, asset: u32, any_of: CapSet, found: &mut Vec<HolderIx>) {
        self.holders_on_one(asset, any_of, found);
        let Some(row) = self.directory.assets.get(asset) else {
            return;
        };
        for to in self.directory.lists.iter(self.directory.links_of(row)) {
            // Whatever one holds there may bring something here.
            self.holders_on_one(to, CapSet::EVERY, found);
        }
    }

    fn holders_on_one(&self, asset: u32, any_of: CapSet, found: &mut Vec<HolderIx>) {
        let directory = self.directory;
        let Some(row) = directory.assets.get(asset) else {
            return;
        };
        let Some(kind) = directory.vocabulary.kind(row.kind) else {
            return;
        };
        let sought = Sought { kind, any_of };
        self.holders_given(row.assignments, row.shares, sought, found);
        for group in directory.lists.iter(row.groups) {
            if let Some(row) = directory.groups.get(group) {
                self.holders_given(row.assignments, row.shares, sought, found);
            }
        }
        match row.owner.which() {
            Who::Business(owner) => {
                found.push(row.owner);
                self.seats_in(owner, Relation::Owned, sought, found);
                if let Some(parent) = directory.parent_of(owner) {
                    found.push(HolderIx::business(parent));
                    self.seats_in(parent, Relation::ChildOwned, sought, found);
                }
            }
            _ => found.push(row.owner),
        }
    }

    /// Those whom assignments and shares give what is sought. What somebody can do is the sum of
    /// what each of them gives, so one that gives nothing of it leads nobody here.
    fn holders_given(
        &self,
        assignments: Head,
        shares: Head,
        sought: Sought,
        found: &mut Vec<HolderIx>,
    ) {
        let directory = self.directory;
        let gives = |terms: u32| {
            let caps = directory.vocabulary.caps(self.profile, terms, sought.kind);
            caps.meets(sought.any_of)
        };
        let assigned = directory.lists.iter(assignments).filter_map(|number| {
            let row = directory.assignments.get(number)?;
            gives(row.terms).then_some(row.holder)
        });
        found.extend(assigned);
        for number in directory.lists.iter(shares) {
            if let Some(share) = directory.shares.get(number)
                && gives(share.terms)
            {
                found.push(HolderIx::business(share.to));
                self.seats_in(share.to, Relation::Shared, sought, found);
            }
        }
    }

    fn holders_on_app(&self, app: u32, sought: Sought, found: &mut Vec<HolderIx>) {
        let Some(row) = self.directory.apps.get(app) else {
            return;
        };
        found.push(row.owner);
        found.extend(row.roles.keys().map(|person| HolderIx::person(*person)));
        if let Some(owner) = row.owner.as_business() {
            self.seats_in(owner, Relation::Owned, sought, found);
        }
    }
}
