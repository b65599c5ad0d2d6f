//! What a browser was asked: one row, used up by the first answer.

use engine::PersonId;
use engine::fact::Digest;
use jiff::{SignedDuration, Timestamp};
use ledger::Realm;
use ledger::row::{Expect, RowKey, RowWrite, Table};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

use super::Browser;
use crate::sign_in::{Desk, SignInError};

/// How long a question waits for its answer: as long as browsers let people look for their key.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// What was asked. It stays here: a browser that could change it could answer for anybody.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Asked {
    /// To make a key for a person.
    New {
        /// For whom.
        person: PersonId,
        /// What the answer is looked at with.
        state: PasskeyRegistration,
    },
    /// To show a key.
    SignIn {
        /// What the answer is looked at with.
        state: DiscoverableAuthentication,
    },
}

/// A question with its end.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting<A> {
    asked: A,
    expires: Timestamp,
}

impl Desk<'_> {
    /// Keeps what a browser was asked, in place of what it was asked before.
    pub(super) fn keep_asked(
        &self,
        realm: &Realm,
        browser: Browser<'_>,
        asked: &Asked,
    ) -> Result<(), SignInError> {
        let expires = self.now.checked_add(LIFE).unwrap_or(Timestamp::MAX);
        let value = serde_json::to_vec(&Waiting { asked, expires }).map_err(SignInError::Encode)?;
        self.write(&[RowWrite::put_until(key(realm, browser), value, expires)])
    }

    /// Returns what a browser was asked, which is used up before its answer is looked at.
    pub(super) fn take_asked(
        &self,
        realm: &Realm,
        browser: Browser<'_>,
    ) -> Result<Option<Asked>, SignInError> {
        let key = key(realm, browser);
        let Some(row) = self.store.row(&key).map_err(SignInError::Read)? else {
            return Ok(None);
        };
        let used = RowWrite::delete(key).expecting(Expect::Version(row.version));
        match self.write(&[used]) {
            Ok(()) => {}
            Err(SignInError::Moved(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        let waiting = serde_json::from_slice::<Waiting<Asked>>(&row.value).ok();
        let waiting = waiting.filter(|waiting| waiting.expires > self.now);
        Ok(waiting.map(|waiting| waiting.asked))
    }
}

fn key(realm: &Realm, Browser(secret): Browser<'_>) -> RowKey {
    let digest = Digest::of(&format!("countersign passkey 1\n{secret}"));
    RowKey::new(Table::Code, &format!("passkey/{}/{digest}", realm.as_str()))
}
