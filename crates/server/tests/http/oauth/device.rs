//! A device that keeps passkeys, as far as a server sees one: it counts, signs, and says what it is told
//! to say, also what no honest device would.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Somebody was there, and it was made sure who.
pub(super) const UNLOCKED: u8 = 0x05;
/// Somebody was there.
pub(super) const TOUCHED: u8 = 0x01;
/// The key may be copied, and is.
pub(super) const COPIED: u8 = 0x18;
/// How every device signs that we know of.
const WAY: &EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
/// A new key comes with it.
const WITH_KEY: u8 = 0x40;

/// One key of a device.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) key: Vec<u8>,
    pub(super) id: Vec<u8>,
    pub(super) handle: Vec<u8>,
    /// How often it was used; 0 for ever on one that does not count.
    pub(super) count: u32,
    pub(super) flags: u8,
    pub(super) origin: String,
    pub(super) site: String,
}

fn sha(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

impl Device {
    pub(super) fn new(id: &str) -> Self {
        let key = EcdsaKeyPair::generate_pkcs8(WAY, &SystemRandom::new()).unwrap();
        Self {
            key: key.as_ref().to_vec(),
            // As long as real ones.
            id: sha(id.as_bytes()),
            handle: Vec::new(),
            count: 0,
            flags: UNLOCKED,
            origin: "https://ads.example".to_owned(),
            site: "ads.example".to_owned(),
        }
    }

    fn pair(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(WAY, &self.key, &SystemRandom::new()).unwrap()
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let said = json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin,
            "crossOrigin": false });
        said.to_string().into_bytes()
    }

    fn about(&self, flags: u8) -> Vec<u8> {
        let mut about = sha(self.site.as_bytes());
        about.push(flags);
        about.extend(self.count.to_be_bytes());
        about
    }

    /// Answers the question for a new key.
    pub(super) fn make(&mut self, options: &Value) -> String {
        let handle = options["user"]["id"].as_str().unwrap();
        self.handle = URL_SAFE_NO_PAD.decode(handle).unwrap();
        let mut about = self.about(self.flags | WITH_KEY);
        about.extend([0; 16]);
        about.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        about.extend(&self.id);
        // The public key as COSE writes it: ES256 on P-256, x and y of 32 bytes each.
        let pair = self.pair();
        let point = pair.public_key().as_ref();
        about.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        about.extend(&point[1..33]);
        about.extend([0x22, 0x58, 0x20]);
        about.extend(&point[33..65]);
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x59".to_vec();
        object.extend(u16::try_from(about.len()).unwrap().to_be_bytes());
        object.extend(about);
        let client = self.client("webauthn.create", options);
        self.said(json!({ "clientDataJSON": text(&client), "attestationObject": text(&object) }))
    }

    /// Answers the question for a key.
    pub(super) fn show(&self, options: &Value) -> String {
        let client = self.client("webauthn.get", options);
        let about = self.about(self.flags);
        let mut signed = about.clone();
        signed.extend(sha(&client));
        let signature = self.pair().sign(&SystemRandom::new(), &signed).unwrap();
        self.said(json!({
            "clientDataJSON": text(&client), "authenticatorData": text(&about),
            "signature": text(signature.as_ref()), "userHandle": text(&self.handle),
        }))
    }

    fn said(&self, response: Value) -> String {
        let id = text(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
