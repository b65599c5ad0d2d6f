//! A person's account: one sealed row.

use jiff::Timestamp;
use ledger::Version;
use ledger::row::{RowKey, RowWrite, Table};
use serde::{Deserialize, Serialize};

use super::passkey::Passkeys;
use super::password::Hash;
use super::totp::{TotpSecret, step_of};
use super::{Desk, SignInError, Who};
use crate::keys::{SealError, UnsealError};

/// How a person signs in. Debug prints nothing of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub(super) password: Hash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) totp: Option<Totp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) passkeys: Option<Passkeys>,
    /// When the password was set. Sign-ins from before are over.
    pub(super) changed: Timestamp,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

/// A second factor, and the last step whose digits were taken.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Totp {
    secret: TotpSecret,
    last_step: u64,
}

impl Totp {
    pub(super) const fn new(secret: TotpSecret) -> Self {
        Self {
            secret,
            last_step: 0,
        }
    }

    /// Are these the digits of now, or of a step beside it, and were they not taken before?
    pub(super) fn take(&mut self, digits: &str, now: Timestamp) -> bool {
        let step = step_of(now);
        let near = step.saturating_sub(1)..=step + 1;
        // Every step is looked at, whichever is right.
        let fitting = near.filter(|step| self.secret.is_at(*step, digits)).max();
        match fitting.filter(|step| *step > self.last_step) {
            Some(step) => {
                self.last_step = step;
                true
            }
            None => false,
        }
    }
}

/// Why an account could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// It could not be sealed.
    #[error("it could not be sealed")]
    Seal(#[source] SealError),
    /// It could not be opened.
    #[error("it could not be opened")]
    Unseal(#[source] UnsealError),
    /// It was opened, and is no account.
    #[error("it is no account")]
    Form(#[source] serde_json::Error),
}

impl Account {
    /// Is there anything beside the password?
    pub(super) fn has_second_factor(&self) -> bool {
        let passkeys = self.passkeys.as_ref();
        self.totp.is_some() || passkeys.is_some_and(|keys| !keys.is_empty())
    }

    pub(super) fn find(
        who: Who<'_>,
        desk: &Desk<'_>,
    ) -> Result<Option<(Self, Version)>, SignInError> {
        let key = key(who);
        let Some(row) = desk.store.row(&key).map_err(SignInError::Read)? else {
            return Ok(None);
        };
        let opened = desk.keys.unseal(&key, &row.value);
        let opened = opened.map_err(|error| SignInError::Account(AccountError::Unseal(error)))?;
        let account = serde_json::from_slice(opened.expose());
        let account = account.map_err(|error| SignInError::Account(AccountError::Form(error)))?;
        Ok(Some((account, row.version)))
    }

    pub(super) fn write(&self, who: Who<'_>, desk: &Desk<'_>) -> Result<RowWrite, SignInError> {
        let key = key(who);
        let plain = serde_json::to_vec(self).map_err(SignInError::Encode)?;
        let sealed = desk.keys.seal(&key, &plain, desk.random)?;
        Ok(RowWrite::put(key, sealed))
    }
}

fn key(who: Who<'_>) -> RowKey {
    let name = format!("account/{}/{}", who.realm.as_str(), who.person);
    RowKey::new(Table::SealedSecret, &name)
}
