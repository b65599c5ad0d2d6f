//! Who may do what in an advertising business, why, and what would put it right.
//!
//! Three nouns and one verb. The *rulebook* (its own crate) is a platform's rules as data. The
//! [`Directory`] holds the facts of one realm. A [`Request`] asks; [`decide()`] answers with a
//! [`Decision`]: allow, or every reason against it, layer by layer. [`explain()`] walks the same way
//! and tells the facts and the paths; [`who_can`] and [`what_can`] list without a scan.
//!
//! What is not here: no clock (time is a parameter), no randomness, no I/O, no platform by name, no
//! command that changes anything. The exact meaning of a decision is `docs/semantics.md`.

mod decide;
mod decision;
mod directory;
mod explain;
pub mod fact;
mod id;
mod request;
mod search;
pub mod table;

pub use decide::{Asker, Question, Told, decide, decide_all, mandate_for};
pub use decision::{Decision, Layers, Obligations};
pub use directory::Directory;
pub use explain::{
    Acting, Explanation, Gate, GateSort, GateState, GateTurn, LayerStory, NeedStory, Path,
    PathSort, explain,
};
pub use id::{
    AppId, AssetId, AssetOrGroup, BusinessId, DelegateId, GrantId, GroupId, Holder, IdError,
    InvitationId, LONGEST_ID, MandateId, Owner, PersonId, ProposalId, RequestId, SystemUserId,
    TokenId,
};
pub use request::{
    AmountChange, Assumed, Context, Credential, Evidence, Figure, Figures, Proof, Rate, Request,
    Thing,
};
pub use search::{Page, Search, operations_on, what_can, who_can};
