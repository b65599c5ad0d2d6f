//! The facts: everything an installation knows about who is what to whom.
//!
//! A fact stores *names* of roles, levels and scopes, never bits. A change is `Set(fact)` or
//! `End(key)`, with every consequence written out, so that folding a log needs no rulebook and no
//! cascade. Fields are only ever added.

mod app;
mod asset;
mod business;
mod invitation;
mod mandate;
mod on_behalf;
mod proposal;
mod realm;
mod request;
mod sharing;
mod token;

use serde::{Deserialize, Serialize};

pub use app::{
    App, AppClaim, AppClaimKey, AppMode, AppPermission, AppPermissionKey, AppRole, AppRoleKey,
    Checkup, Environment, Install, InstallKey, Level, Review, ReviewState,
};
pub use asset::{Asset, Group, GroupAsset, GroupAssetKey, Link, LinkKey, Properties, Value};
pub use business::{Business, Identity, Membership, MembershipKey, Person, SystemUser, TwoFactor};
pub use invitation::{Invitation, Offered};
pub use mandate::{Limits, Mandate, MandateMode, MandateOf};
pub use on_behalf::{OnBehalf, OnBehalfKey};
pub use proposal::{Amounts, Proposal, ProposalState};
pub use realm::{Operator, Settings};
pub use sharing::{
    Assignment, AssignmentKey, Delegate, DelegateKey, Share, ShareKey, ShareState, Terms,
};
pub use token::{Digest, Disclosure, DisclosureKey, EndReason, Grant, Renewal, Token};

use crate::id::{
    AppId, AssetId, BusinessId, GrantId, GroupId, InvitationId, MandateId, PersonId, ProposalId,
    RequestId, SystemUserId, TokenId,
};
pub use request::{AccessRequest, RequestKind};

/// A salted digest of a free text (a name, an e-mail, a reason) that is kept elsewhere and can be
/// erased there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextDigest(pub Box<str>);

macro_rules! facts {
    ($($(#[doc = $doc:literal])* $variant:ident($key:ty) $name:literal,)*) => {
        /// One fact.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Fact {
            $($(#[doc = $doc])* $variant($variant),)*
        }

        /// What names a fact: setting a fact with the same key replaces it.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Key {
            $($(#[doc = $doc])* $variant($key),)*
        }

        /// The kinds of fact, in the order in which they can be applied to an empty directory.
        pub const KINDS: &[&str] = &[$($name,)*];

        impl Fact {
            /// Returns the key of the fact.
            #[must_use]
            pub fn key(&self) -> Key {
                match self { $(Self::$variant(fact) => Key::$variant(fact.key()),)* }
            }

            /// Returns the kind of fact, as it stands in an entry.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }
        }

        impl Key {
            /// Returns the kind of fact, as it stands in an entry.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }
        }

        $(impl From<$variant> for Fact {
            fn from(fact: $variant) -> Self {
                Self::$variant(fact)
            }
        })*
    };
}

facts! {
    #[doc = "How the realm is set."] Settings(()) "settings",
    #[doc = "A business."] Business(BusinessId) "business",
    #[doc = "A person."] Person(PersonId) "person",
    #[doc = "One of the platform's own staff."] Operator(PersonId) "operator",
    #[doc = "A person's place in a business."] Membership(MembershipKey) "membership",
    #[doc = "An automated account of a business."] SystemUser(SystemUserId) "system_user",
    #[doc = "An app."] App(AppId) "app",
    #[doc = "A business that claimed an app."] AppClaim(AppClaimKey) "app_claim",
    #[doc = "A person's role on an app."] AppRole(AppRoleKey) "app_role",
    #[doc = "What an app has of a permission or feature."] AppPermission(AppPermissionKey) "app_permission",
    #[doc = "An app installed on a system user."] Install(InstallKey) "install",
    #[doc = "Something that is owned and shared."] Asset(AssetId) "asset",
    #[doc = "An asset that follows another."] Link(LinkKey) "link",
    #[doc = "A group or project."] Group(GroupId) "group",
    #[doc = "An asset in a group."] GroupAsset(GroupAssetKey) "group_asset",
    #[doc = "What an owner shared to a partner."] Share(ShareKey) "share",
    #[doc = "What a holder was assigned."] Assignment(AssignmentKey) "assignment",
    #[doc = "An employee known elsewhere, mapped to assets."] Delegate(DelegateKey) "delegate",
    #[doc = "What a holder let an app do."] Grant(GrantId) "grant",
    #[doc = "A token."] Token(TokenId) "token",
    #[doc = "A token that is renewed by itself."] Renewal(TokenId) "renewal",
    #[doc = "A secret that was shown to a person."] Disclosure(DisclosureKey) "disclosure",
    #[doc = "The limits within which a tool may act."] Mandate(MandateId) "mandate",
    #[doc = "An invitation into a business that waits for its answer."] Invitation(InvitationId) "invitation",
    #[doc = "A change a tool proposed or made under a mandate."] Proposal(ProposalId) "proposal",
    #[doc = "A business asks for an asset, and waits."] AccessRequest(RequestId) "access_request",
    #[doc = "A business acts on behalf of another."] OnBehalf(OnBehalfKey) "on_behalf",
}

/// One change to the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The fact holds from now on.
    Set(Fact),
    /// The fact with this key holds no more.
    End(Key),
}

impl Change {
    /// Returns the kind of fact that changes.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Set(fact) => fact.kind(),
            Self::End(key) => key.kind(),
        }
    }
}
