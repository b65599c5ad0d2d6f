//! Layer 4, existence: who may know that a thing is there at all.

use super::{Actor, AssetRights, ThingIx, Walk};
use crate::directory::index::HolderIx;

impl Walk<'_> {
    /// May the actor know that the resource exists?
    pub(super) fn may_know(&self, actor: &Actor, primary: Option<&AssetRights>) -> bool {
        let directory = self.directory;
        let seat_of = |owner: HolderIx| {
            owner
                .as_business()
                .is_some_and(|business| actor.sits_in(business))
        };
        match self.resource {
            ThingIx::Asset(_) => primary.is_some_and(|rights| rights.flags.related()),
            ThingIx::Business(index) => actor
                .seats
                .iter()
                .any(|seat| seat.business == index || directory.is_child_of(index, seat.business)),
            ThingIx::App(index) => {
                let row = directory.apps.get(index);
                let role = actor
                    .person()
                    .zip(row)
                    .is_some_and(|(person, row)| row.roles.contains_key(&person));
                role || row.is_some_and(|row| row.owner == actor.holder)
                    || actor
                        .seats
                        .iter()
                        .any(|seat| row.is_some_and(|row| row.is_of(seat.business)))
                    || self.principal.app() == Some(index)
            }
            ThingIx::Group(_) => seat_of(self.owner),
            ThingIx::SystemUser(index) => {
                actor.holder == HolderIx::system_user(index) || seat_of(self.owner)
            }
            ThingIx::Person(index) => {
                actor.holder == HolderIx::person(index) || self.share_a_business(actor, index)
            }
            ThingIx::Realm => actor.person().is_some_and(|person| {
                directory
                    .operators
                    .get(&person)
                    .is_some_and(|operator| operator.until.is_none_or(|until| until > self.now))
            }),
            ThingIx::UnknownAsset | ThingIx::UnknownBusiness | ThingIx::Unknown => false,
        }
    }

    fn share_a_business(&self, actor: &Actor, person: u32) -> bool {
        self.directory.people.get(person).is_some_and(|row| {
            row.members
                .iter()
                .any(|member| member.until > self.now_ms && actor.sits_in(member.business))
        })
    }
}
