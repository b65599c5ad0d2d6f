//! How people sign in: their passwords and second factors, and who is signed in. Rows, never
//! entries.
//!
//! A person's account is one sealed row. A password is set with a code that somebody who may made
//! for the person, good for one use; there is no default and no reset by e-mail. Whoever tries too
//! often waits. What is compared is compared in constant time, and a person who is not there costs
//! the same work as a wrong password.

mod account;
mod passkey;
mod password;
mod session;
mod totp;
mod tries;

use engine::PersonId;
use jiff::{SignedDuration, Timestamp};
use ledger::row::{Expect, RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use ledger::{ReadError, Realm, RowRefusal, Store};
use serde::{Deserialize, Serialize};

use crate::keys::Keys;
use crate::keys::SealError;
use crate::random::{Random, RandomError, bytes};

pub use account::{Account, AccountError};
pub use passkey::{Browser, MOST_PASSKEYS, PasskeyRefusal, PasskeySeen, Site, Taken};
pub use password::{LEAST_LETTERS, MOST_LETTERS, PasswordError};
pub use session::SignedIn;
pub use totp::TotpSecret;
pub use tries::Tries;

/// How long a code that sets a password is good: a day.
const CODE_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What is needed to look at accounts.
pub struct Desk<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) keys: &'a Keys,
    pub(crate) random: &'a dyn Random,
    pub(crate) tries: &'a Tries,
    pub(crate) now: Timestamp,
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Who is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// In which realm.
    pub realm: &'a Realm,
    /// The person.
    pub person: &'a PersonId,
}

/// What a person shows. Debug prints none of it.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The password.
    pub password: &'a str,
    /// The six digits of the second factor, if any.
    pub digits: Option<&'a str>,
}

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown(..)")
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was the person; was a second factor passed?
    In {
        /// Was it?
        second_factor: bool,
    },
    /// Something of it is wrong, or there is no such person: nobody is told which.
    Wrong,
    /// Too many tries: none is looked at for a while.
    Wait,
}

