//! A platform's access rules as data: parse, check, compile.
//!
//! A rulebook is a TOML file that an operations person can read: kinds of things with their
//! capabilities and roles, what a business role reaches, what a share may offer, which scopes and
//! features a call needs, how long tokens live. [`Source::parse`] reads it, [`Source::compile`]
//! checks it hard under a choice of its named switches and turns names into small numbers.
//!
//! What is not here: facts (who holds what) and decisions; those are the engine's. No platform is
//! named in this crate.

mod compile;
mod condition;
mod document;
mod names;
mod problem;
pub mod reason;
mod rules;
mod sets;

pub use compile::Source;
pub use condition::{Condition, Test};
pub use document::{
    AcceptanceBy, AccessLevel, CheckupConsequence, Class, Document, Family, HolderKind,
    LimitFigure, LimitOf, MembersHold, ModeAssets, ModePeople, OauthGrant, PropertyOf, RateKey,
    Relation, RequiredFigure, Scalar, SwitchScope,
};
pub use names::Names;
pub use problem::{Problem, Problems, nearest};
pub use reason::{Layer, Reason, ReasonSet};
pub use rules::{
    AppType, AutoApproval, CheckupRule, Follows, Kind, Level, Limit, ModeRule, Need, Operation,
    PartnerType, Permission, Profiles, RateScore, RateTier, Role, Rulebook, Rules, Target,
    TokenKind, Waiting,
};
pub use sets::{CapSet, KindId, OperationId, PermissionId, PermissionSet, RoleId, TokenKindId};
