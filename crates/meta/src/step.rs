//! What a call comes to: an answer, or commands to be given and an answer made of theirs.

use commands::{Act, Answer, Command};
use engine::Evidence;
use ledger::RowWrite;
use serde_json::{Value, json};

use crate::page_token::Cut;

/// What a call comes to.
#[derive(Debug)]
pub enum Step {
    /// This is the answer.
    Answer(Value),
    /// These commands are to be given, in this order, by the token of the call.
    Do(Deed),
    /// These rows are to be written, if all is allowed and nothing has changed.
    Write(Box<Write>),
    /// First these tokens of Pages are to be cut, by the holder of the call's token; then the call is to
    /// be worked out again. What cannot be cut is left out: then this is the answer.
    Cut(Vec<Cut>, Value),
}

/// Rows to be written.
#[derive(Debug)]
pub struct Write {
    /// What must be allowed to whoever calls, when it is done.
    pub asks: Vec<Act>,
    /// What that is decided on.
    pub evidence: Evidence,
    /// The rows, each with what must stand there.
    pub rows: Vec<RowWrite>,
    /// What the holder of the token commands once they are written.
    pub after: Option<Command>,
    /// The answer, once it is done.
    pub body: Value,
}

/// Commands to be given.
#[derive(Debug)]
pub struct Deed {
    /// The commands. Once one is refused, the next are not given.
    pub commands: Vec<Command>,
    /// How the last one's answer goes out.
    pub then: Then,
    /// Who gives them.
    pub by: By,
}

/// Who gives commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The token of the call.
    Token,
    /// Its holder, where the platform asks another operation of tokens than of people who sign in, and
    /// the token was allowed that one.
    Holder,
}

/// How a command's answer goes out.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// `{"success":true}`
    Success,
    /// The id of what was made.
    Id,
    /// The id of what was made, with further fields.
    IdWith(Value),
    /// Whether what was shared is there or has to be accepted.
    AccessStatus,
    /// Whether what was asked for is there or waits for an answer.
    Requested,
    /// What was asked for is there.
    Confirmed,
    /// The secret of a token.
    AccessToken,
    /// Who was made, with the token that came with it.
    TestUser,
}

impl Step {
    /// Returns the step that gives one command.
    #[must_use]
    pub fn give(command: impl Into<Command>, then: Then) -> Self {
        Self::Do(Deed {
            commands: vec![command.into()],
            then,
            by: By::Token,
        })
    }

    /// The same by the holder of the token, once it is certain that the token may.
    #[must_use]
    pub fn give_as_holder(command: impl Into<Command>, then: Then) -> Self {
        Self::Do(Deed {
            commands: vec![command.into()],
            then,
            by: By::Holder,
        })
    }

    /// Lets the holder of the token give a command once rows are written; any other step stays.
    #[must_use]
    pub fn and_then(self, command: Command) -> Self {
        match self {
            Self::Write(write) => Self::Write(Box::new(Write {
                after: Some(command),
                ..*write
            })),
            other => other,
        }
    }
}

impl Then {
    /// Returns the body. Never bare `true`, which the SDK for Python cannot read.
    #[must_use]
    pub fn body(&self, answer: &Answer) -> Value {
        let id = answer.id.as_deref().unwrap_or_default();
        match self {
            Self::Success => json!({ "success": true }),
            Self::Id => json!({ "id": id }),
            Self::IdWith(fields) => {
                let mut body = json!({ "id": id });
                if let (Some(body), Some(fields)) = (body.as_object_mut(), fields.as_object()) {
                    body.extend(fields.clone());
                }
                body
            }
            Self::AccessStatus => {
                let pending = answer.share == Some(engine::fact::ShareState::Pending);
                let status = if pending { "PENDING" } else { "CONFIRMED" };
                json!({ "success": true, "access_status": status })
            }
            Self::Requested => {
                let waits = answer.id.is_some() && answer.share.is_none();
                let status = if waits { "PENDING" } else { "CONFIRMED" };
                json!({ "access_status": status })
            }
            Self::Confirmed => json!({ "access_status": "CONFIRMED" }),
            Self::TestUser => match &answer.secret {
                Some(secret) => json!({ "id": id, "access_token": secret }),
                None => json!({ "id": id }),
            },
            Self::AccessToken => json!({
                "access_token": answer.secret.as_deref().unwrap_or_default(),
                "token_type": "bearer",
            }),
        }
    }
}
