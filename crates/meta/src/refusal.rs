//! From reasons to Graph errors: the first reason in the platform's order of checks says which.
//!
//! Source: platform docs, error codes and permissions; the order of checks is the rulebook's. Which
//! code stands for which reason is this page, and nowhere else.

use commands::{Command, Refusal};
use engine::{Decision, Directory};
use rulebook::{Class, Reason, Rules};

use crate::error::GraphError;

/// What a call was about, for the words of a refusal.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The word for the method.
    pub method: &'static str,
    /// The node's id as it was asked for.
    pub id: &'a str,
    /// Which words are used.
    pub speech: Speech,
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
        Speech::AdAccountEdge => no_grant(),
    }
}

fn no_grant() -> GraphError {
    GraphError::coded(
        403,
        200,
        "Ad account owner has NOT grant ads_management or ads_read permission",
    )
}

const fn is_scope(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ScopeMissing
            | Reason::ScopeDeclined
            | Reason::AppLevelStandard
            | Reason::AppReviewGate
            | Reason::AppNotLive
            | Reason::FeatureMissing
    )
}

fn of_reason(rules: &Rules, operation: &str, reason: Reason, place: &Place<'_>) -> GraphError {
    let account = place.speech == Speech::AdAccountEdge || place.id.starts_with("act_");
    match reason {
        Reason::TokenUnknown => GraphError::unknown_token(),
        Reason::TokenExpired => GraphError::dead_token(463, "Session has expired."),
        Reason::TokenInvalidated => {
            GraphError::dead_token(467, "The session is invalid because the user logged out.")
        }
        Reason::ProofMissing => GraphError::proof(true),
        Reason::TokenWrongKind if operation.starts_with("page") => GraphError::coded(
            403,
            210,
            "A page access token is required to request this resource.",
        ),
        Reason::RateLimited if account => {
            let mut error = GraphError::coded(
                400,
                80004,
                "There have been too many calls to this ad-account. Wait a bit and try again.",
            );
            error.transient = true;
            error.sub(2_446_079)
        }
        Reason::RateLimited => {
            let mut error = GraphError::coded(403, 4, "Application request limit reached");
            error.transient = true;
            error
        }
        Reason::AppSuspended => GraphError::new(400, 200, "API access blocked."),
        Reason::AppTier => GraphError::coded(
            400,
            3,
            "Application does not have the capability to make this API call.",
        ),
        Reason::AppNotClaimed => GraphError::coded(
            403,
            200,
            "Cannot access an object not managed by the business owning this app.",
        ),
        Reason::ScopeNotForAsset if account => no_grant(),
        reason if is_scope(reason) => missing_scope(rules, operation, account),
        Reason::BusinessRoleTooLow if is_of_an_asset(operation) => {
            GraphError::coded(403, 200, "Permissions error")
        }
        Reason::BusinessRoleTooLow => GraphError::coded(
            403,
            10,
            "You do not have permission to perform this action. This action requires that you can \
             MANAGE_PERMISSIONS for this business account.",
        ),
        Reason::StepUp => GraphError::coded(400, 415, "Two factor authentication required")
            .sub(2_859_009)
            .saying("Two-factor authentication required", reason.text()),
        Reason::BusinessSuspended => GraphError::coded(
            400,
            368,
            "The action attempted has been deemed abusive or is otherwise disallowed",
        ),
        other => GraphError::coded(403, 200, "Permissions error")
            .saying("Permissions error", other.text()),
    }
}

/// Is it done to an asset, by whoever manages the business behind it?
fn is_of_an_asset(operation: &str) -> bool {
    operation.starts_with("assignment.") || operation.starts_with("share.")
}

/// What is said where the token's permissions do not reach.
fn missing_scope(rules: &Rules, operation: &str, account: bool) -> GraphError {
    let Some(operation) = rules.operation_named(operation) else {
        return GraphError::coded(403, 200, "Permissions error");
    };
    let scopes: Vec<&str> = operation
        .all_scopes
        .with(operation.any_scope)
        .iter()
        .map(|scope| rules.names.permission_name(scope))
        .collect();
    let manages = scopes.contains(&"ads_management");
    if account && operation.class == Class::Read && !scopes.contains(&"business_management") {
        return no_grant();
    }
    if manages && operation.name.ends_with(".create") {
        return GraphError::coded(
            403,
            294,
            "Managing advertisements requires an access token with the extended permission for ads_management",
        );
    }
    let wanted = if scopes.contains(&"business_management") {
        "business_management"
    } else {
        scopes.first().copied().unwrap_or("business_management")
    };
    let message = format!("Requires {wanted} permission to manage the object");
    GraphError::coded(403, 200, &message)
}

/// Does the command bring something to a business, which may be there already?
const fn brings_in(command: &Command) -> bool {
    matches!(
        command,
        Command::ClaimAsset(_) | Command::OfferShare(_) | Command::ClaimApp(_)
    )
}

/// Returns the error for a command that was refused. A denial has to be made hearable before.
#[must_use]
pub fn of_refusal(refusal: &Refusal, command: &Command, place: &Place<'_>) -> GraphError {
    match refusal {
        Refusal::Denied { .. } => GraphError::coded(403, 200, "Permissions error"),
        Refusal::NoSuchCommand { .. } => GraphError::unsupported_method(place.method),
        Refusal::Invalid { field, message } => {
            GraphError::invalid(&format!("Param {field}: {message}")).blaming(field)
        }
        Refusal::NotFound { .. } => GraphError::no_object(place.method, place.id),
        Refusal::Conflict { message } if brings_in(command) => GraphError::coded(
            400,
            3944,
            "Your Business Manager already has access to this object.",
        )
        .saying("Not done", message),
        Refusal::Conflict { message } => {
            GraphError::invalid("Invalid parameter").saying("Not done", message)
        }
        Refusal::LimitReached { .. } => match command {
            Command::CreateSystemUser(one) if one.role == "admin" => GraphError::coded(
                400,
                3965,
                "The maximum number of admin system users is reached.",
            ),
            _ => GraphError::coded(400, 3949, "The maximum number of system users is reached."),
        },
        Refusal::LastAdmin { .. } => GraphError::coded(
            400,
            3914,
            "It looks like you're trying to remove the last admin from this Business Manager. At least one \
             admin is required in Business Manager.",
        ),
        Refusal::NotVerified { .. } => GraphError::coded(403, 200, "Permissions error").saying(
            "Business not verified",
            "Only verified businesses share and are shared to.",
        ),
        Refusal::ApproverUnfit { .. } => GraphError::coded(403, 200, "Permissions error"),
        Refusal::TooMany { .. } => GraphError::too_much(),
    }
}
