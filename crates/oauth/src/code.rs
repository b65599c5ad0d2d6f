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
    /// The proof that whoever comes with it must match; none for a code of the login dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
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

/// Why nothing comes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is another client's.
    Stranger,
    /// It was used before.
    Used,
    /// Its time is over.
    Over,
    /// It was asked for with another address.
    OtherAddress,
    /// What must come with it is missing or wrong.
    Unproved,
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
        match self.unfit(redemption, client, now) {
            None => Redeemed::Good,
            Some(Unfit::Used) => Redeemed::Replayed,
            Some(Unfit::Stranger | Unfit::Over) => Redeemed::Refused(no_such_code()),
            Some(Unfit::OtherAddress) => {
                let message = "`redirect_uri` is not the one the code was asked with";
                Redeemed::Refused(OauthError::grant(message))
            }
            Some(Unfit::Unproved) => {
                let message = "`code_verifier` does not fit the challenge";
                Redeemed::Refused(OauthError::grant(message))
            }
        }
    }

    /// Returns why nothing comes of the code when this client shows it; nothing if it is good.
    #[must_use]
    pub fn unfit(&self, redemption: &Redemption, client: &Client, now: Timestamp) -> Option<Unfit> {
        if self.app != client.app {
            return Some(Unfit::Stranger);
        }
        if self.used {
            return Some(Unfit::Used);
        }
        if self.expires <= now {
            return Some(Unfit::Over);
        }
        if self.redirect_uri != redemption.redirect_uri {
            return Some(Unfit::OtherAddress);
        }
        // One with a challenge is not good without a verifier, nor one without a challenge with one:
        // otherwise whoever stole a code could choose the way that asks for less.
        let proved = match (&self.challenge, &redemption.verifier) {
            (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
            (None, None) => client.confidential,
            _ => false,
        };
        (!proved).then_some(Unfit::Unproved)
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
