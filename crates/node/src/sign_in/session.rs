//! Who is signed in, by a cookie.

use engine::PersonId;
use engine::fact::Digest;
use jiff::{SignedDuration, Timestamp};
use ledger::Realm;
use ledger::row::{RowKey, RowWrite, Table};
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::{Desk, SignInError, Who};

/// How long a sign-in lasts: a working day.
const LIFE: SignedDuration = SignedDuration::from_hours(12);
/// How long a sign-in is fresh enough to change how one signs in.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedIn {
    /// The person.
    pub person: PersonId,
    /// Was a second factor passed?
    pub second_factor: bool,
    /// When.
    pub since: Timestamp,
    /// When it is over.
    pub until: Timestamp,
}

impl SignedIn {
    /// Did the person sign in a moment ago? A browser that was left open is somebody else's chance.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) <= FRESH
    }
}

impl Desk<'_> {
    /// Begins a sign-in; returns the secret of its cookie. It is always a new one: what a browser
    /// held before is worth nothing after.
    pub fn sign_in(&self, who: Who<'_>, second_factor: bool) -> Result<String, SignInError> {
        let secret = self.new_secret("csi_")?;
        let until = self.now.checked_add(LIFE).unwrap_or(Timestamp::MAX);
        let signed_in = SignedIn {
            person: who.person.clone(),
            second_factor,
            since: self.now,
            until,
        };
        let value = serde_json::to_vec(&signed_in).map_err(SignInError::Encode)?;
        self.write(&[RowWrite::put_until(key(who.realm, &secret), value, until)])?;
        Ok(secret)
    }

    /// Returns who is signed in by a cookie's secret; nobody once it is over, or once the password
    /// was set anew.
    pub fn signed_in(&self, realm: &Realm, secret: &str) -> Result<Option<SignedIn>, SignInError> {
        let row = self.store.row(&key(realm, secret));
        let Some(row) = row.map_err(SignInError::Read)? else {
            return Ok(None);
        };
        let Ok(signed_in) = serde_json::from_slice::<SignedIn>(&row.value) else {
            return Ok(None);
        };
        let person = &signed_in.person;
        let account = Account::find(Who { realm, person }, self)?;
        let before = account.is_some_and(|(account, _)| account.changed > signed_in.since);
        Ok((signed_in.until > self.now && !before).then_some(signed_in))
    }

    /// Ends a sign-in.
    pub fn sign_out(&self, realm: &Realm, secret: &str) -> Result<(), SignInError> {
        self.write(&[RowWrite::delete(key(realm, secret))])
    }
}

fn key(realm: &Realm, secret: &str) -> RowKey {
    let digest = Digest::of(secret);
    RowKey::new(
        Table::Session,
        &format!("signin/{}/{digest}", realm.as_str()),
    )
}
