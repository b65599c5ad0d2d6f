//! What a request is about, as numbers.

use rulebook::{Family, KindId, Target};

use super::Walk;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE};
use crate::directory::rows::AssetRow;
use crate::request::Thing;

/// A thing, known or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThingIx {
    Realm,
    Business(u32),
    Asset(u32),
    App(u32),
    Group(u32),
    Person(u32),
    SystemUser(u32),
    /// An asset that is not known: it counts as a stranger's.
    UnknownAsset,
    /// A business that is not known.
    UnknownBusiness,
    /// Anything else that is not known.
    Unknown,
}

impl ThingIx {
    /// Returns the number of a thing, with its row if it is a known asset.
    #[inline]
    pub(crate) fn find<'d>(
        directory: &'d Directory,
        thing: &Thing,
    ) -> (Self, Option<&'d AssetRow>) {
        match thing {
            Thing::Asset(id) => Self::of_asset(directory.asset_by(id.as_str())),
            _ => (Self::find_other(directory, thing), None),
        }
    }

    #[inline]
    pub(super) fn of_asset(found: Option<(u32, &AssetRow)>) -> (Self, Option<&AssetRow>) {
        match found {
            Some((index, row)) => (Self::Asset(index), Some(row)),
            None => (Self::UnknownAsset, None),
        }
    }

    fn find_other(directory: &Directory, thing: &Thing) -> Self {
        let found = match thing {
            Thing::Realm => Some(Self::Realm),
            Thing::Business(id) => {
                let known = directory.find_business(id.as_str());
                return known.map_or(Self::UnknownBusiness, Self::Business);
            }
            Thing::Asset(id) => directory.find_asset(id.as_str()).map(Self::Asset),
            Thing::App(id) => directory.find_app(id).map(Self::App),
            Thing::Group(id) => directory.find_group(id.as_str()).map(Self::Group),
            Thing::Person(id) => directory.find_person(id).map(Self::Person),
            Thing::SystemUser(id) => directory
                .find_system_user(id.as_str())
                .map(Self::SystemUser),
        };
        found.unwrap_or(Self::Unknown)
    }

    pub(crate) const fn is_known(self) -> bool {
        !matches!(
            self,
            Self::Unknown | Self::UnknownAsset | Self::UnknownBusiness
        )
    }

    pub(crate) const fn is_asset(self) -> bool {
        matches!(self, Self::Asset(_) | Self::UnknownAsset)
    }
}

impl Directory {
    /// Returns who owns a thing: the owner of an asset or app, the business of a group or system
    /// user, a business itself.
    #[inline]
    pub(crate) fn owner_of(&self, thing: ThingIx) -> HolderIx {
        let business = |index: u32| {
            if index == NONE {
                HolderIx::NOBODY
            } else {
                HolderIx::business(index)
            }
        };
        match thing {
            ThingIx::Asset(index) => self
                .assets
                .get(index)
                .map_or(HolderIx::NOBODY, |row| row.owner),
            ThingIx::App(index) => self
                .apps
                .get(index)
                .map_or(HolderIx::NOBODY, |row| row.owner),
            ThingIx::Business(index) => HolderIx::business(index),
            ThingIx::Group(index) => self
                .groups
                .get(index)
                .map_or(HolderIx::NOBODY, |row| business(row.business)),
            ThingIx::SystemUser(index) => self
                .system_users
                .get(index)
                .map_or(HolderIx::NOBODY, |row| business(row.business)),
            _ => HolderIx::NOBODY,
        }
    }

    /// Returns the profile of the business that owns a thing.
    #[inline]
    pub(crate) fn profile_of(&self, owner: HolderIx) -> u8 {
        if self.rulebook.profile_switch.is_none() {
            return 0;
        }
        let owner = owner.as_business();
        let row = owner.and_then(|index| self.businesses.get(index));
        row.and_then(|row| row.profile)
            .map_or(0, |word| self.vocabulary.profile(word))
    }

