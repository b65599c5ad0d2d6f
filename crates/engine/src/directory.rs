//! The directory of one realm: its facts, held so that every question finds what it needs without
//! a scan.
//!
//! It is a fold over changes: [`Directory::apply`] sets or ends one fact, never fails, never
//! cascades and never asks the rulebook. Cloning takes constant time, and a clone shares every page
//! it does not change: snapshots, overlays and the writer's working copy are clones.

mod apply;
mod aside;
mod facts;
mod find;
mod fold;
pub(crate) mod id_key;
pub(crate) mod ident;
pub(crate) mod index;
pub(crate) mod lists;
mod on_behalf;
mod partners;
pub(crate) mod person_slot;
pub(crate) mod places;
pub(crate) mod plan;
mod requests;
pub(crate) mod rows;
pub(crate) mod slots;
mod standing;
mod waiting;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use rulebook::Rulebook;

use self::aside::Kept;
use self::ident::Ident;
use self::index::{AppSlot, AssignmentSlot, Class, HolderIx, IdSlot, OnIx, PairSlot};
use self::lists::Lists;
use self::partners::Partners;
use self::person_slot::PersonSlot;
use self::plan::Plans;
use self::rows::{
    AppRow, AssetExtra, AssetRow, AssignmentRow, BusinessRow, DelegateRow, DisclosureRow, GrantRow,
    GroupRow, MandateRow, PersonExtra, PersonRow, Row, ShareRow, SystemUserRow, TokenRow,
};
use self::slots::{AssetSlot, TokenSlot};
use self::words::Vocabulary;
use crate::fact::{AccessRequest, OnBehalf, Operator, Renewal, Settings};
use crate::id::{AssetOrGroup, Holder, Owner, TokenId};
use crate::table::{HashSeed, PageVec, SlotMap};

/// The facts of one realm under its rulebook.
#[derive(Debug, Clone)]
pub struct Directory {
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) position: u64,
    /// How many businesses are suspended or demand a second factor. While there are none, no
    /// decision looks for them.
    pub(crate) strict: u32,
    pub(crate) settings: Option<Arc<Settings>>,
    pub(crate) operators: Arc<BTreeMap<u32, Operator>>,
    /// Tokens that are renewed by themselves. No decision looks here.
    pub(crate) renewals: Arc<BTreeMap<TokenId, Renewal>>,
    waiting: waiting::Waiting,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) plans: Arc<Plans>,
    pub(crate) lists: Lists,
    pub(crate) businesses: PageVec<BusinessRow>,
    pub(crate) people: PageVec<PersonRow>,
    pub(crate) person_extras: PageVec<PersonExtra>,
    pub(crate) system_users: PageVec<SystemUserRow>,
    pub(crate) assets: PageVec<AssetRow>,
    pub(crate) asset_extras: PageVec<AssetExtra>,
    pub(crate) groups: PageVec<GroupRow>,
    pub(crate) apps: PageVec<AppRow>,
    pub(crate) grants: PageVec<GrantRow>,
    pub(crate) tokens: PageVec<TokenRow>,
    pub(crate) mandates: PageVec<MandateRow>,
    pub(crate) proposals: facts::Proposals,
    pub(crate) delegates: PageVec<DelegateRow>,
    pub(crate) assignments: PageVec<AssignmentRow>,
    free_assignments: PageVec<u32>,
    pub(crate) shares: PageVec<ShareRow>,
    free_shares: PageVec<u32>,
    pub(crate) disclosures: PageVec<DisclosureRow>,
    /// By class; those of people, assets and apps are in slots of their own.
    ids: [SlotMap<IdSlot>; Class::COUNT],
    token_digests: SlotMap<TokenSlot>,
    person_slots: SlotMap<PersonSlot>,
    asset_slots: SlotMap<AssetSlot>,
    app_slots: SlotMap<AppSlot>,
    pub(crate) assignment_index: SlotMap<AssignmentSlot>,
    /// Ends of timed assignments: (holder, on) → row.
    pub(crate) assignment_ends: SlotMap<PairSlot>,
    /// (asset or group, partner) → row and terms.
    pub(crate) share_index: SlotMap<PairSlot>,
    pub(crate) partners: Partners,
    requests: Kept<AccessRequest>,
    on_behalf: Kept<OnBehalf>,
    seed: HashSeed,
}

impl Directory {
    /// Returns an empty directory.
    ///
    /// `seed` makes hashes unpredictable: take a random number once per process.
    #[must_use]
    pub fn new(rulebook: Arc<Rulebook>, seed: u64) -> Self {
        Self {
            vocabulary: Vocabulary::new(&rulebook),
            plans: Arc::new(Plans::new(&rulebook)),
            rulebook,
            position: 0,
            strict: 0,
            settings: None,
            operators: Arc::default(),
            renewals: Arc::default(),
            waiting: Arc::default(),
            lists: Lists::new(),
            businesses: PageVec::new(),
            people: PageVec::new(),
            person_extras: PageVec::new(),
            system_users: PageVec::new(),
            assets: PageVec::new(),
            asset_extras: PageVec::new(),
            groups: PageVec::new(),
            apps: PageVec::new(),
            grants: PageVec::new(),
            tokens: PageVec::new(),
            mandates: PageVec::new(),
            proposals: facts::Proposals::default(),
            delegates: PageVec::new(),
            assignments: PageVec::new(),
            free_assignments: PageVec::new(),
            shares: PageVec::new(),
            free_shares: PageVec::new(),
            disclosures: PageVec::new(),
            ids: std::array::from_fn(|_| SlotMap::new()),
            token_digests: SlotMap::new(),
            person_slots: SlotMap::new(),
            asset_slots: SlotMap::new(),
            app_slots: SlotMap::new(),
            assignment_index: SlotMap::new(),
            assignment_ends: SlotMap::new(),
            share_index: SlotMap::new(),
            partners: Partners::default(),
            requests: Kept::new(HashSeed::new(seed)),
            on_behalf: Kept::new(HashSeed::new(seed)),
            seed: HashSeed::new(seed),
        }
    }

