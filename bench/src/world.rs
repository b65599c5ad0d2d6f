//! The world every engine is asked about, made from a seed.
//!
//! At scale 1: 1,000 businesses with five people each (the first is the admin, one person in ten
//! also works for a second business), 10,000 ad accounts, about 7,200 partner shares and 31,000
//! assignments. Scale multiplies all of it; nobody knows more people because the world is larger.
//! Nothing is skewed: no giant agency, no account with a thousand people. A real directory has
//! both, and they are harder for every engine that walks lists.

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::terms::{Scope, Scopes, Task, Tasks};

/// One person's place in the world; [`UserId::name`] is what engines are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserId(pub u32);
/// One business's place in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BusinessId(pub u32);
/// One ad account's place in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(pub u32);

impl UserId {
    pub fn name(self) -> String {
        format!("u{}", self.0)
    }
}
impl BusinessId {
    pub fn name(self) -> String {
        format!("b{}", self.0)
    }
}
impl AccountId {
    pub fn name(self) -> String {
        format!("act_{}", self.0)
    }
}

/// A person, the businesses they work for, and the scopes of their one token.
#[derive(Debug, Clone, Copy)]
pub struct User {
    pub home: BusinessId,
    pub second: Option<BusinessId>,
    pub scopes: Scopes,
}

impl User {
    pub fn businesses(&self) -> impl Iterator<Item = BusinessId> {
        std::iter::once(self.home).chain(self.second)
    }
}

/// What an account's owner lets a partner business do on it.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    pub partner: BusinessId,
    pub tasks: Tasks,
}

/// What a business lets one of its people do on an account that it owns or was given.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    pub user: UserId,
    pub via: BusinessId,
    pub tasks: Tasks,
}

const PEOPLE_PER_BUSINESS: u32 = 5;
const ACCOUNTS_PER_BUSINESS: u32 = 10;
/// How often a member who is not the admin is assigned to an account the business reaches.
const ASSIGNED_PER_MILLE: u32 = 406;

const READ_AND_MANAGE: Scopes = Scopes::of(&[Scope::AdsRead, Scope::AdsManagement]);
const EVERY_SCOPE: Scopes = Scopes::of(&Scope::ALL);
const READ_ONLY: Scopes = Scopes::of(&[Scope::AdsRead]);
const BUSINESS_ONLY: Scopes = Scopes::of(&[Scope::BusinessManagement]);

const ANALYST: Tasks = Tasks::of(&[Task::Analyze]);
const ADVERTISER: Tasks = Tasks::of(&[Task::Advertise, Task::Analyze]);

/// How many facts of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub scale: u32,
    pub businesses: usize,
    pub people: usize,
    pub accounts: usize,
    pub shares: usize,
    pub assignments: usize,
}

/// All facts of one scale.
#[derive(Debug)]
pub struct World {
    pub scale: u32,
    pub seed: u64,
    pub users: Vec<User>,
    owners: Vec<BusinessId>,
    shares: Grouped<Share>,
    assignments: Grouped<Assignment>,
    second_members: Grouped<UserId>,
}

impl World {
    pub fn new(scale: u32, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let businesses = 1_000 * scale;
        let users = make_users(businesses, &mut random);
        let second_members = group_second_members(&users, businesses);
        let mut world = Self {
            scale,
            seed,
            users,
            owners: (0..businesses * ACCOUNTS_PER_BUSINESS)
                .map(|account| BusinessId(account / ACCOUNTS_PER_BUSINESS))
                .collect(),
            shares: Grouped::default(),
            assignments: Grouped::default(),
            second_members,
        };
        world.share_accounts(businesses, &mut random);
        world.assign_people(&mut random);
        world
    }

    fn share_accounts(&mut self, businesses: u32, random: &mut Random) {
        for owner in &self.owners {
            let partners = match random.below(100) {
                0..55 => 0,
                55..80 => 1,
                80..93 => 2,
                _ => 3,
            };
            let start = self.shares.items.len();
            for _ in 0..partners {
                let partner = BusinessId(random.below(businesses));
                let known = self.shares.items[start..]
                    .iter()
                    .any(|s| s.partner == partner);
                if partner != *owner && !known {
                    let tasks = match random.below(100) {
                        0..30 => ANALYST,
                        30..80 => ADVERTISER,
                        _ => Tasks::ALL,
                    };
                    self.shares.items.push(Share { partner, tasks });
                }
            }
            self.shares.close_group();
        }
    }

