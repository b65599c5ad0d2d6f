//! A rulebook ready to be asked: names resolved to small numbers, rights to bits.
//!
//! Numbers and bits live as long as the process; facts store names.

use std::sync::Arc;

use crate::condition::Condition;
use crate::document::{
    AcceptanceBy, AccessLevel, CheckupConsequence, Class, Family, HolderKind, LimitFigure, LimitOf,
    MembersHold, ModeAssets, ModePeople, RateKey, Relation, RequiredFigure,
};
use crate::names::Names;
use crate::reason::{Reason, ReasonSet};
use crate::sets::{CapSet, KindId, OperationId, PermissionId, PermissionSet, RoleId, TokenKindId};

/// A rulebook compiled under one choice of its switches.
///
/// One set of [`Rules`] per value of the switch that businesses set for themselves; the numbers of
/// kinds, capabilities, permissions and operations are the same in all.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// The platform's name, lower case.
    pub name: String,
    /// For people.
    pub label: String,
    /// Version of the rules.
    pub version: String,
    /// SHA-256 of the text.
    pub digest: [u8; 32],
    /// The value chosen for each switch of the realm.
    pub switches: Vec<(String, String)>,
    /// The switch each business sets for itself, and its values.
    pub profile_switch: Option<(String, Vec<String>)>,
    /// Old names of terms and scopes, and the new ones.
    pub renamed: Vec<(String, String)>,
    /// The rules per value of the profile switch; at least one.
    pub profiles: Vec<Arc<Rules>>,
}

impl Rulebook {
    /// Returns the rules of a profile; the default ones for a number out of range.
    #[must_use]
    pub fn rules(&self, profile: u8) -> &Rules {
        match self
            .profiles
            .get(usize::from(profile))
            .or_else(|| self.profiles.first())
        {
            Some(rules) => rules,
            // INVARIANT: `compile` makes at least one profile.
            None => unreachable!("a compiled rulebook has at least one profile"),
        }
    }

    /// Returns the number of a profile by the value of its switch.
    #[must_use]
    pub fn profile(&self, value: &str) -> Option<u8> {
        let (_, values) = self.profile_switch.as_ref()?;
        values
            .iter()
            .position(|known| known == value)
            .and_then(|index| u8::try_from(index).ok())
    }
}

/// The rules of one profile.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Names of everything that has a number.
    pub names: Arc<Names>,
    /// Kinds by [`KindId`].
    pub kinds: Vec<Kind>,
    /// Permissions (scopes and features) by [`PermissionId`].
    pub permissions: Vec<Permission>,
    /// App types by number.
    pub app_types: Vec<AppType>,
    /// Kinds of tokens by [`TokenKindId`].
    pub token_kinds: Vec<TokenKind>,
    /// Operations by [`OperationId`]; absent where the switches leave none.
    pub operations: Vec<Option<Operation>>,
    /// What an app in development reaches; everything when absent.
    pub development: Option<ModeRule>,
    /// What an app in the sandbox reaches; everything when absent.
    pub sandbox: Option<ModeRule>,
    /// Does Advanced Access need a verified business?
    pub verification: bool,
    /// What follows a missed checkup.
    pub missed_checkup: CheckupConsequence,
    /// Operations in which a token's associated user stands for its holder.
    pub associated_user: Vec<OperationId>,
    /// Levels given without review.
    pub auto_approvals: Vec<AutoApproval>,
    /// Limits on numbers of things.
    pub limits: Vec<Limit>,
    /// Rate pools, by name.
    pub rate_pools: Vec<(String, RateKey)>,
    /// Templates of shares by type of partner.
    pub partner_types: Vec<PartnerType>,
    /// When a partner must accept.
    pub acceptance: AcceptanceBy,
    /// Who of a partner holds what was shared.
    pub members: MembersHold,
    /// The platform's order of reasons, complete.
    pub order: Vec<Reason>,
    pub(crate) reach: Vec<CapSet>,
    pub(crate) replaces: Vec<Replace>,
    pub(crate) business_roles: usize,
}

