//! What is done with a directory: the use cases, each a pure function, and the files people write.
//!
//! A [`Command`] is what an administrator does: add a member, share, assign, issue a token. Each
//! asks the engine whether the caller may, as an operation of the rulebook with the command's own
//! name, and answers with the changes it makes, every consequence written out; or with a
//! [`Refusal`] that says what the caller can do about it. Plans, what-ifs and remedies are commands
//! run on a clone of the directory.
//!
//! What is not here: a clock, randomness, files, sockets. Whoever calls hands in the time, the
//! entropy and the text.

mod about;
mod activate;
mod app;
mod asset;
mod assignment;
mod audience;
mod business;
mod claim;
mod command;
mod consent;
mod desk;
mod finding;
mod holding;
mod inventory;
mod invitation;
mod mandate;
mod on_behalf;
mod order;
mod partner;
mod person;
mod proposal;
mod reader;
mod realm;
mod remedy;
mod rename;
mod request;
mod share;
mod sweep;
mod system_user;
mod token;
mod touch;

pub mod document;
pub mod reach;
pub mod residue;
pub mod scenario;

pub use about::About;
pub use activate::{Activation, activation};
pub use app::{
    AllowApp, AppChange, ClaimApp, CreateApp, CreateTestUser, GiveAppRole, GoLive, InstallApp,
    MOST_REDIRECT_URIS, NewSecret, OwnApp, ProductionApp, RemoveApp, RemovePermission,
    RemoveTestUser, RequestReview, ReviewPermission, RevokeAppRole, RevokeAppTokens, SetCheckup,
    SetPermissionLevel, SetTier, SuspendApp, UnclaimApp, UpdateApp, why_no_redirect,
};
pub use asset::{
    AddGroupAsset, CreateAsset, CreateGroup, MakeLink, RemoveAsset, RemoveGroup, RemoveGroupAsset,
    RemoveLink,
};
pub use assignment::{GiveAssignment, MapDelegate, RevokeAssignment, UnmapDelegate};
pub use audience::{CreateAudience, DeleteAudience};
pub use business::{
    AddMember, AssetLine, ChangeMember, CreateBusiness, CreateChild, DeleteChild, Part,
    PartnerLine, RemoveMember, SuspendBusiness, UpdateBusiness, VerifyBusiness, assets, children,
    members, partners,
};
pub use claim::{ApproveClaim, ClaimAsset, DeclineClaim};
pub use command::{Command, MOST_CHANGES, collect, handle};
pub use consent::{GrantOrToken, NarrowGrant, RedeemConsent, RenewTokens};
pub use finding::{Finding, FindingCode, FindingOn, findings};
pub use holding::{Holding, HoldingSort, holdings};
pub use inventory::{Inventory, InventoryOf, TokenLine, TokenState, inventory};
pub use invitation::{
    AcceptInvitation, CancelInvitation, ChangeInvitation, Code, ResendInvitation, SendInvitation,
};
pub use mandate::{
    EndMandate, MandateLine, MandatePage, MandatesOf, SetMandate, StopMandate, mandates,
};
pub use on_behalf::{EndOnBehalf, IssueOnBehalf, StartOnBehalf};
pub use order::{Answer, Handled, KeptSecret, Order, Refusal, SecretOf};
pub use partner::{AcceptPartner, AddPartner, DeclinePartner, RemovePartner};
pub use person::{ChangePerson, OffboardPerson, RegisterPerson};
pub use proposal::{
    Act, ApproveProposal, DeclineProposal, ExecuteProposal, MakeChange, MakeProposal, ProposalPage,
    ProposalsOf, act, approved_for, proposals,
};
pub use reader::Reader;
pub use realm::{AppointOperator, BreakGlass, DismissOperator, LeaveBusiness};
pub use remedy::{
    Action, MOST_CANDIDATES, MOST_STEPS, Remedies, Remedy, RequestChange, Runners, Step, remedies,
    runners,
};
pub use rename::{RenameAsset, RenameGroup};
pub use request::{ApproveRequest, DeclineRequest, MakeRequest, WithdrawRequest};
pub use share::{AcceptShare, ChangeShare, DeclineShare, OfferShare, ReturnShare, RevokeShare};
pub use sweep::{Calendar, Due, NotDone, SweepStep, calendar, renewed_id, sweep_step};
pub use system_user::{ChangeSystemUser, CreateSystemUser, RemoveSystemUser};
pub use token::{
    EndRenewal, ExchangeToken, GiveGrant, IssueToken, PasswordChanged, RecordDisclosure,
    RefreshToken, RevokeGrant, RevokeToken, RevokeTokens, RotateToken, SetRenewal,
};
pub use touch::Touch;
