//! What can be behind an error, in words that say where to look next.

use rulebook::Reason;

/// One thing that can be behind an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The reason of the catalogue; nothing where the call itself is wrong, or the platform.
    pub reason: Option<Reason>,
    /// What it is.
    pub why: &'static str,
    /// What to look at next.
    pub check: &'static str,
}

const fn of(reason: Reason, check: &'static str) -> Cause {
    Cause {
        reason: Some(reason),
        why: reason.text(),
        check,
    }
}

/// One that is no refusal of access.
pub(super) const fn other(why: &'static str, check: &'static str) -> Cause {
    Cause {
        reason: None,
        why,
        check,
    }
}

/// The same in other words.
pub(super) const fn because(reason: Reason, why: &'static str, check: &'static str) -> Cause {
    Cause {
        reason: Some(reason),
        why,
        check,
    }
}

pub(super) const TOKEN_UNKNOWN: Cause = of(
    Reason::TokenUnknown,
    "compare the token, letter by letter, with the one that was issued; ask `debug_token` what it is",
);
pub(super) const TOKEN_EXPIRED: Cause = of(
    Reason::TokenExpired,
    "ask `debug_token` when it ended; issue a new one, and refresh before the end from now on",
);
pub(super) const TOKEN_INVALIDATED: Cause = of(
    Reason::TokenInvalidated,
    "ask whoever is behind the token to consent again; a system user's token does not end with a password",
);
pub(super) const TOKEN_WRONG_KIND: Cause = of(
    Reason::TokenWrongKind,
    "ask `debug_token` for the type and whose it is; a Page's edges need the Page's token, a parent's the parent's",
);
pub(super) const PROOF_MISSING: Cause = of(
    Reason::ProofMissing,
    "send `appsecret_proof`: HMAC-SHA256 of the token under the secret of the app that issued it, in hex",
);
pub(super) const APP_NOT_LIVE: Cause = of(
    Reason::AppNotLive,
    "look at the app's mode; has whoever holds the token a role on the app?",
);
pub(super) const APP_NOT_CLAIMED: Cause = of(
    Reason::AppNotClaimed,
    "look in the business's settings whether the app is among its apps, or its parent's",
);
pub(super) const APP_TIER: Cause = of(
    Reason::AppTier,
    "look at the app's Marketing API tier (Limited or Full); it is not the access level of a permission",
);
pub(super) const APP_REVIEW_GATE: Cause = of(
    Reason::AppReviewGate,
    "look in the app's dashboard for an open review, verification or Data Use Checkup",
);
pub(super) const APP_SUSPENDED: Cause = of(
    Reason::AppSuspended,
    "look in the app's dashboard and mail for what the platform wrote",
);
pub(super) const RATE_LIMITED: Cause = of(
    Reason::RateLimited,
    "read the usage headers of the answer; wait, and spread calls; all tokens of an app share its rate",
);
pub(super) const SCOPE_MISSING: Cause = of(
    Reason::ScopeMissing,
    "read `/me/permissions`; issue a new token with the permission, for an old one never gains any",
);
pub(super) const SCOPE_DECLINED: Cause = of(
    Reason::ScopeDeclined,
    "read `/me/permissions` for `declined`; ask for consent again (`auth_type=rerequest`)",
);
pub(super) const APP_LEVEL_STANDARD: Cause = of(
    Reason::AppLevelStandard,
    "look at the permission's access level; give whoever holds the token a role on the app, or apply for \
     Advanced Access",
);
pub(super) const FEATURE_MISSING: Cause = of(
    Reason::FeatureMissing,
    "look among the app's features, beside its permissions",
);
pub(super) const SCOPE_NOT_FOR_ASSET: Cause = of(
    Reason::ScopeNotForAsset,
    "ask `debug_token` for `granular_scopes`; consent again and choose this asset too",
);
pub(super) const UNKNOWN: Cause = of(
    Reason::Unknown,
    "check the id; an ad account's is `act_` and the number",
);
pub(super) const ASSET_NOT_ASSIGNED: Cause = of(
    Reason::AssetNotAssigned,
    "look in the business's settings who is assigned to the asset; it is no matter of permissions",
);
pub(super) const ROLE_TOO_LOW: Cause = of(
    Reason::RoleTooLow,
    "look at the role on the asset: an analyst reads, an advertiser edits, an admin manages people",
);
pub(super) const BUSINESS_ROLE_TOO_LOW: Cause = of(
    Reason::BusinessRoleTooLow,
    "look at the role in the business: managing it needs an admin, of the business or of its parent",
);
pub(super) const PARTNER_CAP: Cause = of(
    Reason::PartnerCap,
    "look at the level the owner shared the asset with; only the owner can raise it",
);
pub(super) const PARTNER_PENDING: Cause = of(
    Reason::PartnerPending,
    "look among the requests of the business: the share waits for an answer",
);
pub(super) const PARTNER_NOT_SHARED: Cause = of(
    Reason::PartnerNotShared,
    "ask the owner which assets are shared with the business",
);
pub(super) const GRANT_ENDED: Cause = of(
    Reason::GrantEnded,
    "ask who gave the access whether it goes on",
);
pub(super) const STEP_UP: Cause = of(
    Reason::StepUp,
    "pass two-factor authentication in the business's settings; no role helps",
);
pub(super) const BUSINESS_SUSPENDED: Cause = of(
    Reason::BusinessSuspended,
    "look in the business's support inbox for what the platform wrote",
);
pub(super) const ENV_SANDBOX: Cause = of(
    Reason::EnvSandbox,
    "is the asset a sandbox one? A tester reaches no other",
);
pub(super) const LAYER_INDEPENDENT: Cause = of(
    Reason::LayerIndependent,
    "assign a role on the asset itself",
);
pub(super) const NOT_DELEGATED: Cause = of(
    Reason::NotDelegated,
    "look whether the employee is mapped to the asset",
);
pub(super) const MANDATE_MISSING: Cause = of(
    Reason::MandateMissing,
    "set a mandate before the tool writes",
);
pub(super) const MANDATE_LIMIT: Cause = of(
    Reason::MandateLimit,
    "compare the change with the limits of the mandate",
);
pub(super) const MANDATE_ENDED: Cause = of(Reason::MandateEnded, "look at the end of the mandate");
pub(super) const MANDATE_STOPPED: Cause = of(
    Reason::MandateStopped,
    "ask who stopped the mandate, and why",
);
pub(super) const APPROVAL_NEEDED: Cause = of(
    Reason::ApprovalNeeded,
    "make a proposal, and let an approver answer it",
);
pub(super) const WRONG_CONTEXT: Cause = of(
    Reason::WrongContext,
    "is the asset part of the project or business that was named?",
);
pub(super) const CONDITION_FAILED: Cause = of(
    Reason::ConditionFailed,
    "compare the properties of the request with the condition",
);
pub(super) const PRECONDITION: Cause = of(
    Reason::Precondition,
    "pause what still runs, and settle what is owed",
);
pub(super) const EVIDENCE_STALE: Cause = of(
    Reason::EvidenceStale,
    "feed the figures again: spend, budget, active ads",
);
pub(super) const MODEL_FORBIDDEN: Cause = of(
    Reason::ModelForbidden,
    "read which way of working is approved; shared sign-ins and stored passwords are not",
);
