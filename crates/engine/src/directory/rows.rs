//! The rows. Each begins a cache line. Fields lie in the order they are written: what a decision
//! looks at comes first and fits that line, and so does the id where rows are found by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rulebook::PermissionSet;
use smallvec::SmallVec;

use super::ident::Ident;
use super::index::{HolderIx, NONE, OnIx};
use super::lists::Head;
use super::words::WordId;
use crate::fact::{
    App, Checkup, Identity, Level, Mandate, Properties, Review, TextDigest, TwoFactor,
};

/// No end.
pub(crate) const ALWAYS: i64 = i64::MAX;

/// A row that is found by an id.
pub(crate) trait Row: Clone {
    /// A row for an id that something refers to, before its fact is set.
    fn absent(id: Ident) -> Self;
    fn ident(&self) -> &Ident;
    fn is_present(&self) -> bool;
}

macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[repr(C, align(64))]
        pub(crate) struct $name {
            pub(crate) present: bool,
            $(pub(crate) $field: $type,)*
            pub(crate) id: Ident,
        }

        impl Row for $name {
            fn absent(id: Ident) -> Self {
                Self { present: false, $($field: $default,)* id }
            }
            fn ident(&self) -> &Ident {
                &self.id
            }
            fn is_present(&self) -> bool {
                self.present
            }
        }
    };
}

row! {
    /// A business.
    BusinessRow {
        verified: bool = false,
        suspended: bool = false,
        automated: bool = false,
        two_factor: TwoFactor = TwoFactor::None,
        profile: Option<WordId> = None,
        parent: u32 = NONE,
        members: Head = Head::default(),
        system_users: Head = Head::default(),
        children: Head = Head::default(),
        assets: Head = Head::default(),
        apps: Head = Head::default(),
        groups: Head = Head::default(),
        shares_in: Head = Head::default(),
        assignments: Head = Head::default(),
        mandates: Head = Head::default(),
        delegates: Head = Head::default(),
        name: Option<TextDigest> = None,
    }
}

/// A place in a business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) until: i64,
    pub(crate) business: u32,
    pub(crate) role: WordId,
}

/// What few people have.
#[derive(Debug, Clone, Default)]
pub(crate) struct PersonExtra {
    pub(crate) name: Option<TextDigest>,
    pub(crate) email: Option<TextDigest>,
    pub(crate) identity: Option<Identity>,
    pub(crate) properties: Properties,
}

row! {
    /// A person.
    PersonRow {
        shared_login: bool = false,
        members: SmallVec<[Member; 2]> = SmallVec::new(),
        assignments: Head = Head::default(),
        app_roles: Head = Head::default(),
        grants: Head = Head::default(),
        disclosures: Head = Head::default(),
        assets: Head = Head::default(),
        extra: Option<Arc<PersonExtra>> = None,
    }
}

row! {
    /// A system user.
    SystemUserRow {
        business: u32 = NONE,
        role: WordId = WordId(u16::MAX),
        assignments: Head = Head::default(),
        grants: Head = Head::default(),
        installs: Head = Head::default(),
        name: Option<TextDigest> = None,
    }
}

row! {
    /// An asset.
    AssetRow {
        sandbox: bool = false,
        kind: WordId = WordId(u16::MAX),
        owner: HolderIx = HolderIx::NOBODY,
        groups: Head = Head::default(),
        links: Head = Head::default(),
        assignments: Head = Head::default(),
        shares: Head = Head::default(),
        followers: Head = Head::default(),
        extra: u32 = NONE,
    }
}

/// What few assets have.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssetExtra {
    pub(crate) name: Option<TextDigest>,
    pub(crate) properties: Properties,
}

row! {
    /// A group or project.
    GroupRow {
        project: bool = false,
        business: u32 = NONE,
        assets: Head = Head::default(),
        assignments: Head = Head::default(),
        shares: Head = Head::default(),
        name: Option<TextDigest> = None,
    }
}

