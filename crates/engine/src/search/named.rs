//! A candidate and its place among the others: lists are in the order of ids.

use std::cmp::Ordering;

use crate::directory::Directory;
use crate::directory::ident::Ident;
use crate::directory::index::{HolderIx, Who};
use crate::id::Holder;

/// A candidate, in the order of [`Holder`]s: people first, and then by id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'d> {
    /// What the holder is, and how the id begins: the order, nearly always, in one comparison.
    first: u128,
    id: &'d Ident,
    pub(super) holder: HolderIx,
}

impl<'d> Named<'d> {
    #[inline]
    pub(super) fn of(directory: &'d Directory, holder: HolderIx) -> Option<Self> {
        let (rank, id) = match holder.which() {
            Who::Person(index) => (0, &directory.people.get(index)?.id),
            Who::SystemUser(index) => (1, &directory.system_users.get(index)?.id),
            Who::Business(index) => (2, &directory.businesses.get(index)?.id),
            Who::App(index) => (3, &directory.apps.get(index)?.id),
            Who::Nobody => return None,
        };
        Some(Self::new(rank, id, holder))
    }

    #[inline]
    fn new(rank: u128, id: &'d Ident, holder: HolderIx) -> Self {
        let first = rank << RANK | id.begins();
        Self { first, id, holder }
    }

    #[inline]
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let by_id = || self.id.as_bytes().cmp(other.id.as_bytes());
        self.first.cmp(&other.first).then_with(by_id)
    }

    /// Returns the holder's name.
    pub(super) fn name(&self) -> Option<Holder> {
        let id = self.id.as_str();
        Some(match self.holder.which() {
            Who::Person(_) => Holder::Person(id.parse().ok()?),
            Who::SystemUser(_) => Holder::SystemUser(id.parse().ok()?),
            Who::Business(_) => Holder::Business(id.parse().ok()?),
            Who::App(_) => Holder::App(id.parse().ok()?),
            Who::Nobody => return None,
        })
    }

    /// Does it come after this holder?
    pub(super) fn is_after(&self, after: &Holder) -> bool {
        let (_, id) = after.parts();
        (self.first >> RANK, self.id.as_bytes()) > (rank_of(after), id.as_bytes())
    }
}

const fn rank_of(holder: &Holder) -> u128 {
    match holder {
        Holder::Person(_) => 0,
        Holder::SystemUser(_) => 1,
        Holder::Business(_) => 2,
        Holder::App(_) => 3,
    }
}

/// Where what a holder is stands in the number that orders candidates: above 15 bytes of its id.
const RANK: u32 = 120;

#[cfg(test)]
mod tests {
    use super::*;

    /// Some ids differ only after the part that is compared as a number.
    #[test]
    fn candidates_stand_as_their_holders_do() {
        let names = [
            "person:a",
            "person:ana",
            "person:colleague-number-0001",
            "person:colleague-number-0002",
            "person:colleague-number-00020-of-the-second-house",
            "person:zoë",
            "system_user:colleague-number-0001",
            "business:1",
            "app:0",
        ];
        let holders = names.map(|name| name.parse::<Holder>().unwrap());
        let ids = holders.each_ref().map(|one| Ident::new(one.parts().1));
        let pairs = holders.iter().zip(&ids);
        let named = pairs.map(|(one, id)| Named::new(rank_of(one), id, HolderIx::NOBODY));
        let named: Vec<Named<'_>> = named.collect();
        for (one, left) in named.iter().zip(&holders) {
            for (two, right) in named.iter().zip(&holders) {
                assert_eq!(one.order(two), left.cmp(right), "{left} and {right}");
                assert_eq!(one.is_after(right), left > right, "{left} and {right}");
            }
        }
    }
}
