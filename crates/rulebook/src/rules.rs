//! A rulebook ready to be asked: names resolved to small numbers, rights to bits.
//!
//! Numbers and bits live as long as the process; facts store names.

mod app;
mod kind;
mod operation;
mod profiles;

use std::sync::Arc;

use crate::document::{
    AcceptanceBy, CheckupConsequence, HolderKind, MembersHold, RateKey, Relation,
};
use crate::names::Names;
use crate::reason::{Reason, ReasonSet};
use crate::sets::{CapSet, KindId, OperationId, PermissionId, PermissionSet, RoleId, TokenKindId};

pub use app::{
    AppType, AutoApproval, CheckupRule, Limit, ModeRule, PartnerType, Permission, RateScore,
    RateTier, TokenKind,
};
pub use kind::{Follows, Kind, Level, Role};
pub use operation::{Need, Operation, Target};
pub use profiles::Profiles;

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
    /// The rules per value of the profile switch.
    pub profiles: Profiles,
}

impl Rulebook {
    /// Returns the rules of a profile; the default ones for a number out of range.
    #[must_use]
    pub fn rules(&self, profile: u8) -> &Rules {
        self.profiles.get(profile)
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
    /// How often apps with Advanced Access certify what they do with data, if they do.
    pub checkup: Option<CheckupRule>,
    /// Operations in which a token's associated user stands for its holder.
    pub associated_user: Vec<OperationId>,
    /// Levels given without review.
    pub auto_approvals: Vec<AutoApproval>,
    /// Limits on numbers of things.
    pub limits: Vec<Limit>,
    /// Rate pools, by name.
    pub rate_pools: Vec<(String, RateKey)>,
    /// What calls cost, in pools where points are counted.
    pub rate_scores: Vec<RateScore>,
    /// Templates of shares by type of partner.
    pub partner_types: Vec<PartnerType>,
    /// When a partner must accept.
    pub acceptance: AcceptanceBy,
    /// Who of a partner holds what was shared.
    pub members: MembersHold,
    /// As what, and for how many hours at most, the platform's staff enter a business in an emergency.
    pub break_glass: Option<(String, u32)>,
    /// As what a business acts on behalf of another, where it can.
    pub on_behalf: Option<OnBehalf>,
    /// Must a business be verified before it shares or is shared to?
    pub verified_before_sharing: bool,
    /// How long what waits for an answer waits.
    pub waiting: Waiting,
    /// The platform's order of reasons, complete.
    pub order: Vec<Reason>,
    pub(crate) reach: Vec<CapSet>,
    pub(crate) replaces: Vec<Replace>,
    pub(crate) business_roles: usize,
}

/// As what a business acts on behalf of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnBehalf {
    /// The role of the client's system user through which it acts.
    pub role: String,
    /// The kind of the tokens it gets.
    pub token: String,
}

/// How long what waits for an answer waits, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// An invitation, if nobody says otherwise.
    pub invitation_usual_h: u32,
    /// An invitation, at most.
    pub invitation_most_h: u32,
    /// A request for an asset.
    pub request_h: u32,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            invitation_usual_h: 7 * 24,
            invitation_most_h: 30 * 24,
            request_h: 30 * 24,
        }
    }
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

    /// Does any business role replace reasons?
    #[must_use]
    pub const fn replaces_reasons(&self) -> bool {
        !self.replaces.is_empty()
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