/// What an app has of a permission.
#[derive(Debug, Clone)]
pub(crate) struct PermissionState {
    pub(crate) level: Level,
    pub(crate) approved: bool,
    pub(crate) removed: bool,
    pub(crate) review: Option<Review>,
}

/// An app's permissions as sets, under the rules of one profile.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    pub(crate) removed: PermissionSet,
    pub(crate) recorded: PermissionSet,
    /// At Advanced.
    pub(crate) advanced: PermissionSet,
    /// At Advanced with the gate open: reviewed, and its business verified, where that is asked.
    pub(crate) open: PermissionSet,
    /// Do levels apply?
    pub(crate) levels: bool,
}

row! {
    /// An app.
    AppRow {
        proof_required: bool = false,
        automated: bool = false,
        confirmed_partner: bool = false,
        suspended: bool = false,
        development: bool = false,
        sandbox: bool = false,
        checkup: Checkup = Checkup::None,
        owner: HolderIx = HolderIx::NOBODY,
        created: i64 = 0,
        fact: Option<Arc<App>> = None,
        claims: Arc<BTreeSet<u32>> = Arc::default(),
        roles: Arc<BTreeMap<u32, WordId>> = Arc::default(),
        installs: Arc<BTreeSet<u32>> = Arc::default(),
        permissions: Arc<BTreeMap<String, PermissionState>> = Arc::default(),
        // What follows from the permissions, by profile.
        standings: Arc<[Standing]> = Arc::default(),
        // Live, in production, done by people, nothing missed: what most apps are.
        quiet: bool = false,
        grants: Head = Head::default(),
        assignments: Head = Head::default(),
    }
}

row! {
    /// What a holder let an app do.
    GrantRow {
        holder: HolderIx = HolderIx::NOBODY,
        app: u32 = NONE,
        scopes: u32 = NONE,
        declined: u32 = NONE,
        targets: Option<Arc<BTreeMap<String, BTreeSet<u32>>>> = None,
        // The number of the grant it was narrowed from; no decision looks at it.
        from: u32 = NONE,
        tokens: Head = Head::default(),
    }
}

/// A token; its id lies in a table beside, because a decision never looks at it.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct TokenRow {
    pub(crate) digest: [u8; 32],
    pub(crate) expires: i64,
    pub(crate) issued: i64,
    pub(crate) grant: u32,
    pub(crate) associated_user: u32,
    pub(crate) kind: WordId,
    pub(crate) ended: u8,
    pub(crate) present: bool,
}

row! {
    /// A mandate.
    MandateRow {
        fact: Option<Arc<Mandate>> = None,
        business: u32 = NONE,
        to: HolderIx = HolderIx::NOBODY,
        assets: Arc<BTreeSet<u32>> = Arc::default(),
    }
}

row! {
    /// An employee known elsewhere.
    DelegateRow {
        business: u32 = NONE,
        system_user: u32 = NONE,
        assets: Arc<Vec<u32>> = Arc::default(),
    }
}

/// An assignment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AssignmentRow {
    pub(crate) until: i64,
    pub(crate) holder: HolderIx,
    pub(crate) on: OnIx,
    pub(crate) via: u32,
    pub(crate) terms: u32,
}

/// A share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShareRow {
    pub(crate) until: i64,
    pub(crate) of: OnIx,
    pub(crate) to: u32,
    pub(crate) terms: u32,
    pub(crate) accepted: bool,
}

/// A secret that was shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DisclosureRow {
    pub(crate) at: i64,
    pub(crate) token: u32,
    pub(crate) person: u32,
}

// What a decision reads of one thing comes with one load.
const _: () = assert!(size_of::<TokenRow>() == 64);
const _: () = assert!(size_of::<GrantRow>() == 64);
const _: () = assert!(size_of::<AssetRow>() == 64);
const _: () = assert!(size_of::<PersonRow>() == 128);
