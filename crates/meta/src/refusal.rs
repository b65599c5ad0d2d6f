//! From reasons to Graph errors: the first reason in the platform's order of checks says which.
//!
//! Source: platform docs, error codes and permissions; the order of checks is the rulebook's. Which
//! code stands for which reason is the table of [`crate::saying`], and nowhere else.

use commands::{Command, Refusal};
use engine::{Decision, Directory};
use rulebook::{Class, Operation, Reason, Rules, TokenKindId};

use crate::error::GraphError;
use crate::saying::{
    self, Circumstances, HAS_ACCESS, LAST_ADMIN, MOST_ADMIN_SYSTEM_USERS, MOST_SYSTEM_USERS,
    MOST_TEST_USERS, NO_GRANT, NO_PERMISSION, NOT_ON_BEHALF,
};

/// What a call was about, for the words of a refusal.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The word for the method.
    pub method: &'static str,
    /// The node's id as it was asked for.
    pub id: &'a str,
    /// Which words are used.
    pub speech: Speech,
    /// The edge; empty for the node itself.
    pub edge: &'a str,
}

impl Place<'static> {
    /// Before it is known what a call is about.
    pub const NOWHERE: Self = Self {
        method: "get",
        id: "me",
        edge: "",
        speech: Speech::Node,
    };
}

/// Which words a refusal uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// Of a node itself.
    Node,
    /// Of what hangs on an ad account.
    AdAccountEdge,
    /// Of what hangs on anything else.
    Edge,
}

/// Is the reason one that the call itself gives, whatever it is about? Such reasons are told first, and
/// of every node alike.
#[must_use]
pub const fn is_of_the_call(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenUnknown
            | Reason::TokenExpired
            | Reason::TokenInvalidated
            | Reason::ProofMissing
            | Reason::RateLimited
            | Reason::AppSuspended
    )
}

/// Returns the error for a decision that may be heard.
#[must_use]
pub fn of_decision(
    directory: &Directory,
    operation: &str,
    decision: &Decision,
    place: &Place<'_>,
) -> GraphError {
    let rules = directory.rulebook().rules(0);
    let reason = rules.first_reason(decision.reasons);
    let reason = reason.unwrap_or(Reason::AssetNotAssigned);
    // Before anything else that would tell one thing from another: is it for this asker at all?
    let earlier = is_of_the_call(reason);
    // Who has no task at all on an account of the own business hears the same as a stranger.
    let nothing_there = matches!(
        reason,
        Reason::AssetNotAssigned
            | Reason::Unknown
            | Reason::PartnerNotShared
            | Reason::PartnerPending
    ) && place.speech != Speech::Edge;
    if !earlier && (!decision.visible || nothing_there) {
        return hidden(place);
    }
    of_reason(rules, operation, reason, place)
}

/// What is said of a thing that is not there or not for this asker. Nothing in it depends on which.
#[must_use]
pub fn hidden(place: &Place<'_>) -> GraphError {
    match place.speech {
        Speech::Node | Speech::Edge => GraphError::no_object(place.method, place.id),
        Speech::AdAccountEdge => NO_GRANT.error(""),
    }
}

/// Is the operation one that a Page does?
fn is_of_a_page(rules: &Rules, operation: &Operation) -> bool {
    let page = |kind: &TokenKindId| {
        let kind = rules.token_kind(*kind);
        kind.is_some_and(|kind| kind.name == "page")
    };
    !operation.tokens.is_empty() && operation.tokens.iter().all(page)
}

/// Returns what is said for a reason; [`crate::saying`] has the words.
fn of_reason(rules: &Rules, operation: &str, reason: Reason, place: &Place<'_>) -> GraphError {
    let known = rules.operation_named(operation);
    let scopes: Vec<&str> = known
        .map(|operation| operation.all_scopes.with(operation.any_scope))
        .iter()
        .flat_map(|scopes| scopes.iter())
        .map(|scope| rules.names.permission_name(scope))
        .collect();
    // Calls are counted on accounts alone, whatever of theirs a call names; and of the two that have users,
    // it is on an audience that they are counted apart.
    let limited = reason == Reason::RateLimited;
    let written = place.id.starts_with("act_");
    let edge = match place.edge {
        "users" if limited && !written => "customaudiences",
        other => other,
    };
    let about = Circumstances {
        operation,
        page: known.is_some_and(|operation| is_of_a_page(rules, operation)),
        reads: known.is_some_and(|operation| operation.class == Class::Read),
        scopes: &scopes,
        account: place.speech == Speech::AdAccountEdge || written || limited,
        edge,
    };
    let error = saying::of_reason(reason, &about);
    match reason {
        Reason::StepUp => error.saying("Two-factor authentication required", reason.text()),
        _ if error.code == NO_PERMISSION.code
            && NO_PERMISSION.error("").message == error.message =>
        {
            error.saying("Permissions error", reason.text())
        }
        _ => error,
    }
}

/// Does the command bring something to a business, which may be there already?
const fn brings_in(command: &Command) -> bool {
    matches!(
        command,
        Command::ClaimAsset(_) | Command::OfferShare(_) | Command::ClaimApp(_) | Command::OwnApp(_)
    )
}

/// Returns the error for a command that was refused. A denial has to be made hearable before.
#[must_use]
pub fn of_refusal(refusal: &Refusal, command: &Command, place: &Place<'_>) -> GraphError {
    match refusal {
        Refusal::Denied { .. } => NO_PERMISSION.error(""),
        Refusal::NoSuchCommand { .. } => GraphError::unsupported_method(place.method),
        Refusal::Invalid { field, message } => {
            GraphError::invalid(&format!("Param {field}: {message}")).blaming(field)
        }
        Refusal::NotFound { .. } => GraphError::no_object(place.method, place.id),
        Refusal::Conflict { message } if brings_in(command) => {
            HAS_ACCESS.error("").saying("Not done", message)
        }
        Refusal::Conflict { message } if matches!(command, Command::StartOnBehalf(_)) => {
            NOT_ON_BEHALF.error("").saying("Not done", message)
        }
        Refusal::Conflict { message } => {
            GraphError::invalid("Invalid parameter").saying("Not done", message)
        }
        Refusal::LimitReached { .. } => match command {
            Command::CreateSystemUser(one) if one.role == "admin" => {
                MOST_ADMIN_SYSTEM_USERS.error("")
            }
            Command::CreateTestUser(_) => MOST_TEST_USERS.error(""),
            _ => MOST_SYSTEM_USERS.error(""),
        },
        Refusal::LastAdmin { .. } => LAST_ADMIN.error(""),
        Refusal::NotVerified { .. } => NO_PERMISSION.error("").saying(
            "Business not verified",
            "Only verified businesses share and are shared to.",
        ),
        Refusal::ApproverUnfit { .. } => NO_PERMISSION.error(""),
        Refusal::TooMany { .. } => GraphError::too_much(),
    }
}