    fn assign_people(&mut self, random: &mut Random) {
        let mut assignments = Grouped::default();
        for account in self.accounts() {
            for (business, _) in self.reaching(account) {
                for user in self.members(business) {
                    if self.is_admin(user, business) || random.below(1_000) >= ASSIGNED_PER_MILLE {
                        continue;
                    }
                    // Drawn without looking at the share: owners narrow shares after partners
                    // have assigned their people, and then the share must win.
                    let tasks = match random.below(100) {
                        0..35 => ANALYST,
                        35..88 => ADVERTISER,
                        _ => Tasks::ALL,
                    };
                    assignments.items.push(Assignment {
                        user,
                        via: business,
                        tasks,
                    });
                }
            }
            assignments.close_group();
        }
        self.assignments = assignments;
    }

    pub fn accounts(&self) -> impl Iterator<Item = AccountId> + use<> {
        (0..self.owners.len() as u32).map(AccountId)
    }

    pub fn users(&self) -> impl Iterator<Item = UserId> + use<> {
        (0..self.users.len() as u32).map(UserId)
    }

    pub fn user(&self, user: UserId) -> &User {
        &self.users[user.0 as usize]
    }

    pub fn businesses(&self) -> impl Iterator<Item = BusinessId> + use<> {
        (0..self.users.len() as u32 / PEOPLE_PER_BUSINESS).map(BusinessId)
    }

    pub fn owner(&self, account: AccountId) -> BusinessId {
        self.owners[account.0 as usize]
    }

    pub fn shares(&self, account: AccountId) -> &[Share] {
        self.shares.group(account.0)
    }

    pub fn assignments(&self, account: AccountId) -> &[Assignment] {
        self.assignments.group(account.0)
    }

    pub fn size(&self) -> Size {
        Size {
            scale: self.scale,
            businesses: self.businesses().count(),
            people: self.users.len(),
            accounts: self.owners.len(),
            shares: self.shares.items.len(),
            assignments: self.assignments.items.len(),
        }
    }

    /// The businesses that own or were given this account, each with what it may do there.
    pub fn reaching(&self, account: AccountId) -> impl Iterator<Item = (BusinessId, Tasks)> {
        let partners = self
            .shares(account)
            .iter()
            .map(|share| (share.partner, share.tasks));
        std::iter::once((self.owner(account), Tasks::ALL)).chain(partners)
    }

    pub fn members(&self, business: BusinessId) -> impl Iterator<Item = UserId> {
        let first = business.0 * PEOPLE_PER_BUSINESS;
        let home = (first..first + PEOPLE_PER_BUSINESS).map(UserId);
        home.chain(self.second_members.group(business.0).iter().copied())
    }

    /// The first person of each business is its admin; nobody is admin of a second business.
    pub fn is_admin(&self, user: UserId, business: BusinessId) -> bool {
        user == Self::admin(business)
    }

    pub fn admin(business: BusinessId) -> UserId {
        UserId(business.0 * PEOPLE_PER_BUSINESS)
    }
}

fn make_users(businesses: u32, random: &mut Random) -> Vec<User> {
    (0..businesses * PEOPLE_PER_BUSINESS)
        .map(|user| {
            let home = BusinessId(user / PEOPLE_PER_BUSINESS);
            let second = (random.below(10) == 0)
                .then(|| BusinessId(random.below(businesses)))
                .filter(|second| *second != home);
            let scopes = match random.below(100) {
                0..50 => EVERY_SCOPE,
                50..88 => READ_AND_MANAGE,
                88..97 => READ_ONLY,
                _ => BUSINESS_ONLY,
            };
            User {
                home,
                second,
                scopes,
            }
        })
        .collect()
}

fn group_second_members(users: &[User], businesses: u32) -> Grouped<UserId> {
    let mut pairs: Vec<(BusinessId, UserId)> = users
        .iter()
        .zip(0..)
        .filter_map(|(user, index)| Some((user.second?, UserId(index))))
        .collect();
    pairs.sort_unstable();
    let mut grouped = Grouped::default();
    let mut pairs = pairs.into_iter().peekable();
    for business in (0..businesses).map(BusinessId) {
        while let Some((_, user)) = pairs.next_if(|(second, _)| *second == business) {
            grouped.items.push(user);
        }
        grouped.close_group();
    }
    grouped
}

/// Items in consecutive groups, one group per account or business.
#[derive(Debug)]
struct Grouped<T> {
    items: Vec<T>,
    starts: Vec<u32>,
}

impl<T> Default for Grouped<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            starts: vec![0],
        }
    }
}

impl<T> Grouped<T> {
    fn close_group(&mut self) {
        self.starts.push(self.items.len() as u32);
    }

    fn group(&self, index: u32) -> &[T] {
        let index = index as usize;
        &self.items[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}
