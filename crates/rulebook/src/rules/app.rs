//! Apps, their permissions and tokens; limits and templates.

use crate::document::{AccessLevel, HolderKind, LimitOf, ModeAssets, ModePeople, OauthGrant};
use crate::sets::{KindId, PermissionSet, RoleId, TokenKindId};

/// A scope or feature.
#[derive(Debug, Clone)]
pub struct Permission {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Is it a feature of apps, not carried by tokens?
    pub feature: bool,
    /// Itself and everything it implies.
    pub implies: PermissionSet,
    /// Needs a review for Advanced Access.
    pub review: bool,
    /// Can an app give it up?
    pub removable: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// A type of app.
#[derive(Debug, Clone)]
pub struct AppType {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Do access levels apply?
    pub access_levels: bool,
}

/// A kind of token.
#[derive(Debug, Clone)]
pub struct TokenKind {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Who can hold one.
    pub holders: Vec<HolderKind>,
    /// Its life in seconds, if it ends by itself.
    pub life_s: Option<u64>,
    /// May it be issued without an end?
    pub may_be_endless: bool,
    /// Can it be refreshed while alive?
    pub refreshable: bool,
    /// Does a refresh end the old one at once?
    pub refresh_ends_old: bool,
    /// The kind of longer life it can be exchanged for.
    pub exchanges_for: Option<TokenKindId>,
    /// Does it end when the person who holds it changes the password?
    pub ends_with_password: bool,
    /// Does it end when the app gets a new secret?
    pub ends_with_secret: bool,
    /// Is its secret kept, sealed, and shown again to whoever asks with what it was cut from?
    pub shown_again: bool,
    /// The kind of asset with the last role on which it ends.
    pub ends_with_role_on: Option<KindId>,
    /// The only scopes it can carry, if bounded.
    pub scopes: Option<PermissionSet>,
    /// Used only where an operation names it.
    pub only_where_named: bool,
    /// The OAuth grants by which one is had.
    pub oauth: Vec<OauthGrant>,
}

/// How often apps certify what they do with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckupRule {
    /// Days after the last one until the next is due.
    pub every_days: u32,
    /// Days it may be answered in.
    pub answer_within_days: u32,
}

/// What a mode of an app reaches.
#[derive(Debug, Clone)]
pub struct ModeRule {
    /// Whom.
    pub people: ModePeople,
    /// Which assets; empty for all.
    pub assets: Vec<ModeAssets>,
}

/// Levels given without review.
#[derive(Debug, Clone)]
pub struct AutoApproval {
    /// For these types of apps, by number.
    pub app_types: Vec<u8>,
    /// Created before this instant, in milliseconds since 1970, if said.
    pub created_before_ms: Option<i64>,
    /// These permissions are approved for Advanced Access.
    pub permissions: PermissionSet,
    /// The level they start at.
    pub starts: AccessLevel,
}

/// A limit on how many there may be.
#[derive(Debug, Clone)]
pub struct Limit {
    /// What is counted.
    pub counts: LimitOf,
    /// Only those with this role of a business.
    pub role: Option<RoleId>,
    /// Only for apps at this tier.
    pub tier: Option<u8>,
    /// The most there may be.
    pub at_most: u32,
}

/// What calls cost, and how many points of an app on one asset are too many.
#[derive(Debug, Clone)]
pub struct RateScore {
    /// The pool.
    pub pool: String,
    /// The kind of asset.
    pub kind: KindId,
    /// What a call that reads costs.
    pub read: u32,
    /// What one that writes costs.
    pub write: u32,
    /// By tier, as far as there is a limit.
    pub tiers: Vec<(u8, RateTier)>,
}

/// How many points are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateTier {
    /// The most there may be.
    pub most: u32,
    /// In how many seconds that many leak away.
    pub decay_s: u32,
    /// For how many seconds calls are refused once there are more.
    pub block_s: u32,
}

impl RateScore {
    /// Returns the limit of a tier; nothing if it has none.
    #[must_use]
    pub fn of_tier(&self, tier: u8) -> Option<&RateTier> {
        let mut tiers = self.tiers.iter();
        tiers.find(|(one, _)| *one == tier).map(|(_, limit)| limit)
    }
}

/// A template of a share.
#[derive(Debug, Clone)]
pub struct PartnerType {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it is for.
    pub purpose: String,
    /// Level per asset kind.
    pub terms: Vec<(KindId, String)>,
    /// Does it need a mandate to write?
    pub automated: bool,
    /// Where the rule comes from.
    pub source: String,
}