/// A kind of thing.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its number.
    pub id: KindId,
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Its family.
    pub family: Family,
    /// Names of its capabilities, by bit.
    pub capabilities: Vec<String>,
    /// Its roles, by [`RoleId`].
    pub roles: Vec<Role>,
    /// What may be offered to partners.
    pub levels: Vec<Level>,
    /// The level meant when none is named.
    pub default_level: Option<String>,
    /// Rights that follow rights elsewhere.
    pub follows: Vec<Follows>,
}

/// A named set of capabilities.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it can do.
    pub can: CapSet,
    /// App roles only: reaches sandbox assets only.
    pub sandbox_only: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// A level of a share.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// The role it offers.
    pub role: String,
    /// What it can do.
    pub can: CapSet,
    /// Where the rule comes from.
    pub source: String,
}

/// Rights that follow.
#[derive(Debug, Clone)]
pub struct Follows {
    /// The kind that is followed.
    pub kind: KindId,
    /// One of these there…
    pub has: CapSet,
    /// …brings these here.
    pub can: CapSet,
}

impl Kind {
    /// Returns what a term stands for: a role, a level or a single capability of this kind.
    #[must_use]
    pub fn term(&self, name: &str) -> Option<CapSet> {
        if let Some(role) = self.roles.iter().find(|role| role.name == name) {
            return Some(role.can);
        }
        if let Some(level) = self.levels.iter().find(|level| level.name == name) {
            return Some(level.can);
        }
        let bit = self
            .capabilities
            .iter()
            .position(|capability| capability == name)?;
        u8::try_from(bit).ok().map(CapSet::bit)
    }

    /// Returns what several terms stand for together; nothing for those that are unknown.
    #[must_use]
    pub fn terms<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> CapSet {
        names
            .into_iter()
            .filter_map(|name| self.term(name))
            .fold(CapSet::NONE, CapSet::with)
    }

    /// Returns the number of a role.
    #[must_use]
    pub fn role_id(&self, name: &str) -> Option<RoleId> {
        let index = self.roles.iter().position(|role| role.name == name)?;
        u8::try_from(index).ok().map(RoleId)
    }

    /// Returns a role by its number.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(usize::from(id.0))
    }

    /// Returns everything that can be done to this kind.
    #[must_use]
    pub fn all(&self) -> CapSet {
        CapSet::first(self.capabilities.len())
    }

    /// Returns the names of a set of capabilities, in the rulebook's order.
    pub fn names_of(&self, set: CapSet) -> impl Iterator<Item = &str> {
        self.capabilities
            .iter()
            .zip(0u8..)
            .filter(move |(_, bit)| set.meets(CapSet::bit(*bit)))
            .map(|(name, _)| name.as_str())
    }
}

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
    /// The only scopes it can carry, if bounded.
    pub scopes: Option<PermissionSet>,
    /// Used only where an operation names it.
    pub only_where_named: bool,
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

/// A reason that stands in place of others.
#[derive(Debug, Clone)]
pub(crate) struct Replace {
    pub(crate) reason: Reason,
    pub(crate) in_place_of: ReasonSet,
    pub(crate) role: RoleId,
    pub(crate) relations: Vec<Relation>,
    pub(crate) kinds: Vec<KindId>,
}

/// Something that can be asked.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its number.
    pub id: OperationId,
    /// Its name.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it does to the world.
    pub class: Class,
    /// What the holder must be able to do; all of them.
    pub needs: Vec<Need>,
    /// All of these scopes.
    pub all_scopes: PermissionSet,
    /// And one of these, unless empty.
    pub any_scope: PermissionSet,
    /// Features the app must have.
    pub features: PermissionSet,
    /// Kinds of token that can be used; empty for all.
    pub tokens: Vec<TokenKindId>,
    /// Refused to system users whose business stands so to the target.
    pub not_token_of: Vec<Relation>,
    /// The app must be claimed by the target business or its parent.
    pub claimed: bool,
    /// The least API tier of the app.
    pub tier: u8,
    /// The tier is not asked of apps on this allow-list.
    pub unless_listed: Option<String>,
    /// The app must be on this allow-list.
    pub allow_list: Option<String>,
    /// What is made starts paused.
    pub starts_paused: bool,
    /// The limits of a mandate that bound it.
    pub bounded_by: Vec<LimitFigure>,
    /// Figures that must hold whoever asks.
    pub requires: Vec<(RequiredFigure, u64)>,
    /// Any of these lists must hold in full; empty for no condition.
    pub conditions: Vec<Vec<Condition>>,
    /// The terms asked for must lie within what the named business holds.
    pub hands_on: bool,
    /// Or the resource is the holder himself.
    pub own: bool,
    /// Not an approved model, whoever asks.
    pub forbidden: bool,
    /// Only first-party sign-ins may ask.
    pub first_party: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// One thing a holder must be able to do.
