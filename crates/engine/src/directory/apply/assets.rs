//! Assets, links, groups.

use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, OnIx};
use crate::directory::rows::AssetExtra;
use crate::fact::{Asset, Group, GroupAsset, GroupAssetKey, Link, LinkKey};
use crate::id::{AssetId, GroupId};

impl Directory {
    pub(super) fn set_asset(&mut self, fact: &Asset) {
        let index = self.intern_asset(fact.id.as_str());
        let owner = self.intern_owner(&fact.owner);
        let kind = self.vocabulary.word(&fact.kind, &self.rulebook);
        self.move_asset(index, owner);
        let extra = AssetExtra {
            name: fact.name.clone(),
            properties: fact.properties.clone(),
        };
        self.set_asset_extra(index, extra);
        if let Some(row) = self.assets.get_mut(index) {
            row.present = true;
            row.sandbox = fact.sandbox;
            row.kind = kind;
        }
    }

    pub(super) fn end_asset(&mut self, id: &AssetId) {
        let index = self.intern_asset(id.as_str());
        self.move_asset(index, HolderIx::NOBODY);
        self.set_asset_extra(index, AssetExtra::default());
        if let Some(row) = self.assets.get_mut(index) {
            row.present = false;
            row.sandbox = false;
        }
    }

    fn set_asset_extra(&mut self, asset: u32, extra: AssetExtra) {
        let plain = extra.name.is_none() && extra.properties.is_empty();
        let known = self.assets.get(asset).map_or(NONE, |row| row.extra);
        match self.asset_extras.get_mut(known) {
            Some(place) => *place = extra,
            None if plain => {}
            None => {
                let number = self.asset_extras.push(extra);
                if let Some(row) = self.assets.get_mut(asset) {
                    row.extra = number;
                }
            }
        }
    }

    fn move_asset(&mut self, asset: u32, owner: HolderIx) {
        let before = self
            .assets
            .get(asset)
            .map_or(HolderIx::NOBODY, |row| row.owner);
        if before == owner {
            return;
        }
        self.own_asset(before, asset, false);
        self.count_partners(
            OnIx::asset(asset),
            before.as_business(),
            owner.as_business(),
        );
        self.own_asset(owner, asset, true);
        if let Some(row) = self.assets.get_mut(asset) {
            row.owner = owner;
        }
    }

    pub(super) fn set_link(&mut self, fact: &Link) {
        let asset = self.intern_asset(fact.asset.as_str());
        let to = self.intern_asset(fact.to.as_str());
        if self.is_linked(asset, to) {
            return;
        }
        if let Some(row) = self.assets.get_mut(asset) {
            row.links = self.lists.push(row.links, to);
        }
        if let Some(row) = self.assets.get_mut(to) {
            row.followers = self.lists.push(row.followers, asset);
        }
    }

    pub(super) fn end_link(&mut self, key: &LinkKey) {
        let asset = self.intern_asset(key.asset.as_str());
        let to = self.intern_asset(key.to.as_str());
        if let Some(row) = self.assets.get_mut(asset) {
            row.links = self.lists.remove(row.links, to);
        }
        if let Some(row) = self.assets.get_mut(to) {
            row.followers = self.lists.remove(row.followers, asset);
        }
    }

    pub(crate) fn is_linked(&self, asset: u32, to: u32) -> bool {
        self.assets
            .get(asset)
            .is_some_and(|row| self.lists.iter(row.links).any(|one| one == to))
    }

    pub(super) fn set_group(&mut self, fact: &Group) {
        let index = self.intern_group(fact.id.as_str());
        let business = self.intern_business(fact.business.as_str());
        self.move_group(index, business);
        if let Some(row) = self.groups.get_mut(index) {
            row.present = true;
            row.project = fact.project;
            row.name.clone_from(&fact.name);
        }
    }

    pub(super) fn end_group(&mut self, id: &GroupId) {
        let index = self.intern_group(id.as_str());
        self.move_group(index, NONE);
        if let Some(row) = self.groups.get_mut(index) {
            row.present = false;
            row.project = false;
            row.name = None;
        }
    }

    fn move_group(&mut self, group: u32, business: u32) {
        let before = self.groups.get(group).map_or(NONE, |row| row.business);
        if before == business {
            return;
        }
        if let Some(row) = self.businesses.get_mut(before) {
            row.groups = self.lists.remove(row.groups, group);
        }
        if let Some(row) = self.businesses.get_mut(business) {
            row.groups = self.lists.push(row.groups, group);
        }
        let some = |business: u32| (business != NONE).then_some(business);
        self.count_partners(OnIx::group(group), some(before), some(business));
        if let Some(row) = self.groups.get_mut(group) {
            row.business = business;
        }
    }

    pub(super) fn set_group_asset(&mut self, fact: &GroupAsset) {
        let group = self.intern_group(fact.group.as_str());
        let asset = self.intern_asset(fact.asset.as_str());
        if self.is_in_group(asset, group) {
            return;
        }
        if let Some(row) = self.groups.get_mut(group) {
            row.assets = self.lists.push(row.assets, asset);
        }
        if let Some(row) = self.assets.get_mut(asset) {
            row.groups = self.lists.push(row.groups, group);
        }
    }

    pub(super) fn end_group_asset(&mut self, key: &GroupAssetKey) {
        let group = self.intern_group(key.group.as_str());
        let asset = self.intern_asset(key.asset.as_str());
        if let Some(row) = self.groups.get_mut(group) {
            row.assets = self.lists.remove(row.assets, asset);
        }
        if let Some(row) = self.assets.get_mut(asset) {
            row.groups = self.lists.remove(row.groups, group);
        }
    }

    pub(crate) fn is_in_group(&self, asset: u32, group: u32) -> bool {
        self.assets
            .get(asset)
            .is_some_and(|row| self.lists.iter(row.groups).any(|one| one == group))
    }
}
