//! What the platform says when it refuses, and what can be behind it: one table, read both ways.
//!
//! The door looks up what to say for a reason. Whoever has an error in hand, of this server or of the
//! platform itself, looks up which reasons it can have. So the two cannot come apart.
//!
//! Source: platform docs, error codes and error references; threads in which people met them. Rows
//! that this door never sends are there because people paste them.

mod access;
mod business;
mod call;
mod cause;
pub mod clue;
mod credential;
pub mod endpoint;
mod rate;

use rulebook::Reason;

use crate::error::GraphError;

pub use access::{NO_GRANT, NO_OBJECT, NO_PERMISSION};
pub use business::{
    HAS_ACCESS, LAST_ADMIN, MOST_ADMIN_SYSTEM_USERS, MOST_SYSTEM_USERS, MOST_TEST_USERS,
    NOT_ON_BEHALF,
};
pub use cause::Cause;

/// One thing the platform says.
#[derive(Debug, Clone, Copy)]
pub struct Saying {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: u32,
    /// The subcode.
    pub subcode: Option<u32>,
    /// The message, with `{}` where a name stands.
    pub message: &'static str,
    /// Does the code stand before the message: `(#200) …`?
    coded: bool,
    /// Is it told as an error of the method?
    of_method: bool,
    /// Is it worth trying again?
    transient: bool,
    /// For which reasons the door says it, and when.
    sends: &'static [(Reason, When)],
    /// What can be behind it, the likeliest first.
    pub causes: &'static [Cause],
}

/// Under which circumstances a reason is told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always.
    Always,
    /// What was asked for is a Page's.
    OfPage,
    /// What was asked for is about access to an asset.
    OfAssets,
    /// The call is about an ad account.
    OnAccount,
    /// …and reads its figures.
    OnInsights,
    /// …and is about its audiences.
    OnAudiences,
    /// …and what was asked for only reads.
    ReadsAccount,
    /// What was asked for makes ads.
    CreatesAds,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The operation that was asked for.
    pub operation: &'a str,
    /// Does it only read?
    pub reads: bool,
    /// Is it something that a Page does?
    pub page: bool,
    /// The scopes it needs, by name.
    pub scopes: &'a [&'a str],
    /// Is the call about an ad account?
    pub account: bool,
    /// The edge of the call; empty for a node.
    pub edge: &'a str,
}

impl When {
    fn holds(self, about: &Circumstances<'_>) -> bool {
        let needs = |scope: &str| about.scopes.contains(&scope);
        match self {
            Self::Always => true,
            Self::OfPage => about.page,
            Self::OfAssets => {
                about.operation.starts_with("assignment.") || about.operation.starts_with("share.")
            }
            Self::OnAccount => about.account,
            Self::OnInsights => about.account && about.edge == "insights",
            Self::OnAudiences => about.account && about.edge == "customaudiences",
            Self::ReadsAccount => about.account && about.reads && !needs("business_management"),
            Self::CreatesAds => needs("ads_management") && about.operation.ends_with(".create"),
        }
    }
}

/// How sure it is that an error is what a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Code and words, or subcode, are those of a row. Otherwise the code alone is known.
    pub sure: bool,
    /// What can be behind it, the likeliest first.
    pub causes: Vec<Cause>,
}

/// Returns every row. The door takes the first that fits.
pub fn all() -> impl Iterator<Item = &'static Saying> {
    let parts = [
        credential::ROWS,
        rate::ROWS,
        access::ROWS,
        business::ROWS,
        call::ROWS,
    ];
    parts.into_iter().flatten()
}

/// Returns what is said for a reason.
#[must_use]
pub fn of_reason(reason: Reason, about: &Circumstances<'_>) -> GraphError {
    let sends = |row: &&Saying| {
        let mut sends = row.sends.iter();
        sends.any(|(sent, when)| *sent == reason && when.holds(about))
    };
    let row = all().find(sends).unwrap_or(&NO_PERMISSION);
    let business = "business_management";
    let wanted = match about.scopes.contains(&business) {
        true => business,
        false => about.scopes.first().copied().unwrap_or(business),
    };
    row.error(wanted)
}

/// Returns what can be behind an error; nothing if its code is not known.
#[must_use]
pub fn find(code: u32, subcode: Option<u32>, message: &str) -> Option<Found> {
    let same_code = || all().filter(|row| row.code == code);
    let fits = |row: &&Saying| {
        let words = row.is_said_in(message);
        let numbers = row.subcode == subcode;
        match (numbers, words) {
            (true, true) => 3,
            (true, false) if subcode.is_some() => 2,
            (false, true) if row.subcode.is_none() || subcode.is_none() => 1,
            _ => 0,
        }
    };
    let mut best: Option<(&Saying, u8)> = None;
    for row in same_code() {
        let fit = fits(&row);
        if fit > best.map_or(0, |(_, fit)| fit) {
            best = Some((row, fit));
        }
    }
    if let Some((row, _)) = best {
        return Some(Found {
            sure: true,
            causes: row.causes.to_vec(),
        });
    }
    let mut causes: Vec<Cause> = Vec::new();
    for cause in same_code().flat_map(|row| row.causes) {
        let known = |one: &Cause| one.reason == cause.reason && one.why == cause.why;
        if !causes.iter().any(known) {
            causes.push(*cause);
        }
    }
    (!causes.is_empty()).then_some(Found {
        sure: false,
        causes,
    })
}

impl Saying {
    const fn new(status: u16, code: u32, message: &'static str) -> Self {
        Self {
            status,
            code,
            subcode: None,
            message,
            coded: true,
            of_method: false,
            transient: false,
            sends: &[],
            causes: &[],
        }
    }

    const fn sub(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// Without the code before the message.
    const fn plain(mut self) -> Self {
        self.coded = false;
        self
    }

    const fn of_method(mut self) -> Self {
        self.of_method = true;
        self.coded = false;
        self
    }

    const fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    const fn sends(mut self, sends: &'static [(Reason, When)]) -> Self {
        self.sends = sends;
        self
    }

    const fn causes(mut self, causes: &'static [Cause]) -> Self {
        self.causes = causes;
        self
    }

    /// Returns the error; `name` stands in its message where a name does.
    #[must_use]
    pub fn error(&self, name: &str) -> GraphError {
        let message = self.message.replace("{}", name);
        let mut error = match self.coded {
            true => GraphError::coded(self.status, self.code, &message),
            false => GraphError::new(self.status, self.code, &message),
        };
        if self.of_method {
            error = error.of_method();
        }
        error.transient = self.transient;
        error.subcode = self.subcode;
        error
    }

    /// Does a message hold the words of this one, whatever the names in them?
    fn is_said_in(&self, message: &str) -> bool {
        let message = message.to_ascii_lowercase();
        let mut pieces = self.message.split("{}");
        pieces.all(|piece| message.contains(&piece.trim().to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests;
