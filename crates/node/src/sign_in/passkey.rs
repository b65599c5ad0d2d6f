//! Passkeys: keys that a device keeps, and that sign only for whoever unlocks the device.
//!
//! What is signed, and whether it is right, is settled by `webauthn-rs`. Here is whose a key is, and
//! that every question is put once, to one browser. A key is found by its own id, so nobody's name is
//! asked for and nobody learns whose name is known. It counts as two factors: the device, and what
//! unlocked it; a key that did not make sure of its person is refused.

mod asked;
mod site;

use engine::PersonId;
use engine::fact::Digest;
use jiff::Timestamp;
use ledger::row::{Expect, RowKey, RowWrite, Table};
use ledger::{Realm, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, Passkey, PublicKeyCredential, RegisterPublicKeyCredential,
    Uuid, WebauthnError,
};

use super::account::Account;
use super::{Desk, SignInError, Who};
use crate::random::bytes;
use asked::Asked;

pub use site::Site;

/// The most passkeys a person has.
pub const MOST_PASSKEYS: usize = 10;
/// The most letters of a passkey's name.
const MOST_LETTERS: usize = 64;

/// The passkeys of an account.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passkeys {
    /// What devices know the person by: random, so that it says nothing.
    handle: Uuid,
    keys: Vec<Kept>,
}

/// A passkey, as the account keeps it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    name: String,
    key: Passkey,
    made: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used: Option<Timestamp>,
}

/// A passkey, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeySeen {
    /// What removes it.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Since when it is known.
    pub made: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
}

/// Why a passkey is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyRefusal {
    /// Nothing was asked of this browser, or it was answered already, or too late.
    #[error("nothing was asked, or it is over")]
    Late,
    /// What came back is no answer.
    #[error("this is no answer of a passkey")]
    Form(#[source] serde_json::Error),
    /// The signature, the address or something else of the answer is not right.
    #[error("the passkey is not believed")]
    NotBelieved(#[source] WebauthnError),
    /// Nobody here has this passkey.
    #[error("nobody has this passkey")]
    Unknown,
    /// The person has no account here, and so no passkeys.
    #[error("there is no password beside which a passkey could stand")]
    NoAccount,
    /// Somebody has this passkey already.
    #[error("this passkey is known already")]
    Known,
    /// There are as many as there may be.
    #[error("there are as many passkeys as there may be: {MOST_PASSKEYS}")]
    TooMany,
    /// The name is empty or too long.
    #[error("the name has 1 to {MOST_LETTERS} letters")]
    Name,
}

/// What came of a passkey, unless rows could not be read or written.
pub type Taken<T> = Result<Result<T, PasskeyRefusal>, SignInError>;

/// A browser, by a secret that only it has.
#[derive(Clone, Copy)]
pub struct Browser<'a>(pub &'a str);

impl std::fmt::Debug for Browser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Browser(..)")
    }
}