#[derive(Debug, Clone)]
pub struct Need {
    /// To which target of the request.
    pub target: Target,
    /// Of this kind.
    pub kind: KindId,
    /// Any of these capabilities.
    pub any_of: CapSet,
    /// Or any of these needs instead.
    pub or: Vec<Need>,
}

/// Which thing of a request a need looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The thing the operation is about.
    Resource,
    /// Whoever owns it.
    Owner,
    /// The parent of the business it is about.
    Parent,
    /// A further thing the request names.
    Named(String),
}

impl Rules {
    /// Returns a kind by its number.
    #[must_use]
    pub fn kind(&self, id: KindId) -> Option<&Kind> {
        self.kinds.get(usize::from(id.0))
    }

    /// Returns a kind by its name.
    #[must_use]
    pub fn kind_named(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Returns an operation by its number.
    #[must_use]
    pub fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.operations
            .get(usize::from(id.0))
            .and_then(Option::as_ref)
    }

    /// Returns an operation by its name.
    #[must_use]
    pub fn operation_named(&self, name: &str) -> Option<&Operation> {
        self.names.operation(name).and_then(|id| self.operation(id))
    }

    /// Returns a permission by its number.
    #[must_use]
    pub fn permission(&self, id: PermissionId) -> Option<&Permission> {
        self.permissions.get(usize::from(id.0))
    }

    /// Returns a kind of token by its number.
    #[must_use]
    pub fn token_kind(&self, id: TokenKindId) -> Option<&TokenKind> {
        self.token_kinds.get(usize::from(id.0))
    }

    /// Returns what a business role brings on a thing without assignment.
    #[must_use]
    pub fn reach(
        &self,
        role: RoleId,
        holder: HolderKind,
        relation: Relation,
        kind: KindId,
    ) -> CapSet {
        let index = reach_index(
            self.business_roles,
            self.kinds.len(),
            role,
            holder,
            relation,
            kind,
        );
        self.reach.get(index).copied().unwrap_or(CapSet::NONE)
    }

    /// Returns the reasons with those replaced that a business role replaces on this relation.
    #[must_use]
    pub fn replaced(
        &self,
        reasons: ReasonSet,
        role: RoleId,
        relation: Relation,
        kind: KindId,
    ) -> ReasonSet {
        self.replaces
            .iter()
            .filter(|row| {
                row.role == role
                    && row.relations.contains(&relation)
                    && row.kinds.contains(&kind)
                    && reasons.meets(row.in_place_of)
            })
            .fold(reasons, |now, row| {
                now.without(row.in_place_of).with(ReasonSet::of(row.reason))
            })
    }

    /// Returns a set of permissions with everything they imply.
    #[must_use]
    pub fn implied(&self, set: PermissionSet) -> PermissionSet {
        set.iter()
            .filter_map(|id| self.permission(id))
            .fold(set, |all, permission| all.with(permission.implies))
    }

    /// Returns the first reason in the platform's order of checks.
    #[must_use]
    pub fn first_reason(&self, reasons: ReasonSet) -> Option<Reason> {
        self.order
            .iter()
            .copied()
            .find(|reason| reasons.has(*reason))
    }
}

pub(crate) const fn reach_index(
    roles: usize,
    kinds: usize,
    role: RoleId,
    holder: HolderKind,
    relation: Relation,
    kind: KindId,
) -> usize {
    let row = (holder as usize) * 4 + relation as usize;
    (row * roles + role.0 as usize) * kinds + kind.0 as usize
}
