//! Who might ask about what: somebody, and a thing this somebody has to do with.

use engine::fact::{AppRole, Asset, Business, Group, Membership, SystemUser};
use engine::{AssetId, AssetOrGroup, Holder, Owner, Thing};

use super::Asking;
use crate::world::dice::Dice;

/// Who might ask, and what about.
pub(crate) type Aim = (Option<Holder>, Thing);

impl Asking<'_> {
    /// Somebody, and a thing this somebody has to do with.
    pub(crate) fn aim(&self, dice: &mut Dice) -> Aim {
        let aims = match dice.number(0, 19) {
            0..=6 => self.assigned(),
            7..=8 => self.mandated(),
            9..=11 => self.owned_by_business(),
            12..=13 => self.shared(),
            14 => self.in_business(),
            15 => self.system_users_and_groups(),
            16 => self.with_app_role(),
            17 => self.operators(),
            _ => self.owned(),
        };
        dice.pick(&aims).cloned().unwrap_or((None, Thing::Realm))
    }

    fn assigned(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for assignment in self.facts.assignments() {
            let holder = Some(assignment.holder.clone());
            for asset in self.under(&assignment.on) {
                for link in self.facts.links().filter(|link| link.to == asset) {
                    aims.push((holder.clone(), Thing::Asset(link.asset.clone())));
                }
                aims.push((holder.clone(), Thing::Asset(asset)));
            }
        }
        aims
    }

    /// Those assigned, on assets whose owner has given a mandate.
    fn mandated(&self) -> Vec<Aim> {
        let mut aims = self.assigned();
        aims.extend(self.owned_by_business());
        aims.retain(|(_, thing)| {
            let owner = self.facts.owner_business(thing);
            let mut mandates = self.facts.mandates();
            mandates.any(|mandate| owner.as_ref() == Some(&mandate.business))
        });
        aims
    }

    /// Members of partners, with what is shared to them.
    fn shared(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for share in self.facts.shares() {
            let own = |place: &&Membership| place.business == share.to;
            for place in self.facts.memberships().filter(own) {
                let holder = Some(Holder::Person(place.person.clone()));
                let assets = self.under(&share.of).into_iter();
                aims.extend(assets.map(|asset| (holder.clone(), Thing::Asset(asset))));
            }
        }
        aims
    }

    /// The assets that a share or assignment is about.
    fn under(&self, on: &AssetOrGroup) -> Vec<AssetId> {
        match on {
            AssetOrGroup::Asset(id) => vec![id.clone()],
            AssetOrGroup::Group(id) => {
                let rows = self.facts.group_assets().filter(|row| row.group == *id);
                rows.map(|row| row.asset.clone()).collect()
            }
        }
    }

    fn in_business(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for place in self.facts.memberships() {
            let holder = Some(Holder::Person(place.person.clone()));
            aims.push((holder.clone(), Thing::Business(place.business.clone())));
            let own = |child: &&Business| child.parent.as_ref() == Some(&place.business);
            let children = self.facts.businesses().filter(own);
            aims.extend(children.map(|child| (holder.clone(), Thing::Business(child.id.clone()))));
        }
        aims
    }

    fn owned_by_business(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for place in self.facts.memberships() {
            let holder = Some(Holder::Person(place.person.clone()));
            let owner = Owner::Business(place.business.clone());
            let assets = self.facts.assets().filter(|asset| asset.owner == owner);
            aims.extend(assets.map(|asset| (holder.clone(), Thing::Asset(asset.id.clone()))));
        }
        aims
    }

    fn system_users_and_groups(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for user in self.facts.system_users() {
            let holder = Some(Holder::SystemUser(user.id.clone()));
            aims.push((holder.clone(), Thing::SystemUser(user.id.clone())));
            aims.push((holder, Thing::Business(user.business.clone())));
        }
        for place in self.facts.memberships() {
            let holder = Some(Holder::Person(place.person.clone()));
            let own = |group: &&Group| group.business == place.business;
            let groups = self.facts.groups().filter(own);
            aims.extend(groups.map(|group| (holder.clone(), Thing::Group(group.id.clone()))));
            let own = |user: &&SystemUser| user.business == place.business;
            let users = self.facts.system_users().filter(own);
            aims.extend(users.map(|user| (holder.clone(), Thing::SystemUser(user.id.clone()))));
        }
        aims
    }

    fn with_app_role(&self) -> Vec<Aim> {
        let roles = self.facts.app_roles();
        let aim = |role: &AppRole| {
            let holder = Some(Holder::Person(role.person.clone()));
            (holder, Thing::App(role.app.clone()))
        };
        roles.map(aim).collect()
    }

    fn operators(&self) -> Vec<Aim> {
        let operators = self.facts.operators();
        let people = operators.map(|operator| Holder::Person(operator.person.clone()));
        people.map(|person| (Some(person), Thing::Realm)).collect()
    }

    fn owned(&self) -> Vec<Aim> {
        let aim = |asset: &Asset| {
            let owner = Holder::from(asset.owner.clone());
            (Some(owner), Thing::Asset(asset.id.clone()))
        };
        self.facts.assets().map(aim).collect()
    }
}
