//! Our own wire: what the native API takes and gives, shared by server and command line.
//!
//! A door translates, it never decides: everything here is a shape, or the way between a shape and
//! the engine's types. Unknown fields are refused, so that a misspelt one is an error and not a
//! silent nothing.
//!
//! What is not here: HTTP, and the shapes of other doors.

mod answer;
mod asked;
mod at;
mod blur;
mod bulk;
mod business_list;
mod change_sentence;
mod entry_sentence;
mod explanation;
mod gate;
mod holding;
mod import;
mod mandate;
mod problem;
mod question;
mod refusal;
mod remedy;
mod residue;
mod search;
mod sentence;
mod task;
mod token;

pub use answer::{DecisionBody, ObligationsBody, ReasonBody, is_masked, masked};
pub use at::{At, AtError};
pub use blur::{blurred, denied_on_nothing, heard, told_to_asker};
pub use bulk::{BulkAnswer, BulkBody, BulkItem};
pub use business_list::{
    AssetBody, AssetsBody, ChildBody, ChildrenBody, MemberBody, MembersBody, PartnerBody,
    PartnersBody,
};
pub use change_sentence::{change_sentence, key_words, plan_sentence};
pub use entry_sentence::entry_sentence;
pub use explanation::{
    ExplainedBody, ExplanationBody, Eyes, FactBody, LayerBody, NeedBody, PathBody,
};
pub use gate::GateBody;
pub use holding::{FindingBody, FindingsBody, HoldingBody, HoldingsBody};
pub use import::{ActivateAnswer, ImportAnswer, ImportProgress};
pub use mandate::{MandateBody, MandatesBody, ProposalBody, ProposalsBody};
pub use problem::{FileProblem, Problem};
pub use question::{
    AssumedBody, ChangeBody, ContextBody, EvidenceBody, FieldError, FigureBody, FiguresBody,
    ProofBody, QuestionBody, RateBody, TermsBody, WhoBody,
};
pub use refusal::{KeptRefusal, Reader, RefusalBody, RefusalSight};
pub use remedy::{RemedyBody, StepBody, remedies, step_body, words};
pub use residue::{LeftBody, ProveRemovalBody, RESIDUAL_ACCESS, ResidueBody, ResidueListBody};
pub use search::{HoldersBody, ThingsBody, WhatCanBody, WhoCanBody};
pub use sentence::sentence;
pub use task::{
    CommandAnswer, CommandBody, FigureFeed, SessionAnswer, SessionBody, SignInCodeAnswer,
    SignInCodeBody,
};
pub use token::{CollectBody, SweptBody, TokenBody, TokensBody, due_words, not_done_words};
