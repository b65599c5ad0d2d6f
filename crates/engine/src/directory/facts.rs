//! The facts of a directory, given back as they were set.
//!
//! [`Directory::facts`] is canonical: two directories are the same when it gives the same.

mod inventory;
mod pointing;
mod proposed;
mod single;

pub(crate) use proposed::Proposals;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Directory;
use super::apply::end_reason;
use super::index::{HolderIx, NONE, OnIx, Who};
use super::rows::{
    ALWAYS, AppRow, AssetMarks, AssetRow, AssignmentRow, BusinessRow, DelegateRow, DisclosureRow,
    GrantRow, GroupRow, Member, PersonRow, ShareRow, SystemUserRow,
};
use crate::fact::{
    AppClaim, AppPermission, AppRole, Asset, Assignment, Business, Delegate, Digest, Disclosure,
    Fact, Grant, Group, GroupAsset, Install, Link, Membership, Person, Share, ShareState,
    SystemUser, Token,
};
use crate::id::{AssetOrGroup, Holder, Owner};

impl Directory {
    /// Returns every fact, by kind in the order of [`crate::fact::KINDS`] and by key within a kind.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        facts.extend(
            self.settings
                .iter()
                .map(|fact| Fact::Settings((**fact).clone())),
        );
        facts.extend(
            self.businesses
                .iter()
                .filter_map(|row| self.business_fact(row)),
        );
        facts.extend(self.people.iter().filter_map(|row| self.person_fact(row)));
        facts.extend(self.operators.values().cloned().map(Fact::Operator));
        for row in self.people.iter() {
            facts.extend(
                row.members
                    .iter()
                    .filter_map(|one| self.membership_fact(row, one)),
            );
        }
        facts.extend(
            self.system_users
                .iter()
                .filter_map(|row| self.system_user_fact(row)),
        );
        for row in self.apps.iter() {
            facts.extend(self.app_facts(row));
        }
        for row in self.assets.iter() {
            facts.extend(self.asset_facts(row));
        }
        facts.extend(self.groups.iter().filter_map(|row| self.group_fact(row)));
        for row in self.groups.iter() {
            facts.extend(self.group_asset_facts(row));
        }
        facts.extend(self.shares.iter().filter_map(|row| self.share_fact(row)));
        facts.extend(
            self.assignments
                .iter()
                .filter_map(|row| self.assignment_fact(row)),
        );
        facts.extend(
            self.delegates
                .iter()
                .filter_map(|row| self.delegate_fact(row)),
        );
        facts.extend(self.grants.iter().filter_map(|row| self.grant_fact(row)));
        facts.extend((0..self.tokens.len()).filter_map(|index| self.token_fact(index)));
        facts.extend(self.renewals.values().cloned().map(Fact::Renewal));
        facts.extend(
            self.disclosures
                .iter()
                .filter_map(|row| self.disclosure_fact(row)),
        );
        let mandates = self.mandates.iter().filter_map(|row| row.fact.as_ref());
        facts.extend(mandates.map(|fact| Fact::Mandate((**fact).clone())));
        facts.extend(self.waiting_facts());
        facts.extend(self.proposals().cloned().map(Fact::Proposal));
        facts.extend(self.requests.iter().cloned().map(Fact::AccessRequest));
        facts.extend(self.on_behalf.iter().cloned().map(Fact::OnBehalf));
        // The order of `Key` is the order of kinds, then of what names the fact.
        facts.sort_by_cached_key(Fact::key);
        facts
    }

    fn business_id<T: std::str::FromStr>(&self, index: u32) -> Option<T> {
        self.businesses
            .get(index)
            .and_then(|row| parse(row.id.as_str()))
    }

    fn person_id<T: std::str::FromStr>(&self, index: u32) -> Option<T> {
        self.people
            .get(index)
            .and_then(|row| parse(row.id.as_str()))
    }

    fn system_user_id<T: std::str::FromStr>(&self, index: u32) -> Option<T> {
        self.system_users
            .get(index)
            .and_then(|row| parse(row.id.as_str()))
    }

    fn asset_id<T: std::str::FromStr>(&self, index: u32) -> Option<T> {
        self.assets
            .get(index)
            .and_then(|row| parse(row.id.as_str()))
    }

    fn app_id<T: std::str::FromStr>(&self, index: u32) -> Option<T> {
        self.apps.get(index).and_then(|row| parse(row.id.as_str()))
    }

    /// Returns who a number stands for.
    pub(crate) fn holder(&self, holder: HolderIx) -> Option<Holder> {
        match holder.which() {
            Who::Person(index) => self.person_id(index).map(Holder::Person),
            Who::SystemUser(index) => self.system_user_id(index).map(Holder::SystemUser),
            Who::Business(index) => self.business_id(index).map(Holder::Business),
            Who::App(index) => self.app_id(index).map(Holder::App),
            Who::Nobody => None,
        }
    }

    pub(crate) fn owner(&self, owner: HolderIx) -> Option<Owner> {
        match owner.which() {
            Who::Person(index) => self.person_id(index).map(Owner::Person),
            Who::Business(index) => self.business_id(index).map(Owner::Business),
            _ => None,
        }
    }

    pub(crate) fn on(&self, on: OnIx) -> Option<AssetOrGroup> {
        let (index, is_group) = on.parts();
        if is_group {
            let row = self.groups.get(index)?;
            parse(row.id.as_str()).map(AssetOrGroup::Group)
        } else {
            self.asset_id(index).map(AssetOrGroup::Asset)
        }
    }

    fn business_fact(&self, row: &BusinessRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        let profile = row
            .profile
            .map(|word| self.vocabulary.word_text(word).to_owned());
        Some(Fact::Business(Business {
            id: parse(row.id.as_str())?,
            name: row.name.clone(),
            parent: self.business_id(row.parent),
            verified: row.verified,
            two_factor: row.two_factor,
            suspended: row.suspended,
            automated: row.automated,
            profile,
        }))
    }

    fn person_fact(&self, row: &PersonRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        let extra = self.person_extras.get(row.extra);
        if let Some(told) = extra.and_then(|extra| extra.told.as_deref()) {
            return Some(Fact::Person(told.clone()));
        }
        Some(Fact::Person(Person {
            shared_login: row.shared_login,
            ..Person::plain(parse(row.id.as_str())?)
        }))
    }

    fn membership_fact(&self, row: &PersonRow, member: &Member) -> Option<Fact> {
        Some(Fact::Membership(Membership {
            business: self.business_id(member.business)?,
            person: parse(row.id.as_str())?,
            role: self.vocabulary.word_text(member.role).to_owned(),
            until: time(member.until),
        }))
    }

    fn system_user_fact(&self, row: &SystemUserRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        Some(Fact::SystemUser(SystemUser {
            id: parse(row.id.as_str())?,
            business: self.business_id(row.business)?,
            role: self.vocabulary.word_text(row.role).to_owned(),
            name: row.name.clone(),
        }))
    }

    fn app_facts(&self, row: &AppRow) -> Vec<Fact> {
        let Some(app) = parse::<crate::id::AppId>(row.id.as_str()) else {
            return Vec::new();
        };
        let mut facts = Vec::new();
        facts.extend(row.fact.as_ref().map(|fact| Fact::App((**fact).clone())));
        let claims = row
            .claims
            .iter()
            .filter_map(|index| self.business_id(*index));
        facts.extend(claims.map(|business| {
            Fact::AppClaim(AppClaim {
                app: app.clone(),
                business,
            })
        }));
        for (person, role) in row.roles.iter() {
            let Some(person) = self.person_id(*person) else {
                continue;
            };
            let role = self.vocabulary.word_text(*role).to_owned();
            facts.push(Fact::AppRole(AppRole {
                app: app.clone(),
                person,
                role,
            }));
        }
        for (permission, state) in row.permissions.iter() {
            facts.push(Fact::AppPermission(AppPermission {
                app: app.clone(),
                permission: permission.clone(),
                level: state.level,
                approved: state.approved,
                removed: state.removed,
                review: state.review.clone(),
            }));
        }
        let installs = row
            .installs
            .iter()
            .filter_map(|index| self.system_user_id(*index));
        facts.extend(installs.map(|system_user| {
            Fact::Install(Install {
                app: app.clone(),
                system_user,
            })
        }));
        facts
    }

    fn asset_fact(&self, row: &AssetRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        let extra = self
            .asset_extras
            .get(row.extra)
            .cloned()
            .unwrap_or_default();
        Some(Fact::Asset(Asset {
            id: parse(row.id.as_str())?,
            kind: self.vocabulary.word_text(row.kind).to_owned(),
            owner: self.owner(row.owner)?,
            name: extra.name,
            sandbox: row.marks.has(AssetMarks::SANDBOX),
            properties: extra.properties,
        }))
    }

    /// Returns an asset and its links.
    fn asset_facts(&self, row: &AssetRow) -> Vec<Fact> {
        let Some(id) = parse::<crate::id::AssetId>(row.id.as_str()) else {
            return Vec::new();
        };
        let mut facts: Vec<Fact> = self.asset_fact(row).into_iter().collect();
        let links = self
            .lists
            .iter(self.links_of(row))
            .filter_map(|index| self.asset_id(index));
        facts.extend(links.map(|to| {
            Fact::Link(Link {
                asset: id.clone(),
                to,
            })
        }));
        facts
    }

    fn group_fact(&self, row: &GroupRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        Some(Fact::Group(Group {
            id: parse(row.id.as_str())?,
            business: self.business_id(row.business)?,
            name: row.name.clone(),
            project: row.project,
        }))
    }

    fn group_asset_facts(&self, row: &GroupRow) -> Vec<Fact> {
        let Some(group) = parse::<crate::id::GroupId>(row.id.as_str()) else {
            return Vec::new();
        };
        let assets = self
            .lists
            .iter(row.assets)
            .filter_map(|index| self.asset_id(index));
        assets
            .map(|asset| {
                Fact::GroupAsset(GroupAsset {
                    group: group.clone(),
                    asset,
                })
            })
            .collect()
    }

    fn share_fact(&self, row: &ShareRow) -> Option<Fact> {
        Some(Fact::Share(Share {
            of: self.on(row.of)?,
            to: self.business_id(row.to)?,
            terms: self.vocabulary.terms_of(row.terms),
            state: if row.accepted {
                ShareState::Accepted
            } else {
                ShareState::Pending
            },
            until: time(row.until),
        }))
    }

    pub(crate) fn assignment_fact(&self, row: &AssignmentRow) -> Option<Fact> {
        Some(Fact::Assignment(Assignment {
            holder: self.holder(row.holder)?,
            on: self.on(row.on)?,
            via: self.business_id(row.via),
            terms: self.vocabulary.terms_of(row.terms),
            until: time(row.until),
        }))
    }

    fn delegate_fact(&self, row: &DelegateRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        let (_, id) = row.id.as_str().split_once('\n')?;
        Some(Fact::Delegate(Delegate {
            id: parse(id)?,
            business: self.business_id(row.business)?,
            system_user: self.system_user_id(row.system_user)?,
            assets: row
                .assets
                .iter()
                .filter_map(|index| self.asset_id(*index))
                .collect(),
        }))
    }

    fn grant_fact(&self, row: &GrantRow) -> Option<Fact> {
        if !row.present {
            return None;
        }
        let mut targets = BTreeMap::new();
        for (scope, assets) in row.targets.iter().flat_map(|targets| targets.iter()) {
            let mut ids: Vec<crate::id::AssetId> = assets
                .iter()
                .filter_map(|index| self.asset_id(*index))
                .collect();
            ids.sort();
            targets.insert(scope.clone(), ids);
        }
        Some(Fact::Grant(Grant {
            id: parse(row.id.as_str())?,
            holder: self.holder(row.holder)?,
            app: self.app_id(row.app)?,
            scopes: self.vocabulary.scopes_of(row.scopes).to_vec(),
            declined: self.vocabulary.scopes_of(row.declined).to_vec(),
            targets,
            from: self
                .grants
                .get(row.from)
                .and_then(|row| parse(row.id.as_str())),
        }))
    }

    fn token_fact(&self, index: u32) -> Option<Fact> {
        let row = self.tokens.get(index).filter(|row| row.present)?;
        let slot = self.slot_of_token(index)?;
        Some(Fact::Token(Token {
            id: parse(row.id.as_str())?,
            digest: Digest(row.digest),
            grant: self
                .grants
                .get(row.grant)
                .and_then(|row| parse(row.id.as_str()))?,
            kind: self.vocabulary.word_text(slot.kind).to_owned(),
            issued: time(row.issued)?,
            expires: time(slot.expires),
            ended: end_reason(slot.ended),
            associated_user: self.person_id(row.associated_user),
        }))
    }

    fn disclosure_fact(&self, row: &DisclosureRow) -> Option<Fact> {
        if row.person == NONE {
            return None;
        }
        Some(Fact::Disclosure(Disclosure {
            token: parse(self.token_id(row.token))?,
            to: self.person_id(row.person)?,
            at: time(row.at)?,
        }))
    }
}

/// Ids in rows were ids when they came in.
fn parse<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Returns a row's time; nothing for "always".
pub(crate) fn time(until: i64) -> Option<Timestamp> {
    (until != ALWAYS)
        .then(|| Timestamp::from_millisecond(until).ok())
        .flatten()
}