    /// Returns the same facts under another rulebook.
    #[must_use]
    pub fn under(&self, rulebook: Arc<Rulebook>) -> Self {
        let vocabulary = self.vocabulary.under(&rulebook);
        let mut under = Self {
            plans: Arc::new(Plans::new(&rulebook)),
            rulebook,
            vocabulary,
            ..self.clone()
        };
        under.weigh_apps();
        under
    }

    /// Returns the active rulebook.
    #[must_use]
    pub const fn rulebook(&self) -> &Arc<Rulebook> {
        &self.rulebook
    }

    /// Returns how the realm is set, if that has been said.
    #[must_use]
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_deref()
    }

    /// Returns the position of the last entry that was applied.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Notes the position of the last entry that was applied.
    pub const fn set_position(&mut self, position: u64) {
        self.position = position;
    }

    /// Returns every name of a role, level or capability that shares and assignments use, with its
    /// asset kind. Some may no longer be in use: a word once used is kept.
    pub fn terms_in_use(&self) -> impl Iterator<Item = (&str, &str)> {
        self.vocabulary.terms_in_use()
    }

    /// Returns every scope that grants use. Some may no longer be in use.
    pub fn scopes_in_use(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.scopes_in_use()
    }

    /// Returns the bytes of heap the tables hold, shared pages counted in full.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lists.bytes()
            + self.businesses.bytes()
            + self.people.bytes()
            + self.person_extras.bytes()
            + self.system_users.bytes()
            + self.assets.bytes()
            + self.asset_extras.bytes()
            + self.groups.bytes()
            + self.apps.bytes()
            + self.grants.bytes()
            + self.tokens.bytes()
            + self.assignments.bytes()
            + self.shares.bytes()
            + self.ids.iter().map(SlotMap::bytes).sum::<usize>()
            + self.token_digests.bytes()
            + self.person_slots.bytes()
            + self.asset_slots.bytes()
            + self.app_slots.bytes()
            + self.assignment_index.bytes()
            + self.assignment_ends.bytes()
            + self.share_index.bytes()
            + self.partners.bytes()
            + self.requests.bytes()
            + self.on_behalf.bytes()
    }

    fn intern_business(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.businesses, Class::Business, id) {
            Some(index) => index,
            None => intern(
                &mut self.ids,
                &mut self.businesses,
                Class::Business,
                hash,
                id,
            ),
        }
    }

    fn intern_system_user(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.system_users, Class::SystemUser, id) {
            Some(index) => index,
            None => intern(
                &mut self.ids,
                &mut self.system_users,
                Class::SystemUser,
                hash,
                id,
            ),
        }
    }

    fn intern_group(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.groups, Class::Group, id) {
            Some(index) => index,
            None => intern(&mut self.ids, &mut self.groups, Class::Group, hash, id),
        }
    }

    fn intern_grant(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.grants, Class::Grant, id) {
            Some(index) => index,
            None => intern(&mut self.ids, &mut self.grants, Class::Grant, hash, id),
        }
    }

    fn intern_mandate(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.mandates, Class::Mandate, id) {
            Some(index) => index,
            None => intern(&mut self.ids, &mut self.mandates, Class::Mandate, hash, id),
        }
    }

    fn intern_delegate(&mut self, business: &str, id: &str) -> u32 {
        let key = delegate_key(business, id);
        let hash = self.hash(&key);
        match self.find_in(&self.delegates, Class::Delegate, &key) {
            Some(index) => index,
            None => intern(
                &mut self.ids,
                &mut self.delegates,
                Class::Delegate,
                hash,
                &key,
            ),
        }
    }

    fn intern_token(&mut self, id: &str) -> u32 {
        let hash = self.hash(id);
        match self.find_in(&self.tokens, Class::Token, id) {
            Some(index) => index,
            None => intern(&mut self.ids, &mut self.tokens, Class::Token, hash, id),
        }
    }

    fn intern_holder(&mut self, holder: &Holder) -> HolderIx {
        match holder {
            Holder::Person(id) => HolderIx::person(self.intern_person(id)),
            Holder::SystemUser(id) => HolderIx::system_user(self.intern_system_user(id.as_str())),
            Holder::Business(id) => HolderIx::business(self.intern_business(id.as_str())),
            Holder::App(id) => HolderIx::app(self.intern_app(id)),
        }
    }

    fn intern_owner(&mut self, owner: &Owner) -> HolderIx {
        match owner {
            Owner::Business(id) => HolderIx::business(self.intern_business(id.as_str())),
            Owner::Person(id) => HolderIx::person(self.intern_person(id)),
        }
    }

    fn intern_on(&mut self, on: &AssetOrGroup) -> OnIx {
        match on {
            AssetOrGroup::Asset(id) => OnIx::asset(self.intern_asset(id.as_str())),
            AssetOrGroup::Group(id) => OnIx::group(self.intern_group(id.as_str())),
        }
    }
}

fn intern<R: Row>(
    ids: &mut [SlotMap<IdSlot>; Class::COUNT],
    rows: &mut PageVec<R>,
    class: Class,
    hash: u64,
    id: &str,
) -> u32 {
    let index = rows.push(R::absent(Ident::new(id)));
    if let Some(ids) = ids.get_mut(class as usize) {
        ids.insert(IdSlot { hash, index });
    }
    index
}

/// A delegate is named by business and employee; no id holds a line break.
fn delegate_key(business: &str, id: &str) -> String {
    format!("{business}\n{id}")
}