    /// Returns the parent of a business.
    #[inline]
    pub(crate) fn parent_of(&self, business: u32) -> Option<u32> {
        self.businesses
            .get(business)
            .map(|row| row.parent)
            .filter(|parent| *parent != NONE)
    }

    /// Does who keeps the group own the asset, or is the parent of its owner? Only such a group can
    /// share the asset, or assign it without a business between: in a group of its own, a partner
    /// keeps what was shared to it, and it is not the partner's to give.
    #[inline]
    pub(crate) fn speaks_for(&self, group: u32, asset: &AssetRow) -> bool {
        let group = self.groups.get(group).filter(|row| row.present);
        let (Some(group), Some(owner)) = (group, asset.owner.as_business()) else {
            return false;
        };
        group.business == owner || self.is_child_of(owner, group.business)
    }

    /// Is the parent of `business` this one? Never for what is no business.
    #[inline]
    pub(crate) fn is_child_of(&self, business: u32, parent: u32) -> bool {
        self.parent_of(business) == Some(parent)
    }
}

impl Walk<'_> {
    /// Returns the thing a request names beside the resource.
    pub(crate) fn named(&self, name: &str) -> Option<ThingIx> {
        let (_, thing) = self.with.iter().find(|(known, _)| known == name)?;
        Some(ThingIx::find(self.directory, thing).0)
    }

    /// Returns the business the request names as `business`, if it is known.
    pub(crate) fn named_business(&self) -> Option<u32> {
        match self.named("business") {
            Some(ThingIx::Business(index)) => Some(index),
            _ => None,
        }
    }

    /// Returns the business a request is chiefly about.
    pub(crate) fn primary_business(&self) -> Option<u32> {
        match self.resource {
            ThingIx::Business(index) => Some(index),
            ThingIx::UnknownBusiness => None,
            _ => self.named_business().or_else(|| self.owner.as_business()),
        }
    }

    /// Returns what a need looks at.
    #[inline]
    pub(crate) fn target(&self, target: &Target) -> ThingOrOwner {
        match target {
            Target::Resource => ThingOrOwner::Thing(self.resource),
            Target::Owner => ThingOrOwner::owner(self.owner),
            Target::Parent => {
                let business = self.owner.as_business();
                let parent = business.and_then(|index| self.directory.parent_of(index));
                ThingOrOwner::Thing(parent.map_or(ThingIx::Unknown, ThingIx::Business))
            }
            Target::Named(name) => {
                ThingOrOwner::Thing(self.named(name).unwrap_or(ThingIx::Unknown))
            }
        }
    }

    /// Is the thing known, and of the kind?
    #[inline]
    pub(crate) fn fits(&self, thing: ThingIx, kind: KindId) -> bool {
        let Some(family) = self.rules.kind(kind).map(|kind| kind.family) else {
            return false;
        };
        if thing == self.resource && self.asset.is_some() {
            return family == Family::Asset && self.kind == Some(kind);
        }
        match (thing, family) {
            (ThingIx::Asset(index), Family::Asset) => self
                .directory
                .assets
                .get(index)
                .is_some_and(|row| self.directory.vocabulary.kind(row.kind) == Some(kind)),
            (ThingIx::Business(index), Family::Business) => self
                .directory
                .businesses
                .get(index)
                .is_some_and(|row| row.present),
            (ThingIx::App(_), Family::App) | (ThingIx::Realm, Family::Realm) => true,
            _ => false,
        }
    }
}

/// A thing, or the person who owns it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ThingOrOwner {
    Thing(ThingIx),
    Person(u32),
}

impl ThingOrOwner {
    const fn owner(owner: HolderIx) -> Self {
        match owner.which() {
            crate::directory::index::Who::Business(index) => Self::Thing(ThingIx::Business(index)),
            crate::directory::index::Who::Person(index) => Self::Person(index),
            _ => Self::Thing(ThingIx::Unknown),
        }
    }
}
