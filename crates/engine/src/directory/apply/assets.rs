//! Assets, links, groups.

use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, OnIx};
use crate::directory::lists::Head;
use crate::directory::rows::{AssetExtra, AssetMarks, AssetRow};
use crate::fact::{Asset, Group, GroupAsset, GroupAssetKey, Link, LinkKey, Properties};
use crate::id::{AssetId, GroupId};

impl Directory {
    pub(super) fn set_asset(&mut self, fact: &Asset) {
        let index = self.intern_asset(fact.id.as_str());
        let owner = self.intern_owner(&fact.owner);
        let kind = self.vocabulary.word(&fact.kind, &self.rulebook);
        self.move_asset(index, owner);
        if fact.name.is_some() || !fact.properties.is_empty() || self.has_extra(index) {
            self.change_asset_extra(index, |extra| {
                extra.name.clone_from(&fact.name);
                extra.properties.clone_from(&fact.properties);
            });
        }
        if let Some(row) = self.assets.get_mut(index) {
            row.present = true;
            row.marks.set(AssetMarks::SANDBOX, fact.sandbox);
            row.kind = kind;
        }
        self.fold_asset(index);
    }

    pub(super) fn end_asset(&mut self, id: &AssetId) {
        let index = self.intern_asset(id.as_str());
        self.move_asset(index, HolderIx::NOBODY);
        if self.has_extra(index) {
            self.change_asset_extra(index, |extra| {
                extra.name = None;
                extra.properties = Properties::default();
            });
        }
        if let Some(row) = self.assets.get_mut(index) {
            row.present = false;
            row.marks.set(AssetMarks::SANDBOX, false);
        }
        self.fold_asset(index);
    }

    fn has_extra(&self, asset: u32) -> bool {
        self.assets.get(asset).is_some_and(|row| row.extra != NONE)
    }

    /// Changes what few assets have.
    fn change_asset_extra(&mut self, asset: u32, change: impl FnOnce(&mut AssetExtra)) {
        let known = self.assets.get(asset).map_or(NONE, |row| row.extra);
        if let Some(extra) = self.asset_extras.get_mut(known) {
            change(extra);
            return;
        }
        let mut extra = AssetExtra::default();
        change(&mut extra);
        let number = self.asset_extras.push(extra);
        if let Some(row) = self.assets.get_mut(asset) {
            row.extra = number;
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
        let links = self.lists.push(self.links(asset), to);
        self.set_links(asset, links);
        let followers = self.lists.push(self.followers(to), asset);
        self.change_asset_extra(to, |extra| extra.followers = followers);
    }

    pub(super) fn end_link(&mut self, key: &LinkKey) {
        let asset = self.intern_asset(key.asset.as_str());
        let to = self.intern_asset(key.to.as_str());
        if !self.is_linked(asset, to) {
            return;
        }
        let links = self.lists.remove(self.links(asset), to);
        self.set_links(asset, links);
        let followers = self.lists.remove(self.followers(to), asset);
        self.change_asset_extra(to, |extra| extra.followers = followers);
    }

    fn set_links(&mut self, asset: u32, links: Head) {
        self.change_asset_extra(asset, |extra| extra.links = links);
        if let Some(row) = self.assets.get_mut(asset) {
            row.marks.set(AssetMarks::LINKED, !links.is_empty());
        }
        self.fold_asset(asset);
    }

    fn links(&self, asset: u32) -> Head {
        let row = self.assets.get(asset);
        row.map_or(Head::default(), |row| self.links_of(row))
    }

    fn followers(&self, asset: u32) -> Head {
        let row = self.assets.get(asset);
        row.map_or(Head::default(), |row| self.followers_of(row))
    }

    /// Returns what an asset is linked to.
    #[inline]
    pub(crate) fn links_of(&self, row: &AssetRow) -> Head {
        if !row.marks.has(AssetMarks::LINKED) {
            return Head::default();
        }
        let extra = self.asset_extras.get(row.extra);
        extra.map_or(Head::default(), |extra| extra.links)
    }

    /// Returns what is linked to an asset.
    pub(crate) fn followers_of(&self, row: &AssetRow) -> Head {
        let extra = self.asset_extras.get(row.extra);
        extra.map_or(Head::default(), |extra| extra.followers)
    }

    pub(crate) fn is_linked(&self, asset: u32, to: u32) -> bool {
        self.assets
            .get(asset)
            .is_some_and(|row| self.lists.iter(self.links_of(row)).any(|one| one == to))
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
        self.fold_asset(asset);
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
        self.fold_asset(asset);
    }

    pub(crate) fn is_in_group(&self, asset: u32, group: u32) -> bool {
        self.assets
            .get(asset)
            .is_some_and(|row| self.lists.iter(row.groups).any(|one| one == group))
    }
}
