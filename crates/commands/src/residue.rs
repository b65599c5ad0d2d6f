//! What is left of a partner: every way in which somebody of it, or something it holds, still reaches
//! assets, each with the command that ends it.
//!
//! Removing a partner ends what was shared. It does not end what was given beside the partnership: a
//! person who was added directly, a token whose secret somebody saw, a consent to one of the
//! partner's apps. This module looks for all of it, list by list, in the facts; and then it asks the
//! engine, holder by holder and asset by asset, whether it overlooked something.
//!
//! What it cannot see is said with it ([`UNSEEN`]): copies of secrets, and the real platform.

mod lists;
mod subject;
mod waiting;

use std::collections::BTreeSet;

use engine::fact::{Fact, Key};
use engine::{AssetId, AssetOrGroup, BusinessId, Directory, Holder, Owner};
use jiff::Timestamp;

use self::subject::Subject;
use crate::command::Command;

/// What no look at the facts can show.
pub const UNSEEN: [&str; 5] = [
    "copies of secrets that were shown, and of what was downloaded while there was access",
    "people of the partner whom nobody recorded as such, and logins that several people share",
    "who will present the code of an invitation that waits: addresses are kept as digests",
    "anything on the platform itself that was not done through Countersign",
    "anything after the position and time this was looked at",
];

/// What is looked through, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListName {
    /// What was shared to the partner, accepted or not: the partner's own list.
    SharedToPartner,
    /// The same, asked of each asset and of each group it is in.
    SharedByAsset,
    /// The partner's people, system users, apps and the partner itself, assigned to an asset.
    Assignments,
    /// The partner's people who have a place in the business as well.
    Members,
    /// The partner above the business, or the partner's people in the business above it.
    Parents,
    /// Tokens whose secret somebody of the partner has seen.
    Secrets,
    /// What anybody let the partner's apps do, and tokens that bring somebody else's role.
    Grants,
    /// The partner's people with a role on an app of the business.
    AppRoles,
    /// Employees known to the partner alone, mapped to an asset.
    Delegates,
    /// Groups of the partner that hold an asset.
    Groups,
    /// Assets that follow one of the partner's.
    Links,
    /// What the partner asks for and waits for.
    Requests,
    /// Invitations that wait: to the partner's people, sent by them, or offering an asset.
    Invitations,
    /// What the partner or its apps may do by mandate.
    Mandates,
    /// That the partner acts on behalf of the business, through a system user of the business.
    OnBehalf,
    /// The engine's own word on every one of them and every asset.
    Decisions,
}

impl ListName {
    /// Every list.
    pub const ALL: [Self; 16] = [
        Self::SharedToPartner,
        Self::SharedByAsset,
        Self::Assignments,
        Self::Members,
        Self::Parents,
        Self::Secrets,
        Self::Grants,
        Self::AppRoles,
        Self::Delegates,
        Self::Groups,
        Self::Links,
        Self::Requests,
        Self::Invitations,
        Self::Mandates,
        Self::OnBehalf,
        Self::Decisions,
    ];

    /// Returns the name for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SharedToPartner => "shared_to_partner",
            Self::SharedByAsset => "shared_by_asset",
            Self::Assignments => "assignments",
            Self::Members => "members",
            Self::Parents => "parents",
            Self::Secrets => "secrets",
            Self::Grants => "grants",
            Self::AppRoles => "app_roles",
            Self::Delegates => "delegates",
            Self::Groups => "groups",
            Self::Links => "links",
            Self::Requests => "requests",
            Self::Invitations => "invitations",
            Self::Mandates => "mandates",
            Self::OnBehalf => "on_behalf",
            Self::Decisions => "decisions",
        }
    }

    /// Returns what the list holds, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SharedToPartner => "shares, by the partner's list",
            Self::SharedByAsset => "shares, by the lists of the assets",
            Self::Assignments => "assignments of its people, system users and apps",
            Self::Members => "its people who are members here",
            Self::Parents => "reach from above, by a parent",
            Self::Secrets => "tokens whose secret its people have seen",
            Self::Grants => "consents given to its apps",
            Self::AppRoles => "its people with a role on an app of ours",
            Self::Delegates => "employees it mapped to our assets",
            Self::Groups => "its groups that hold our assets",
            Self::Links => "our assets that follow one of its assets",
            Self::Requests => "requests of its that wait",
            Self::Invitations => "invitations of its people that wait",
            Self::Mandates => "mandates given to it or its apps",
            Self::OnBehalf => "that it acts on our behalf",
            Self::Decisions => "what the engine would still allow",
        }
    }
}

/// What is left of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residue {
    /// The businesses whose assets are looked at.
    pub businesses: Vec<BusinessId>,
    /// Their assets.
    pub assets: Vec<AssetId>,
    /// Who is meant by the partner.
    pub subject: Members,
    /// Every list, in the order of [`ListName::ALL`].
    pub lists: Vec<List>,
}