impl Desk<'_> {
    /// Returns a person's passkeys, the oldest first.
    pub fn passkeys(&self, who: Who<'_>) -> Result<Vec<PasskeySeen>, SignInError> {
        let found = Account::find(who, self)?;
        let passkeys = found.and_then(|(account, _)| account.passkeys);
        let keys = passkeys.map_or_else(Vec::new, |passkeys| passkeys.keys);
        Ok(keys.iter().map(Kept::seen).collect())
    }

    /// Asks a browser to make a passkey for a person; returns the options of its question, as JSON.
    pub fn ask_for_new_passkey(
        &self,
        site: &Site,
        who: Who<'_>,
        browser: Browser<'_>,
    ) -> Taken<String> {
        let Some((account, version)) = Account::find(who, self)? else {
            return Ok(Err(PasskeyRefusal::NoAccount));
        };
        let passkeys = match &account.passkeys {
            Some(passkeys) => passkeys.clone(),
            None => self.first_passkeys(who, account, version)?,
        };
        if passkeys.keys.len() >= MOST_PASSKEYS {
            return Ok(Err(PasskeyRefusal::TooMany));
        }
        let known: Vec<CredentialID> = passkeys.keys.iter().map(Kept::id).collect();
        match site.ask_for_new(passkeys.handle, who.person, known) {
            Ok((options, state)) => {
                let person = who.person.clone();
                self.keep_asked(who.realm, browser, &Asked::New { person, state })?;
                options.map(Ok).map_err(SignInError::Encode)
            }
            Err(error) => Ok(Err(PasskeyRefusal::NotBelieved(error))),
        }
    }

    /// Gives an account the handle its passkeys will be known by.
    fn first_passkeys(
        &self,
        who: Who<'_>,
        account: Account,
        version: Version,
    ) -> Result<Passkeys, SignInError> {
        let handle: [u8; 16] = bytes(self.random).map_err(SignInError::Random)?;
        let passkeys = Passkeys {
            handle: Uuid::from_bytes(handle),
            keys: Vec::new(),
        };
        let account = Account {
            passkeys: Some(passkeys.clone()),
            ..account
        };
        let write = account.write(who, self)?;
        self.write(&[write.expecting(Expect::Version(version))])?;
        Ok(passkeys)
    }

    /// Takes the passkey that a browser made for a person. The question is used up by it, whatever
    /// the answer is.
    pub fn add_passkey(
        &self,
        site: &Site,
        who: Who<'_>,
        browser: Browser<'_>,
        (name, answer): (&str, &str),
    ) -> Taken<()> {
        let state = match self.take_asked(who.realm, browser)? {
            Some(Asked::New { person, state }) if person == *who.person => state,
            _ => return Ok(Err(PasskeyRefusal::Late)),
        };
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MOST_LETTERS {
            return Ok(Err(PasskeyRefusal::Name));
        }
        let answer: RegisterPublicKeyCredential = match serde_json::from_str(answer) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(PasskeyRefusal::Form(error))),
        };
        let key = match site.new_key(&answer, &state) {
            Ok(key) => key,
            Err(error) => return Ok(Err(PasskeyRefusal::NotBelieved(error))),
        };
        let found = Account::find(who, self)?;
        let Some((account, version, mut passkeys)) = found.and_then(with_passkeys) else {
            return Ok(Err(PasskeyRefusal::Late));
        };
        if passkeys.keys.len() >= MOST_PASSKEYS {
            return Ok(Err(PasskeyRefusal::TooMany));
        }
        let of_key = index_key(who.realm, key.cred_id());
        let value = self
            .keys
            .seal(&of_key, who.person.as_str().as_bytes(), self.random)?;
        passkeys.keys.push(Kept {
            name: name.to_owned(),
            key,
            made: self.now,
            used: None,
        });
        let account = Account {
            passkeys: Some(passkeys),
            ..account
        };
        let kept = account.write(who, self)?;
        let writes = [
            RowWrite::put(of_key, value).expecting(Expect::Absent),
            kept.expecting(Expect::Version(version)),
        ];
        match self.write(&writes) {
            Ok(()) => Ok(Ok(())),
            Err(SignInError::Moved(refusal)) if refusal.write == 0 => {
                Ok(Err(PasskeyRefusal::Known))
            }
            Err(SignInError::Moved(_)) => Ok(Err(PasskeyRefusal::Late)),
            Err(error) => Err(error),
        }
    }

    /// Removes a passkey of a person; returns whether there was one. The password stays.
    pub fn remove_passkey(&self, who: Who<'_>, id: &str) -> Result<bool, SignInError> {
        let found = Account::find(who, self)?;
        let Some((account, version, mut passkeys)) = found.and_then(with_passkeys) else {
            return Ok(false);
        };
        let Some(at) = passkeys.keys.iter().position(|kept| kept.text_id() == id) else {
            return Ok(false);
        };
        let gone = passkeys.keys.remove(at);
        let account = Account {
            passkeys: Some(passkeys),
            ..account
        };
        let kept = account.write(who, self)?;
        let writes = [
            RowWrite::delete(index_key(who.realm, &gone.id())),
            kept.expecting(Expect::Version(version)),
        ];
        self.write(&writes).map(|()| true)
    }

    /// Asks a browser for a passkey, whoever sits there; returns the options of its question, as JSON.
    /// They are the same for everybody.
    pub fn ask_for_passkey(
        &self,
        site: &Site,
        realm: &Realm,
        browser: Browser<'_>,
    ) -> Taken<String> {
        match site.ask() {
            Ok((options, state)) => {
                self.keep_asked(realm, browser, &Asked::SignIn { state })?;
                options.map(Ok).map_err(SignInError::Encode)
            }
            Err(error) => Ok(Err(PasskeyRefusal::NotBelieved(error))),
        }
    }

    /// Returns whose passkey a browser showed. The question is used up by it, whatever the answer is.
    pub fn person_of_passkey(
        &self,
        site: &Site,
        realm: &Realm,
        browser: Browser<'_>,
        answer: &str,
    ) -> Taken<PersonId> {
        let Some(Asked::SignIn { state }) = self.take_asked(realm, browser)? else {
            return Ok(Err(PasskeyRefusal::Late));
        };
        let answer: PublicKeyCredential = match serde_json::from_str(answer) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(PasskeyRefusal::Form(error))),
        };
        let id = CredentialID::from(answer.get_credential_id().to_vec());
        let Some(person) = self.person_with(realm, &id)? else {
            return Ok(Err(PasskeyRefusal::Unknown));
        };
        let who = Who {
            realm,
            person: &person,
        };
        let found = Account::find(who, self)?;
        let Some((account, version, mut passkeys)) = found.and_then(with_passkeys) else {
            return Ok(Err(PasskeyRefusal::Unknown));
        };
        // The device says whom it believes to have here: it must be this account.
        let handle = answer.get_user_unique_id();
        let kept = passkeys.keys.iter_mut().find(|kept| kept.id() == id);
        let (Some(kept), true) = (kept, handle == Some(passkeys.handle.as_bytes())) else {
            return Ok(Err(PasskeyRefusal::Unknown));
        };
        let seen = match site.seen(&answer, state, &kept.key) {
            Ok(seen) => seen,
            Err(error) => return Ok(Err(PasskeyRefusal::NotBelieved(error))),
        };
        kept.was_used(&seen, self.now);
        let account = Account {
            passkeys: Some(passkeys),
            ..account
        };
        let write = account.write(who, self)?;
        match self.write(&[write.expecting(Expect::Version(version))]) {
            Ok(()) => Ok(Ok(person)),
            Err(SignInError::Moved(_)) => Ok(Err(PasskeyRefusal::Late)),
            Err(error) => Err(error),
        }
    }

    fn person_with(
        &self,
        realm: &Realm,
        id: &CredentialID,
    ) -> Result<Option<PersonId>, SignInError> {
        let key = index_key(realm, id);
        let Some(row) = self.store.row(&key).map_err(SignInError::Read)? else {
            return Ok(None);
        };
        let opened = self.keys.unseal(&key, &row.value);
        let opened =
            opened.map_err(|error| SignInError::Account(super::AccountError::Unseal(error)))?;
        let text = std::str::from_utf8(opened.expose()).ok();
        Ok(text.and_then(|text| text.parse().ok()))
    }
}

