//! Certificates of removal: "at this position of this log, nothing was left of that partner".
//!
//! A certificate is the list of everything that was looked through, each list empty, signed with the
//! key that signs the log's checkpoints. It is true at its position and time, and says what it could
//! not see. Whoever has the public key verifies it without a server.
//!
//! The file is JSON. What is signed is its statement in one canonical text; and because a file is
//! taken only as it was written, byte for byte, no byte of it can be changed unnoticed.

use commands::residue::{ListName, Residue, UNSEEN};
use ledger::note::OpenNoteError;
use ledger::{Head, LogClock, NoteSigner, NoteVerifier};
use serde::{Deserialize, Serialize};

/// The first line of what is signed: so that no other signed text can be taken for a certificate.
const FIRST_LINE: &str = "countersign certificate of removal 1";

/// A certificate, as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What is certified.
    pub statement: Statement,
    /// The signature line of a signed note over the statement.
    pub signature: String,
}

/// What is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What kind of certificate it is.
    pub certifies: String,
    /// Which log.
    pub log: String,
    /// Which life of it.
    pub epoch: u32,
    /// The position of the last entry that was taken into account.
    pub position: u64,
    /// The hash of that entry.
    pub hash: String,
    /// `real`, or `test` for a log that ran with a clock that can be set: its times prove nothing.
    pub clock: String,
    /// The realm.
    pub realm: String,
    /// SHA-256 of the rulebook that was active.
    pub rulebook: String,
    /// The time at which it was looked.
    pub time: String,
    /// Whose assets.
    pub businesses: Vec<String>,
    /// Which assets.
    pub assets: Vec<String>,
    /// Of whom nothing is left.
    pub subject: SubjectText,
    /// Everything that was looked through; nothing was found in any of it.
    pub checked: Vec<CheckedList>,
    /// What could not be seen.
    pub cannot_see: Vec<String>,
}

/// Of whom nothing is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectText {
    /// The partner.
    pub partner: String,
    /// Its people at that time.
    pub people: Vec<String>,
    /// Its system users.
    pub system_users: Vec<String>,
    /// Its apps.
    pub apps: Vec<String>,
}

/// A list that was looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckedList {
    /// Its name.
    pub list: String,
    /// What it holds.
    pub of: String,
    /// How many things were looked at.
    pub checked: usize,
    /// How many are left: none.
    pub left: usize,
}

/// Why nothing was certified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertifyError {
    /// There is something left.
    #[error("{0} ways are left")]
    Residue(usize),
    /// There is nothing to say it of.
    #[error("the business has no assets: there is nothing to certify")]
    NoAssets,
    /// The statement could not be written as JSON.
    #[error("the statement could not be written down")]
    Encode,
}

/// Why a file is no certificate of the key's owner.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not JSON of this form.
    #[error("this is no certificate")]
    Form(#[source] serde_json::Error),
    /// It is one, and not as it was written.
    #[error("the file is not as it was written: something in it was changed or laid out anew")]
    Changed,
    /// It is not signed by this key.
    #[error("it is not signed by this key")]
    Note(#[source] OpenNoteError),
    /// It is signed with the key of another log than it speaks of.
    #[error("it speaks of a log whose key did not sign it")]
    OtherLog,
    /// It says that something is left.
    #[error("it says that something is left")]
    NotEmpty,
}

/// What a residue is a residue of, besides the facts.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The durable head of the log that the facts were folded from.
    pub head: &'a Head,
    /// The realm.
    pub realm: &'a ledger::Realm,
    /// The digest of the active rulebook.
    pub rulebook: [u8; 32],
    /// When it was looked.
    pub now: jiff::Timestamp,
}

impl Certificate {
    /// Certifies that nothing is left.
    ///
    /// Errors: [`CertifyError::Residue`] while something is.
    pub fn issue(
        residue: &Residue,
        around: &Circumstances<'_>,
        signer: &NoteSigner,
    ) -> Result<Self, CertifyError> {
        if !residue.is_empty() {
            return Err(CertifyError::Residue(residue.remains().count()));
        }
        if residue.assets.is_empty() {
            return Err(CertifyError::NoAssets);
        }
        let statement = Statement::of(residue, around);
        let text = statement.text().map_err(|_| CertifyError::Encode)?;
        let note = signer.sign(&text);
        let signature = note
            .strip_prefix(&text)
            .ok_or(CertifyError::Encode)?
            .trim_matches('\n');
        Ok(Self {
            statement,
            signature: signature.to_owned(),
        })
    }

    /// Returns the file.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Returns the certificate in a file, once the key's signature is found to be right.
    ///
    /// Errors: [`VerifyError`], whatever byte of the file was changed.
    pub fn verify(file: &str, key: &NoteVerifier) -> Result<Self, VerifyError> {
        let certificate: Self = serde_json::from_str(file).map_err(VerifyError::Form)?;
        let again = certificate.to_file().map_err(VerifyError::Form)?;
        if again != file {
            return Err(VerifyError::Changed);
        }
        let statement = &certificate.statement;
        let text = statement.text().map_err(VerifyError::Form)?;
        let note = format!("{text}\n{}\n", certificate.signature);
        key.open(&note)
            .map_err(VerifyError::Note)
            .and_then(|opened| match opened == text {
                true => Ok(()),
                false => Err(VerifyError::Changed),
            })?;
        if !key.to_string().starts_with(&format!("{}+", statement.log)) {
            return Err(VerifyError::OtherLog);
        }
        if statement.checked.iter().any(|list| list.left > 0) {
            return Err(VerifyError::NotEmpty);
        }
        Ok(certificate)
    }
}