/// Who is meant by the partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// The business itself.
    pub partner: BusinessId,
    /// Its people, now.
    pub people: Vec<engine::PersonId>,
    /// Its system users.
    pub system_users: Vec<engine::SystemUserId>,
    /// The apps that it or its people own, or that it claimed.
    pub apps: Vec<engine::AppId>,
}

/// One list that was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Which.
    pub name: ListName,
    /// How many things were looked at.
    pub checked: usize,
    /// What is left.
    pub remains: Vec<Remains>,
}

/// Something that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The fact that gives it.
    pub fact: Fact,
    /// What ends it; nothing where no command does.
    pub removal: Option<Command>,
}

impl Residue {
    /// Is nothing left?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.remains.is_empty())
    }

    /// Returns what is left, each thing once, in the order of the lists.
    pub fn remains(&self) -> impl Iterator<Item = (ListName, &Remains)> {
        let mut seen = BTreeSet::new();
        let all = self
            .lists
            .iter()
            .flat_map(|list| list.remains.iter().map(move |one| (list.name, one)));
        all.filter(move |(_, one)| seen.insert(one.fact.key()))
    }
}

/// Returns everything that is left of a partner on the assets of these businesses, now.
///
/// A law: when nothing is left, nobody of the partner, and no token it may hold, is allowed anything
/// that takes a right on one of the assets.
#[must_use]
pub fn residue(
    directory: &Directory,
    businesses: &[BusinessId],
    partner: &BusinessId,
    now: Timestamp,
) -> Residue {
    let look = Look::new(directory, businesses, partner, now);
    let lists = ListName::ALL.map(|name| look.list(name));
    Residue {
        businesses: look.businesses.iter().cloned().collect(),
        assets: look.assets.iter().cloned().collect(),
        subject: look.subject.members(partner),
        lists: lists.into(),
    }
}

/// What is looked at, and from where.
struct Look<'a> {
    directory: &'a Directory,
    now: Timestamp,
    partner: &'a BusinessId,
    businesses: BTreeSet<BusinessId>,
    /// The businesses' own.
    assets: BTreeSet<AssetId>,
    /// Groups that hold one of the assets, whoever keeps them.
    groups: BTreeSet<engine::GroupId>,
    subject: Subject,
}

impl<'a> Look<'a> {
    fn new(
        directory: &'a Directory,
        businesses: &[BusinessId],
        partner: &'a BusinessId,
        now: Timestamp,
    ) -> Self {
        let businesses: BTreeSet<BusinessId> = businesses.iter().cloned().collect();
        let assets: BTreeSet<AssetId> = businesses
            .iter()
            .flat_map(|business| directory.facts_of_business(business))
            .filter_map(|fact| match fact {
                Fact::Asset(asset) => Some(asset.id),
                _ => None,
            })
            .collect();
        let groups = assets
            .iter()
            .flat_map(|asset| directory.around_asset(asset))
            .filter_map(|fact| match fact {
                Fact::GroupAsset(one) => Some(one.group),
                _ => None,
            })
            .collect();
        let subject = Subject::of(directory, partner, &businesses, now);
        Self {
            directory,
            now,
            partner,
            businesses,
            assets,
            groups,
            subject,
        }
    }

    /// Returns the assets, and the groups that hold them.
    fn places(&self) -> impl Iterator<Item = AssetOrGroup> + '_ {
        let assets = self.assets.iter().cloned().map(AssetOrGroup::Asset);
        assets.chain(self.groups.iter().cloned().map(AssetOrGroup::Group))
    }

    fn is_live(&self, until: Option<Timestamp>) -> bool {
        until.is_none_or(|until| until > self.now)
    }

    fn owner(&self, asset: &AssetId) -> Option<Owner> {
        match self.directory.fact(&Key::Asset(asset.clone()))? {
            Fact::Asset(asset) => Some(asset.owner),
            _ => None,
        }
    }

    /// Is the holder one of the businesses' own: its people, its system users, itself?
    fn is_ours(&self, holder: &Holder) -> bool {
        match holder {
            Holder::Business(id) => self.businesses.contains(id),
            Holder::SystemUser(id) => match self.directory.fact(&Key::SystemUser(id.clone())) {
                Some(Fact::SystemUser(one)) => self.businesses.contains(&one.business),
                _ => false,
            },
            Holder::Person(id) => self.directory.facts_of_person(id).iter().any(
                |fact| matches!(fact, Fact::Membership(one) if self.businesses.contains(&one.business)),
            ),
            Holder::App(_) => false,
        }
    }

    /// Returns an asset on which the holder may do something, if there is one.
    fn reached_by(&self, holder: &Holder) -> Option<&AssetId> {
        let credential = engine::Credential::Holder(holder.clone());
        let mut assets = self.assets.iter();
        assets.find(|asset| crate::reach::reaches(self.directory, &credential, asset, self.now))
    }
}
