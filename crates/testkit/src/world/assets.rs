//! Assets of several kinds, what follows what, groups and projects.

use engine::AssetId;
use engine::fact::{Asset, Group, GroupAsset, Link};
use rulebook::PropertyOf;

use super::growing::{Growing, id, nth};

impl Growing<'_> {
    pub(crate) fn assets(&mut self) {
        for number in 1..=self.dice.count(4, 10) {
            let Some(owner) = self.owner() else { continue };
            let fact = Asset {
                id: nth("as", number),
                kind: self.kind(number),
                owner,
                name: None,
                sandbox: self.dice.chance(25),
                properties: self.properties(PropertyOf::Resource),
            };
            self.add(fact);
        }
        self.follow();
        self.group();
    }

    /// Kinds that something follows come first and most.
    fn kind(&mut self, number: usize) -> String {
        let kinds = self.kinds();
        let follows = kinds.iter().flat_map(|kind| &kind.follows);
        let followed: Vec<String> = follows
            .filter_map(|row| self.rules.kind(row.kind))
            .map(|kind| kind.name.clone())
            .collect();
        let all: Vec<String> = kinds.iter().map(|kind| kind.name.clone()).collect();
        if self.dice.chance(2) {
            return "flotsam".to_owned();
        }
        let from = if number <= 3 && !followed.is_empty() {
            &followed
        } else {
            &all
        };
        self.dice.pick(from).cloned().unwrap_or_default()
    }

    fn follow(&mut self) {
        let assets: Vec<Asset> = self.known().assets().cloned().collect();
        for asset in &assets {
            let rows = self.rules.kind_named(&asset.kind);
            let rows = rows.map_or(&[][..], |kind| &kind.follows);
            let followed: Vec<AssetId> = assets
                .iter()
                .filter(|other| {
                    let kind = self.rules.kind_named(&other.kind);
                    kind.is_some_and(|kind| rows.iter().any(|row| row.kind == kind.id))
                })
                .map(|other| other.id.clone())
                .collect();
            let anything: Vec<AssetId> = assets.iter().map(|other| other.id.clone()).collect();
            for _ in 0..self.dice.count(0, 2) {
                let from = if self.dice.chance(6) {
                    &anything
                } else {
                    &followed
                };
                if let Some(to) = self.dice.pick(from).cloned() {
                    let asset = asset.id.clone();
                    self.add(Link { asset, to });
                }
            }
        }
    }

    fn group(&mut self) {
        let businesses = self.businesses();
        let assets: Vec<AssetId> = self.known().assets().map(|one| one.id.clone()).collect();
        for number in 1..=self.dice.count(1, 3) {
            let Some(business) = self.dice.pick(&businesses).cloned() else {
                continue;
            };
            let group = Group {
                id: id(&format!("g{number}")),
                business,
                name: None,
                project: self.dice.chance(60),
            };
            self.add(group.clone());
            for asset in self.dice.some(&assets, 35) {
                let group = group.id.clone();
                self.add(GroupAsset { group, asset });
            }
        }
    }
}
