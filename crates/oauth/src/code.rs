//! A code: one use, one minute, one client.

use engine::{AppId, GrantId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::consent::Consent;
use crate::error::OauthError;
use crate::pkce::Challenge;
use crate::token::Redemption;

/// How long a code lives. Source: RFC 9700 asks for at most a minute.
pub const LIFE: SignedDuration = SignedDuration::from_secs(60);
/// How long a code that was used stays known, so that a second use is seen.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// What a code stands for, as a row keeps it under the code's digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// For which client.
    pub app: AppId,
    /// Where the person was sent back to with it.
    pub redirect_uri: String,
    /// The proof that whoever comes with it must match.
    pub challenge: Challenge,
    /// Who consented.
    pub person: PersonId,
    /// To what.
    pub consent: Consent,
    /// The grant that will come of it.
    pub grant: GrantId,
    /// Was a second factor passed?
    pub second_factor: bool,
    /// From when on it is good for nothing.
    pub expires: Timestamp,
    /// Was it used?
    pub used: bool,
}

/// What comes of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// The grant and its tokens, if the row still is as it was read.
    Good,
    /// It was used before: somebody has it who should not. What came of it must end.
    Replayed,
    /// Nothing.
    Refused(OauthError),
}

impl Code {
    /// Returns what comes of the code when this client shows it.
    ///
    /// A stranger who shows it does not use it up, and is told the same as of a code that never was.
    #[must_use]
    pub fn redeem(&self, redemption: &Redemption, client: &Client, now: Timestamp) -> Redeemed {
        if self.app != client.app {
            return Redeemed::Refused(no_such_code());
        }
        if self.used {
            return Redeemed::Replayed;
        }
        if self.expires <= now {
            return Redeemed::Refused(no_such_code());
        }
        if self.redirect_uri != redemption.redirect_uri {
            let message = "`redirect_uri` is not the one the code was asked with";
            return Redeemed::Refused(OauthError::grant(message));
        }
        if !self.challenge.is_met_by(&redemption.verifier) {
            let message = "`code_verifier` does not fit the challenge";
            return Redeemed::Refused(OauthError::grant(message));
        }
        Redeemed::Good
    }

    /// Returns the code as it is kept once it was used.
    #[must_use]
    pub fn used(&self) -> Self {
        Self {
            used: true,
            ..self.clone()
        }
    }
}

/// The answer for a code that is unknown, over, used, or another client's.
#[must_use]
pub fn no_such_code() -> OauthError {
    OauthError::grant("the code is unknown, over, used, or another client's")
}
