//! Shares in all states, assignments of all forms, delegates.

use engine::fact::{Assignment, Delegate, Share, ShareState, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Holder};

use super::growing::{Growing, id};

impl Growing<'_> {
    pub(crate) fn sharing(&mut self) {
        for _ in 0..self.dice.count(4, 12) {
            self.share();
        }
        for _ in 0..self.dice.count(6, 18) {
            self.assignment();
        }
        for number in 1..=self.dice.count(0, 3) {
            self.delegate(number);
        }
    }

    fn on(&mut self, groups_percent: u64) -> Option<AssetOrGroup> {
        let groups: Vec<_> = self
            .known()
            .groups()
            .map(|group| group.id.clone())
            .collect();
        if self.dice.chance(groups_percent) {
            return self.dice.pick(&groups).cloned().map(AssetOrGroup::Group);
        }
        let assets: Vec<AssetId> = self.known().assets().map(|one| one.id.clone()).collect();
        self.dice.pick(&assets).cloned().map(AssetOrGroup::Asset)
    }

    fn terms_on(&mut self, on: &AssetOrGroup) -> Terms {
        match on {
            AssetOrGroup::Asset(id) => {
                let kind = self.known().asset(id).map(|asset| asset.kind.clone());
                self.terms_for(&kind.unwrap_or_default())
            }
            AssetOrGroup::Group(_) => self.terms_for_kinds(),
        }
    }

    fn share(&mut self) {
        let businesses = self.businesses();
        let (Some(of), Some(to)) = (self.on(20), self.dice.pick(&businesses).cloned()) else {
            return;
        };
        let terms = self.terms_on(&of);
        let state = if self.dice.chance(75) {
            ShareState::Accepted
        } else {
            ShareState::Pending
        };
        let until = self.until(30);
        self.add(Share {
            of,
            to,
            terms,
            state,
            until,
        });
    }

    fn assignment(&mut self) {
        let (Some(holder), Some(on)) = (self.holder(), self.on(20)) else {
            return;
        };
        let terms = self.terms_on(&on);
        let via = self.via(&holder);
        let until = self.until(20);
        self.add(Assignment {
            holder,
            on,
            via,
            terms,
            until,
        });
    }

    /// Mostly one of the holder's own businesses.
    fn via(&mut self, holder: &Holder) -> Option<BusinessId> {
        let own: Vec<BusinessId> = match holder {
            Holder::Person(person) => {
                let places = self.known().memberships();
                let own = places.filter(|place| place.person == *person);
                own.map(|place| place.business.clone()).collect()
            }
            Holder::SystemUser(user) => {
                let user = self.known().system_user(user);
                user.map(|user| user.business.clone()).into_iter().collect()
            }
            Holder::Business(id) => vec![id.clone()],
            Holder::App(_) => Vec::new(),
        };
        match self.dice.number(0, 9) {
            0..=6 => self.dice.pick(&own).cloned(),
            7 => None,
            _ => {
                let businesses = self.businesses();
                self.dice.pick(&businesses).cloned()
            }
        }
    }

    fn delegate(&mut self, number: usize) {
        let users: Vec<_> = self.known().system_users().cloned().collect();
        let assets: Vec<AssetId> = self.known().assets().map(|one| one.id.clone()).collect();
        if let Some(user) = self.dice.pick(&users) {
            let assets = self.dice.some(&assets, 40);
            self.add(Delegate {
                id: id(&format!("d{number}")),
                business: user.business.clone(),
                system_user: user.id.clone(),
                assets,
            });
        }
    }
}
