//! What there is around a business: its children, its people, its partners, its assets. Pure lists,
//! a page at a time, by id.

use std::collections::BTreeMap;

use engine::fact::{Asset, Business, Fact, Key, Membership, Share, ShareState};
use engine::{AssetId, AssetOrGroup, BusinessId, Directory, Owner, Page};
use jiff::Timestamp;

/// Which part of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Only ids after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl Part {
    /// Returns this part of a list that is in the order of its ids.
    fn of<T>(&self, all: impl Iterator<Item = T>, id: impl Fn(&T) -> &str) -> Page<T> {
        let after = self.after.as_deref();
        let mut rest = all.filter(|one| after.is_none_or(|after| id(one) > after));
        let items: Vec<T> = rest.by_ref().take(self.limit).collect();
        Page {
            items,
            more: rest.next().is_some(),
        }
    }
}

/// Returns the children of a business, by id.
#[must_use]
pub fn children(directory: &Directory, business: &BusinessId, part: &Part) -> Page<Business> {
    let facts = directory.facts_of_business(business).into_iter();
    let mut found: Vec<Business> = facts
        .filter_map(|fact| match fact {
            Fact::Business(child) => Some(child),
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    part.of(found.into_iter(), |child| child.id.as_str())
}

/// Returns who sits in a business at a time, by person.
#[must_use]
pub fn members(
    directory: &Directory,
    business: &BusinessId,
    part: &Part,
    now: Timestamp,
) -> Page<Membership> {
    let facts = directory.facts_of_business(business).into_iter();
    let mut found: Vec<Membership> = facts
        .filter_map(|fact| match fact {
            Fact::Membership(member) => Some(member),
            _ => None,
        })
        .filter(|member| member.until.is_none_or(|until| until > now))
        .collect();
    found.sort_by(|one, other| one.person.cmp(&other.person));
    part.of(found.into_iter(), |member| member.person.as_str())
}

/// A partner, what goes to and fro, and who acts for whom. A shared group counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerLine {
    /// The partner.
    pub partner: BusinessId,
    /// How much the business shares to it, accepted.
    pub gives: usize,
    /// How much it shares to the business, accepted.
    pub receives: usize,
    /// How much of either waits to be accepted.
    pub waiting: usize,
    /// Does the business act on behalf of it?
    pub acts_for_it: bool,
    /// Does it act on behalf of the business?
    pub acts_for_us: bool,
}

/// Returns the partners of a business at a time, by id: all it shares with, and on whose behalf one acts,
/// either way.
#[must_use]
pub fn partners(
    directory: &Directory,
    business: &BusinessId,
    part: &Part,
    now: Timestamp,
) -> Page<PartnerLine> {
    let mut found: BTreeMap<BusinessId, PartnerLine> = BTreeMap::new();
    for share in live(given(directory, business), now) {
        let line = found.entry(share.to.clone());
        let line = line.or_insert_with(|| PartnerLine::new(&share.to));
        match share.state {
            ShareState::Accepted => line.gives += 1,
            ShareState::Pending => line.waiting += 1,
        }
    }
    for share in live(directory.shares_to(business), now) {
        let Some(owner) = owner_of(directory, &share.of) else {
            continue;
        };
        let line = found.entry(owner.clone());
        let line = line.or_insert_with(|| PartnerLine::new(&owner));
        match share.state {
            ShareState::Accepted => line.receives += 1,
            ShareState::Pending => line.waiting += 1,
        }
    }
    for relation in directory.managed_by(business) {
        let line = found.entry(relation.client.clone());
        line.or_insert_with(|| PartnerLine::new(&relation.client))
            .acts_for_it = true;
    }
    for relation in directory.managers_of(business) {
        let line = found.entry(relation.partner.clone());
        line.or_insert_with(|| PartnerLine::new(&relation.partner))
            .acts_for_us = true;
    }
    part.of(found.into_values(), |line| line.partner.as_str())
}

impl PartnerLine {
    fn new(partner: &BusinessId) -> Self {
        Self {
            partner: partner.clone(),
            gives: 0,
            receives: 0,
            waiting: 0,
            acts_for_it: false,
            acts_for_us: false,
        }
    }
}

/// An asset a business has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetLine {
    /// The asset.
    pub asset: Asset,
    /// How it comes to the business; nothing where the business owns it.
    pub share: Option<Share>,
}

/// Returns what a business owns, and what is shared to it at a time, by id.
#[must_use]
pub fn assets(
    directory: &Directory,
    business: &BusinessId,
    part: &Part,
    now: Timestamp,
) -> Page<AssetLine> {
    let mut found: BTreeMap<AssetId, AssetLine> = BTreeMap::new();
    for fact in directory.facts_of_business(business) {
        if let Fact::Asset(asset) = fact {
            let share = None;
            found.insert(asset.id.clone(), AssetLine { asset, share });
        }
    }
    for share in live(directory.shares_to(business), now) {
        for id in assets_of(directory, &share.of) {
            let Some(Fact::Asset(asset)) = directory.fact(&Key::Asset(id.clone())) else {
                continue;
            };
            let share = Some(share.clone());
            found.entry(id).or_insert(AssetLine { asset, share });
        }
    }
    part.of(found.into_values(), |line| line.asset.id.as_str())
}

/// Returns the shares of everything that a business owns.
fn given(directory: &Directory, business: &BusinessId) -> Vec<Fact> {
    let facts = directory.facts_of_business(business).into_iter();
    let own = facts.filter_map(|fact| match fact {
        Fact::Asset(asset) => Some(AssetOrGroup::Asset(asset.id)),
        Fact::Group(group) => Some(AssetOrGroup::Group(group.id)),
        _ => None,
    });
    own.flat_map(|of| directory.shares_of(&of)).collect()
}

fn live(facts: Vec<Fact>, now: Timestamp) -> impl Iterator<Item = Share> {
    let shares = facts.into_iter().filter_map(|fact| match fact {
        Fact::Share(share) => Some(share),
        _ => None,
    });
    shares.filter(move |share| share.until.is_none_or(|until| until > now))
}

fn owner_of(directory: &Directory, of: &AssetOrGroup) -> Option<BusinessId> {
    match of {
        AssetOrGroup::Asset(id) => match directory.fact(&Key::Asset(id.clone()))? {
            Fact::Asset(Asset {
                owner: Owner::Business(business),
                ..
            }) => Some(business),
            _ => None,
        },
        AssetOrGroup::Group(id) => match directory.fact(&Key::Group(id.clone()))? {
            Fact::Group(group) => Some(group.business),
            _ => None,
        },
    }
}

fn assets_of(directory: &Directory, of: &AssetOrGroup) -> Vec<AssetId> {
    match of {
        AssetOrGroup::Asset(id) => vec![id.clone()],
        AssetOrGroup::Group(group) => {
            let facts = directory.assets_in(group).into_iter();
            let assets = facts.filter_map(|fact| match fact {
                Fact::GroupAsset(one) => Some(one.asset),
                _ => None,
            });
            assets.collect()
        }
    }
}
