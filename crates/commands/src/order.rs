//! How a command is given, and what comes back.

use engine::fact::{Change, ShareState, TextDigest};
use engine::{AppId, Credential, Decision, DelegateId, Evidence, Request, TokenId};
use jiff::Timestamp;

use crate::holding::Holding;

/// How a command is given.
pub struct Order<'a> {
    /// By whom.
    pub by: Credential,
    /// The employee, known elsewhere, for whom a system user gives it.
    pub delegate: Option<DelegateId>,
    /// What the shell measured.
    pub evidence: Evidence,
    /// The time.
    pub now: Timestamp,
    /// The command's id: ids of new things derive from it.
    pub id: &'a str,
    /// Random bytes, for secrets.
    pub entropy: [u8; 32],
    /// Keeps a free text elsewhere and returns its salted digest.
    pub keep_text: &'a mut dyn FnMut(&str) -> TextDigest,
}

impl std::fmt::Debug for Order<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The entropy makes secrets: it is not shown.
        f.debug_struct("Order")
            .field("by", &self.by)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// The changes, consequences written out.
    pub changes: Vec<Change>,
    /// What the caller is told.
    pub answer: Answer,
    /// Secrets that are kept beside the log.
    pub secrets: Vec<KeptSecret>,
}

/// A secret that is kept beside the log, sealed. Debug does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// What it opens.
    pub of: SecretOf,
    /// The secret itself.
    pub secret: String,
}

/// What a kept secret opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOf {
    /// An app shows it for itself; it takes the place of the one before.
    App(AppId),
    /// A token that is shown again to whoever asks with the token it was cut from.
    Token {
        /// Which.
        id: TokenId,
        /// When it ends, if it does by itself.
        until: Option<Timestamp>,
    },
}

impl std::fmt::Debug for KeptSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptSecret")
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

/// What the caller is told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The id of what was made.
    pub id: Option<String>,
    /// A secret, shown this once.
    pub secret: Option<String>,
    /// The secret of a refresh token that comes with it, shown this once.
    pub refresh: Option<String>,
    /// How a share stands now.
    pub share: Option<ShareState>,
    /// What is left of what somebody had, if that was taken away; empty if nothing is.
    pub remains: Option<Vec<Holding>>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secret = self.secret.as_ref().map(|_| "[secret]");
        let refresh = self.refresh.as_ref().map(|_| "[secret]");
        f.debug_struct("Answer")
            .field("id", &self.id)
            .field("secret", &secret)
            .field("refresh", &refresh)
            .field("share", &self.share)
            .field("remains", &self.remains)
            .finish()
    }
}

/// Why a command was not done: a variant for each thing the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The engine says no; ask it to explain.
    #[error("{} may not be done: {:?}", request.operation, decision.reasons)]
    Denied {
        /// Its decision.
        decision: Decision,
        /// What was asked.
        request: Box<Request>,
    },
    /// The rulebook has no such operation, so there is no such command here.
    #[error("this platform has no `{command}`")]
    NoSuchCommand {
        /// The command's name.
        command: &'static str,
    },
    /// A field cannot be what it is meant to be.
    #[error("`{field}`: {message}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong, and what would do.
        message: String,
    },
    /// Something is there already, or in the way.
    #[error("{message}")]
    Conflict {
        /// What.
        message: String,
    },
    /// No such thing is known to the caller.
    #[error("no such {what}: `{id}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// There are as many as there may be.
    #[error("at most {most} {what}; one must go first")]
    LimitReached {
        /// What is limited.
        what: &'static str,
        /// The most there may be.
        most: u32,
    },
    /// The business would have nobody left who manages people.
    #[error(
        "`{person}` is the last one in business `{business}` who manages people; give somebody else the role first"
    )]
    LastAdmin {
        /// The business.
        business: String,
        /// The person.
        person: String,
    },
    /// A business must be verified by the platform before it shares or is shared to.
    #[error(
        "business `{business}` is not verified, and only verified businesses share and are shared to"
    )]
    NotVerified {
        /// The business.
        business: String,
    },
    /// Who would approve could not do it himself, is not among the approvers, or is of the tool's
    /// maker.
    #[error(
        "`{person}` cannot approve `{operation}` on `{asset}`: an approver could do it himself, is \
         among those the mandate names, if it names any, and is not of the tool's maker"
    )]
    ApproverUnfit {
        /// Who.
        person: String,
        /// What would be done.
        operation: String,
        /// On which asset.
        asset: String,
    },
    /// More changes than one entry holds.
    #[error("{changes} changes are more than the {most} one entry holds; do it in parts")]
    TooMany {
        /// How many it would be.
        changes: usize,
        /// The most there may be.
        most: usize,
    },
}

impl Refusal {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "DENIED",
            Self::NoSuchCommand { .. } => "NO_SUCH_COMMAND",
            Self::Invalid { .. } => "INVALID",
            Self::Conflict { .. } => "CONFLICT",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::LimitReached { .. } => "LIMIT_REACHED",
            Self::LastAdmin { .. } => "LAST_ADMIN",
            Self::ApproverUnfit { .. } => "APPROVER_UNFIT",
            Self::NotVerified { .. } => "NOT_VERIFIED",
            Self::TooMany { .. } => "TOO_MANY",
        }
    }

    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            message: message.into(),
        }
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict {
            message: message.into(),
        }
    }
}
