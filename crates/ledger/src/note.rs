//! Signed notes: a short text and, below an empty line, who signed it.
//!
//! The form is that of the C2SP specification `signed-note` (version 1.0.0): the text ends in a
//! line feed; each signature line is an em dash, a space, the signer's name, a space, and base64 of
//! a four-byte key id and the Ed25519 signature of the text. Any tool that reads such notes can
//! check ours.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// The type byte of Ed25519 in key ids and in the text form of a verifying key.
const ED25519: u8 = 1;

/// A private key with the name under which it signs. Debug prints the name only.
pub struct NoteSigner {
    name: NoteName,
    key: SigningKey,
}

/// A public key with the name under which it signs. Text form: `<name>+<key id>+<base64 of type and
/// key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteVerifier {
    name: NoteName,
    key: VerifyingKey,
}

/// The name of a signer: visible, without spaces and without `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NoteName(Box<str>);

/// The text cannot be the name of a signer.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot be the name of a signer: a text without spaces and `+` is expected")]
pub struct NoteNameError(String);

/// The text is no public key of a signer.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no verifying key: `<name>+<8 hexadecimal digits>+<base64>` of an Ed25519 key is expected"
)]
pub struct ParseVerifierError(String);

/// Why a note was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenNoteError {
    /// It does not have the form of a note.
    #[error("the text is no signed note")]
    Form,
    /// Nobody with this name and key signed it.
    #[error("the note has no signature of `{0}`")]
    NotSigned(String),
    /// There is a signature under this name and key id, and it is wrong.
    #[error("the signature of `{0}` is wrong")]
    WrongSignature(String),
}

impl NoteName {
    fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && !text
                .chars()
                .any(|letter| letter.is_whitespace() || letter.is_control() || letter == '+');
        fits.then(|| Self(text.into()))
    }
}

impl NoteSigner {
    /// Returns the signer `name` with the Ed25519 key that grows from `seed` (32 random bytes, to
    /// be kept secret).
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteNameError> {
        let name = NoteName::parse(name).ok_or_else(|| NoteNameError(name.to_owned()))?;
        Ok(Self {
            name,
            key: SigningKey::from_bytes(seed),
        })
    }

    /// Returns the public half.
    #[must_use]
    pub fn verifier(&self) -> NoteVerifier {
        NoteVerifier {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// Returns the note of `text`, which must end in a line feed, with one signature.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let mut signed = self.verifier().key_id().to_vec();
        signed.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.name.0,
            STANDARD.encode(signed)
        )
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner")
            .field("name", &self.name.0)
            .finish_non_exhaustive()
    }
}

impl NoteVerifier {
    /// Returns the text of `note`, once a signature of this key is found to be right. Signatures of
    /// others are passed over.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, OpenNoteError> {
        let (text, signatures) = split(note).ok_or(OpenNoteError::Form)?;
        let mut verdict = Err(OpenNoteError::NotSigned(self.name.0.to_string()));
        for line in signatures.lines() {
            let (name, signed) = signature_line(line).ok_or(OpenNoteError::Form)?;
            let Some((key_id, signature)) = signed.split_first_chunk::<4>() else {
                return Err(OpenNoteError::Form);
            };
            if name != &*self.name.0 || *key_id != self.key_id() {
                continue;
            }
            if self.accepts(text, signature) {
                return Ok(text);
            }
            verdict = Err(OpenNoteError::WrongSignature(self.name.0.to_string()));
        }
        verdict
    }

    fn accepts(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    fn key_id(&self) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.name.0.as_bytes())
            .chain_update(b"\n")
            .chain_update([ED25519])
            .chain_update(self.key.as_bytes())
            .finalize()
            .into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }
}

/// Splits a note at its last empty line. The text keeps its last line feed; control characters are
/// refused.
fn split(note: &str) -> Option<(&str, &str)> {
    if note
        .chars()
        .any(|letter| letter.is_control() && letter != '\n')
    {
        return None;
    }
    let signatures_at = note.rfind("\n\n")? + 2;
    let (before, signatures) = note.split_at_checked(signatures_at)?;
    let text = before.strip_suffix('\n')?;
    (signatures.ends_with('\n')).then_some((text, signatures))
}

fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signed) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    NoteName::parse(name)?;
    Some((name, STANDARD.decode(signed).ok()?))
}

impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut typed = vec![ED25519];
        typed.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{}+{}",
            self.name.0,
            hex::encode(&self.key_id()),
            STANDARD.encode(typed)
        )
    }
}

impl fmt::Debug for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for NoteVerifier {
    type Err = ParseVerifierError;

    fn from_str(text: &str) -> Result<Self, ParseVerifierError> {
        parse_verifier(text).ok_or_else(|| ParseVerifierError(text.to_owned()))
    }
}

fn parse_verifier(text: &str) -> Option<NoteVerifier> {
    // The key may have a `+` of base64 inside, the name and the key id may not.
    let mut parts = text.splitn(3, '+');
    let name = NoteName::parse(parts.next()?)?;
    let key_id: [u8; 4] = hex::decode(parts.next()?)?;
    let typed = STANDARD.decode(parts.next()?).ok()?;
    let (&ED25519, key) = typed.split_first()? else {
        return None;
    };
    let verifier = NoteVerifier {
        name,
        key: VerifyingKey::from_bytes(key.try_into().ok()?).ok()?,
    };
    (verifier.key_id() == key_id).then_some(verifier)
}

#[cfg(test)]
mod tests {
    use super::{NoteSigner, NoteVerifier, OpenNoteError};

    // The example of the Go package golang.org/x/mod/sumdb/note, made by another implementation of
    // the same form.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_of_another_implementation_opens() {
        let verifier: NoteVerifier = GO_KEY.parse().unwrap();
        assert_eq!(verifier.to_string(), GO_KEY);
        assert!(
            verifier
                .open(GO_NOTE)
                .unwrap()
                .ends_with("your problem is.\n")
        );
        assert_eq!(
            verifier.open(&GO_NOTE.replace("answer", "anSwer")),
            Err(OpenNoteError::WrongSignature("PeterNeumann".to_owned()))
        );
    }

    #[test]
    fn a_note_opens_with_its_own_key_only() {
        let signer = NoteSigner::from_seed("log_a", &[1; 32]).unwrap();
        let note = signer.sign("one\n\ntwo\n");
        let verifier: NoteVerifier = signer.verifier().to_string().parse().unwrap();
        assert_eq!(verifier.open(&note).unwrap(), "one\n\ntwo\n");
        for (name, seed) in [("log_a", [2; 32]), ("log_b", [1; 32])] {
            let other = NoteSigner::from_seed(name, &seed).unwrap().verifier();
            assert!(matches!(
                other.open(&note),
                Err(OpenNoteError::NotSigned(_))
            ));
        }
    }

    #[test]
    fn no_changed_byte_passes() {
        let signer = NoteSigner::from_seed("log_a", &[1; 32]).unwrap();
        let note = signer.sign("position 42\n");
        for index in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[index] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(signer.verifier().open(&changed).is_err(), "byte {index}");
            }
        }
    }

    #[test]
    fn other_texts_are_no_notes() {
        let verifier: NoteVerifier = GO_KEY.parse().unwrap();
        for text in [
            "",
            "\n",
            "\n\n",
            "text\n",
            "text\n\n",
            "text\n\nno dash\n",
            "text\n\n\u{2014} a b\r\n",
        ] {
            assert!(verifier.open(text).is_err(), "{text:?}");
        }
        for text in [
            "",
            "a+b+c",
            &GO_KEY.replace("c74f", "c74e"),
            &GO_KEY.replace("+AR", "+AB"),
        ] {
            assert!(text.parse::<NoteVerifier>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_keeps_the_key() {
        let signer = NoteSigner::from_seed("log_a", &[1; 32]).unwrap();
        assert_eq!(format!("{signer:?}"), "NoteSigner { name: \"log_a\", .. }");
    }
}
