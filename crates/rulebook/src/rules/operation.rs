//! What can be asked.

use crate::condition::Condition;
use crate::document::{Class, LimitFigure, Relation, RequiredFigure};
use crate::sets::{CapSet, KindId, OperationId, PermissionSet, TokenKindId};

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
    /// Rights that came through a share do not count.
    pub direct: bool,
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