impl Passkeys {
    /// Returns what forgets them all: a new password ends what was there before.
    pub(super) fn forgotten(&self, realm: &Realm) -> Vec<RowWrite> {
        let keys = self.keys.iter();
        keys.map(|kept| RowWrite::delete(index_key(realm, &kept.id())))
            .collect()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Kept {
    fn id(&self) -> CredentialID {
        self.key.cred_id().clone()
    }

    /// Returns what the person's pages call it: nobody signs in with that.
    fn text_id(&self) -> String {
        digest(self.key.cred_id()).to_string()
    }

    fn seen(&self) -> PasskeySeen {
        PasskeySeen {
            id: self.text_id(),
            name: self.name.clone(),
            made: self.made,
            used: self.used,
        }
    }

    /// Keeps how far the device has counted, and whether it is copied elsewhere.
    fn was_used(&mut self, seen: &AuthenticationResult, now: Timestamp) {
        self.key.update_credential(seen);
        self.used = Some(now);
    }
}

fn with_passkeys(
    (mut account, version): (Account, Version),
) -> Option<(Account, Version, Passkeys)> {
    let passkeys = account.passkeys.take()?;
    Some((account, version, passkeys))
}

fn digest(id: &CredentialID) -> Digest {
    Digest(Sha256::digest(id).into())
}

/// The row that says whose a passkey is: no two people have the same one.
fn index_key(realm: &Realm, id: &CredentialID) -> RowKey {
    let name = format!("passkey/{}/{}", realm.as_str(), digest(id));
    RowKey::new(Table::SealedSecret, &name)
}
