//! Invitations that wait. The code of each is its id.

use engine::fact::{Digest, Invitation, Offered};
use engine::{AssetOrGroup, Holder};
use rulebook::Family;

use super::growing::{Growing, id};

impl Growing<'_> {
    pub(crate) fn invitations(&mut self) {
        for number in 1..=self.dice.count(0, 3) {
            let text = format!("i{number}");
            let (businesses, people) = (self.businesses(), self.people_ids());
            let (Some(business), Some(person)) = (
                self.dice.pick(&businesses).cloned(),
                self.dice.pick(&people).cloned(),
            ) else {
                return;
            };
            let invitation = Invitation {
                id: id(&text),
                business,
                role: self.role_of(Family::Business),
                email: None,
                code: Digest::of(&text),
                invited_by: Holder::Person(person),
                until: self.until(100).unwrap_or(self.now),
                assignments: self.offered(),
            };
            self.add(invitation);
        }
    }

    fn offered(&mut self) -> Vec<Offered> {
        let assets: Vec<_> = self.known().assets().cloned().collect();
        let some = self.dice.some(&assets, 20);
        let offered = some.into_iter().map(|asset| Offered {
            on: AssetOrGroup::Asset(asset.id),
            terms: self.terms_for(&asset.kind),
            until: self.until(15),
        });
        offered.collect()
    }
}