/// Why nobody could be signed in, or nothing be kept.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[source] RandomError),
    /// The rows could not be read.
    #[error("the rows could not be read")]
    Read(#[source] ReadError),
    /// The rows could not be written.
    #[error("the rows could not be written")]
    Write(#[source] WriteRowsError),
    /// Somebody else changed the account in between; try again.
    #[error("the account was changed in between")]
    Moved(#[source] RowRefusal),
    /// The account could not be read or sealed.
    #[error("the account could not be read or sealed")]
    Account(#[source] AccountError),
    /// The password is not one that can be set.
    #[error(transparent)]
    Password(PasswordError),
    /// Something could not be written as JSON.
    #[error("it could not be written down")]
    Encode(#[source] serde_json::Error),
}

impl From<SealError> for SignInError {
    fn from(error: SealError) -> Self {
        Self::Account(AccountError::Seal(error))
    }
}

/// What came of setting a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordSet {
    /// It is set, the person's first.
    First,
    /// It is set in place of another.
    Changed,
    /// Person or code is wrong, or the code is over or used, or there were too many tries.
    NotSet,
}

/// A code that sets a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordCode {
    person: PersonId,
    expires: Timestamp,
}

impl Desk<'_> {
    /// Makes a code with which a person sets a password; it is shown this once.
    pub fn new_password_code(&self, who: Who<'_>) -> Result<String, SignInError> {
        let secret = self.new_secret("csp_")?;
        let expires = self.now.checked_add(CODE_LIFE).unwrap_or(Timestamp::MAX);
        let code = PasswordCode {
            person: who.person.clone(),
            expires,
        };
        let value = serde_json::to_vec(&code).map_err(SignInError::Encode)?;
        let key = code_key(who.realm, &secret);
        self.write(&[RowWrite::put_until(key, value, expires)])?;
        Ok(secret)
    }

    /// Sets a password with a code, which is used up by it in the same write. The second factor and
    /// the passkeys go with the password before.
    pub fn set_password(
        &self,
        who: Who<'_>,
        code: &str,
        password: &str,
    ) -> Result<PasswordSet, SignInError> {
        if self.tries.must_wait(who, self.now) {
            return Ok(PasswordSet::NotSet);
        }
        password::check(password).map_err(SignInError::Password)?;
        let key = code_key(who.realm, code);
        let row = self.store.row(&key).map_err(SignInError::Read)?;
        let known = row.as_ref().and_then(|row| {
            let code: PasswordCode = serde_json::from_slice(&row.value).ok()?;
            (code.person == *who.person && code.expires > self.now).then_some(row.version)
        });
        let Some(version) = known else {
            self.tries.failed(who, self.now);
            return Ok(PasswordSet::NotSet);
        };
        let before = Account::find(who, self)?;
        let account = Account {
            password: password::Hash::of(password, self.random).map_err(SignInError::Random)?,
            totp: None,
            passkeys: None,
            changed: self.now,
        };
        let used = RowWrite::delete(key).expecting(Expect::Version(version));
        let mut writes = vec![used, account.write(who, self)?];
        let passkeys = before.as_ref().and_then(|(old, _)| old.passkeys.as_ref());
        writes.extend(
            passkeys
                .into_iter()
                .flat_map(|keys| keys.forgotten(who.realm)),
        );
        match self.write(&writes) {
            Ok(()) if before.is_some() => Ok(PasswordSet::Changed),
            Ok(()) => Ok(PasswordSet::First),
            Err(SignInError::Moved(_)) => Ok(PasswordSet::NotSet),
            Err(error) => Err(error),
        }
    }

    /// Tries to sign a person in.
    pub fn try_to_sign_in(&self, who: Who<'_>, shown: Shown<'_>) -> Result<Tried, SignInError> {
        if self.tries.must_wait(who, self.now) {
            return Ok(Tried::Wait);
        }
        let found = Account::find(who, self)?;
        let hash = found.as_ref().map(|(account, _)| &account.password);
        let right = password::Hash::is_met(hash, shown.password);
        let tried = match found {
            Some((account, version)) if right => {
                self.second(who, account, version, shown.digits)?
            }
            _ => Tried::Wrong,
        };
        match tried {
            Tried::In { .. } => self.tries.succeeded(who),
            _ => self.tries.failed(who, self.now),
        }
        Ok(tried)
    }

    /// Looks at the second factor of somebody whose password was right.
    fn second(
        &self,
        who: Who<'_>,
        mut account: Account,
        version: ledger::Version,
        digits: Option<&str>,
    ) -> Result<Tried, SignInError> {
        let Some(totp) = &mut account.totp else {
            return Ok(Tried::In {
                second_factor: false,
            });
        };
        if !totp.take(digits.unwrap_or(""), self.now) {
            return Ok(Tried::Wrong);
        }
        // Six digits are good once: whoever looked over a shoulder comes too late.
        let write = account
            .write(who, self)?
            .expecting(Expect::Version(version));
        match self.write(&[write]) {
            Ok(()) => Ok(Tried::In {
                second_factor: true,
            }),
            Err(SignInError::Moved(_)) => Ok(Tried::Wrong),
            Err(error) => Err(error),
        }
    }

    /// Gives a person a second factor, once the digits show that it was taken over; returns whether
    /// they did.
    pub fn set_totp(
        &self,
        who: Who<'_>,
        secret: TotpSecret,
        digits: &str,
    ) -> Result<bool, SignInError> {
        let Some((mut account, version)) = Account::find(who, self)? else {
            return Ok(false);
        };
        let mut totp = account::Totp::new(secret);
        if !totp.take(digits, self.now) {
            return Ok(false);
        }
        account.totp = Some(totp);
        let write = account
            .write(who, self)?
            .expecting(Expect::Version(version));
        self.write(&[write]).map(|()| true)
    }

    /// Must somebody who is signed in show his second factor, before he changes how he signs in? Who
    /// knows the password alone would else give himself a second factor of his own.
    pub fn owes_second_factor(
        &self,
        realm: &Realm,
        signed_in: &SignedIn,
    ) -> Result<bool, SignInError> {
        let person = &signed_in.person;
        let found = Account::find(Who { realm, person }, self)?;
        let has = found.is_some_and(|(account, _)| account.has_second_factor());
        Ok(has && !signed_in.second_factor)
    }

    /// Returns a new secret for a second factor.
    pub fn new_totp(&self) -> Result<TotpSecret, SignInError> {
        let secret = bytes(self.random).map_err(SignInError::Random)?;
        Ok(TotpSecret::from_bytes(secret))
    }

    /// Returns a secret that nobody can guess, behind a prefix that says what it is.
    pub fn new_secret(&self, prefix: &str) -> Result<String, SignInError> {
        use base64::Engine as _;
        let random: [u8; 32] = bytes(self.random).map_err(SignInError::Random)?;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        Ok(format!("{prefix}{text}"))
    }

    fn write(&self, writes: &[RowWrite]) -> Result<(), SignInError> {
        self.store.write_rows(writes).map_err(|error| match error {
            WriteRowsError::Row(refusal) => SignInError::Moved(refusal),
            other => SignInError::Write(other),
        })
    }
}

fn code_key(realm: &Realm, code: &str) -> RowKey {
    let digest = engine::fact::Digest::of(code);
    RowKey::new(
        Table::Code,
        &format!("password/{}/{digest}", realm.as_str()),
    )
}