impl Statement {
    fn of(residue: &Residue, around: &Circumstances<'_>) -> Self {
        let head = around.head;
        let subject = &residue.subject;
        let checked = residue.lists.iter().map(|list| CheckedList {
            list: list.name.word().to_owned(),
            of: ListName::label(list.name).to_owned(),
            checked: list.checked,
            left: list.remains.len(),
        });
        Self {
            certifies: "nothing is left of the partner on the assets".to_owned(),
            log: head.log.to_string(),
            epoch: head.epoch.get(),
            position: head.position.get(),
            hash: head.hash.to_string(),
            clock: match head.clock {
                LogClock::Real => "real".to_owned(),
                LogClock::Test => "test".to_owned(),
            },
            realm: around.realm.as_str().to_owned(),
            rulebook: engine::fact::Digest(around.rulebook).to_string(),
            time: around.now.to_string(),
            businesses: written(&residue.businesses),
            assets: written(&residue.assets),
            subject: SubjectText {
                partner: subject.partner.to_string(),
                people: written(&subject.people),
                system_users: written(&subject.system_users),
                apps: written(&subject.apps),
            },
            checked: checked.collect(),
            cannot_see: UNSEEN.map(str::to_owned).into(),
        }
    }

    /// Returns the canonical text, which is what is signed.
    fn text(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{FIRST_LINE}\n{}\n", serde_json::to_string(self)?))
    }
}

fn written<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(T::to_string).collect()
}

#[cfg(test)]
mod tests {
    use commands::residue::{List, ListName, Members, Remains, Residue};
    use ledger::{Head, LogClock, LogId, MemoryStore, NoteSigner, Realm, Store as _};

    use super::{Certificate, CertifyError, Circumstances, VerifyError};

    fn signer(seed: u8, head: &Head) -> NoteSigner {
        NoteSigner::from_seed(&head.log.to_string(), &[seed; 32]).unwrap()
    }

    fn head() -> Head {
        let store = MemoryStore::new(LogId::from_random([7; 16]));
        let head = store.head().unwrap();
        assert_eq!(head.clock, LogClock::Real);
        head
    }

    fn nothing_left() -> Residue {
        Residue {
            businesses: vec!["3300".parse().unwrap()],
            assets: vec!["act_33".parse().unwrap()],
            subject: Members {
                partner: "3900".parse().unwrap(),
                people: vec!["jo".parse().unwrap()],
                system_users: Vec::new(),
                apps: vec!["bright".parse().unwrap()],
            },
            lists: ListName::ALL
                .map(|name| List {
                    name,
                    checked: 3,
                    remains: Vec::new(),
                })
                .into(),
        }
    }

    fn issue(residue: &Residue, head: &Head) -> Result<Certificate, CertifyError> {
        let realm = Realm::parse("meta").unwrap();
        let around = Circumstances {
            head,
            realm: &realm,
            rulebook: [9; 32],
            now: "2026-07-01T12:00:00Z".parse().unwrap(),
        };
        Certificate::issue(residue, &around, &signer(1, head))
    }

    #[test]
    fn no_changed_byte_passes() {
        let head = head();
        let key = signer(1, &head).verifier();
        let file = issue(&nothing_left(), &head).unwrap().to_file().unwrap();
        assert_eq!(
            Certificate::verify(&file, &key).unwrap().statement.position,
            0
        );
        let mut refused = 0;
        for index in 0..file.len() {
            let mut bytes = file.clone().into_bytes();
            bytes[index] ^= 1;
            // What is no text is no certificate either.
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(Certificate::verify(&changed, &key).is_err(), "byte {index}");
                refused += 1;
            }
        }
        assert!(refused > file.len() / 2, "{refused}");
        for changed in [
            format!("{file} "),
            file.trim_end().to_owned(),
            file.replace("  ", " "),
        ] {
            assert!(Certificate::verify(&changed, &key).is_err());
        }
    }

    #[test]
    fn it_verifies_with_the_key_of_its_log_alone() {
        let head = head();
        let file = issue(&nothing_left(), &head).unwrap().to_file().unwrap();
        let other_key = signer(2, &head).verifier();
        let other_log = NoteSigner::from_seed("log_other", &[1; 32])
            .unwrap()
            .verifier();
        for key in [other_key, other_log] {
            assert!(matches!(
                Certificate::verify(&file, &key),
                Err(VerifyError::Note(_))
            ));
        }
    }

    #[test]
    fn nothing_is_certified_while_something_is_left() {
        let head = head();
        let mut residue = nothing_left();
        let fact = engine::fact::AppClaim {
            app: "bright".parse().unwrap(),
            business: "3300".parse().unwrap(),
        };
        residue.lists[2].remains.push(Remains {
            fact: fact.into(),
            removal: None,
        });
        assert_eq!(issue(&residue, &head), Err(CertifyError::Residue(1)));
        let mut residue = nothing_left();
        residue.assets.clear();
        assert_eq!(issue(&residue, &head), Err(CertifyError::NoAssets));
    }
}
