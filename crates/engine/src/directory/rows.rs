//! The rows: the truth. Plain questions read slots in place of those that there are most of. The others
//! that decisions read begin a cache line, with what a decision looks at first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use rulebook::PermissionSet;
use smallvec::SmallVec;

use super::ident::Ident;
use super::index::{AssignmentSlot, HolderIx, NONE, OnIx, TermsFlags};
use super::lists::Head;
use super::words::WordId;
use crate::fact::{
    App, Checkup, Level, Mandate, Person, Properties, Review, TextDigest, TwoFactor,
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
    #[repr(C, align(64))]
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
        grants: Head = Head::default(),
        name: Option<TextDigest> = None,
    }
}

/// A place in a business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) until: i64,
    pub(crate) business: u32,
    pub(crate) role: WordId,
    pub(crate) marks: MemberMarks,
}

/// The places of a person, nearly always one: so many are in the row.
#[derive(Debug, Default)]
pub(crate) struct Members(SmallVec<[Member; 1]>);

// By hand: a page of people is copied when one of them changes, and this copies bytes where the
// derived clone goes from member to member.
impl Clone for Members {
    fn clone(&self) -> Self {
        Self(SmallVec::from_slice(&self.0))
    }
}

impl Deref for Members {
    type Target = SmallVec<[Member; 1]>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Members {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'a> IntoIterator for &'a Members {
    type Item = &'a Member;
    type IntoIter = std::slice::Iter<'a, Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What is to be known of the business of a membership, so that nobody has to look there.
///
/// INVARIANT: says what the business's row says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MemberMarks(u8);

impl MemberMarks {
    /// Only mentioned.
    pub(crate) const ABSENT: u8 = 1;
    /// It has children.
    pub(crate) const PARENT: u8 = 2;
    /// It is suspended or demands a second factor.
    pub(crate) const STRICT: u8 = 4;
    /// How many there are.
    pub(super) const BITS: u32 = 3;

    pub(crate) fn of(business: &BusinessRow) -> Self {
        let mark = |holds: bool, mark: u8| if holds { mark } else { 0 };
        Self(
            mark(!business.present, Self::ABSENT)
                | mark(!business.children.is_empty(), Self::PARENT)
                | mark(business.is_strict(), Self::STRICT),
        )
    }

    pub(crate) const fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    /// Is there nothing to be known?
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns them as so many bits: [`Self::BITS`].
    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

impl BusinessRow {
    /// Is it suspended, or does it demand a second factor?
    pub(crate) fn is_strict(&self) -> bool {
        self.present && (self.suspended || self.two_factor != TwoFactor::None)
    }
}

impl Member {
    /// Does it hold, in a business that is there?
    #[inline]
    pub(crate) const fn is_live(&self, now_ms: i64) -> bool {
        self.until > now_ms && !self.marks.has(MemberMarks::ABSENT)
    }
}

/// What few people have.
#[derive(Debug, Clone, Default)]
pub(crate) struct PersonExtra {
    /// The fact, if it says more than that there is such a person.
    pub(crate) told: Option<Arc<Person>>,
    pub(crate) app_roles: Head,
    pub(crate) disclosures: Head,
    pub(crate) assets: Head,
}

row! {
    /// A person.
    #[repr(C, align(64))]
    PersonRow {
        shared_login: bool = false,
        extra: u32 = NONE,
        members: Members = Members::default(),
        assignments: Head = Head::default(),
        grants: Head = Head::default(),
    }
}

row! {
    /// A system user.
    #[repr(C, align(64))]
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
        marks: AssetMarks = AssetMarks::default(),
        kind: WordId = WordId(u16::MAX),
        owner: HolderIx = HolderIx::NOBODY,
        groups: Head = Head::default(),
        assignments: Head = Head::default(),
        shares: Head = Head::default(),
        extra: u32 = NONE,
    }
}

/// What is to be known of an asset beside its fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AssetMarks(u8);

impl AssetMarks {
    /// It is no real asset.
    pub(crate) const SANDBOX: u8 = 1;
    /// It has links.
    pub(crate) const LINKED: u8 = 2;
    /// It has more shares than its slots have room for. Said in slots only.
    pub(crate) const CROWDED: u8 = 4;
    /// It is in a group. Said in slots only.
    pub(crate) const GROUPED: u8 = 8;
    /// It has assignments for which its slots have no room: all of them are in the index. Said in slots only.
    pub(crate) const BUSY: u8 = 16;
    /// It is there, and not merely mentioned. Said in slots only.
    pub(crate) const PRESENT: u8 = 32;
    /// It has a second slot. Said in slots only.
    pub(crate) const DOUBLE: u8 = 64;

    pub(crate) const fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    pub(crate) const fn set(&mut self, mark: u8, holds: bool) {
        self.0 = if holds { self.0 | mark } else { self.0 & !mark };
    }
}

/// What few assets have.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssetExtra {
    pub(crate) name: Option<TextDigest>,
    pub(crate) properties: Properties,
    pub(crate) links: Head,
    pub(crate) followers: Head,
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
    /// The rank of its tier, the lowest if it has none.
    pub(crate) tier: u8,
}

row! {
    /// An app.
    #[repr(C, align(64))]
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
        // There, quiet, with no roles, and nothing taken away from it.
        plain: bool = false,
        grants: Head = Head::default(),
        // Of which it is the holder itself.
        own_grants: Head = Head::default(),
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

row! {
    /// A token: what a decision seldom reads of it. The rest is in its slot.
    TokenRow {
        // Its first half finds the slot.
        digest: [u8; 32] = [0; 32],
        issued: i64 = 0,
        grant: u32 = NONE,
        associated_user: u32 = NONE,
    }
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

impl AssignmentRow {
    /// Returns the slot under which the index has it.
    pub(crate) const fn slot(&self) -> AssignmentSlot {
        let timed = if self.until == ALWAYS {
            0
        } else {
            TermsFlags::TIMED
        };
        AssignmentSlot {
            holder: self.holder.0,
            on: self.on.0,
            via: self.via,
            terms: TermsFlags::new(self.terms, timed),
        }
    }
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

impl ShareRow {
    /// Returns its terms with what they come with.
    pub(crate) const fn terms_flags(&self) -> TermsFlags {
        let timed = if self.until == ALWAYS {
            0
        } else {
            TermsFlags::TIMED
        };
        let pending = if self.accepted {
            0
        } else {
            TermsFlags::PENDING
        };
        TermsFlags::new(self.terms, timed | pending)
    }
}

/// A secret that was shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DisclosureRow {
    pub(crate) at: i64,
    pub(crate) token: u32,
    pub(crate) person: u32,
}

// There are many of these.
const _: () = assert!(size_of::<AssetRow>() == 48);
const _: () = assert!(size_of::<PersonRow>() == 64);
