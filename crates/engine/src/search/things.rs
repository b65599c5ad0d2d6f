//! The things any path could lead to from a holder: a superset of the answer.

use jiff::Timestamp;
use rulebook::{Family, KindId, Need, OperationId, Target};

use crate::decide::{Actor, Principal};
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::directory::lists::Head;
use crate::directory::rows::Row;
use crate::request::{Credential, Thing};

impl Directory {
    /// Returns who may act by a credential: its holder, and a token's associated user.
    pub(super) fn acting_holders(&self, credential: &Credential) -> Vec<HolderIx> {
        let token = match credential {
            Credential::Token(digest) => self.token_by(&digest.0),
            _ => None,
        };
        let principal = Principal::find(self, credential.into(), token);
        let associated = principal.associated_user();
        let associated = (associated != NONE).then(|| HolderIx::person(associated));
        std::iter::once(principal.holder())
            .chain(associated)
            .collect()
    }

    /// Could the operation be allowed on a thing that no path of the holder leads to?
    pub(super) fn is_open(&self, operation: OperationId) -> bool {
        fn about_resource(need: &Need) -> bool {
            !matches!(need.target, Target::Named(_)) && need.or.iter().all(about_resource)
        }
        self.rulebook
            .profiles
            .iter()
            .filter_map(|rules| rules.operation(operation))
            .any(|operation| !operation.needs.iter().any(about_resource))
    }

    /// Returns every known thing of a kind.
    pub(super) fn things_of_kind(&self, kind: KindId) -> Vec<Thing> {
        let family = self.rulebook.rules(0).kind(kind).map(|kind| kind.family);
        match family {
            Some(Family::Asset) => self
                .assets
                .iter()
                .filter(|row| row.present && self.vocabulary.kind(row.kind) == Some(kind))
                .filter_map(|row| row.id.as_str().parse().ok().map(Thing::Asset))
                .collect(),
            Some(Family::Business) => self
                .present(self.businesses.iter())
                .map(Thing::Business)
                .collect(),
            Some(Family::App) => self.present(self.apps.iter()).map(Thing::App).collect(),
            Some(Family::Realm) => vec![Thing::Realm],
            None => Vec::new(),
        }
    }

    fn present<'r, R: Row + 'r, T: std::str::FromStr>(
        &self,
        rows: impl Iterator<Item = &'r R>,
    ) -> impl Iterator<Item = T> {
        rows.filter(|row| row.is_present())
            .filter_map(|row| row.ident().as_str().parse().ok())
    }

    /// Returns the things of a kind that a path of the holder could lead to.
    pub(super) fn things_of_holder(
        &self,
        holder: HolderIx,
        kind: KindId,
        now: Timestamp,
    ) -> Vec<Thing> {
        let actor = Actor::find(self, holder, 0, now.as_millisecond());
        let family = self.rulebook.rules(0).kind(kind).map(|kind| kind.family);
        match family {
            Some(Family::Asset) => {
                let assets = self.assets_of(&actor).into_iter();
                let of_kind = assets
                    .filter_map(|index| self.assets.get(index))
                    .filter(|row| row.present && self.vocabulary.kind(row.kind) == Some(kind));
                of_kind
                    .filter_map(|row| row.id.as_str().parse().ok().map(Thing::Asset))
                    .collect()
            }
            Some(Family::Business) => {
                let rows = self.businesses_of(&actor).into_iter();
                let rows = rows.filter_map(|index| self.businesses.get(index));
                self.present(rows).map(Thing::Business).collect()
            }
            Some(Family::App) => {
                let rows = self.apps_of(&actor).into_iter();
                self.present(rows.filter_map(|index| self.apps.get(index)))
                    .map(Thing::App)
                    .collect()
            }
            Some(Family::Realm) => vec![Thing::Realm],
            None => Vec::new(),
        }
    }

    /// Returns the actor's businesses, their children, and the children of these: a need may look
    /// at the parent of an owner, and a role in a business may reach its children.
    fn businesses_of(&self, actor: &Actor) -> Vec<u32> {
        let mut found: Vec<u32> = actor.seats.iter().map(|seat| seat.business).collect();
        for _ in 0..2 {
            let rows = found.iter().filter_map(|one| self.businesses.get(*one));
            let children = rows.flat_map(|row| self.lists.iter(row.children));
            let children: Vec<u32> = children.collect();
            found.extend(children);
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn apps_of(&self, actor: &Actor) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        match actor.holder.which() {
            Who::App(index) => found.push(index),
            Who::Person(index) => {
                if let Some(extra) = self.extra_of_person(index) {
                    found.extend(self.lists.iter(extra.app_roles));
                }
                let owned = (0..).zip(self.apps.iter());
                found.extend(
                    owned
                        .filter(|(_, row)| row.owner == actor.holder)
                        .map(|(index, _)| index),
                );
            }
            _ => {}
        }
        let businesses = self.businesses_of(actor).into_iter();
        for row in businesses.filter_map(|one| self.businesses.get(one)) {
            found.extend(self.lists.iter(row.apps));
        }
        found
    }

    /// Returns the assets a path could lead to, with those that follow them.
    pub(crate) fn assets_of(&self, actor: &Actor) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let (assignments, owned) = match actor.holder.which() {
            Who::Person(index) => {
                let assignments = self.people.get(index).map(|row| row.assignments);
                let owned = self.extra_of_person(index).map(|extra| extra.assets);
                (assignments, owned)
            }
            Who::SystemUser(index) => (
                self.system_users.get(index).map(|row| row.assignments),
                None,
            ),
            Who::Business(index) => (self.businesses.get(index).map(|row| row.assignments), None),
            Who::App(index) => (self.apps.get(index).map(|row| row.assignments), None),
            Who::Nobody => (None, None),
        };
        found.extend(self.lists.iter(owned.unwrap_or_default()));
        let rows = self.lists.iter(assignments.unwrap_or_default());
        for row in rows.filter_map(|row| self.assignments.get(row)) {
            self.add_assets(row.on.parts(), &mut found);
        }
        for row in actor
            .seats
            .iter()
            .filter_map(|seat| self.businesses.get(seat.business))
        {
            self.add_shared(row.shares_in, &mut found);
        }
        let businesses = self.businesses_of(actor).into_iter();
        for row in businesses.filter_map(|one| self.businesses.get(one)) {
            found.extend(self.lists.iter(row.assets));
        }
        let direct = found.len();
        for place in 0..direct {
            let row = found.get(place).and_then(|index| self.assets.get(*index));
            found.extend(
                row.into_iter()
                    .flat_map(|row| self.lists.iter(self.followers_of(row))),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn add_shared(&self, shares: Head, found: &mut Vec<u32>) {
        for share in self
            .lists
            .iter(shares)
            .filter_map(|row| self.shares.get(row))
        {
            self.add_assets(share.of.parts(), found);
        }
    }

    fn add_assets(&self, (index, is_group): (u32, bool), found: &mut Vec<u32>) {
        if !is_group {
            found.push(index);
        } else if let Some(row) = self.groups.get(index) {
            found.extend(self.lists.iter(row.assets));
        }
    }
}
